import { type PlaneCalibration, UnavailableError } from '@zoopraxis/core';

type Point = readonly [number, number];

const measureHint =
  'Measure something of known length that lies in the plane of the animals, such as a side of the arena, and click its two ends.';

function plane(pxPerCm: number, from: string): PlaneCalibration {
  if (!(pxPerCm > 0) || !Number.isFinite(pxPerCm)) {
    throw new UnavailableError(`calibration from ${from} gives ${pxPerCm} px per cm`, { hint: measureHint });
  }
  return { kind: 'plane', pxPerCm };
}

function checkLength(name: string, value: number): void {
  if (!(value > 0) || !Number.isFinite(value))
    throw new RangeError(`calibration: ${name} must be above 0, got ${value}`);
}

/** Returns the calibration that a number says. */
export function calibrationFromNumber(pxPerCm: number): PlaneCalibration {
  checkLength('pxPerCm', pxPerCm);
  return { kind: 'plane', pxPerCm };
}

/**
 * Returns the calibration from two points clicked in the picture and the length between them.
 * @param points Two points in px, shape `[2, 2]`.
 */
export function calibrationFromPoints(
  points: readonly [Point, Point],
  { distanceCm }: { readonly distanceCm: number },
): PlaneCalibration {
  checkLength('distanceCm', distanceCm);
  const [[ax, ay], [bx, by]] = points;
  return plane(Math.hypot(bx - ax, by - ay) / distanceCm, 'two points');
}

/** What the corners of an arena of known size tell. */
export interface ArenaCalibration {
  readonly calibration: PlaneCalibration;
  /**
   * Largest difference of a side's own px per cm from their mean, as a share of the mean. Above some 0.03 the camera
   * looks at an angle or the lens bends: one number for the whole picture is that wrong in places.
   */
  readonly worstSide: number;
}

/**
 * Returns the calibration from the four corners of a rectangular arena of known size.
 * @param corners In order around it, the first two along the width; px, shape `[4, 2]`.
 */
export function calibrationFromArena(
  corners: readonly Point[],
  size: { readonly widthCm: number; readonly heightCm: number },
): ArenaCalibration {
  checkLength('widthCm', size.widthCm);
  checkLength('heightCm', size.heightCm);
  if (corners.length !== 4) throw new RangeError(`calibration: corners must be 4 points, got ${corners.length}`);
  const sides = corners.map((corner, i) => {
    const next = corners[(i + 1) % 4] as Point;
    return Math.hypot(next[0] - corner[0], next[1] - corner[1]) / (i % 2 === 0 ? size.widthCm : size.heightCm);
  });
  const pxPerCm = sides.reduce((sum, side) => sum + side, 0) / 4;
  const calibration = plane(pxPerCm, 'the corners of the arena');
  const worstSide = Math.max(...sides.map((side) => Math.abs(side - pxPerCm))) / pxPerCm;
  if (worstSide > 0.25) {
    throw new UnavailableError(
      `calibration: the sides of the arena disagree by ${(100 * worstSide).toFixed(0)} % (${sides.map((side) => side.toFixed(2)).join(', ')} px per cm)`,
      {
        hint: 'Give the corners in order around the arena, the first two along the width, and check that width and height are not exchanged.',
      },
    );
  }
  return { calibration, worstSide };
}
