import { assign, type OksSigma } from '@zoopraxis/core';
import { boxAround, checkSigma, objectSimilarity } from './object-similarity.js';
import { type InstanceImage, labeledPointCount } from './pose-instances.js';
import { interpolatePrecision, similarityThresholds } from './ranked-precision.js';

/** Settings of {@link deepLabCutAveragePrecision}. */
export interface DeepLabCutPrecisionOptions {
  /** Its default is 0.1 for each keypoint, `coco` convention. */
  readonly sigma: OksSigma;
  /** Added to each side of the box around the labeled points. Default 0; its benchmark of parenting mice takes 10. */
  readonly marginPx?: number;
  /**
   * `global`: the pairs of largest total similarity (Kuhn 1955), found once (`evaluate_assembly`); `greedy`: each
   * prediction looks at its most similar animal only, at each threshold (`greedy_matching=True`). Default `global`.
   */
  readonly matching?: 'global' | 'greedy';
}

/** mAP and mAR as DeepLabCut computes them. */
export interface DeepLabCutPrecision {
  /** Labeled animals with two points or more: the only ones it asks for. */
  readonly labeledCount: number;
  readonly meanAveragePrecision: number;
  readonly meanAverageRecall: number;
  /** Shape `[threshold]`, of 0.50, 0.55, ... 0.95. */
  readonly averagePrecision: readonly number[];
  /** Shape `[threshold]`. */
  readonly recall: readonly number[];
}

/** Returns the area that DeepLabCut scales by, px^2; NaN for fewer than two labeled points or a flat box. */
function scaleOf(keypoints: ArrayLike<number>, marginPx: number): number {
  const box = boxAround(keypoints);
  if (box === undefined || labeledPointCount(keypoints) < 2) return Number.NaN;
  const area = (box[2] + Number.EPSILON + 2 * marginPx) * (box[3] + Number.EPSILON + 2 * marginPx);
  return area <= 1e-8 ? Number.NaN : area;
}

/**
 * Returns mAP and mAR as DeepLabCut's `evaluate_assembly` (deeplabcut/core/inferenceutils.py, 3.0). It differs from
 * COCO's evaluation: animals and predictions with fewer than two points are left out; a prediction that loses its most
 * similar animal takes no other (`greedy`) or pairs are made once for all thresholds (`global`); of equal scores in an
 * image the later goes first. Its option for symmetric keypoints is not offered.
 * @throws RangeError where no labeled animal has two points, or for keypoints that do not fit sigma.
 */
export function deepLabCutAveragePrecision(
  images: readonly InstanceImage[],
  options: DeepLabCutPrecisionOptions,
): DeepLabCutPrecision {
  const { sigma, marginPx = 0, matching = 'global' } = options;
  let labeledCount = 0;
  const found = images.map((image) => {
    for (const { keypoints } of [...image.labeled, ...image.predicted]) checkSigma(sigma, keypoints.length / 2);
    const labeled = image.labeled.filter(({ keypoints }) => labeledPointCount(keypoints) > 1);
    const predicted = image.predicted.filter(({ keypoints }) => labeledPointCount(keypoints) > 1);
    const order = [...predicted.keys()].sort(
      (a, b) => (predicted[b]?.score as number) - (predicted[a]?.score as number) || b - a,
    );
    const ranked = order.map((i) => predicted[i] as (typeof predicted)[number]);
    labeledCount += labeled.length;
    const similarity = ranked.map((prediction) =>
      labeled.map(({ keypoints }) => {
        const areaPx2 = scaleOf(keypoints, marginPx);
        return Number.isNaN(areaPx2)
          ? Number.NaN
          : objectSimilarity(keypoints, prediction.keypoints, sigma, { areaPx2 });
      }),
    );
    return { score: ranked.map(({ score }) => score), similarity, labeledCount: labeled.length };
  });
  if (labeledCount === 0) {
    throw new RangeError('DeepLabCut mAP: a labeled animal with two points or more is needed, got none');
  }
  const rankingAt = (threshold: number) => {
    const all = found.flatMap(({ score, similarity, labeledCount: columns }, image) => {
      const best = matching === 'greedy' ? greedyMatches(similarity, threshold) : globalMatches(similarity, columns);
      return best.map((value, rank) => ({ value, image, rank, score: score[rank] as number }));
    });
    return all.sort((a, b) => b.score - a.score || a.image - b.image || a.rank - b.rank);
  };
  const shared = matching === 'global' ? rankingAt(0) : undefined;
  const averagePrecision: number[] = [];
  const recall: number[] = [];
  for (const threshold of similarityThresholds) {
    const ranking = shared ?? rankingAt(threshold);
    const [precisions, recalls]: [number[], number[]] = [[], []];
    let right = 0;
    for (const [i, { value }] of ranking.entries()) {
      if (value >= threshold) right++;
      precisions.push(right / (i + 1));
      recalls.push(right / labeledCount);
    }
    const values = interpolatePrecision(precisions, recalls);
    averagePrecision.push(values.reduce((sum, value) => sum + value, 0) / values.length);
    recall.push(recalls.at(-1) ?? 0);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    labeledCount,
    meanAveragePrecision: mean(averagePrecision),
    meanAverageRecall: mean(recall),
    averagePrecision,
    recall,
  };
}

/** Returns the similarity of each prediction to the animal it got, 0 without one, list in order of rank. */
function globalMatches(similarity: readonly (readonly number[])[], columns: number): number[] {
  const costs = Float64Array.from(similarity.flat(), (value) => (Number.isNaN(value) ? 0 : -value));
  const { columnOfRow } = assign(costs, { rows: similarity.length, columns });
  return Array.from(columnOfRow, (column, row) => (column < 0 ? 0 : similarity[row]?.[column] || 0));
}

/** Returns the same where each prediction looks at its most similar animal only. */
function greedyMatches(similarity: readonly (readonly number[])[], threshold: number): number[] {
  const taken = new Set<number>();
  return similarity.map((values) => {
    let best = -1;
    for (const [j, value] of values.entries()) {
      if (!Number.isNaN(value) && !(value <= (values[best] ?? -1))) best = j;
    }
    if (best < 0 || taken.has(best) || (values[best] as number) < threshold) return 0;
    taken.add(best);
    return values[best] as number;
  });
}
