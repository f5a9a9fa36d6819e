import { stat } from 'node:fs/promises';
import { FormatError, type Picture, StorageError } from '@zoopraxis/core';
import type { Sharp } from 'sharp';
import { readWhole } from '../bytes/durable.node.js';
import { isMissing, storageProblem } from '../bytes/storage-problem.node.js';
import { bmpSize, isBmp, readBmp } from './bmp.js';
import { outputSize, type WantedSize } from './output-size.js';

/** Largest image that is decoded, pixels: an image of a few bytes can claim terabytes. */
const MAX_IMAGE_PIXELS = 2 ** 28;
/** Largest image file that is read, bytes. */
const MAX_IMAGE_BYTES = 2 ** 30;

/** Tells whether bytes begin like an image that is read: PNG, JPEG, TIFF, WebP, GIF or BMP. */
export function isImage(bytes: Uint8Array): boolean {
  const begins = (...head: number[]): boolean => head.every((value, at) => bytes[at] === value);
  const isWebp = begins(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 && bytes[9] === 0x45 && bytes[10] === 0x42;
  return (
    begins(0x89, 0x50, 0x4e, 0x47) ||
    begins(0xff, 0xd8, 0xff) ||
    begins(0x49, 0x49, 0x2a, 0) ||
    begins(0x4d, 0x4d, 0, 0x2a) ||
    begins(0x47, 0x49, 0x46, 0x38) ||
    isWebp ||
    isBmp(bytes)
  );
}

function notAnImage(path: string | undefined, found: string, cause?: unknown): FormatError {
  return new FormatError({
    format: 'image',
    ...(path === undefined ? {} : { path }),
    where: 'pixels',
    expected: 'a whole PNG, JPEG, TIFF, WebP, GIF or BMP image',
    found,
    hint: 'Copy the file again, or save it anew as PNG.',
    cause,
  });
}

async function bytesOf(source: string | Uint8Array): Promise<Uint8Array> {
  if (typeof source !== 'string') return source;
  try {
    const stats = await stat(source);
    if (stats.isDirectory()) {
      throw new StorageError(`a folder stands where an image is expected: ${source}`, {
        hint: 'Name a file in the folder.',
      });
    }
    if (stats.size > MAX_IMAGE_BYTES) throw notAnImage(source, `${stats.size} bytes`);
    return await readWhole(source);
  } catch (cause) {
    if (!isMissing(cause)) throw storageProblem(cause, 'read', source);
    throw new StorageError(`there is no such file: ${source}`, { hint: 'Check the name and the folder.', cause });
  }
}

async function openSharp(bytes: Uint8Array): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(bytes, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error', ignoreIcc: true });
}

/** Runs `work` on an image's bytes; whatever goes wrong becomes a FormatError that names the file. */
async function withImage<T>(source: string | Uint8Array, work: (bytes: Uint8Array) => Promise<T> | T): Promise<T> {
  const path = typeof source === 'string' ? source : undefined;
  const bytes = await bytesOf(source);
  if (bytes.length === 0) throw notAnImage(path, 'an empty file');
  if (!isImage(bytes)) throw notAnImage(path, 'bytes of no image');
  try {
    return await work(bytes);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw notAnImage(path, cause instanceof Error ? (cause.message.split('\n')[0] as string) : String(cause), cause);
  }
}

/** How an image is read. */
export type ReadPictureOptions = WantedSize;

/**
 * Returns the pixels of an image file or of its bytes, upright as its EXIF orientation says. 16 bits a channel
 * become 8 by their upper byte, gray becomes equal red, green and blue, transparency and color profiles are
 * dropped. Of several pictures in one file the first is taken.
 * @throws FormatError where the image is damaged, cut, too large (2^28 pixels) or none; StorageError where the file cannot be read.
 */
export function readPicture(source: string | Uint8Array, options: ReadPictureOptions = {}): Promise<Picture> {
  return withImage(source, async (bytes) => {
    const stored = isBmp(bytes) ? readBmp(bytes, MAX_IMAGE_PIXELS) : await decoded(await openSharp(bytes));
    const [wide, high] = outputSize(stored.widthPx, stored.heightPx, options);
    return wide === stored.widthPx && high === stored.heightPx ? stored : scalePicture(stored, wide, high);
  });
}

async function decoded(image: Sharp): Promise<Picture> {
  image.autoOrient().removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' });
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  const rgb = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { widthPx: info.width, heightPx: info.height, rgb };
}

/** Returns a picture in another size, made with a cubic kernel; both sizes cover the same field of view. */
export async function scalePicture(picture: Picture, widthPx: number, heightPx: number): Promise<Picture> {
  return decoded((await sharpOf(picture)).resize(widthPx, heightPx, { fit: 'fill', kernel: 'cubic' }));
}

/** Returns the size of an image file, or of its bytes, as {@link readPicture} gives it, from its header alone. */
export function pictureSize(source: string | Uint8Array): Promise<{ widthPx: number; heightPx: number }> {
  return withImage(source, async (bytes) => {
    if (isBmp(bytes)) {
      const [widthPx, heightPx] = bmpSize(bytes, MAX_IMAGE_PIXELS);
      return { widthPx, heightPx };
    }
    const { width, height } = (await (await openSharp(bytes)).metadata()).autoOrient;
    return { widthPx: width, heightPx: height };
  });
}

async function sharpOf({ rgb, widthPx, heightPx }: Picture): Promise<Sharp> {
  if (rgb.length !== widthPx * heightPx * 3) {
    throw new RangeError(`picture: rgb must have ${widthPx * heightPx * 3} bytes, got ${rgb.length}`);
  }
  const { default: sharp } = await import('sharp');
  return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

/** Returns the bytes of a PNG file. */
export async function writePng(picture: Picture): Promise<Uint8Array> {
  return new Uint8Array(await (await sharpOf(picture)).png({ compressionLevel: 6 }).toBuffer());
}

/** How a JPEG is written. */
export interface WriteJpegOptions {
  /** From 1 to 100; 90 by default. */
  readonly quality?: number;
  /** True to keep colors as fine as brightness; by default they are stored at half the width and height. */
  readonly isFullColor?: boolean;
}

/** Returns the bytes of a JPEG file. */
export async function writeJpeg(
  picture: Picture,
  { quality = 90, isFullColor = false }: WriteJpegOptions = {},
): Promise<Uint8Array> {
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new RangeError(`quality must be a whole number from 1 to 100, got ${quality}`);
  }
  return new Uint8Array(
    await (await sharpOf(picture)).jpeg({ quality, chromaSubsampling: isFullColor ? '4:4:4' : '4:2:0' }).toBuffer(),
  );
}
