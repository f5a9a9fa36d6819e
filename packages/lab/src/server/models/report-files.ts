import { type FileHandle, open, readdir, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Kinds of files that a model's folder shows, and what a browser takes them for. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.jsonl': 'text/plain; charset=utf-8',
  '.csv': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

const others = new Set(['model.json', 'training.json', 'training.jsonl']);

/** Returns the files that training and evaluation wrote beside a model for people to read, sorted list of names. */
export async function listReports(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && types[extname(entry.name)] !== undefined)
    .map(({ name }) => name)
    .filter((name) => !others.has(name) && !/^trees-[0-9a-f]{16}\.json$/.test(name))
    .sort();
}

/**
 * Returns a report file that is open for reading, and its type; undefined where it is none of the list, or a link leads
 * anywhere. The caller closes it.
 */
export async function openReport(
  folder: string,
  name: string,
): Promise<{ readonly handle: FileHandle; readonly type: string } | undefined> {
  if (!(await listReports(folder)).includes(name)) return undefined;
  const path = join(folder, name);
  if ((await realpath(path).catch(() => undefined)) !== path) return undefined;
  return { handle: await open(path, 'r'), type: types[extname(name)] as string };
}
