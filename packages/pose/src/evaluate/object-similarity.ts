import type { OksSigma } from '@zoopraxis/core';

/**
 * Returns the object keypoint similarity of one animal, 0..1: the mean over its labeled points of
 * exp(-d^2 / (2 k^2 area)), with k = 2 sigma (`coco`, as COCO, DeepLabCut and SLEAP) or k = sigma (`plain`); a labeled
 * point that is not predicted counts 0. The area is that of the box around the labeled points (SLEAP's and DeepLabCut's
 * choice; COCO takes the outline's), at least 1 px^2. NaN without labeled points.
 * @param labeled Shape `[keypoint, 2]`, px; NaN = no label.
 * @param predicted Shape `[keypoint, 2]`, px; NaN = not predicted.
 */
export function objectSimilarity(labeled: ArrayLike<number>, predicted: ArrayLike<number>, sigma: OksSigma): number {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let count = 0;
  for (let k = 0; k < labeled.length / 2; k++) {
    const [x, y] = [labeled[2 * k] as number, labeled[2 * k + 1] as number];
    if (Number.isNaN(x)) continue;
    count++;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const area = Math.max((right - left) * (bottom - top), 1);
  const factor = sigma.convention === 'coco' ? 2 : 1;
  let sum = 0;
  for (let k = 0; k < labeled.length / 2; k++) {
    const dx = (predicted[2 * k] as number) - (labeled[2 * k] as number);
    const dy = (predicted[2 * k + 1] as number) - (labeled[2 * k + 1] as number);
    const squares = dx * dx + dy * dy;
    const spread = factor * (sigma.values[k] as number);
    if (!Number.isNaN(squares)) sum += Math.exp(-squares / (2 * spread * spread * area));
  }
  return sum / count;
}
