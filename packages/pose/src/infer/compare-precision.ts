import { mean, type Picture, quantile } from '@zoopraxis/core';
import { predictPictures } from './predict-pictures.js';
import type { PosePredictor } from './predictor.js';

/** Distances between two predictions of the same points, px of the image; NaN where there are none. */
export interface ShiftSummary {
  readonly count: number;
  readonly meanPx: number;
  readonly medianPx: number;
  readonly p95Px: number;
  readonly maxPx: number;
}

/** How far a faster predictor's points lie from an exact one's. */
export interface PrecisionComparison {
  readonly frameCount: number;
  /** Points that the exact predictor is sure of: what tracks are made of. */
  readonly confident: ShiftSummary;
  /** All points, also those that are guesses on both sides. */
  readonly all: ShiftSummary;
  /** By keypoint name, of the points that the exact predictor is sure of. */
  readonly perKeypoint: Readonly<Record<string, ShiftSummary>>;
  /** Mean of the absolute change of confidence, 0..1. */
  readonly meanConfidenceChange: number;
  /** Share of the confident points that the faster predictor is not sure of, 0..1. */
  readonly lostShare: number;
}

/** Options of {@link comparePrecision}. */
export interface ComparePrecisionOptions {
  /** From this confidence on a point counts as sure, 0.6 by default. */
  readonly minConfidence?: number;
  readonly signal?: AbortSignal;
}

function summarize(shifts: readonly number[]): ShiftSummary {
  if (shifts.length === 0) {
    return { count: 0, meanPx: Number.NaN, medianPx: Number.NaN, p95Px: Number.NaN, maxPx: Number.NaN };
  }
  return {
    count: shifts.length,
    meanPx: mean(shifts),
    medianPx: quantile(shifts, 0.5),
    p95Px: quantile(shifts, 0.95),
    maxPx: quantile(shifts, 1),
  };
}

/** Returns how far the points of a predictor (int8) lie from those of an exact one (float32) on the same pictures. */
export async function comparePrecision(
  pictures: readonly Picture[],
  predictors: { exact: PosePredictor; faster: PosePredictor },
  options: ComparePrecisionOptions = {},
): Promise<PrecisionComparison> {
  const { minConfidence = 0.6, signal } = options;
  const { keypoints } = predictors.exact.card.skeleton;
  const confident: number[][] = keypoints.map(() => []);
  const all: number[] = [];
  let change = 0;
  let lost = 0;
  const found = predictPictures(predictors.faster, pictures, signal ? { signal } : {});
  for await (const exact of predictPictures(predictors.exact, pictures, signal ? { signal } : {})) {
    const { value: other } = await found.next();
    if (other === undefined) throw new TypeError('comparePrecision: the predictors gave different numbers of results');
    for (const keypoint of keypoints.keys()) {
      const [x, y] = [2 * keypoint, 2 * keypoint + 1];
      const shift = Math.hypot(
        (exact.position[x] as number) - (other.position[x] as number),
        (exact.position[y] as number) - (other.position[y] as number),
      );
      // A keypoint that the model never learned has no place to be shifted from.
      if (Number.isNaN(shift)) continue;
      const [sure, otherSure] = [exact.confidence[keypoint] as number, other.confidence[keypoint] as number];
      all.push(shift);
      change += Math.abs(sure - otherSure);
      if (sure >= minConfidence) {
        confident[keypoint]?.push(shift);
        if (otherSure < minConfidence) lost++;
      }
    }
  }
  const sure = confident.flat();
  return {
    frameCount: pictures.length,
    confident: summarize(sure),
    all: summarize(all),
    perKeypoint: Object.fromEntries(keypoints.map((name, at) => [name, summarize(confident[at] as number[])])),
    meanConfidenceChange: all.length === 0 ? Number.NaN : change / all.length,
    lostShare: sure.length === 0 ? Number.NaN : lost / sure.length,
  };
}
