import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type CameraView, createRecording, createVideo, StorageError, type Video } from '@zoopraxis/core';
import { isFileName, type Project } from '@zoopraxis/io';
import { openFrames, sourcePath } from '@zoopraxis/io/node';
import { hashRecording } from '../track/content-hash.js';
import { findRecordings } from '../track/recordings.js';
import { filmTag, keepFilmRecord } from './film-record.js';

/** What is said of videos that they do not say themselves. */
export interface AddVideosOptions {
  readonly view: CameraView;
  /** Frames per second of folders of images. */
  readonly fps?: number;
  readonly pxPerCm?: number;
  /** True where a video of the same name and other content is replaced. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
  readonly onVideo: (name: string, index: number, count: number) => void;
}

/** What came of one video. */
export interface AddedVideo {
  readonly id: string;
  readonly path: string;
  /** `moved` where the project knew it at another place. */
  readonly state: 'added' | 'replaced' | 'moved' | 'known';
}

/** Videos that are in the project now, and those that could not be taken. */
export interface AddedVideos {
  readonly videos: readonly AddedVideo[];
  readonly failures: readonly { readonly path: string; readonly error: unknown }[];
}

/**
 * Makes videos, given as paths of files and folders, known to a project: they stay where they are. Each gets a recording of
 * its own, or goes into the one of its name. One that cannot be read stops no other.
 */
export async function addVideos(
  project: Project,
  folder: string,
  paths: readonly string[],
  options: AddVideosOptions,
): Promise<AddedVideos> {
  const { recordings, failures } = await findRecordings(paths);
  const videos: AddedVideo[] = [];
  for (const [index, { path, name }] of recordings.entries()) {
    options.signal.throwIfAborted();
    options.onVideo(name, index, recordings.length);
    try {
      videos.push(await addVideo(project, folder, { path, name }, options));
    } catch (error) {
      options.signal.throwIfAborted();
      failures.push({ path, error });
    }
  }
  await giveRecordings(
    project,
    videos.map(({ id }) => id),
  );
  return { videos, failures };
}

async function addVideo(
  project: Project,
  folder: string,
  { path, name }: { readonly path: string; readonly name: string },
  options: AddVideosOptions,
): Promise<AddedVideo> {
  const { view, fps, pxPerCm, replace, signal } = options;
  const source = sourceIn(folder, path);
  const contentHash = await hashRecording(path);
  const same = project.manifest.videos.find((video) => video.contentHash === contentHash);
  if (same !== undefined) {
    if (sourcePath(folder, same.source) === path) return { id: same.id, path, state: 'known' };
    await project.updateManifest((manifest) => ({
      ...manifest,
      videos: manifest.videos.map((video) => (video.id === same.id ? { ...video, source } : video)),
    }));
    return { id: same.id, path, state: 'moved' };
  }
  if (!isFileName(name)) {
    throw new StorageError(`the name of the video cannot be used for files of the project: ${path}`, {
      hint: 'Rename the video: no / \\ : * ? " < > |, no dot or space at the ends.',
    });
  }
  const before = project.manifest.videos.find(({ id }) => id.toLowerCase() === name.toLowerCase());
  if (before !== undefined && !replace) {
    throw new StorageError(`the project has another video of the name ${before.id}, ${before.source}: ${path}`, {
      hint: 'Rename one of them, or replace that of the project with --replace.',
    });
  }
  const frames = await openFrames(path, { signal, ...(fps === undefined ? {} : { fps }) });
  try {
    const { information } = frames;
    if (!information.isRateKnown) {
      throw new StorageError(`nothing says the frame rate of the images: ${path}`, { hint: 'Give it with --fps.' });
    }
    const id = before?.id ?? name;
    const video: Video = {
      id,
      source,
      view,
      widthPx: information.widthPx,
      heightPx: information.heightPx,
      frameCount: information.frameCount,
      fps: information.fps,
      ...(information.timesSec === undefined ? {} : { timesSec: information.timesSec }),
      ...(pxPerCm === undefined ? {} : { calibration: { kind: 'plane', pxPerCm } as const }),
      contentHash,
    };
    await project.addVideo(createVideo(video));
    // Finding out again would take the studio seconds.
    const found = await filmTag(path, contentHash);
    if (found !== undefined) await keepFilmRecord(found.tag, information);
    return { id, path, state: before === undefined ? 'added' : 'replaced' };
  } finally {
    await frames.close();
  }
}

/** Returns a path as the manifest holds it: relative where it lies in the project, so that the folder can be moved. */
function sourceIn(folder: string, path: string): string {
  const inside = relative(resolve(folder), path);
  const isInside = inside !== '' && !isAbsolute(inside) && inside.split(sep)[0] !== '..';
  return isInside ? inside.split(sep).join('/') : join(path);
}

async function giveRecordings(project: Project, ids: readonly string[]): Promise<void> {
  const all = project.recordings();
  const alone = ids.filter((id) => !all.some(({ videos }) => videos.includes(id)));
  if (alone.length === 0) return;
  await project.updateRecordings((recordings) => [
    ...recordings.map((recording) =>
      alone.includes(recording.id) ? { ...recording, videos: [...recording.videos, recording.id] } : recording,
    ),
    ...alone
      .filter((id) => !recordings.some((recording) => recording.id === id))
      .map((id) => createRecording({ id, videos: [id] })),
  ]);
}
