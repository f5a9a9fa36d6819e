import type { ByteStore, LabeledFrames, LabeledImage } from '@zoopraxis/core';
import { openReader } from '../bytes/piecewise.js';
import { type PictureSize, readPictureSize } from '../formats/picture-size.js';
import { imageKey } from './labels/label-state.js';

/** What is wrong with an image that has labels. */
export interface ImageProblem {
  readonly image: LabeledImage;
  readonly kind: 'missing' | 'unreadable' | 'other-size' | 'labels-outside';
  /** One sentence for the user. */
  readonly message: string;
}

/** Bytes that hold the size of a picture, with room for what cameras write before it. */
const headBytes = 1 << 18;

async function sizeOf(store: ByteStore, name: string): Promise<PictureSize | 'missing' | 'unreadable'> {
  const reader = await openReader(store, name);
  if (reader === undefined) return 'missing';
  try {
    const head = await reader.read(0, Math.min(reader.byteLength, headBytes));
    return readPictureSize(head) ?? 'unreadable';
  } finally {
    await reader.close();
  }
}

const words = ({ widthPx, heightPx }: PictureSize): string => `${widthPx} x ${heightPx} px`;

/** Returns the size that most images of each group have, or that its video has. */
function expectedSizes(
  images: readonly LabeledImage[],
  sizes: ReadonlyMap<string, PictureSize>,
  videos: ReadonlyMap<string, PictureSize>,
): Map<string, PictureSize> {
  const counts = new Map<string, Map<string, { size: PictureSize; count: number }>>();
  for (const image of images) {
    const size = sizes.get(imageKey(image));
    if (size === undefined) continue;
    const group = counts.get(image.group) ?? new Map<string, { size: PictureSize; count: number }>();
    counts.set(image.group, group);
    const key = words(size);
    group.set(key, { size, count: (group.get(key)?.count ?? 0) + 1 });
  }
  const expected = new Map(videos);
  for (const [group, found] of counts) {
    if (expected.has(group)) continue;
    const [most] = [...found.values()].sort((a, b) => b.count - a.count);
    if (most !== undefined) expected.set(group, most.size);
  }
  return expected;
}

/** Returns, for each image, the first of its points that lies outside of it, in words. */
function pointsOutside(labels: LabeledFrames, sizes: ReadonlyMap<string, PictureSize>): Map<string, string> {
  const found = new Map<string, string>();
  const { skeleton, position, image, images } = labels;
  const count = skeleton.keypoints.length;
  for (let row = 0; row < image.length; row++) {
    const key = imageKey(images[image[row] as number] as LabeledImage);
    const size = sizes.get(key);
    if (size === undefined || found.has(key)) continue;
    for (let k = 0; k < count; k++) {
      const [x, y] = [position[2 * (row * count + k)] as number, position[2 * (row * count + k) + 1] as number];
      if (x < -0.5 || y < -0.5 || x > size.widthPx - 0.5 || y > size.heightPx - 0.5) {
        found.set(key, `${skeleton.keypoints[k]} at (${x}, ${y})`);
        break;
      }
    }
  }
  return found;
}

/**
 * Returns what is wrong with the images of labels: missing, not a picture, of another size than their video or the other
 * images of their group, or smaller than their labels. Only the head of each file is read.
 *
 * @param nameOf name of an image in the store
 * @param videos sizes of videos by id: a group of that name has its size
 */
export async function checkImages(
  store: ByteStore,
  labels: LabeledFrames,
  options: {
    readonly nameOf: (image: LabeledImage) => string;
    readonly videos?: ReadonlyMap<string, PictureSize>;
    readonly signal?: AbortSignal;
  },
): Promise<ImageProblem[]> {
  const { nameOf, videos = new Map<string, PictureSize>(), signal } = options;
  const labeled = [...new Set(labels.image)].sort((a, b) => a - b).map((i) => labels.images[i] as LabeledImage);
  const sizes = new Map<string, PictureSize>();
  const problems: ImageProblem[] = [];
  for (const image of labeled) {
    signal?.throwIfAborted();
    const [size, name] = [await sizeOf(store, nameOf(image)), nameOf(image)];
    if (size === 'missing') problems.push({ image, kind: size, message: `the image is missing: ${name}` });
    else if (size === 'unreadable') problems.push({ image, kind: size, message: `the file is no picture: ${name}` });
    else sizes.set(imageKey(image), size);
  }
  const expected = expectedSizes(labeled, sizes, videos);
  const outside = pointsOutside(labels, sizes);
  for (const image of labeled) {
    const [size, wanted] = [sizes.get(imageKey(image)), expected.get(image.group)];
    if (size === undefined) continue;
    if (wanted !== undefined && words(wanted) !== words(size)) {
      const message = `the image is ${words(size)}, ${videos.has(image.group) ? 'its video' : 'most of its group'} ${words(wanted)}: ${nameOf(image)}`;
      problems.push({ image, kind: 'other-size', message });
    }
    const point = outside.get(imageKey(image));
    if (point !== undefined) {
      const message = `${point} lies outside of the image of ${words(size)}: ${nameOf(image)}`;
      problems.push({ image, kind: 'labels-outside', message });
    }
  }
  return problems;
}
