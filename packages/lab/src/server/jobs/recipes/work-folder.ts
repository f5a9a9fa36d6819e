import { createHash } from 'node:crypto';
import { copyFile, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { RecordedAnnotations } from '@zoopraxis/io';
import { createProvenance, writeAnnotationsTable } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { programVersions } from '../../../jobs/program-version.js';
import type { RecipePlace } from '../recipe.js';
import type { RecordingTracks } from './project-names.js';

/** Returns a folder for what operations need as files; the same recipe and input have the same, so that work goes on there. */
export async function workFolder({ folder }: RecipePlace, recipe: string, input: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 16);
  const path = join(folder, '.studio', 'work', `${recipe.replace(/\W+/g, '-')}-${hash}`);
  await mkdir(path, { recursive: true });
  return path;
}

/**
 * Makes a folder in which tracks bear the names of their recordings, and returns its path: operations match files by name.
 * What was there of other recordings is removed.
 */
export async function linkTracks(
  place: RecipePlace,
  work: string,
  chosen: readonly RecordingTracks[],
): Promise<string> {
  const folder = join(work, 'tracks');
  await mkdir(folder, { recursive: true });
  const wanted = new Map(
    chosen.map(({ recording, tracks }) => [
      `${recording.id}.parquet`,
      join(place.folder, place.project.tracksName(tracks)),
    ]),
  );
  for (const name of await readdir(folder)) if (!wanted.has(name)) await rm(join(folder, name), { force: true });
  for (const [name, target] of wanted) {
    const path = join(folder, name);
    const before = await lstat(path).catch(() => undefined);
    const to = relative(folder, target);
    if (before?.isSymbolicLink() && (await readlink(path)) === to) continue;
    if (before !== undefined) await rm(path);
    // Windows lets only some users make links.
    await symlink(to, path).catch(() => copyFile(target, path));
  }
  return folder;
}

/** Writes bouts as they are now into a table of the work folder, and returns its path. */
export async function writeBouts(
  work: string,
  streams: readonly RecordedAnnotations[],
  source: string,
): Promise<string> {
  const path = join(work, 'annotations.parquet');
  const provenance = createProvenance({
    operation: 'studio',
    versions: programVersions(),
    inputs: [],
    parameters: { annotations: source },
  });
  await writeAnnotationsTable(new FolderStore(work), basename(path), { streams: [...streams], provenance });
  return path;
}
