import { type FileHandle, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns the name of a file or folder in `exports/` made of what was chosen, which every file system takes. */
export const exportName = (parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined)
    .join('-')
    .replace(/[/\\:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '_')
    .slice(0, 150);

/**
 * Returns a file of `exports/` (or of a folder in it) that is open for reading; undefined where no listing has those names, or a
 * link leads anywhere. The caller closes it.
 */
export async function openExport(folder: string, parts: readonly string[]): Promise<FileHandle | undefined> {
  if (parts.length === 0 || parts.length > 2) return undefined;
  let path = join(await realpath(folder), 'exports');
  for (const [at, part] of parts.entries()) {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const entry = entries.find((each) => each.name === part);
    if (entry === undefined || (at + 1 < parts.length ? !entry.isDirectory() : !entry.isFile())) return undefined;
    path = join(path, entry.name);
  }
  if ((await realpath(path).catch(() => undefined)) !== path) return undefined;
  return open(path, 'r');
}
