import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Region, StorageError } from '@zoopraxis/core';
import type { Manifest } from '@zoopraxis/io';
import { placeOfTracks, scaleOfTracks } from '../track/recording-of-tracks.js';
import { namesOf, type StemFile } from './match-files.js';
import { scalesOf } from './recording-tables.js';

/** How a user says where animals were filmed. */
export interface PlaceChoice {
  /** Of all recordings. */
  readonly pxPerCm?: number | undefined;
  /** Table of the scale of each recording. */
  readonly scales?: string | undefined;
  /** Folder of the project that knows the recordings; by default that in which their tracks lie. */
  readonly project?: string | undefined;
}

/** What is known of the place that a recording shows. */
export interface RecordingPlace {
  readonly pxPerCm?: number;
  /** Outline of the arena. */
  readonly arena?: Region;
  /** List; empty where there are none. */
  readonly regions: readonly Region[];
}

const unknownPlace: RecordingPlace = { regions: [] };

/**
 * Returns what is known of the places of recordings, by the path of their tracks: the scale that the user said for all, else
 * that of the table, else what the project knows, with arena and regions.
 * @throws StorageError for both a number and a table, or a folder that is no project; what `scalesOf` throws.
 */
export async function recordingPlaces(
  files: readonly StemFile[],
  { pxPerCm, scales, project }: PlaceChoice,
): Promise<ReadonlyMap<string, RecordingPlace>> {
  if (pxPerCm !== undefined && scales !== undefined) {
    throw new StorageError('a scale of all recordings and a table of scales are given: --px-per-cm and --scales', {
      hint: 'Leave one of them out.',
    });
  }
  const table = scales === undefined ? undefined : await scalesOf(scales);
  const inProject = await projectPlaces(files, project);
  return new Map(
    files.map((file) => {
      const { pxPerCm: known, ...place } = inProject(file);
      const own =
        pxPerCm ??
        (table === undefined
          ? known
          : namesOf(file.stem)
              .map((name) => table.get(name))
              .find((scale) => scale !== undefined));
      return [file.path, own === undefined ? withoutScale(place) : { ...place, pxPerCm: own }];
    }),
  );
}

/** Returns a place without its scale, and without outlines in cm, which nothing can be measured by without one. */
export function withoutScale({ arena, regions }: RecordingPlace): RecordingPlace {
  return {
    ...(arena === undefined || arena.space === 'arena' ? {} : { arena }),
    regions: regions.filter(({ space }) => space !== 'arena'),
  };
}

/** Returns what projects know of tracks: one that is named, else those in whose folder `tracks` they lie. */
async function projectPlaces(
  files: readonly StemFile[],
  named: string | undefined,
): Promise<(file: StemFile) => RecordingPlace> {
  const { manifestName, recordingOfEntry } = await import('@zoopraxis/io');
  const { openProjectFolder } = await import('@zoopraxis/io/node');
  const folderOf = (path: string) =>
    named === undefined ? (basename(dirname(path)) === 'tracks' ? dirname(dirname(path)) : '') : resolve(named);
  const projects = new Map<string, Manifest>();
  for (const folder of new Set(files.map(({ path }) => folderOf(path)))) {
    const isProject = folder !== '' && (await stat(join(folder, manifestName)).catch(() => undefined)) !== undefined;
    if (!isProject && named === undefined) continue;
    const project = await openProjectFolder(folder, { mode: 'read' });
    projects.set(folder, project.manifest);
    await project.close();
  }
  return ({ path, stem }) => {
    const manifest = projects.get(folderOf(path));
    if (manifest === undefined) return unknownPlace;
    const name = named === undefined ? basename(path, '.parquet') : stem;
    const { recording: entry, video } = placeOfTracks(manifest, name);
    const scale = scaleOfTracks(manifest, name);
    if (entry === undefined) return scale === undefined ? unknownPlace : { pxPerCm: scale, regions: [] };
    const { arena, regions } = recordingOfEntry(entry);
    // Outlines in px are of one camera.
    const isSeen = (region: Region) =>
      region.space === 'arena' ||
      (video !== undefined && (region.video === undefined ? entry.videos.length === 1 : region.video === video.id)) ||
      (video === undefined && entry.videos.length === 0);
    return {
      ...(scale === undefined ? {} : { pxPerCm: scale }),
      ...(arena === undefined || !isSeen(arena) ? {} : { arena }),
      regions: regions.filter(isSeen),
    };
  };
}

const listed = (names: readonly string[]) =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

/**
 * Returns the places of recordings that are learned from together: scales where all have one, and the regions that all have;
 * what is left out is told, list of sentences.
 * @throws StorageError where a table leaves some out.
 */
export function placesOfAll(
  files: readonly StemFile[],
  places: ReadonlyMap<string, RecordingPlace>,
  { scales: table }: PlaceChoice,
): { readonly places: ReadonlyMap<string, RecordingPlace>; readonly notes: readonly string[] } {
  const all = files.map((file) => ({ ...file, place: places.get(file.path) ?? unknownPlace }));
  const without = all.filter(({ place }) => place.pxPerCm === undefined).map(({ stem }) => stem);
  if (without.length > 0 && table !== undefined) {
    throw new StorageError(`the table of scales does not name ${listed(without)}: ${table}`, {
      hint: 'Add rows for them.',
    });
  }
  const isInCm = without.length === 0;
  const kept = all.map(({ path, place: { pxPerCm, ...place } }) => ({
    path,
    place: isInCm && pxPerCm !== undefined ? { ...place, pxPerCm } : withoutScale(place),
  }));
  const names = [...new Set(kept.flatMap(({ place }) => place.regions.map(({ name }) => name)))];
  const [shared, others] = [true, false].map((isWanted) =>
    names.filter(
      (name) => kept.every(({ place }) => place.regions.some((region) => region.name === name)) === isWanted,
    ),
  ) as [string[], string[]];
  return {
    places: new Map(
      kept.map(({ path, place }) => [
        path,
        { ...place, regions: place.regions.filter(({ name }) => shared.includes(name)) },
      ]),
    ),
    notes: [
      ...(isInCm || without.length === files.length
        ? []
        : [
            `lengths are in body lengths: ${without.length} of ${files.length} recordings are not calibrated in the project (${listed(without)})`,
          ]),
      ...(others.length === 0 ? [] : [`regions that not all recordings have are no features: ${listed(others)}`]),
    ],
  };
}
