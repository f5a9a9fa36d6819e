import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { scaleOfTracks } from '../track/recording-of-tracks.js';
import { namesOf, type StemFile } from './match-files.js';
import { scalesOf } from './recording-tables.js';

/** How a user says what a centimetre is. */
export interface ScaleChoice {
  /** Of all recordings. */
  readonly pxPerCm?: number | undefined;
  /** Table of the scale of each recording. */
  readonly scales?: string | undefined;
}

/**
 * Returns px per cm of recordings by the path of their tracks, where it is known: what the user said for all, else the table,
 * else, of tracks in a project, the calibration of their video.
 * @throws StorageError for both a number and a table; what `scalesOf` throws.
 */
export async function recordingScales(
  files: readonly StemFile[],
  { pxPerCm, scales }: ScaleChoice,
): Promise<ReadonlyMap<string, number>> {
  if (pxPerCm !== undefined && scales !== undefined) {
    throw new StorageError('a scale of all recordings and a table of scales are given: --px-per-cm and --scales', {
      hint: 'Leave one of them out.',
    });
  }
  if (pxPerCm !== undefined) return new Map(files.map(({ path }) => [path, pxPerCm]));
  const scaleOf = scales === undefined ? await projectScales(files) : tableScale(await scalesOf(scales));
  return new Map(
    files.flatMap((file) => {
      const scale = scaleOf(file);
      return scale === undefined ? [] : [[file.path, scale] as const];
    }),
  );
}

const tableScale =
  (known: ReadonlyMap<string, number>) =>
  ({ stem }: StemFile): number | undefined =>
    namesOf(stem)
      .map((name) => known.get(name))
      .find((scale) => scale !== undefined);

/** Returns the scale of tracks of projects: those in the folder `tracks` beside a project's manifest. */
async function projectScales(files: readonly StemFile[]): Promise<(file: StemFile) => number | undefined> {
  const { manifestName } = await import('@zoopraxis/io');
  const { openProjectFolder } = await import('@zoopraxis/io/node');
  const folders = new Set(
    files.map(({ path }) => dirname(path)).flatMap((path) => (basename(path) === 'tracks' ? [dirname(path)] : [])),
  );
  const projects = new Map<string, Awaited<ReturnType<typeof openProjectFolder>>['manifest']>();
  for (const folder of folders) {
    const isProject = await stat(join(folder, manifestName)).catch(() => undefined);
    if (isProject === undefined) continue;
    const project = await openProjectFolder(folder, { mode: 'read' });
    projects.set(folder, project.manifest);
    await project.close();
  }
  return ({ path }) => {
    const manifest = projects.get(dirname(dirname(path)));
    return manifest === undefined ? undefined : scaleOfTracks(manifest, basename(path, '.parquet'));
  };
}

/**
 * Returns the scales where all recordings have one, as what learns from them together needs it, else none and a sentence that
 * says so.
 * @throws StorageError where a table leaves some out.
 */
export function scalesOfAll(
  files: readonly StemFile[],
  scales: ReadonlyMap<string, number>,
  { scales: table }: ScaleChoice,
): { readonly scales: ReadonlyMap<string, number>; readonly note?: string } {
  const without = files.filter(({ path }) => !scales.has(path)).map(({ stem }) => stem);
  if (without.length === 0 || scales.size === 0) return { scales };
  const names = `${without.slice(0, 5).join(', ')}${without.length > 5 ? ` and ${without.length - 5} more` : ''}`;
  if (table !== undefined) {
    throw new StorageError(`the table of scales does not name ${names}: ${table}`, { hint: 'Add rows for them.' });
  }
  const note = `lengths are in body lengths: ${without.length} of ${files.length} recordings are not calibrated in the project (${names})`;
  return { scales: new Map(), note };
}
