import { FormatError } from '@zoopraxis/core';

/** What the header of a NorPix sequence says. */
export interface NorpixHeader {
  readonly version: number;
  readonly description: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Bits that a stored pixel or channel takes, and how many of them the camera filled. */
  readonly bitDepth: number;
  readonly bitDepthReal: number;
  /** Bytes of one uncompressed picture. */
  readonly imageBytes: number;
  readonly imageFormat: number;
  /** Frames that the recorder counted; 0 where it was cut off before it wrote the count. */
  readonly frameCount: number;
  /** Bytes from one uncompressed picture to the next. */
  readonly strideBytes: number;
  /** Frames per second that were asked of the camera; 0 where unknown. */
  readonly fps: number;
  /** Byte at which the first picture begins. */
  readonly firstByte: number;
  readonly pixels: NorpixPixels;
}

/** How pictures are stored. */
export type NorpixPixels = 'gray' | 'bgr' | 'jpeg' | 'png';

/** Bytes of the header. */
export const NORPIX_HEADER_BYTES = 1024;

/** Stored pictures by their format number (facts of the files that StreamPix writes; no other kind was found in use). */
const kinds: Readonly<Record<number, NorpixPixels>> = {
  100: 'gray',
  200: 'bgr',
  102: 'jpeg',
  201: 'jpeg',
  1: 'png',
  2: 'png',
};

/** Tells whether bytes begin like a NorPix sequence. */
export function isNorpix(bytes: Uint8Array): boolean {
  if (bytes.length < 28) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0xfeed) return false;
  return [...'Norpix seq'].every((letter, at) => view.getUint16(4 + at * 2, true) === letter.charCodeAt(0));
}

function wideText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-16le').decode(bytes);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}

/**
 * Returns the header of a NorPix sequence (StreamPix, `.seq`) from the first 1024 bytes of the file.
 * @throws FormatError where it is none, damaged, or of a kind of picture that is not read.
 */
export function readNorpixHeader(bytes: Uint8Array, path?: string): NorpixHeader {
  const refuse = (where: string, expected: string, found: string, hint: string): FormatError =>
    new FormatError({ format: 'seq', ...(path === undefined ? {} : { path }), where, expected, found, hint });
  const damaged = 'The header is damaged or the copy is incomplete: copy the file again.';
  if (!isNorpix(bytes)) throw refuse('byte 0', 'the mark of a NorPix sequence', 'other bytes', damaged);
  if (bytes.length < NORPIX_HEADER_BYTES) {
    throw refuse(`byte ${bytes.length}`, `a header of ${NORPIX_HEADER_BYTES} bytes`, 'the end of the file', damaged);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = (at: number): number => view.getUint32(at, true);
  const version = view.getInt32(28, true);
  const [widthPx, heightPx, bitDepth, bitDepthReal] = [number(548), number(552), number(556), number(560)];
  if (widthPx < 1 || heightPx < 1 || widthPx * heightPx > 2 ** 28) {
    throw refuse('byte 548', 'a size of 1 to 268435456 pixels', `${widthPx} x ${heightPx}`, damaged);
  }
  const imageFormat = number(568);
  const pixels = kinds[imageFormat];
  if (pixels === undefined) {
    throw refuse(
      'byte 568',
      'gray, BGR, JPEG or PNG pictures (format 100, 200, 102, 201, 1 or 2)',
      `format ${imageFormat}`,
      'Export the sequence from StreamPix as AVI, or record without a Bayer pattern.',
    );
  }
  const imageBytes = number(564);
  const strideBytes = number(580);
  if (pixels === 'gray' || pixels === 'bgr') {
    const isKnownDepth = pixels === 'gray' ? bitDepth === 8 || bitDepth === 16 : bitDepth === 24;
    if (!isKnownDepth)
      throw refuse('byte 556', '8, 16 or 24 bits a pixel', `${bitDepth}`, 'Export the sequence from StreamPix as AVI.');
    if (imageBytes < (widthPx * heightPx * bitDepth) / 8 || strideBytes < imageBytes) {
      throw refuse(
        'byte 564',
        `${(widthPx * heightPx * bitDepth) / 8} bytes or more a picture`,
        `${imageBytes} of ${strideBytes}`,
        damaged,
      );
    }
  }
  const fps = view.getFloat64(584, true);
  return {
    version,
    description: wideText(bytes.subarray(36, 548)),
    widthPx,
    heightPx,
    bitDepth,
    bitDepthReal: bitDepthReal >= 8 && bitDepthReal <= bitDepth ? bitDepthReal : Math.min(bitDepth, 16),
    imageBytes,
    imageFormat,
    frameCount: number(572),
    strideBytes,
    fps: fps > 0 && fps < 1e6 ? fps : 0,
    firstByte: version >= 5 ? 8192 : NORPIX_HEADER_BYTES,
    pixels,
  };
}

/** Returns the RGB bytes of an uncompressed picture, shape `[heightPx, widthPx, 3]`; deeper gray keeps its upper 8 bits of those that the camera filled. */
export function norpixRgb(header: NorpixHeader, stored: Uint8Array): Uint8Array {
  const { widthPx, heightPx, bitDepth, bitDepthReal, pixels } = header;
  const count = widthPx * heightPx;
  const rgb = new Uint8Array(count * 3);
  if (pixels === 'bgr') {
    for (let at = 0; at < count * 3; at += 3) {
      rgb[at] = stored[at + 2] as number;
      rgb[at + 1] = stored[at + 1] as number;
      rgb[at + 2] = stored[at] as number;
    }
    return rgb;
  }
  const isDeep = bitDepth === 16;
  const shift = bitDepthReal - 8;
  for (let pixel = 0, to = 0; pixel < count; pixel++, to += 3) {
    const value = isDeep
      ? Math.min(255, ((stored[pixel * 2] as number) | ((stored[pixel * 2 + 1] as number) << 8)) >> shift)
      : (stored[pixel] as number);
    rgb[to] = value;
    rgb[to + 1] = value;
    rgb[to + 2] = value;
  }
  return rgb;
}

/** Returns the seconds of a time stamp of 8 bytes: whole seconds since 1970, milliseconds, microseconds; NaN where it is empty. */
export function norpixSeconds(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sec = view.getUint32(at, true);
  if (sec === 0) return Number.NaN;
  return sec + view.getUint16(at + 4, true) / 1e3 + view.getUint16(at + 6, true) / 1e6;
}
