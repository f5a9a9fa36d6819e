import type { FrameSource } from '@zoopraxis/core';

/** What is known of a recording once it is open; sizes are of the recording itself, before any scaled decoding. */
export interface VideoInformation {
  /** Number of frames that can be read, counted in the file and not taken from its header. */
  readonly frameCount: number;
  /** Width as shown, after rotation. */
  readonly widthPx: number;
  /** Height as shown, after rotation. */
  readonly heightPx: number;
  /** Width as stored. */
  readonly storedWidthPx: number;
  /** Height as stored. */
  readonly storedHeightPx: number;
  /** Clockwise turn that brings the stored picture upright: 0, 90, 180 or 270. */
  readonly rotationDeg: number;
  /** True where the stored picture is mirrored left to right before it is turned. */
  readonly isMirrored: boolean;
  /** Frames per second: the exact rate where it is constant, the mean where it varies. */
  readonly fps: number;
  /** The rate that the container declares; undefined where it declares none. */
  readonly nominalFps: number | undefined;
  /** False where neither file nor caller gave a rate and 1 frame per second stands in. */
  readonly isRateKnown: boolean;
  readonly isVariableRate: boolean;
  /** Time of each frame in seconds from the first one, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
  /** Number of frames whose time was absent or not after the one before, and was therefore put between its neighbors. */
  readonly repairedTimeCount: number;
  /** Time of the first frame on the container's own clock, seconds. */
  readonly startSec: number;
  /** From the first frame to the end of the last one, seconds. */
  readonly durationSec: number;
  /** Codec name as FFmpeg has it, such as `h264`. */
  readonly codec: string;
  /** Container name as FFmpeg has it, such as `mov,mp4,m4a,3gp,3g2,mj2`; `seq` and `folder` are ours. */
  readonly container: string;
  /** Pixel format as FFmpeg has it, such as `yuv420p`. */
  readonly pixelFormat: string;
  /** Number of frames from which decoding can start. */
  readonly keyFrameCount: number;
  /** True where some frames before a key frame need it as well; undefined where the file does not tell. */
  readonly hasOpenGops: boolean | undefined;
  /** Number of frames that the header promises; undefined where it does not. */
  readonly declaredFrameCount: number | undefined;
  /** True where reading ended before the end that the file promises. */
  readonly isTruncated: boolean;
  /** What decodes. */
  readonly reader: 'node-av' | 'ffmpeg' | 'seq' | 'images';
}

/** A recording that is open: pixels come as from any {@link FrameSource}. */
export interface VideoSource extends FrameSource {
  readonly information: VideoInformation;
  /** Number of distinct frames delivered so far that were corrupt. */
  readonly corruptFrameCount: number;
  /** Returns the frame from which decoding of a frame begins, which is there much sooner; left out where each stands for itself. */
  keyFrameOf?(index: number): Promise<number>;
}
