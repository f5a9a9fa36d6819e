import { type FileHandle, open } from 'node:fs/promises';
import { FormatError } from '@zoopraxis/core';
import { storageProblem } from '../bytes/storage-problem.node.js';
import { frameTimes } from './frame-times.js';
import { NORPIX_HEADER_BYTES, type NorpixHeader, norpixRgb, norpixSeconds, readNorpixHeader } from './norpix-header.js';
import { outputSize, type WantedSize } from './output-size.js';
import { PacketList } from './packet-columns.js';
import { readPicture, scalePicture } from './picture.node.js';
import { ReadSource } from './read-source.js';
import type { VideoInformation, VideoSource } from './video-information.js';

/** How a NorPix sequence is opened. */
export interface NorpixOptions extends WantedSize {
  readonly signal?: AbortSignal;
}

/** Where the pictures of a sequence lie. */
interface Records {
  readonly list: PacketList;
  readonly isTruncated: boolean;
  /** False where no picture has a time stamp. */
  readonly hasTimes: boolean;
}

/** Bytes of a time stamp behind each picture. */
const STAMP_BYTES = 8;

/** Reads bytes of the file; fewer than asked for at its end. */
async function readAt(handle: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function rawRecords(
  handle: FileHandle,
  header: NorpixHeader,
  fileBytes: number,
  signal?: AbortSignal,
): Promise<Records> {
  const { firstByte, strideBytes, imageBytes, frameCount } = header;
  const whole = Math.max(0, Math.floor((fileBytes - firstByte - imageBytes) / strideBytes) + 1);
  const count = fileBytes < firstByte + imageBytes ? 0 : frameCount > 0 ? Math.min(frameCount, whole) : whole;
  const list = new PacketList();
  let hasTimes = false;
  const hasRoom = strideBytes >= imageBytes + STAMP_BYTES;
  for (let frame = 0; frame < count; frame++) {
    if (frame % 256 === 0) signal?.throwIfAborted();
    const at = firstByte + frame * strideBytes;
    const stamp = hasRoom ? await readAt(handle, at + imageBytes, STAMP_BYTES) : new Uint8Array(0);
    const sec = stamp.length === STAMP_BYTES ? norpixSeconds(stamp, 0) : Number.NaN;
    hasTimes ||= !Number.isNaN(sec);
    list.add(sec, sec, at, imageBytes, 1);
  }
  return { list, isTruncated: frameCount > count, hasTimes };
}

async function compressedRecords(
  handle: FileHandle,
  header: NorpixHeader,
  fileBytes: number,
  signal?: AbortSignal,
): Promise<Records> {
  const { frameCount } = header;
  const list = new PacketList();
  let hasTimes = false;
  let gap = STAMP_BYTES;
  let at = header.firstByte;
  while (at + 4 < fileBytes && (frameCount === 0 || list.count < frameCount)) {
    if (list.count % 256 === 0) signal?.throwIfAborted();
    const head = await readAt(handle, at, 4);
    const size = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
    if (size === 0 && list.count === 1 && gap === STAMP_BYTES) {
      // Newer recorders leave 16 bytes between pictures.
      gap += STAMP_BYTES;
      at += STAMP_BYTES;
      continue;
    }
    if (size <= 4 || at + size > fileBytes) break;
    const stamp = await readAt(handle, at + size, STAMP_BYTES);
    const sec = stamp.length === STAMP_BYTES ? norpixSeconds(stamp, 0) : Number.NaN;
    hasTimes ||= !Number.isNaN(sec);
    list.add(sec, sec, at + 4, size - 4, 1);
    at += size + gap;
  }
  return { list, isTruncated: frameCount > list.count, hasTimes };
}

/**
 * Returns a NorPix sequence (StreamPix, `.seq`) as a recording: uncompressed gray of 8 or 16 bits, BGR, JPEG or PNG pictures,
 * found by walking through the file, with the times of the camera. A picture that is damaged is black and `corrupt`.
 * @throws FormatError where the header is damaged or no whole picture follows, StorageError where the file cannot be read.
 */
export async function openNorpix(path: string, options: NorpixOptions = {}): Promise<VideoSource> {
  const { signal } = options;
  signal?.throwIfAborted();
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    throw storageProblem(cause, 'read', path);
  }
  try {
    const header = readNorpixHeader(await readAt(handle, 0, NORPIX_HEADER_BYTES), path);
    const { size: fileBytes } = await handle.stat();
    const isRaw = header.pixels === 'gray' || header.pixels === 'bgr';
    const records = await (isRaw ? rawRecords : compressedRecords)(handle, header, fileBytes, signal);
    const columns = records.list.finish();
    if (columns.count === 0) {
      throw new FormatError({
        format: 'seq',
        path,
        where: `byte ${header.firstByte}`,
        expected: 'one whole picture or more',
        found: 'the end of the file',
        hint: 'The recording or its copy was cut off: copy the file again.',
      });
    }
    const rates = header.fps > 0 ? [{ numerator: header.fps, denominator: 1 }] : [];
    const order = Uint32Array.from({ length: columns.count }, (_, frame) => frame);
    // Stamps are whole microseconds, or milliseconds from old recorders; both are rounded.
    const isCoarse = columns.pts.every(
      (sec) => Number.isNaN(sec) || Math.abs(sec * 1e3 - Math.round(sec * 1e3)) < 1e-3,
    );
    const tickSec = isCoarse ? 1e-3 : 1e-6;
    const inTicks = { ...columns, pts: columns.pts.map((sec) => Math.round(sec / tickSec)) };
    const absent = { ...columns, pts: columns.pts.map(() => Number.NaN) };
    const times = frameTimes(records.hasTimes ? inTicks : absent, order, { secPerTick: tickSec, rates }, true);
    const { widthPx, heightPx } = header;
    const [wide, high] = outputSize(widthPx, heightPx, options);
    const { timesSec, ...rest } = times;
    const information: VideoInformation = {
      frameCount: columns.count,
      widthPx,
      heightPx,
      storedWidthPx: widthPx,
      storedHeightPx: heightPx,
      rotationDeg: 0,
      isMirrored: false,
      ...rest,
      nominalFps: header.fps > 0 ? header.fps : undefined,
      isVariableRate: timesSec !== undefined,
      ...(timesSec === undefined ? {} : { timesSec }),
      codec: isRaw ? 'rawvideo' : header.pixels === 'jpeg' ? 'mjpeg' : 'png',
      container: 'seq',
      pixelFormat:
        header.pixels === 'gray'
          ? header.bitDepth === 16
            ? 'gray16le'
            : 'gray'
          : header.pixels === 'bgr'
            ? 'bgr24'
            : header.pixels,
      keyFrameCount: columns.count,
      hasOpenGops: false,
      declaredFrameCount: header.frameCount > 0 ? header.frameCount : undefined,
      isTruncated: records.isTruncated,
      reader: 'seq',
    };
    const isScaled = wide !== widthPx || high !== heightPx;
    return new ReadSource({
      information,
      widthPx: wide,
      heightPx: high,
      async read(frame) {
        const size = columns.size[frame] as number;
        const bytes = await readAt(handle, columns.position[frame] as number, size);
        const black = { rgb: new Uint8Array(wide * high * 3), corrupt: true };
        if (bytes.length < size) return black;
        if (isRaw) {
          const picture = { widthPx, heightPx, rgb: norpixRgb(header, bytes) };
          return { rgb: isScaled ? (await scalePicture(picture, wide, high)).rgb : picture.rgb, corrupt: false };
        }
        try {
          const picture = await readPicture(bytes);
          if (picture.widthPx !== widthPx || picture.heightPx !== heightPx) return black;
          return { rgb: isScaled ? (await scalePicture(picture, wide, high)).rgb : picture.rgb, corrupt: false };
        } catch (cause) {
          if (cause instanceof FormatError) return black;
          throw cause;
        }
      },
      close: () => handle.close(),
    });
  } catch (cause) {
    await handle.close();
    throw storageProblem(cause, 'read', path);
  }
}
