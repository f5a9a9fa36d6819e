import type { FrameSource, LabeledImage } from '@zoopraxis/core';
import type { VideoEntry } from '@zoopraxis/io';
import { writePng } from '@zoopraxis/io/node';
import type { SelectionMethod } from '@zoopraxis/pose';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { footerOfTracks, listAllTracks, readAllTracks } from '../tracks/edited-tracks.js';
import { placeOfTracks } from '../tracks/recording-of-tracks.js';
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

/** Returns frames of a video that are worth labeling, none of them near an image that is there; ascending list. */
export async function chooseFrames(
  context: ServerContext,
  { video, videos }: { readonly video: VideoEntry; readonly videos: OpenVideos },
  wish: FrameWish,
  signal?: AbortSignal,
): Promise<number[]> {
  const { folder } = context;
  const { selectFrames } = await import('@zoopraxis/pose');
  const located = await locateVideo(folder, video);
  const method = await methodOf(context, video, wish);
  const taken = (await imagesOfVideo(context, video)).images.map(({ frame }) => frame);
  const selection = await videos.use(located, (source: FrameSource) =>
    selectFrames(source, { method, count: wish.count, taken, ...(signal === undefined ? {} : { signal }) }),
  );
  return selection.frames.map(({ frame }) => frame);
}

async function methodOf(context: ServerContext, video: VideoEntry, wish: FrameWish): Promise<SelectionMethod> {
  if (wish.method === 'uniform') return { kind: 'uniform' };
  if (wish.method === 'kmeans') return { kind: 'k-means' };
  const all = await listAllTracks(context);
  const own = all.filter((name) => placeOfTracks(context.project.manifest, name).video?.id === video.id);
  const name = wish.tracks ?? own[0];
  if (name === undefined) {
    throw refusal(
      422,
      `there are no tracks of the video ${video.id}`,
      'Track it first, or choose frames by their look.',
    );
  }
  const found = await footerOfTracks(context, name);
  if (found === undefined) throw refusal(404, `the project has no tracks ${name}`);
  if (found.footer.frameCount !== video.frameCount) {
    throw refusal(
      422,
      `the tracks ${name} have ${found.footer.frameCount} frames, the video ${video.id} has ${video.frameCount}`,
    );
  }
  const tracks = await readAllTracks(context, name);
  // The least sure are wanted, however sure they are.
  return wish.method === 'uncertain'
    ? { kind: 'uncertain', tracks, minimumConfidence: 1 }
    : { kind: 'outlier', tracks, minimumDistancePx: 0 };
}
