import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LabeledImage } from '@zoopraxis/core';
import type { VideoEntry } from '@zoopraxis/io';
import { writePng } from '@zoopraxis/io/node';
import { cacheFolder } from '../../jobs/cache-folder.js';
import { originalTracks } from '../../track/edited-names.js';
import { placeOfTracks } from '../../track/recording-of-tracks.js';
import type { AnalyzedTracks } from '../analysis/analyze.js';
import { analyzerOf } from '../analysis/analyzer.js';
import type { ChosenFrames } from '../analysis/choose-frames.js';
import { shrinkFolder } from '../analysis/column-file.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { editedTracksOf, footerOfTracks, listAllTracks } from '../tracks/edited-tracks.js';
import { locateVideo } from '../videos/locate-video.js';
import type { OpenVideos } from '../videos/open-videos.js';
import { groupForVideo, imagesOfVideo } from './video-images.js';

/** Returns the name of the image of a frame, as `extract-frames` gives it. */
const fileOfFrame = (frame: number): string => `img${String(frame).padStart(7, '0')}.png`;

/** How frames are chosen for labeling. */
export interface FrameWish {
  readonly method: 'uniform' | 'kmeans' | 'uncertain' | 'outlier';
  readonly count: number;
  readonly tracks?: string | undefined;
}

/**
 * Takes exact frames out of a video into the project, each as a PNG; those that are images already stay.
 * @param frames list
 * @returns the image of each frame
 */
export async function takeFrames(
  context: ServerContext,
  { video, videos }: { readonly video: VideoEntry; readonly videos: OpenVideos },
  frames: readonly number[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, LabeledImage>> {
  const { project, folder } = context;
  const tooLate = frames.find((frame) => frame >= video.frameCount);
  if (tooLate !== undefined) {
    throw refusal(400, `the video ${video.id} has ${video.frameCount} frames, there is no frame ${tooLate}`);
  }
  const { images } = await imagesOfVideo(context, video);
  const known = new Map(images.map(({ image, frame }) => [frame, image]));
  const missing = [...new Set(frames)].filter((frame) => !known.has(frame)).sort((a, b) => a - b);
  if (missing.length > 0) {
    const group = groupForVideo(project.manifest, video, project.images());
    const located = await locateVideo(folder, video);
    await videos.use(located, async (source) => {
      for (const frame of missing) {
        signal?.throwIfAborted();
        const image = { group, file: fileOfFrame(frame), frame };
        const bytes = await writePng(await source.frame(frame, signal));
        await project.addImages([{ image, bytes }]);
        known.set(frame, image);
      }
    });
    context.changed();
  }
  return new Map(frames.map((frame) => [frame, known.get(frame) as LabeledImage]));
}

/** Returns frames of a video that are worth labeling, none of them near an image that is there; told to pages as it goes. */
export async function chooseFramesOf(
  context: ServerContext,
  video: VideoEntry,
  wish: FrameWish,
  signal: AbortSignal,
): Promise<ChosenFrames> {
  const { method, count } = wish;
  const located = await locateVideo(context.folder, video);
  const needsTracks = method === 'uncertain' || method === 'outlier';
  const tracks = needsTracks ? await tracksFor(context, video, wish.tracks) : null;
  const taken = (await imagesOfVideo(context, video)).images.map(({ frame }) => frame);
  const { path, tag } = located;
  const key = createHash('sha256')
    .update(JSON.stringify([path, tag]))
    .digest('hex')
    .slice(0, 40);
  const folder = join(cacheFolder(), 'looks');
  const looks = join(folder, `${key}.looks`);
  const request = { kind: 'frames to label', path, fps: video.fps, method, count, taken, tracks, looks } as const;
  const told = { what: 'frames to label', name: video.id } as const;
  const chosen = (await analyzerOf(context, 'films').run(
    JSON.stringify(request),
    told,
    request,
    signal,
  )) as ChosenFrames;
  await shrinkFolder(folder, mostLooksBytes);
  return chosen;
}

/** Size of the folder of what was seen of films. */
const mostLooksBytes = 2 ** 30;

/** Returns a sentence on why fewer frames came than were wanted, null where all did. */
export function noteOnChoice(
  { frames, candidates, blurred, corrupt }: ChosenFrames,
  { count, method }: FrameWish,
): string | null {
  if (frames.length >= count) return null;
  const came = frames.length === 0 ? 'No frame came' : `${frames.length} of ${count} frames came`;
  if (candidates === 0) {
    const where =
      method === 'outlier' ? 'in which a point moves' : method === 'uncertain' ? 'with points' : 'of the video';
    return `${came}: every frame ${where} is on the list already, or within half a second of one that is.`;
  }
  const left = [
    ...(blurred > 0 ? [`${blurred} are blurred`] : []),
    ...(corrupt > 0 ? [`${corrupt} are damaged`] : []),
    'the others are within half a second of each other or of one on the list',
  ];
  return `${came} of ${candidates} that were looked at: ${left.join(', ')}.`;
}

async function tracksFor(
  context: ServerContext,
  video: VideoEntry,
  wished: string | undefined,
): Promise<AnalyzedTracks> {
  const all = await listAllTracks(context);
  const own = all.filter((name) => placeOfTracks(context.project.manifest, name).video?.id === video.id);
  const name = wished ?? own[0];
  if (name === undefined) {
    throw refusal(
      422,
      `there are no tracks of the video ${video.id}`,
      'Track it first (menu Model), or choose frames by their look.',
    );
  }
  const found = await footerOfTracks(context, name);
  if (found === undefined) throw refusal(404, `the project has no tracks ${name}`);
  if (found.footer.frameCount !== video.frameCount) {
    throw refusal(
      422,
      `the tracks ${name} have ${found.footer.frameCount} frames, the video ${video.id} has ${video.frameCount}`,
      'They were made of another film, or of a part of this one: track this one (menu Model).',
    );
  }
  const { folder, project } = context;
  const exchanges = (await editedTracksOf(context)).exchangesOf(name);
  const path = project.tracksName(exchanges === undefined ? name : originalTracks(name));
  return { folder, path, contentHash: found.tag, exchanges: exchanges ?? [] };
}
