import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RecordedAnnotations } from '@zoopraxis/io';
import { createProvenance, writeAnnotationsTable } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { programVersions } from '../../../jobs/program-version.js';
import type { ServerContext } from '../../server-context.js';
import type { RecordingTracks } from './project-names.js';

/** Returns a folder for what operations need as files; the same recipe and input have the same, so that work goes on there. */
export async function workFolder({ folder }: ServerContext, recipe: string, input: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 16);
  const path = join(folder, '.studio', 'work', `${recipe.replace(/\W+/g, '-')}-${hash}`);
  await mkdir(path, { recursive: true });
  return path;
}

/**
 * Makes a folder in which tracks bear the names of their recordings, and returns its path: operations match files by name.
 * What was there before is removed.
 */
export async function linkTracks(
  context: ServerContext,
  work: string,
  chosen: readonly RecordingTracks[],
): Promise<string> {
  const folder = join(work, 'tracks');
  await mkdir(folder, { recursive: true });
  const wanted = new Map(
    chosen.map(({ recording, tracks }) => [
      `${recording.id}.parquet`,
      join(context.folder, context.project.tracksName(tracks)),
    ]),
  );
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
  for (const [name, target] of wanted) {
    // One file under two names: a symbolic link that leads out of its folder is not followed by readers.
    await link(target, join(folder, name)).catch(() => copyFile(target, join(folder, name)));
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
