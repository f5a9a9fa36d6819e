import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { isMissing } from './storage-problem.node.js';

/** Tells whether a real path is the folder (also a real path) or lies in it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !/^([A-Za-z]:|[\\/])/.test(way));
}

/** Returns a value, or undefined where its path does not exist. */
async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/** Returns the real path behind a symbolic link; throws StorageError where it is broken or leads out. */
async function followInside(realRoot: string, link: string): Promise<string> {
  const target = await unlessMissing(realpath(link));
  if (target === undefined) {
    throw new StorageError(`the symbolic link leads nowhere: ${link}`, {
      hint: 'Remove the link or restore its target.',
    });
  }
  if (!isInside(realRoot, target)) {
    throw new StorageError(`the symbolic link leads out of the folder: ${link}`, {
      hint: 'Replace the link by a copy of what it points to.',
    });
  }
  return target;
}

/**
 * Returns the path of a name in a folder, with symbolic links followed as long as they stay inside.
 * Guards against mistakes and prepared folders, not against a program that swaps links meanwhile.
 *
 * @param parts parts of a checked store name
 */
export async function confine(root: string, parts: readonly string[]): Promise<string> {
  const realRoot = await unlessMissing(realpath(root));
  if (realRoot === undefined) return join(root, ...parts);
  let current = realRoot;
  for (const [i, part] of parts.entries()) {
    const next = join(current, part);
    const stats: Stats | undefined = await unlessMissing(lstat(next));
    if (stats === undefined) return join(current, ...parts.slice(i));
    current = stats.isSymbolicLink() ? await followInside(realRoot, next) : next;
  }
  return current;
}
