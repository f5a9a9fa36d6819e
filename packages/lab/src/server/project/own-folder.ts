import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { refusal } from '../problem.js';

/**
 * Returns the path of a folder of the project that files are written into, there or not yet. A project may come from
 * anyone, with a link in it that leads to files of whoever opens it: such a folder is refused.
 */
export async function ownFolder(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const real = await realpath(path).catch(() => path);
  const root = await realpath(folder).catch(() => folder);
  if (real === path || real.startsWith(`${root}${sep}`)) return path;
  throw refusal(
    409,
    `the folder ${name} of the project is a link that leads out of it: ${real}`,
    'Replace the link by a folder.',
  );
}
