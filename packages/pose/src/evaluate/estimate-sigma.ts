import type { LabeledFrames, OksSigma } from '@zoopraxis/core';
import { areaAround } from './object-similarity.js';

/**
 * How the spread of several annotators' labels of one point becomes a sigma (`coco` convention).
 *
 * - `rms`: root of the mean over animals of (variance of the label in x plus that in y) / area; the variances with
 *   n - 1, so that few annotators do not look more alike than many. The definition of COCO's keypoint page
 *   (sigma^2 = E[d^2 / s^2]) with the unknown truth replaced by the mean of the annotators.
 * - `mars`: mean over animals of (SD in x + SD in y) / 2 / (sqrt(area) sqrt(2)), SDs with n, as `compute_sigmas.py` of
 *   neuroethology/MARS_pycocotools. About half of `rms`.
 */
export type SigmaFormula = 'rms' | 'mars';

/** Settings of {@link estimateSigma}. */
export interface EstimateSigmaOptions {
  /** Default `rms`. */
  readonly formula?: SigmaFormula;
  /**
   * Area in px^2 of an animal by the index of its image and individual; default that of the box around the mean labels
   * of its points. Animals with an area below 1 px^2 (undefined, one point only) are left out.
   */
  readonly areaPx2?: (image: number, individual: number) => number | undefined;
}

/** Sigma of each keypoint with what it was estimated from. */
export interface EstimatedSigma {
  readonly sigma: OksSigma;
  readonly formula: SigmaFormula;
  /** Animals (in images) whose label by two annotators or more counted, by keypoint, list. */
  readonly animalsPerKeypoint: readonly number[];
  /** Animals labeled by two annotators or more that have no usable area. */
  readonly leftOutAnimals: number;
}

/** Returns mean and sum of squared deviations of values, list. */
function spreadOf(values: readonly number[]): { mean: number; squares: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

/**
 * Returns the sigma of each keypoint from animals that several people labeled.
 * @throws RangeError naming the keypoints that no two annotators labeled on the same animal.
 */
export function estimateSigma(labels: LabeledFrames, options: EstimateSigmaOptions = {}): EstimatedSigma {
  const { formula = 'rms', areaPx2 } = options;
  const names = labels.skeleton.keypoints;
  const points = names.length;
  const rowsOf = new Map<string, number[]>();
  for (const [row, image] of labels.image.entries()) {
    const key = `${image} ${labels.individual[row]}`;
    rowsOf.set(key, [...(rowsOf.get(key) ?? []), row]);
  }
  const sums = new Float64Array(points);
  const counts = new Int32Array(points);
  let leftOutAnimals = 0;
  for (const rows of rowsOf.values()) {
    const spreads = names.map((_, k) => {
      const axis = (which: number) =>
        rows
          .map((row) => labels.position[(row * points + k) * 2 + which] as number)
          .filter((value) => !Number.isNaN(value));
      const [x, y] = [axis(0), axis(1)];
      return { count: x.length, x: spreadOf(x), y: spreadOf(y) };
    });
    if (!spreads.some(({ count }) => count > 1)) continue;
    const [image, individual] = [labels.image[rows[0] as number], labels.individual[rows[0] as number]];
    const area =
      areaPx2 === undefined
        ? areaAround(spreads.flatMap(({ x, y }) => [x.mean, y.mean]))
        : (areaPx2(image as number, individual as number) ?? 0);
    // The box around one point has no area; areaAround gives it 1 px^2 and thereby a senseless scale.
    const isFlat = areaPx2 === undefined && area === 1;
    if (isFlat || !(area >= 1 && area < Number.POSITIVE_INFINITY)) {
      leftOutAnimals++;
      continue;
    }
    for (const [k, { count, x, y }] of spreads.entries()) {
      if (count < 2) continue;
      counts[k] = (counts[k] as number) + 1;
      const term =
        formula === 'rms'
          ? (x.squares + y.squares) / (count - 1) / area
          : (Math.sqrt(x.squares / count) + Math.sqrt(y.squares / count)) / 2 / Math.sqrt(2 * area);
      sums[k] = (sums[k] as number) + term;
    }
  }
  const missing = names.filter((_, k) => counts[k] === 0);
  if (missing.length > 0) {
    throw new RangeError(
      `sigma estimation: each keypoint needs an animal that two annotators labeled, got none for ${missing.join(', ')}`,
    );
  }
  const values = Array.from(sums, (sum, k) => {
    const average = sum / (counts[k] as number);
    return formula === 'rms' ? Math.sqrt(average) : average;
  });
  return {
    sigma: { values, convention: 'coco' },
    formula,
    animalsPerKeypoint: [...counts],
    leftOutAnimals,
  };
}
