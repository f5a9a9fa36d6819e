import { type Calibration, pxPerCmOf, UnavailableError } from '@zoopraxis/core';
import { bodyKeypoints, measureBodyLengths } from './body-length.js';
import type { PosePairs } from './pair-predictions.js';

/** A unit in which distances between a prediction and its label are told. */
export type DistanceUnit = 'px' | 'mm' | 'body lengths';

/** What is needed to turn px into other units. */
export interface DistanceScale {
  /** Calibration of all images, or of each group (recording, session) by name. Needed for mm. */
  readonly calibration?: Calibration | ReadonlyMap<string, Calibration>;
  /** Names of the two ends of the body; default by the roles of the skeleton. */
  readonly bodyLength?: readonly [string, string];
}

/**
 * Returns how many px one unit is for each pair, shape `[pair]`.
 * @throws UnavailableError with the way to calibrate, for mm without a calibration and body lengths without both ends;
 * RangeError for a body end that is no keypoint.
 */
export function pxPerUnit(pairs: PosePairs, unit: DistanceUnit, scale: DistanceScale = {}): Float64Array {
  const groupOf = (pair: number) => pairs.images[pairs.image[pair] as number]?.group as string;
  const count = pairs.individuals.length;
  if (unit === 'px') return new Float64Array(count).fill(1);
  if (unit === 'mm') {
    const { calibration } = scale;
    return Float64Array.from({ length: count }, (_, pair) => {
      const of = calibration !== undefined && 'kind' in calibration ? calibration : calibration?.get(groupOf(pair));
      return pxPerCmOf(of, `a distance in mm in ${groupOf(pair)}`) / 10;
    });
  }
  const names = pairs.skeleton.keypoints;
  const ends = scale.bodyLength?.map((name) => {
    const index = names.indexOf(name);
    if (index < 0) throw new RangeError(`bodyLength: must name keypoints (${names.join(', ')}), got ${name}`);
    return index;
  }) as [number, number] | undefined;
  const between = ends ?? bodyKeypoints(pairs);
  const lengths = between === undefined ? undefined : measureBodyLengths(pairs, between);
  if (lengths === undefined) {
    throw new UnavailableError('a distance in body lengths needs the length of the body, and it is not known', {
      hint: 'Give the skeleton its nose and tail base as roles, or name the two ends of the body, and label some animals with both.',
    });
  }
  return lengths.perPairPx;
}
