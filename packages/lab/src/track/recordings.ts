import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';

/** A recording to track, and the name that its results get. */
export interface Recording {
  /** Absolute path of a file, or of a folder of images. */
  readonly path: string;
  /** File name of its results without ending. */
  readonly name: string;
}

/** Endings of files that a folder is searched for; a file that is named itself may have any. */
const videoEndings = new Set(
  '.3gp .asf .avi .flv .h264 .h265 .hevc .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .seq .ts .vob .webm .wmv'.split(
    ' ',
  ),
);

const imageEndings = new Set('.bmp .jpeg .jpg .png .tif .tiff'.split(' '));

async function recordingsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const videos = files.filter((name) => videoEndings.has(extname(name).toLowerCase()));
  if (videos.length > 0) return videos.map((name) => join(folder, name));
  if (files.some((name) => imageEndings.has(extname(name).toLowerCase()))) return [folder];
  throw new StorageError(`there are no videos and no images: ${folder}`, {
    hint: 'Name video files, a folder with videos, or a folder with the images of one recording.',
  });
}

/** Returns names that tell paths (list) apart: the file's own, else with its folder's before it, else with a number. */
function namesOf(paths: readonly string[]): string[] {
  const stem = (path: string): string =>
    basename(path, videoEndings.has(extname(path).toLowerCase()) ? extname(path) : '');
  const makers: ((path: string, at: number) => string)[] = [
    (path) => stem(path),
    (path) => basename(path),
    (path) => `${basename(dirname(path))}_${basename(path)}`,
    (path, at) => `${stem(path)}-${at + 1}`,
  ];
  let names = paths.map((path) => stem(path));
  for (const make of makers) {
    const counts = new Map<string, number>();
    // Results of `A.mp4` and `a.mp4` are the same files on some disks.
    for (const name of names) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
    names = names.map((name, at) => ((counts.get(name.toLowerCase()) ?? 0) > 1 ? make(paths[at] as string, at) : name));
  }
  return names;
}

/**
 * Returns the recordings that paths (list) of files and folders mean, each once, in their order: of a folder its videos by
 * name, or the folder itself where it holds images. Paths that cannot be read are in `failures` and stop nothing.
 */
export async function findRecordings(
  paths: readonly string[],
): Promise<{ recordings: Recording[]; failures: { path: string; error: unknown }[] }> {
  const found = new Set<string>();
  const failures: { path: string; error: unknown }[] = [];
  for (const path of paths.map((item) => resolve(item))) {
    try {
      const stats = await stat(path).catch((cause: unknown) => {
        throw new StorageError(`there is no file or folder: ${path}`, {
          cause,
          hint: 'Check the path for a typing error.',
        });
      });
      if (!stats.isDirectory()) found.add(path);
      else for (const inside of await recordingsIn(path)) found.add(inside);
    } catch (error) {
      failures.push({ path, error });
    }
  }
  const all = [...found];
  const names = namesOf(all);
  // A store takes no backslash, which a file name may have.
  return { recordings: all.map((path, at) => ({ path, name: (names[at] as string).replaceAll('\\', '_') })), failures };
}
