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
  /** What was labeled and predicted by keypoint, px to a tenth; null = not there. */
  readonly points: Readonly<Record<string, WorstPoint>>;
}

/** A keypoint of a badly predicted animal. */
export interface WorstPoint {
  readonly labeled: readonly [number, number] | null;
  readonly predicted: readonly [number, number] | null;
  /** 0..1; null where it is not given. */
  readonly confidence: number | null;
}

// Minus zero would not survive JSON.
const tenth = (value: number): number => Math.round(value * 10) / 10 + 0;

/** Returns a point of an array of shape `[point, 2]`, px to a tenth; null where it is NaN. */
function pointAt(positions: Float64Array, at: number): readonly [number, number] | null {
  const [x, y] = [positions[2 * at] as number, positions[2 * at + 1] as number];
  return Number.isNaN(x) || Number.isNaN(y) ? null : [tenth(x), tenth(y)];
}

function pointsOf({ skeleton, labeled, predicted, confidence }: PosePairs, pair: number): Record<string, WorstPoint> {
  return Object.fromEntries(
    skeleton.keypoints.map((name, k) => {
      const at = pair * skeleton.keypoints.length + k;
      const sure = confidence[at] as number;
      const point: WorstPoint = {
        labeled: pointAt(labeled, at),
        predicted: pointAt(predicted, at),
        confidence: Number.isNaN(sure) ? null : Math.round(sure * 1000) / 1000,
      };
      return [name, point];
    }),
  );
}

/**
 * Returns the labeled animals with the largest mean errors, worst first; those of which no labeled point was predicted
 * come before all.
 * @param distances Shape `[pair, keypoint]`, px; NaN = no label or no prediction.
 */
export function findWorstFrames(pairs: PosePairs, distances: Float64Array, count: number): WorstFrame[] {
  const points = pairs.skeleton.keypoints.length;
  const judged: (Omit<WorstFrame, 'points'> & { order: number; pair: number })[] = [];
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
      pair,
      order: largest < 0 ? Number.POSITIVE_INFINITY : meanErrorPx,
    });
  }
  judged.sort((a, b) => (a.order === b.order ? 0 : b.order - a.order));
  return judged.slice(0, count).map(({ order: _, pair, ...frame }) => ({ ...frame, points: pointsOf(pairs, pair) }));
}
