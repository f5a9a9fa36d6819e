import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { readBetween } from '../bytes/durable.node.js';
import { storageProblem } from '../bytes/storage-problem.node.js';

const mebibyte = 1 << 20;
/** Files up to this size are hashed whole. */
const wholeBytes = 64 * mebibyte;
const sampleCount = 64;
const sampleBytes = mebibyte / 4;

/**
 * Returns the SHA-256 of a file in hexadecimal. Of a file larger than 64 MiB it is that of its length and 64 samples of
 * 256 KiB, from the first to the last at equal distances, and begins with `sampled-sha256:`.
 *
 * @throws StorageError where the file cannot be read.
 */
export async function hashFile(path: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    if (size <= wholeBytes) {
      for (let at = 0; at < size; at += 4 * mebibyte) {
        hash.update(await readBetween(handle, at, Math.min(size, at + 4 * mebibyte)));
      }
      return hash.digest('hex');
    }
    hash.update(`${size}\n`);
    for (let sample = 0; sample < sampleCount; sample++) {
      const at = Math.floor(((size - sampleBytes) * sample) / (sampleCount - 1));
      hash.update(await readBetween(handle, at, at + sampleBytes));
    }
    return `sampled-sha256:${hash.digest('hex')}`;
  } catch (cause) {
    throw storageProblem(cause, 'read', path);
  } finally {
    await handle?.close();
  }
}
