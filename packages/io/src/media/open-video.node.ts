import { resolve } from 'node:path';
import { UnavailableError } from '@zoopraxis/core';
import { NODE_AV_ABSENT } from './av-binding.node.js';
import { AvSource, type AvSourceOptions } from './av-source.node.js';
import { FfmpegSource } from './ffmpeg-source.node.js';
import type { VideoSource } from './video-information.js';
import { checkMediaFile } from './video-problem.node.js';

/** How a video is opened. */
export type OpenVideoOptions = AvSourceOptions;

/**
 * Returns an open video: exact count and times of its frames, frames in order with read-ahead, and any frame
 * by its index. Decoding runs in a thread; a scaled size (`widthPx`, `heightPx`, one alone keeps the
 * proportions) is made there. Damage never shifts a frame: one whose picture is damaged or absent is
 * `corrupt`, and an absent picture repeats the one before. Where node-av does not load, an installed ffmpeg
 * decodes instead. Close it when done.
 * @throws StorageError where the file cannot be read, FormatError where it is no video, RangeError for an impossible size.
 * @example
 * const video = await openVideo('mouse.mp4', { widthPx: 640 });
 * for await (const frame of video.frames()) { use(frame.rgb); video.recycle?.(frame); }
 * await video.close();
 */
export async function openVideo(path: string, options: OpenVideoOptions = {}): Promise<VideoSource> {
  options.signal?.throwIfAborted();
  const file = resolve(path);
  await checkMediaFile(file);
  try {
    return await AvSource.open(file, options);
  } catch (cause) {
    if (!(cause instanceof UnavailableError) || !cause.message.startsWith(NODE_AV_ABSENT)) throw cause;
    return FfmpegSource.open(file, options);
  }
}
