import { basename, extname } from 'node:path';
import type { LabeledImage } from '@zoopraxis/core';
import { isFileName, type Manifest, type VideoEntry } from '@zoopraxis/io';

/** Returns the name of a video's file without folder and ending, as `extract-frames` and DeepLabCut name its images' group. */
const stemOf = ({ source }: VideoEntry): string => {
  const file = basename(source.replaceAll('\\', '/'));
  return basename(file, extname(file));
};

/** Returns the groups of images that are of a video: its id and the name of its file, unless another video has that too. */
export function groupsOfVideo({ videos }: Manifest, video: VideoEntry): string[] {
  const isOthers = (name: string) =>
    videos.some((other) => other.id !== video.id && (other.id === name || stemOf(other) === name));
  return [video.id, ...(isOthers(stemOf(video)) ? [] : [stemOf(video)])].filter(
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

/** Returns the frame of an image: the one that is known, else the number at the end of its name; undefined without one. */
export function frameOf({ file, frame }: LabeledImage): number | undefined {
  if (frame !== undefined) return frame;
  const digits = /(\d{1,9})\.[A-Za-z]+$/.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Returns the images of a video whose frame is known, list in order of frames. */
export function imagesOfVideo(
  manifest: Manifest,
  video: VideoEntry,
  images: readonly LabeledImage[],
): { readonly image: LabeledImage; readonly frame: number }[] {
  const groups = new Set(groupsOfVideo(manifest, video));
  return images
    .flatMap((image) => {
      const frame = groups.has(image.group) ? frameOf(image) : undefined;
      return frame === undefined ? [] : [{ image, frame }];
    })
    .sort((a, b) => a.frame - b.frame);
}
