import { mean } from '@zoopraxis/core';
import type { PosePairs } from './pair-predictions.js';

/** A labeled animal that was predicted badly. */
export interface WorstFrame {
  readonly group: string;
  readonly file: string;
  readonly frame: number | null;
  readonly individual: string;
  readonly meanErrorPx: number | null;
  readonly largestErrorPx: number | null;
  /** The keypoint of the largest error. */
  readonly keypoint: string | null;
  readonly missedPoints: number;
}

/**
 * Returns the labeled animals with the largest mean errors, worst first; those of which no labeled point was predicted
 * come before all.
 * @param distances Shape `[pair, keypoint]`, px; NaN = no label or no prediction.
 */
export function findWorstFrames(pairs: PosePairs, distances: Float64Array, count: number): WorstFrame[] {
  const points = pairs.skeleton.keypoints.length;
  const judged: (WorstFrame & { order: number })[] = [];
  for (const [pair, individual] of pairs.individuals.entries()) {
    const own = distances.subarray(pair * points, (pair + 1) * points);
    let [largest, labeledCount, missedPoints] = [-1, 0, 0];
    for (let k = 0; k < points; k++) {
      if (Number.isNaN(pairs.labeled[(pair * points + k) * 2] as number)) continue;
      labeledCount++;
      if (Number.isNaN(own[k] as number)) missedPoints++;
      else if (largest < 0 || (own[k] as number) > (own[largest] as number)) largest = k;
    }
    if (labeledCount === 0) continue;
    const image = pairs.images[pairs.image[pair] as number];
    const meanErrorPx = mean(own);
    judged.push({
      group: image?.group as string,
      file: image?.file as string,
      frame: image?.frame ?? null,
      individual,
      meanErrorPx: largest < 0 ? null : meanErrorPx,
      largestErrorPx: largest < 0 ? null : (own[largest] as number),
      keypoint: largest < 0 ? null : (pairs.skeleton.keypoints[largest] as string),
      missedPoints,
      order: largest < 0 ? Number.POSITIVE_INFINITY : meanErrorPx,
    });
  }
  judged.sort((a, b) => (a.order === b.order ? 0 : b.order - a.order));
  return judged.slice(0, count).map(({ order: _, ...frame }) => frame);
}
