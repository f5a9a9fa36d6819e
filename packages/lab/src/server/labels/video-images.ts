import { basename, extname } from 'node:path';
import type { LabeledImage } from '@zoopraxis/core';
import { isFileName, type Manifest, naturalOrder, type VideoEntry } from '@zoopraxis/io';
import type { ServerContext } from '../server-context.js';

const imageFolder = /^labeled-data\/([^/]+)$/;

/** Returns the group of images that stands for a video because there is none, undefined for videos. */
export const groupShownAsVideo = ({ source }: VideoEntry): string | undefined => imageFolder.exec(source)?.[1];

/** Returns the name of a video's file without folder and ending, as `extract-frames` and DeepLabCut name its images' group. */
export const stemOfVideo = ({ source }: VideoEntry): string => {
  const file = basename(source.replaceAll('\\', '/'));
  return basename(file, extname(file));
};

/** Returns the groups of images that are of a video: its id and the name of its file, unless another video has that too. */
export function groupsOfVideo({ videos }: Manifest, video: VideoEntry): string[] {
  const shown = groupShownAsVideo(video);
  if (shown !== undefined) return [shown];
  const isOthers = (name: string) =>
    videos.some((other) => other.id !== video.id && (other.id === name || stemOfVideo(other) === name));
  return [video.id, ...(isOthers(stemOfVideo(video)) ? [] : [stemOfVideo(video)])].filter(
    (name, i, all) => all.indexOf(name) === i,
  );
}

/** Returns the video that a group of images is of, undefined where none is. */
export function videoOfGroup(manifest: Manifest, group: string): VideoEntry | undefined {
  return (
    manifest.videos.find(({ id }) => id === group) ??
    manifest.videos.find((video) => groupsOfVideo(manifest, video).includes(group))
  );
}

/** Returns the group that new images of a video go to: one that is there, else that of its file's name. */
export function groupForVideo(manifest: Manifest, video: VideoEntry, images: readonly LabeledImage[]): string {
  const groups = groupsOfVideo(manifest, video);
  const used = new Set(images.map(({ group }) => group));
  const found = groups.find((group) => used.has(group)) ?? [...groups].reverse().find(isFileName);
  return found ?? video.id;
}

/** Returns the names of the image files of a group as a folder of images shows them, frame by frame; list. */
export async function filesOfGroup({ project }: ServerContext, group: string): Promise<string[]> {
  const prefix = `labeled-data/${group}/`;
  const names = (await project.store.list(prefix)).map((name) => name.slice(prefix.length));
  return naturalOrder(names.filter((name) => /^[^./][^/]*\.(png|jpe?g|bmp|tiff?|webp)$/i.test(name)));
}

/** The images of one video. */
export interface VideoImages {
  /** In order of frames, list; those whose frame is not known are left out. */
  readonly images: readonly { readonly image: LabeledImage; readonly frame: number }[];
  /** Returns the frame of an image, undefined where it is of another video, or not known. */
  frameOf(image: Pick<LabeledImage, 'group' | 'file'>): number | undefined;
}

/** Returns the frame of an image: the one that is known, else the number at the end of its name; undefined without one. */
function numberedFrame({ file, frame }: LabeledImage): number | undefined {
  if (frame !== undefined) return frame;
  const digits = /(\d{1,9})\.[A-Za-z]+$/.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** By all images and by the manifest: while both are the same, so are the images of a video. */
const kept = new WeakMap<object, WeakMap<object, Map<string, VideoImages>>>();

/** Returns the images of a video and which frames they are; a folder of images is counted through as it is shown. */
export async function imagesOfVideo(context: ServerContext, video: VideoEntry): Promise<VideoImages> {
  const { manifest } = context.project;
  const known = context.project.images();
  // Files of a folder come and go.
  if (groupShownAsVideo(video) !== undefined) return findImages(context, video);
  const byManifest = kept.get(known) ?? new WeakMap<object, Map<string, VideoImages>>();
  kept.set(known, byManifest);
  const byVideo = byManifest.get(manifest) ?? new Map<string, VideoImages>();
  byManifest.set(manifest, byVideo);
  const before = byVideo.get(video.id);
  if (before !== undefined) return before;
  const found = await findImages(context, video);
  byVideo.set(video.id, found);
  return found;
}

async function findImages(context: ServerContext, video: VideoEntry): Promise<VideoImages> {
  const { manifest } = context.project;
  const shown = groupShownAsVideo(video);
  const known = context.project.images();
  const found: { image: LabeledImage; frame: number }[] = [];
  if (shown !== undefined) {
    const own = new Map(known.filter(({ group }) => group === shown).map((image) => [image.file, image]));
    for (const [frame, file] of (await filesOfGroup(context, shown)).entries()) {
      found.push({ image: own.get(file) ?? { group: shown, file }, frame });
    }
  } else {
    const groups = new Set(groupsOfVideo(manifest, video));
    for (const image of known) {
      const frame = groups.has(image.group) ? numberedFrame(image) : undefined;
      if (frame !== undefined) found.push({ image, frame });
    }
    found.sort((a, b) => a.frame - b.frame);
  }
  const frames = new Map(found.map(({ image, frame }) => [`${image.group}/${image.file}`, frame]));
  return { images: found, frameOf: ({ group, file }) => frames.get(`${group}/${file}`) };
}
