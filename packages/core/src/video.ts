import { createTimeBase } from './time-base.js';

/** From where a camera looks at the animals. */
export type CameraView = 'top' | 'front' | 'side' | 'bottom' | 'other';

/** Scale of a camera that looks straight at a plane. */
export interface PlaneCalibration {
  readonly kind: 'plane';
  readonly pxPerCm: number;
}

/** Pinhole camera with the distortion of OpenCV's model. */
export interface FullCalibration {
  readonly kind: 'camera';
  /** Row by row, shape `[3, 3]`, px. */
  readonly intrinsics: Float64Array;
  /** k1, k2, p1, p2, k3, shape `[5]`. */
  readonly distortion: Float64Array;
  /** Rotation from world to camera, row by row, shape `[3, 3]`. */
  readonly rotation: Float64Array;
  /** Translation from world to camera, cm, shape `[3]`. */
  readonly translation: Float64Array;
}

/** How px become cm. */
export type Calibration = PlaneCalibration | FullCalibration;

/** A film of animals, as a project knows it. */
export interface Video {
  readonly id: string;
  /** File name or address, relative to the project where it lies inside. */
  readonly source: string;
  readonly view: CameraView;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameCount: number;
  readonly fps: number;
  /** Time of each frame in seconds, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
  /** Place in a recording that is split over several files, from 0. */
  readonly segment?: number;
  readonly calibration?: Calibration;
  /** SHA-256 of the file, or of samples of it for huge ones: then it begins with `sampled-`. */
  readonly contentHash: string;
}

/**
 * Returns a video after checking it.
 * @throws RangeError naming what cannot be.
 */
export function createVideo(video: Video): Video {
  const { id, widthPx, heightPx, calibration } = video;
  if (id === '') throw new RangeError('video: id must not be empty');
  for (const [name, value] of [
    ['widthPx', widthPx],
    ['heightPx', heightPx],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`video ${id}: ${name} must be a whole number from 1, got ${value}`);
    }
  }
  createTimeBase(video);
  if (calibration?.kind === 'plane' && !(calibration.pxPerCm > 0)) {
    throw new RangeError(`video ${id}: pxPerCm must be above 0, got ${calibration.pxPerCm}`);
  }
  return video;
}
