import { type FrameSource, type Picture, type PoseTracks, secondsOfFrame } from '@zoopraxis/core';
import { formatDuration } from '@zoopraxis/figures';
import { openVideoEncoder } from '@zoopraxis/io/node';
import { drawCaption, drawPose, type PoseStyle } from './draw-pose.js';

/** How a labeled video is made. */
export interface LabeledVideoOptions {
  /** Pixels; may be decoded smaller than the frames that the tracks count in. */
  readonly source: FrameSource;
  readonly tracks: PoseTracks;
  /** Width in px of the frames that the tracks count in; default that of the source. */
  readonly tracksWidthPx?: number;
  readonly style?: PoseStyle;
  /** First frame, default 0. */
  readonly start?: number;
  /** Frame after the last, default the end of the shorter of video and tracks. */
  readonly end?: number;
  /** Word before the frame number, such as `synthetic`. */
  readonly mark?: string;
  /** Write frame number and time into the picture, default true. */
  readonly caption?: boolean;
  /** From 1 to 100, default 75. */
  readonly quality?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (framesDone: number, frameCount: number) => void;
}

/** What was drawn. */
export interface LabeledVideo {
  readonly frameCount: number;
  readonly corruptFrameCount: number;
}

/**
 * Writes an H.264 MP4 with the poses drawn on the frames; the file stands under its name only when it is complete.
 * @throws RangeError for a range without frames; what source and encoder throw.
 */
export async function writeLabeledVideo(path: string, options: LabeledVideoOptions): Promise<LabeledVideo> {
  const { source, tracks, style = {}, mark, caption = true, quality, signal, onProgress } = options;
  const { start = 0 } = options;
  const end = Math.min(options.end ?? Number.POSITIVE_INFINITY, source.frameCount, tracks.timeBase.frameCount);
  if (!(start >= 0 && start < end)) {
    throw new RangeError(`labeled video: start must be a frame below ${end}, got ${start}`);
  }
  const { widthPx, heightPx, timesSec } = source;
  const encoder = await openVideoEncoder(path, {
    widthPx,
    heightPx,
    ...(timesSec === undefined ? { fps: source.fps } : { timesSec: timesSec.subarray(start, end) }),
    ...(quality === undefined ? {} : { quality }),
  });
  const scale = widthPx / (options.tracksWidthPx ?? widthPx);
  let corruptFrameCount = 0;
  try {
    for await (const frame of source.frames(start, end, signal)) {
      signal?.throwIfAborted();
      if (frame.corrupt) corruptFrameCount++;
      drawPose(frame, tracks, { frame: frame.index, scale, style });
      if (caption) drawFrameCaption(frame, tracks, { frame: frame.index, mark, corrupt: frame.corrupt });
      await encoder.write(frame);
      onProgress?.(frame.index + 1 - start, end - start);
      source.recycle?.(frame);
    }
    await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
  return { frameCount: end - start, corruptFrameCount };
}

function drawFrameCaption(
  picture: Picture,
  tracks: PoseTracks,
  { frame, mark, corrupt }: { frame: number; mark: string | undefined; corrupt: boolean },
): void {
  const sec = secondsOfFrame(tracks.timeBase, frame);
  const parts = [mark, `frame ${frame}`, formatDuration(sec), corrupt ? 'damaged' : undefined];
  drawCaption(picture, parts.filter((part) => part !== undefined).join('  '));
}
