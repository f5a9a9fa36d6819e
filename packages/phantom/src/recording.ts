import type { FrameSource, PlaneCalibration, PoseTracks, Skeleton } from '@zoopraxis/core';
import type { PhantomBouts } from './behaviors.js';

/** A synthetic recording whose truth is known. */
export interface Phantom {
  /** Pixels; a frame is the same alone or in a sequence. */
  readonly source: FrameSource;
  readonly skeleton: Skeleton;
  /** True positions in px of the image, confidence 1; NaN where a point lies outside the image. */
  readonly tracks: PoseTracks;
  /**
   * How each point is to be seen, values of `visibilities` of core, shape `[frame, individual, keypoint]`: absent
   * outside the image, occluded where something lies over it.
   */
  readonly visibility: Uint8Array;
  readonly bouts: PhantomBouts;
  readonly calibration: PlaneCalibration;
  /**
   * Returns which animal is seen at each pixel at the middle of a frame's exposure, without blur and noise: 0 none,
   * 1 the first individual, and so on, shape `[heightPx, widthPx]`.
   */
  mask(frame: number): Uint8Array;
}
