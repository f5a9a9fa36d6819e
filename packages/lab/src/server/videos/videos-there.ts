import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { VideoEntry } from '@zoopraxis/io';
import { sourcePath } from '@zoopraxis/io/node';

/**
 * Returns the ids of the videos whose files are where the project says. Each folder is listed once: asking for thousands of
 * files one by one takes seconds on a network disk.
 */
export async function videosThere(folder: string, videos: readonly VideoEntry[]): Promise<ReadonlySet<string>> {
  const byFolder = new Map<string, { readonly id: string; readonly path: string }[]>();
  for (const { id, source } of videos) {
    const path = sourcePath(folder, source);
    const group = byFolder.get(dirname(path));
    if (group === undefined) byFolder.set(dirname(path), [{ id, path }]);
    else group.push({ id, path });
  }
  const there = new Set<string>();
  await Promise.all(
    [...byFolder].map(async ([parent, group]) => {
      const names = await readdir(parent).catch(() => undefined);
      const exact = new Set(names);
      const folded = new Set(names?.map(fold));
      for (const { id, path } of group) {
        const name = basename(path);
        // Disks that do not tell capitals or ways to write an accent apart are asked; so is a folder that may be entered and not listed.
        const isMaybe = names === undefined || (!exact.has(name) && folded.has(fold(name)));
        if (exact.has(name) || (isMaybe && (await isThere(path)))) there.add(id);
      }
    }),
  );
  return there;
}

const fold = (name: string): string => name.normalize('NFC').toLowerCase();

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
