import type { Provenance } from './provenance.js';
import type { Skeleton } from './skeleton.js';
import { createTimeBase, type TimeBase } from './time-base.js';

/** Where positions live: `image` in px with the center of the top-left pixel at (0, 0), `arena` and `world` in cm. */
export type PoseSpace = 'image' | 'arena' | 'world';

/** Positions of keypoints over time, measured or predicted. */
export interface PoseTracks {
  readonly skeleton: Skeleton;
  /** Names of the individuals, in the order in which arrays hold them. */
  readonly individuals: readonly string[];
  readonly space: PoseSpace;
  /** 2 or 3 coordinates a point. */
  readonly dimensions: 2 | 3;
  readonly timeBase: TimeBase;
  /** Shape `[frame, individual, keypoint, dimensions]`, px in `image`, cm otherwise; NaN = missing. */
  readonly position: Float32Array;
  /** Shape `[frame, individual, keypoint]`, 0..1; NaN = not given. */
  readonly confidence: Float32Array;
  /** Shape `[frame, individual, 4]`: left, top, right, bottom in px; NaN = missing. */
  readonly boxes?: Float32Array;
  /** Shape `[frame, individual]`, 0..1: how sure it is who is who; NaN = not given. */
  readonly identity?: Float32Array;
  readonly provenance: Provenance;
}

/**
 * Returns tracks after checking names and array lengths against one another.
 * @throws RangeError naming the array and its required shape.
 */
export function createPoseTracks(tracks: PoseTracks): PoseTracks {
  const { skeleton, individuals, dimensions } = tracks;
  const timeBase = createTimeBase(tracks.timeBase);
  const [frames, animals, points] = [timeBase.frameCount, individuals.length, skeleton.keypoints.length];
  if (animals === 0 || new Set(individuals).size !== animals) {
    throw new RangeError(
      `pose tracks: individuals must be at least one name, each once, got ${individuals.join(', ')}`,
    );
  }
  if (dimensions !== 2 && dimensions !== 3) {
    throw new RangeError(`pose tracks: dimensions must be 2 or 3, got ${dimensions}`);
  }
  const shapes: [string, Float32Array | undefined, number[]][] = [
    ['position', tracks.position, [frames, animals, points, dimensions]],
    ['confidence', tracks.confidence, [frames, animals, points]],
    ['boxes', tracks.boxes, [frames, animals, 4]],
    ['identity', tracks.identity, [frames, animals]],
  ];
  for (const [name, array, shape] of shapes) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (array !== undefined && array.length !== length) {
      throw new RangeError(`pose tracks: ${name} must have shape [${shape}], ${length} values, got ${array.length}`);
    }
  }
  return { ...tracks, timeBase };
}
