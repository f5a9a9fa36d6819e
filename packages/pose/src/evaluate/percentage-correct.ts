import { shareWithin } from './error-statistics.js';
import { pairDistances } from './evaluate-pose.js';
import { type DistanceScale, type DistanceUnit, pxPerUnit } from './length-of-pairs.js';
import type { PosePairs } from './pair-predictions.js';

/** Share of correct keypoints by radius: plain JSON data, ready to be drawn. */
export interface CorrectKeypoints {
  readonly unit: DistanceUnit;
  /** Shape `[radius]`, in the unit. */
  readonly radii: readonly number[];
  /** Labeled points, those without a prediction included. */
  readonly points: number;
  /** Shape `[radius]`, 0..1; null where nothing is labeled. */
  readonly share: readonly (number | null)[];
  /** Shape `[radius]` for each keypoint by name. */
  readonly perKeypoint: Readonly<Record<string, readonly (number | null)[]>>;
  /** Area under the curve over the radii, divided by their range: 1 = all at the smallest; null with fewer than two radii. */
  readonly meanShare: number | null;
}

/** Settings of {@link correctKeypoints}. */
export interface CorrectKeypointsOptions extends DistanceScale {
  /** Default `px`. */
  readonly unit?: DistanceUnit;
  /** Ascending list, in the unit, from 0. */
  readonly radii: readonly number[];
}

/**
 * Returns PCK (the share of labeled keypoints that are predicted within a radius, included) at each of the radii in px, mm
 * or body lengths. A point without a prediction is outside all of them.
 * @throws UnavailableError with the way to calibrate where the unit cannot be had; RangeError for radii that do not ascend.
 */
export function correctKeypoints(pairs: PosePairs, options: CorrectKeypointsOptions): CorrectKeypoints {
  const { unit = 'px', radii } = options;
  for (const [i, radius] of radii.entries()) {
    if (!(radius >= 0 && Number.isFinite(radius)) || (i > 0 && radius <= (radii[i - 1] as number))) {
      throw new RangeError(`correct keypoints: radii must ascend from 0 on, got ${radii.join(', ')}`);
    }
  }
  const names = pairs.skeleton.keypoints;
  const scale = pxPerUnit(pairs, unit, options);
  const distances = pairDistances(pairs).map((px, at) => px / (scale[Math.floor(at / names.length)] as number));
  const sharesOf = (places: readonly number[]): (number | null)[] => {
    const found = Float64Array.from(places, (at) => distances[at] as number)
      .filter((value) => !Number.isNaN(value))
      .sort();
    return radii.map((radius) => shareWithin(found, places.length, radius));
  };
  const labeled = [...distances.keys()].filter((at) => !Number.isNaN(pairs.labeled[2 * at] as number));
  const share = sharesOf(labeled);
  return {
    unit,
    radii,
    points: labeled.length,
    share,
    perKeypoint: Object.fromEntries(
      names.map((name, k) => [name, sharesOf(labeled.filter((at) => at % names.length === k))]),
    ),
    meanShare: labeled.length === 0 ? null : meanBelow(radii, share as number[]),
  };
}

function meanBelow(radii: readonly number[], share: readonly number[]): number | null {
  const [first, last] = [radii[0], radii.at(-1)];
  if (first === undefined || last === undefined || radii.length < 2) return null;
  let area = 0;
  for (let i = 1; i < radii.length; i++) {
    area += (((share[i] as number) + (share[i - 1] as number)) / 2) * ((radii[i] as number) - (radii[i - 1] as number));
  }
  return area / (last - first);
}
