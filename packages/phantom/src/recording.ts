import type {
  Annotations,
  Ethogram,
  FrameSource,
  PlaneCalibration,
  PoseTracks,
  Provenance,
  Skeleton,
} from '@zoopraxis/core';
import type { PhantomBouts } from './behaviors.js';

/** The camera of a phantom; all but `heightCm` are imperfections, and 0 takes them away. */
export interface CameraOptions {
  /** Standard deviation of the noise at mid gray, levels of 255; default 3. */
  readonly noise?: number;
  /** Standard deviation of the blur of focus, px; default 0.8. */
  readonly blurPx?: number;
  /** Share of the time between frames in which light is gathered, 0..1; default 0.35. */
  readonly exposure?: number;
  /** Relative amplitude of slow changes of light; default 0.04. */
  readonly drift?: number;
  /** Loss of light in the corners, 0..1; default 0.22. */
  readonly vignette?: number;
  /** One gray channel; default false. */
  readonly monochrome?: boolean;
  /** Height above the floor; default 2.4 times the longer side of the arena. */
  readonly heightCm?: number;
}

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
  /** What was done, as one table. */
  readonly bouts: PhantomBouts;
  /** The same as annotations: one for each subject and target. */
  readonly annotations: readonly Annotations[];
  readonly ethogram: Ethogram;
  readonly calibration: PlaneCalibration;
  /**
   * Returns which animal is seen at each pixel at the middle of a frame's exposure, without blur and noise: 0 none,
   * 1 the first individual, and so on, shape `[heightPx, widthPx]`.
   */
  mask(frame: number): Uint8Array;
}

/** Returns how the truth of a phantom came to be: by its options alone, and synthetic. */
export const phantomProvenance = (parameters: Readonly<Record<string, unknown>>): Provenance => ({
  operation: 'phantom',
  versions: { '@zoopraxis/phantom': '0.1.0' },
  inputs: [],
  parameters,
  synthetic: true,
});
