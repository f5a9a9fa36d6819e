import { StorageError } from '@zoopraxis/core';
import { openTrackingModel } from './model.js';
import { findRecordings, type Recording } from './recordings.js';
import type { TrackSettings } from './settings.js';
import { type TrackedVideo, type TrackVideoOptions, trackVideo } from './track-video.js';

/** Options of {@link trackVideos}. */
export interface TrackVideosOptions extends Omit<TrackVideoOptions, 'onProgress' | 'onNote'> {
  /** Folder of a trained pose model. */
  readonly modelFolder: string;
  readonly device?: TrackSettings['device'];
  /** File name of the results without ending, of a single recording; default that of the recording. */
  readonly name?: string;
  readonly onProgress?: (progress: VideosProgress) => void;
  readonly onNote?: (text: string) => void;
}

/** How far a list of recordings is. */
export interface VideosProgress {
  /** Absolute path of the recording being tracked. */
  readonly video: string;
  /** Place of the recording in the list, from 0. */
  readonly index: number;
  readonly count: number;
  readonly frame: number;
  readonly frameCount: number;
  /** 0 before it is known. */
  readonly framesPerSec: number;
  /** For this recording; NaN before it is known. */
  readonly secondsLeft: number;
}

/** What came of a list of recordings. */
export interface TrackedVideos {
  /** Those that are done, in their order. */
  readonly videos: readonly TrackedVideo[];
  /** Those that could not be tracked, and why. */
  readonly failures: readonly { readonly path: string; readonly error: unknown }[];
}

/**
 * Tracks recordings, given as paths of files and folders. One that fails is reported at the end and the others finish; an abort
 * ends all.
 * @throws what `openTrackingModel` throws where the model cannot be used; the reason of an abort.
 */
export async function trackVideos(paths: readonly string[], options: TrackVideosOptions): Promise<TrackedVideos> {
  const { modelFolder, device, name, onProgress, signal, ...rest } = options;
  const model = await openTrackingModel(modelFolder, device);
  const videos: TrackedVideo[] = [];
  const { recordings, failures } = await findRecordings(paths);
  const count = recordings.length;
  try {
    if (name !== undefined && count > 1) {
      throw new StorageError(`${count} recordings cannot all get the name ${name}`, {
        hint: 'Track them one by one, or leave --name out.',
      });
    }
    for (const [index, found] of recordings.entries()) {
      const recording = name === undefined ? found : { ...found, name };
      signal?.throwIfAborted();
      try {
        const own = { ...rest, ...(signal ? { signal } : {}), ...listener(recording, index) };
        videos.push(await trackVideo(recording, model, own));
      } catch (error) {
        signal?.throwIfAborted();
        failures.push({ path: recording.path, error });
      }
    }
  } finally {
    await model.close();
  }
  return { videos, failures };

  function listener({ path }: Recording, index: number): Pick<TrackVideoOptions, 'onProgress'> {
    if (onProgress === undefined) return {};
    return { onProgress: (progress) => onProgress({ video: path, index, count, ...progress }) };
  }
}
