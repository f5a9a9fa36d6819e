import type { PoseTracks } from '@zoopraxis/core';
import type { MarsWorkspace } from './workspace.js';

/** Which values of the tracks are MARS's points. */
export interface MarsSource {
  readonly tracks: PoseTracks;
  /** Shape `[frame, individual, keypoint, 2]`; NaN = missing. */
  readonly position: Float32Array | Float64Array;
  /** Indices of the individuals that are mouse 1 and 2. */
  readonly mice: readonly [number, number];
  /** Index of the keypoint of each of MARS's seven points; list. */
  readonly keypoints: readonly number[];
}

/** Fills the points and boxes of a workspace for the frames it was moved to. */
export type LoadPoints = (space: MarsWorkspace) => void;

/**
 * Returns what loads points. Where a coordinate is missing, it stays NaN, or with `hold` is that of the frame before, as
 * far back as needed (before the first known: the first known; never known: 0). Blocks must come in order.
 */
export function createPointLoader(source: MarsSource, hold: boolean): LoadPoints {
  const { tracks, position, mice, keypoints } = source;
  const animals = tracks.individuals.length;
  const points = tracks.skeleton.keypoints.length;
  const { frameCount } = tracks.timeBase;
  const step = animals * points * 2;
  const placeOf = (mouse: number, point: number, axis: number) =>
    ((mice[mouse] as number) * points + (keypoints[point] as number)) * 2 + axis;
  // The value held before `heldFrame`, of each mouse, point and axis.
  const held = new Float64Array(28).fill(Number.NaN);
  let heldFrame = 0;
  const firstKnown = (place: number): number => {
    for (let frame = 0; frame < frameCount; frame++) {
      const value = position[frame * step + place] as number;
      if (Number.isFinite(value)) return value;
    }
    return 0;
  };

  return (space) => {
    const { first, end } = space;
    for (let mouse = 0; mouse < 2; mouse++) {
      for (let line = 0; line < 14; line++) {
        const place = placeOf(mouse, line >> 1, line & 1);
        const row = (space.points[mouse] as readonly Float64Array[])[line] as Float64Array;
        if (!hold) {
          for (let frame = first; frame < end; frame++) row[frame - first] = position[frame * step + place] as number;
          continue;
        }
        const at = mouse * 14 + line;
        let last = held[at] as number;
        if (Number.isNaN(last)) last = firstKnown(place);
        for (let frame = heldFrame; frame < first; frame++) {
          const value = position[frame * step + place] as number;
          if (Number.isFinite(value)) last = value;
        }
        held[at] = last;
        for (let frame = first; frame < end; frame++) {
          const value = position[frame * step + place] as number;
          if (Number.isFinite(value)) last = value;
          row[frame - first] = last;
        }
      }
      loadBoxes(space, mouse, tracks.boxes, animals, mice[mouse] as number);
    }
    heldFrame = first;
  };
}

/** Boxes of the tracks, and around the points where there are none. */
function loadBoxes(
  space: MarsWorkspace,
  mouse: number,
  boxes: Float32Array | undefined,
  animals: number,
  individual: number,
): void {
  const { first, end } = space;
  const rows = space.boxes[mouse] as readonly Float64Array[];
  const points = space.points[mouse] as readonly Float64Array[];
  for (let frame = first; frame < end; frame++) {
    const i = frame - first;
    const place = (frame * animals + individual) * 4;
    if (boxes !== undefined && !Number.isNaN(boxes[place] as number)) {
      for (let side = 0; side < 4; side++) (rows[side] as Float64Array)[i] = boxes[place + side] as number;
      continue;
    }
    for (let axis = 0; axis < 2; axis++) {
      let low = Number.NaN;
      let high = Number.NaN;
      for (let line = axis; line < 14; line += 2) {
        const value = (points[line] as Float64Array)[i] as number;
        if (!(value >= low)) low = Number.isNaN(value) ? low : value;
        if (!(value <= high)) high = Number.isNaN(value) ? high : value;
      }
      (rows[axis] as Float64Array)[i] = low;
      (rows[axis + 2] as Float64Array)[i] = high;
    }
  }
}
