import type { OksSigma } from '@zoopraxis/core';

/** Where the scale of the similarity comes from, as the area of the animal in px^2. */
export interface SimilarityOptions {
  /** px^2; default that of the box around the labeled points, at least 1 px^2. */
  readonly areaPx2?: number;
}

/** A box that has its sides along those of the image: x and y of the top left corner, width and height, px. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/**
 * Returns the box around points, undefined where all are missing.
 * @param points Shape `[keypoint, 2]`, px; NaN = missing.
 */
export function boxAround(points: ArrayLike<number>): Box | undefined {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at + 1 < points.length; at += 2) {
    const [x, y] = [points[at] as number, points[at + 1] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return left === Number.POSITIVE_INFINITY ? undefined : [left, top, right - left, bottom - top];
}

/** Returns the area of the box around points of shape `[keypoint, 2]` in px^2, at least 1; NaN without points. */
export function areaAround(points: ArrayLike<number>): number {
  const box = boxAround(points);
  return box === undefined ? Number.NaN : Math.max(box[2] * box[3], 1);
}

/** Returns what sigma is multiplied with inside the kernel: 2 for `coco`, 1 for `plain`. */
export function sigmaFactor({ convention }: OksSigma): number {
  return convention === 'coco' ? 2 : 1;
}

/**
 * Checks that a sigma fits a number of keypoints.
 * @throws RangeError for another number of values, or one that is not above 0.
 */
export function checkSigma({ values }: OksSigma, keypointCount: number): void {
  if (values.length !== keypointCount) {
    throw new RangeError(`object similarity: sigma needs ${keypointCount} values, got ${values.length}`);
  }
  const bad = values.findIndex((value) => !(value > 0));
  if (bad >= 0) throw new RangeError(`object similarity: sigma must be above 0, got ${values[bad]} at ${bad}`);
}

/** Returns the similarity of one point, 0..1: exp(-d^2 / (2 k^2 area)), with d^2 in px^2, k and area as there. */
export function pointSimilarity(squaredDistance: number, spread: number, areaPx2: number): number {
  // COCO adds the same epsilon: an area of 0 leaves only exact hits.
  return Math.exp(-squaredDistance / (2 * spread * spread * (areaPx2 + Number.EPSILON)));
}

/**
 * Returns the object keypoint similarity of one animal, 0..1: the mean over its labeled points of
 * exp(-d^2 / (2 k^2 area)), with k = 2 sigma (`coco`, as COCO, DeepLabCut and SLEAP) or k = sigma (`plain`); a labeled
 * point that is not predicted counts 0. The area is that of the box around the labeled points (SLEAP's and DeepLabCut's
 * choice) unless one is given (COCO takes the outline's). NaN without labeled points.
 * @param labeled Shape `[keypoint, 2]`, px; NaN = no label.
 * @param predicted Shape `[keypoint, 2]`, px; NaN = not predicted.
 */
export function objectSimilarity(
  labeled: ArrayLike<number>,
  predicted: ArrayLike<number>,
  sigma: OksSigma,
  options: SimilarityOptions = {},
): number {
  const area = options.areaPx2 ?? areaAround(labeled);
  const factor = sigmaFactor(sigma);
  let [sum, count] = [0, 0];
  for (let k = 0; k < labeled.length / 2; k++) {
    if (Number.isNaN(labeled[2 * k] as number)) continue;
    count++;
    const dx = (predicted[2 * k] as number) - (labeled[2 * k] as number);
    const dy = (predicted[2 * k + 1] as number) - (labeled[2 * k + 1] as number);
    const squares = dx * dx + dy * dy;
    if (!Number.isNaN(squares)) sum += pointSimilarity(squares, factor * (sigma.values[k] as number), area);
  }
  return sum / count;
}
