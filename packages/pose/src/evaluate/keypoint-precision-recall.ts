import type { OksSigma } from '@zoopraxis/core';
import { areaAround, checkSigma, pointSimilarity, sigmaFactor } from './object-similarity.js';
import type { PosePairs } from './pair-predictions.js';

/** Precision and recall of single points while the confidence they need falls; lists of the same length. */
export interface KeypointPrecisionRecall {
  /** Least similarity of a point that is right. */
  readonly threshold: number;
  /** Labeled points. */
  readonly labeledPoints: number;
  /** Points count from this confidence on; descending. */
  readonly confidence: readonly number[];
  /** TP / (TP + FP): of the confident points, those near their label. */
  readonly precision: readonly number[];
  /** TP / (TP + FN), where a confident point that is far is a false positive and nothing else (MARS). */
  readonly recall: readonly number[];
  /** TP / labeled points: the recall of COCO, where a point that is far is also one that was not found. */
  readonly foundShare: readonly number[];
  /** Area under precision against `recall`, from recall 0 on; null without labeled points. */
  readonly averagePrecision: number | null;
  /** Area under precision against `foundShare`; null without labeled points. */
  readonly averagePrecisionOfAll: number | null;
  /** `foundShare` accepting any confidence: MARS's AR; null without labeled points. */
  readonly averageRecall: number | null;
}

/** Settings of {@link keypointPrecisionRecall}. */
export interface KeypointPrecisionRecallOptions {
  readonly sigma: OksSigma;
  /** Least similarity of a point that is right. Default 0.5. */
  readonly threshold?: number;
  /** Only this keypoint, by index; default all together. */
  readonly keypoint?: number;
  /** px^2 of each pair, shape `[pair]`; default that of the box around its labeled points. */
  readonly areaPx2?: ArrayLike<number>;
}

/** Returns the area under precision against recall: steps, each as high as the curve's best from there on. */
function areaUnder(precision: readonly number[], recall: readonly number[]): number {
  let [area, best] = [0, 0];
  for (let i = precision.length - 1; i >= 0; i--) {
    best = Math.max(best, precision[i] as number);
    area += best * ((recall[i] as number) - (recall[i - 1] ?? 0));
  }
  return area;
}

/**
 * Returns precision and recall of single keypoints as Segalin et al. 2021 (MARS) count them: each labeled point is a
 * true positive (confident and near), a false positive (confident but far) or a false negative (the rest: not confident
 * or not predicted), while the confidence that is asked for sweeps over all values. Points of animals that nobody
 * labeled do not enter. A point without a confidence counts as the least confident.
 *
 * Counted so, recall rises to 1 as soon as every point is accepted, however wrong; `foundShare` is the stricter recall
 * of COCO. Compare a number only with one counted the same way.
 */
export function keypointPrecisionRecall(
  pairs: PosePairs,
  options: KeypointPrecisionRecallOptions,
): KeypointPrecisionRecall {
  const { sigma, threshold = 0.5, keypoint, areaPx2 } = options;
  const points = pairs.skeleton.keypoints.length;
  checkSigma(sigma, points);
  if (keypoint !== undefined && !(Number.isInteger(keypoint) && keypoint >= 0 && keypoint < points)) {
    throw new RangeError(`keypoint precision: keypoint must be an index below ${points}, got ${keypoint}`);
  }
  if (areaPx2 !== undefined && areaPx2.length !== pairs.image.length) {
    throw new RangeError(`keypoint precision: areaPx2 needs ${pairs.image.length} values, got ${areaPx2.length}`);
  }
  const factor = sigmaFactor(sigma);
  const sure: { confidence: number; isNear: boolean }[] = [];
  let labeledPoints = 0;
  for (let pair = 0; pair < pairs.image.length; pair++) {
    const own = pairs.labeled.subarray(pair * points * 2, (pair + 1) * points * 2);
    const area = areaPx2?.[pair] ?? areaAround(own);
    for (let k = 0; k < points; k++) {
      if ((keypoint !== undefined && k !== keypoint) || Number.isNaN(own[2 * k] as number)) continue;
      labeledPoints++;
      const at = pair * points + k;
      const dx = (pairs.predicted[2 * at] as number) - (own[2 * k] as number);
      const dy = (pairs.predicted[2 * at + 1] as number) - (own[2 * k + 1] as number);
      if (Number.isNaN(dx) || Number.isNaN(dy)) continue;
      const confidence = pairs.confidence[at] as number;
      const similarity = pointSimilarity(dx * dx + dy * dy, factor * (sigma.values[k] as number), area);
      const known = Number.isNaN(confidence) ? Number.NEGATIVE_INFINITY : confidence;
      sure.push({ confidence: known, isNear: similarity >= threshold });
    }
  }
  sure.sort((a, b) => (a.confidence === b.confidence ? 0 : b.confidence - a.confidence));
  const [confidence, precision, recall, foundShare]: number[][] = [[], [], [], []] as number[][];
  let [right, wrong] = [0, 0];
  for (const [i, point] of sure.entries()) {
    if (point.isNear) right++;
    else wrong++;
    // Points of equal confidence are accepted together: no cutoff parts them.
    if (sure[i + 1]?.confidence === point.confidence) continue;
    confidence?.push(point.confidence);
    precision?.push(right / (right + wrong));
    recall?.push(labeledPoints === wrong ? 0 : right / (labeledPoints - wrong));
    foundShare?.push(right / labeledPoints);
  }
  const isEmpty = labeledPoints === 0;
  return {
    threshold,
    labeledPoints,
    confidence: confidence as number[],
    precision: precision as number[],
    recall: recall as number[],
    foundShare: foundShare as number[],
    averagePrecision: isEmpty ? null : areaUnder(precision as number[], recall as number[]),
    averagePrecisionOfAll: isEmpty ? null : areaUnder(precision as number[], foundShare as number[]),
    averageRecall: isEmpty ? null : right / labeledPoints,
  };
}
