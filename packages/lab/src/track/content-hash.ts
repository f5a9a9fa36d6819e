import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '@zoopraxis/io/node';

/** Files of a folder whose content counts; of the others name and size do. */
const sampledFiles = 64;

/**
 * Returns the SHA-256 of a recording's content, `sampled-sha256:...` where it is that of samples: of a large file, or of
 * a folder of images (names, sizes and the content of 64 files at equal distances).
 */
export async function hashRecording(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return hashFile(path);
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const hash = createHash('sha256');
  const step = Math.max(1, names.length / sampledFiles);
  let next = 0;
  for (const [at, name] of names.entries()) {
    const { size } = await stat(join(path, name));
    hash.update(`${name}\n${size}\n`);
    if (at < next) continue;
    hash.update(`${await hashFile(join(path, name))}\n`);
    next += step;
  }
  return `sampled-sha256:${hash.digest('hex')}`;
}
