import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import type { RecordingEntry, VideoEntry } from '@zoopraxis/io';
import { sourcePath } from '@zoopraxis/io/node';
import { editedTracks } from '../../../track/edited-names.js';
import { tracksOfRecording } from '../../../track/recording-of-tracks.js';
import { readModel } from '../../models/model-view.js';
import type { ServerContext } from '../../server-context.js';
import { editedTracksOf } from '../../tracks/edited-tracks.js';

const known = (names: readonly string[]) => (names.length === 0 ? 'there are none' : names.slice(0, 20).join(', '));

/**
 * Returns the folder of a model of the project.
 * @throws StorageError where there is none of this name and kind.
 */
export async function modelFolder(context: ServerContext, name: string, kind: 'pose' | 'behavior'): Promise<string> {
  const names = await context.project.listModels();
  const found = names.includes(name) ? await readModel(context, name) : undefined;
  if (found?.view.kind === kind) return join(context.folder, context.project.modelFolder(name));
  throw new StorageError(`the project has no ${kind} model ${name}`, { hint: `Its models: ${known(names)}.` });
}

/** Returns whose labels are meant: the wished ones in their order of trust; see {@link labelAnnotators}. */
export type WishedAnnotators = string | readonly string[] | undefined;

/**
 * Returns whose labels are learned from and measured with, in the order of trust: the wished ones; else, where several labeled,
 * all of them, first who works in the studio, then the scorer of the project; undefined where one alone labeled.
 */
export function labelAnnotators(
  { project, annotator }: ServerContext,
  wished: WishedAnnotators,
): readonly string[] | undefined {
  if (wished !== undefined) return typeof wished === 'string' ? [wished] : wished;
  const used = project.labelSummary.annotators.map(({ name }) => name);
  if (used.length < 2) return undefined;
  const first = [annotator, project.manifest.deepLabCut?.scorer].filter((name) => name !== undefined);
  return [...new Set([...first.filter((name) => used.includes(name)), ...used])];
}

/**
 * Returns videos by id, by default all, with their paths; those whose file is missing are left out of the default.
 * @throws StorageError for one that the project does not have, or whose file is not there.
 */
export async function chosenVideos(
  { project, folder }: ServerContext,
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
  { project }: ServerContext,
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
 * Returns which tracks stand for each recording; of tracks and those in which identities were exchanged, the latter. Recordings
 * without tracks are left out.
 * @throws StorageError where one has several and `wanted` names none, or several, of them.
 */
export async function tracksOfRecordings(
  context: ServerContext,
  recordings: readonly RecordingEntry[],
  wanted: readonly string[] | undefined,
): Promise<RecordingTracks[]> {
  // Exchanges of the last seconds are in a list, and not in the file that operations read.
  await (await editedTracksOf(context)).settle();
  const all = await context.project.listTracks();
  const missing = wanted?.find((name) => !all.includes(name));
  if (missing !== undefined) {
    throw new StorageError(`the project has no tracks ${missing}`, { hint: `Its tracks: ${known(all)}.` });
  }
  return recordings.flatMap((recording) => {
    const { id } = recording;
    const own = tracksOfRecording(context.project.manifest, id, all);
    const left =
      wanted === undefined
        ? own.filter((name) => !own.includes(editedTracks(name)))
        : own.filter((name) => wanted.includes(name));
    if (left.length > 1) {
      throw new StorageError(`the recording ${id} has several tracks: ${left.join(', ')}`, {
        hint: 'Say which of them to use.',
      });
    }
    return left[0] === undefined ? [] : [{ recording, tracks: left[0] }];
  });
}
