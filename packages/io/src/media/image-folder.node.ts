import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FormatError, StorageError } from '@zoopraxis/core';
import { isMissing, storageProblem } from '../bytes/storage-problem.node.js';
import { naturalOrder } from './natural-order.js';
import { outputSize, type WantedSize } from './output-size.js';
import { pictureSize, readPicture } from './picture.node.js';
import { ReadSource } from './read-source.js';
import type { VideoInformation, VideoSource } from './video-information.js';

/** Names of image files, as far as an ending tells. */
const imageName = /\.(png|jpe?g|bmp|tiff?|webp)$/i;

/** How a folder of images is opened. */
export interface ImageFolderOptions extends WantedSize {
  /** Frames per second; where it is not given, 1 stands in and `information.isRateKnown` is false. */
  readonly fps?: number;
  readonly signal?: AbortSignal;
}

async function imageNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return naturalOrder(
      entries
        .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && imageName.test(entry.name))
        .map(({ name }) => name),
    );
  } catch (cause) {
    if (!isMissing(cause)) throw storageProblem(cause, 'read', folder);
    throw new StorageError(`there is no such folder: ${folder}`, { hint: 'Check the name.', cause });
  }
}

/**
 * Returns the images of a folder as a recording: sorted as a person would, hidden files and other kinds left
 * out, sub-folders not entered. All must have the size of the first; an image that is damaged is black and `corrupt`.
 * @throws FormatError where there is no image, or one of another size (when it is read); StorageError where the folder cannot be read.
 */
export async function openImageFolder(path: string, options: ImageFolderOptions = {}): Promise<VideoSource> {
  const { fps, signal } = options;
  signal?.throwIfAborted();
  if (fps !== undefined && !(fps > 0 && fps <= 1e6)) throw new RangeError(`fps must be above 0, got ${fps}`);
  const folder = resolve(path);
  const names = await imageNames(folder);
  const [first] = names;
  if (first === undefined) {
    throw new FormatError({
      format: 'image folder',
      path: folder,
      where: 'names',
      expected: 'PNG, JPEG, TIFF, BMP or WebP files',
      found: 'none',
      hint: 'Choose the folder that holds the images themselves; sub-folders are not entered.',
    });
  }
  const native = await pictureSize(join(folder, first));
  const [widthPx, heightPx] = outputSize(native.widthPx, native.heightPx, options);
  const isScaled = widthPx !== native.widthPx || heightPx !== native.heightPx;
  const ending = first.slice(first.lastIndexOf('.') + 1).toLowerCase();
  const information: VideoInformation = {
    frameCount: names.length,
    ...native,
    storedWidthPx: native.widthPx,
    storedHeightPx: native.heightPx,
    rotationDeg: 0,
    isMirrored: false,
    fps: fps ?? 1,
    nominalFps: fps,
    isRateKnown: fps !== undefined,
    isVariableRate: false,
    repairedTimeCount: 0,
    startSec: 0,
    durationSec: names.length / (fps ?? 1),
    codec: ending,
    container: 'folder',
    pixelFormat: 'rgb24',
    keyFrameCount: names.length,
    hasOpenGops: false,
    declaredFrameCount: undefined,
    isTruncated: false,
    reader: 'images',
  };
  const checkSize = (file: string, size: { widthPx: number; heightPx: number }): void => {
    if (size.widthPx === native.widthPx && size.heightPx === native.heightPx) return;
    throw new FormatError({
      format: 'image folder',
      path: file,
      where: 'size',
      expected: `${native.widthPx} x ${native.heightPx} as ${first}`,
      found: `${size.widthPx} x ${size.heightPx}`,
      hint: 'Put images of different sizes into folders of their own.',
    });
  };
  return new ReadSource({
    information,
    widthPx,
    heightPx,
    async read(frame) {
      const file = join(folder, names[frame] as string);
      try {
        if (isScaled) checkSize(file, await pictureSize(file));
        const picture = await readPicture(file, isScaled ? { widthPx, heightPx } : {});
        if (!isScaled) checkSize(file, picture);
        return { rgb: picture.rgb, corrupt: false };
      } catch (cause) {
        if (!(cause instanceof FormatError) || cause.where !== 'pixels') throw cause;
        return { rgb: new Uint8Array(widthPx * heightPx * 3), corrupt: true };
      }
    },
    close: async () => undefined,
  });
}
