import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import type { RecordingEntry, VideoEntry } from '@zoopraxis/io';
import { sourcePath } from '@zoopraxis/io/node';
import { readModel } from '../../models/model-view.js';
import type { RecipePlace } from '../recipe.js';

const known = (names: readonly string[]) => (names.length === 0 ? 'there are none' : names.slice(0, 20).join(', '));

/**
 * Returns the folder of a model of the project.
 * @throws StorageError where there is none of this name and kind.
 */
export async function modelFolder(place: RecipePlace, name: string, kind: 'pose' | 'behavior'): Promise<string> {
  const names = await place.project.listModels();
  const found = names.includes(name) ? await readModel(place, name) : undefined;
  if (found?.view.kind === kind) return join(place.folder, place.project.modelFolder(name));
  throw new StorageError(`the project has no ${kind} model ${name}`, { hint: `Its models: ${known(names)}.` });
}

/**
 * Returns videos by id, by default all, with their paths; those whose file is missing are left out of the default.
 * @throws StorageError for one that the project does not have, or whose file is not there.
 */
export async function chosenVideos(
  { project, folder }: RecipePlace,
  ids: readonly string[] | undefined,
): Promise<{ readonly entry: VideoEntry; readonly path: string }[]> {
  const { videos } = project.manifest;
  const chosen = ids === undefined ? videos : ids.map((id) => videos.find((video) => video.id === id) ?? id);
  const found: { entry: VideoEntry; path: string }[] = [];
  for (const entry of chosen) {
    if (typeof entry === 'string') {
      throw new StorageError(`the project has no video ${entry}`, {
        hint: `Its videos: ${known(videos.map(({ id }) => id))}.`,
      });
    }
    const path = sourcePath(folder, entry.source);
    if ((await stat(path).catch(() => undefined)) !== undefined) found.push({ entry, path });
    else if (ids !== undefined) throw new StorageError(`the video ${entry.id} is not where the project says: ${path}`);
  }
  if (found.length === 0) throw new StorageError('the project has no video whose file is there');
  return found;
}

/**
 * Returns recordings by id, by default all.
 * @throws StorageError for one that the project does not have.
 */
export function chosenRecordings(
  { project }: RecipePlace,
  ids: readonly string[] | undefined,
): readonly RecordingEntry[] {
  const { recordings } = project.manifest;
  if (ids === undefined) return recordings;
  return ids.map((id) => {
    const found = recordings.find((recording) => recording.id === id);
    if (found !== undefined) return found;
    throw new StorageError(`the project has no recording ${id}`, {
      hint: `Its recordings: ${known(recordings.map((recording) => recording.id))}.`,
    });
  });
}

/** The tracks that stand for a recording. */
export interface RecordingTracks {
  readonly recording: RecordingEntry;
  readonly tracks: string;
}

/**
 * Returns which tracks stand for each recording: of those that it names, or that are called like it or its videos. Recordings
 * without tracks are left out.
 * @throws StorageError where one has several and `wanted` names none, or several, of them.
 */
export async function tracksOfRecordings(
  place: RecipePlace,
  recordings: readonly RecordingEntry[],
  wanted: readonly string[] | undefined,
): Promise<RecordingTracks[]> {
  const all = await place.project.listTracks();
  const missing = wanted?.find((name) => !all.includes(name));
  if (missing !== undefined) {
    throw new StorageError(`the project has no tracks ${missing}`, { hint: `Its tracks: ${known(all)}.` });
  }
  return recordings.flatMap((recording) => {
    const { id, videos, tracks } = recording;
    const named = tracks.filter((name) => all.includes(name));
    const own =
      named.length > 0
        ? named
        : [id, ...videos].filter((name, i, list) => all.includes(name) && list.indexOf(name) === i);
    const left = wanted === undefined ? own : own.filter((name) => wanted.includes(name));
    if (left.length > 1) {
      throw new StorageError(`the recording ${id} has several tracks: ${left.join(', ')}`, {
        hint: 'Say which of them to use.',
      });
    }
    return left[0] === undefined ? [] : [{ recording, tracks: left[0] }];
  });
}
