import { mean, type OksSigma } from '@zoopraxis/core';
import { objectSimilarity } from './object-similarity.js';
import type { PosePairs } from './pair-predictions.js';

/** Average precision and recall of animals, by object keypoint similarity. */
export interface SimilarityScores {
  /** Sigma of each keypoint, list, and its convention. */
  readonly sigma: OksSigma;
  /** Mean similarity of the pairs; a missed animal counts 0. */
  readonly meanSimilarity: number | null;
  /** Mean of `averagePrecision` over the thresholds 0.50, 0.55, ... 0.95: COCO's AP, DeepLabCut's and SLEAP's mAP. */
  readonly meanAveragePrecision: number | null;
  /** Mean over the thresholds of the share of labeled animals that are found. */
  readonly meanAverageRecall: number | null;
  /** By threshold; the mean precision at 101 recalls. */
  readonly averagePrecision: Readonly<Record<string, number | null>>;
  /** By threshold. */
  readonly recall: Readonly<Record<string, number | null>>;
}

const thresholds = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);
const recalls = Array.from({ length: 101 }, (_, i) => i / 100);

interface Detection {
  readonly score: number;
  /** Similarity to each labeled animal of its image, list. */
  readonly similarity: readonly number[];
  readonly image: number;
}

/** Returns the precision averaged over 101 recalls, each with the best precision at that recall or beyond. */
function interpolatedPrecision(hits: readonly boolean[], labeledCount: number): number {
  const precision: number[] = [];
  const recall: number[] = [];
  let found = 0;
  for (const [i, hit] of hits.entries()) {
    if (hit) found++;
    precision.push(found / (i + 1));
    recall.push(found / labeledCount);
  }
  for (let i = precision.length - 2; i >= 0; i--) {
    precision[i] = Math.max(precision[i] as number, precision[i + 1] as number);
  }
  let sum = 0;
  let at = 0;
  for (const wanted of recalls) {
    while (at < recall.length && (recall[at] as number) < wanted) at++;
    sum += precision[at] ?? 0;
  }
  return sum / recalls.length;
}

/**
 * Returns average precision and recall as the COCO keypoint evaluation finds them: in each image, predicted animals in
 * order of score take the most similar labeled animal that is left, if it is similar enough; all images are ranked
 * together. Animals without any labeled point are left out. Null where no animal is labeled.
 */
export function scoreSimilarity(pairs: PosePairs, sigma: OksSigma): SimilarityScores {
  const points = pairs.skeleton.keypoints.length;
  if (sigma.values.length !== points) {
    throw new RangeError(`object similarity: sigma needs ${points} values, got ${sigma.values.length}`);
  }
  const slice = (values: Float64Array, row: number) => values.subarray(row * points * 2, (row + 1) * points * 2);
  const labeledIn = new Map<number, number[]>();
  const similarities: number[] = [];
  for (const [pair, image] of pairs.image.entries()) {
    const own = objectSimilarity(slice(pairs.labeled, pair), slice(pairs.predicted, pair), sigma);
    if (Number.isNaN(own)) continue;
    similarities.push(own);
    if (!labeledIn.has(image)) labeledIn.set(image, []);
    labeledIn.get(image)?.push(pair);
  }
  const toLabeled = (image: number, position: Float64Array) =>
    (labeledIn.get(image) ?? []).map((pair) => objectSimilarity(slice(pairs.labeled, pair), position, sigma));
  const detections: Detection[] = [];
  for (const [pair, image] of pairs.image.entries()) {
    const score = pairs.score[pair] as number;
    const position = slice(pairs.predicted, pair);
    if (!Number.isNaN(score)) detections.push({ score, image, similarity: toLabeled(image, position) });
  }
  for (const { image, score, position } of pairs.extras) {
    detections.push({ score, image, similarity: toLabeled(image, position) });
  }
  detections.sort((a, b) => b.score - a.score || a.image - b.image);
  const labeledCount = similarities.length;
  const averagePrecision: Record<string, number | null> = {};
  const recall: Record<string, number | null> = {};
  for (const threshold of thresholds) {
    const taken = new Map<number, Set<number>>();
    const hits = detections.map(({ image, similarity }) => {
      const used = taken.get(image) ?? new Set();
      taken.set(image, used);
      let best = -1;
      for (const [i, value] of similarity.entries()) {
        if (used.has(i) || value < threshold) continue;
        if (best < 0 || value > (similarity[best] as number)) best = i;
      }
      if (best < 0) return false;
      used.add(best);
      return true;
    });
    const name = threshold.toFixed(2);
    averagePrecision[name] = labeledCount === 0 ? null : interpolatedPrecision(hits, labeledCount);
    recall[name] = labeledCount === 0 ? null : hits.filter(Boolean).length / labeledCount;
  }
  const meanOf = (values: Record<string, number | null>) =>
    labeledCount === 0 ? null : mean(Object.values(values) as number[]);
  return {
    sigma,
    meanSimilarity: labeledCount === 0 ? null : mean(similarities),
    meanAveragePrecision: meanOf(averagePrecision),
    meanAverageRecall: meanOf(recall),
    averagePrecision,
    recall,
  };
}
