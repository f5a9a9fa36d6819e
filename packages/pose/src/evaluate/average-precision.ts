import { mean, type OksSigma } from '@zoopraxis/core';
import { checkSigma, objectSimilarity } from './object-similarity.js';
import type { PosePairs } from './pair-predictions.js';
import {
  type InstanceImage,
  type InstanceSimilarityOptions,
  instancesOfPairs,
  scoreInstances,
} from './pose-instances.js';
import { type AveragePrecision, averagePrecision, type PrecisionRecall, precisionRecall } from './ranked-precision.js';

/** Areas of medium animals, px^2: 32^2 to 96^2 as COCO. */
export const mediumAreaPx2 = [32 ** 2, 96 ** 2] as const;
/** Areas of large animals, px^2: 96^2 and above as COCO. */
export const largeAreaPx2 = [96 ** 2, 1e10] as const;
/** All areas, px^2, with COCO's upper end. */
export const allAreasPx2 = [0, 1e10] as const;

/** COCO's ten keypoint numbers, by name; null where no animal is asked for. */
export interface PoseAveragePrecision {
  /** AP, AP50 and AP75, AR, AR50 and AR75: `averagePrecision`, `precisionAt['0.50']` and so on. */
  readonly all: AveragePrecision;
  /** APmedium and ARmedium. */
  readonly medium: AveragePrecision;
  /** APlarge and ARlarge. */
  readonly large: AveragePrecision;
}

/** Settings of {@link poseAveragePrecision}. */
export interface PoseAveragePrecisionOptions extends InstanceSimilarityOptions {
  /** Predictions of an image that count, best score first. Default 20, as COCO. */
  readonly maximumPredictions?: number;
  /** List; default 0.50, 0.55, ... 0.95. */
  readonly thresholds?: readonly number[];
}

/**
 * Returns COCO's keypoint evaluation (`COCOeval` with `iouType='keypoints'`, pycocotools 2.0): AP and AR over the
 * similarities 0.50 to 0.95 with 101 recalls, for all, medium and large animals. With area `given` it equals
 * pycocotools; with the default area it is what DeepLabCut and SLEAP scale by.
 * @throws RangeError for keypoints that do not fit sigma, an area that is not given, a score that is not a number.
 */
export function poseAveragePrecision(
  images: readonly InstanceImage[],
  options: PoseAveragePrecisionOptions,
): PoseAveragePrecision {
  const { sigma, maximumPredictions = 20, thresholds } = options;
  checkSigma(sigma, sigma.values.length);
  const scored = images.map((image) => scoreInstances(image, options));
  const within = (areaRangePx2: readonly [number, number]) =>
    averagePrecision(scored, { areaRangePx2, maximumPredictions, ...(thresholds && { thresholds }) });
  return { all: within(allAreasPx2), medium: within(mediumAreaPx2), large: within(largeAreaPx2) };
}

/** Returns the curve of precision against recall of whole animals at one similarity, matched as COCO. */
export function posePrecisionRecall(
  images: readonly InstanceImage[],
  options: InstanceSimilarityOptions & { readonly threshold: number; readonly maximumPredictions?: number },
): PrecisionRecall {
  const { sigma, maximumPredictions = 20, threshold } = options;
  checkSigma(sigma, sigma.values.length);
  const scored = images.map((image) => scoreInstances(image, options));
  return precisionRecall(scored, { threshold, maximumPredictions });
}

/** Average precision and recall of animals, by object keypoint similarity. */
export interface SimilarityScores {
  /** Sigma of each keypoint, list, and its convention. */
  readonly sigma: OksSigma;
  /** Mean similarity of the pairs; a missed animal counts 0. */
  readonly meanSimilarity: number | null;
  /** Mean of `averagePrecision` over the thresholds 0.50, 0.55, ... 0.95: COCO's AP, mAP elsewhere. */
  readonly meanAveragePrecision: number | null;
  /** Mean over the thresholds of the share of labeled animals that are found. */
  readonly meanAverageRecall: number | null;
  /** By threshold; the mean precision at 101 recalls. */
  readonly averagePrecision: Readonly<Record<string, number | null>>;
  /** By threshold. */
  readonly recall: Readonly<Record<string, number | null>>;
}

/**
 * Returns average precision and recall of pairs as the COCO keypoint evaluation finds them, each image matched anew;
 * the area is that of the box around the labeled points, and all predictions of an image count. Animals without any
 * labeled point are left out. Null where no animal is labeled.
 */
export function scoreSimilarity(pairs: PosePairs, sigma: OksSigma): SimilarityScores {
  const points = pairs.skeleton.keypoints.length;
  checkSigma(sigma, points);
  const scored = instancesOfPairs(pairs).map((image) => scoreInstances(image, { sigma }));
  const result = averagePrecision(scored);
  const slice = (values: Float64Array, row: number) => values.subarray(row * points * 2, (row + 1) * points * 2);
  const similarities = pairs.individuals
    .map((_, pair) => objectSimilarity(slice(pairs.labeled, pair), slice(pairs.predicted, pair), sigma))
    .filter((value) => !Number.isNaN(value));
  return {
    sigma,
    meanSimilarity: similarities.length === 0 ? null : mean(similarities),
    meanAveragePrecision: result.averagePrecision,
    meanAverageRecall: result.averageRecall,
    averagePrecision: result.precisionAt,
    recall: result.recallAt,
  };
}
