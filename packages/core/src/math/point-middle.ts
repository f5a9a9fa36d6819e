import { median } from './quantiles.js';

/** Ways to find the middle of points. */
export type MiddleMethod = 'mean' | 'median' | 'geometric-median' | 'medoid';

/** Steps at most; Newton's method needs less than ten unless the points are extreme. */
const maximumSteps = 100;

function sumOfDistances(x: Float64Array, y: Float64Array, atX: number, atY: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.hypot((x[i] as number) - atX, (y[i] as number) - atY);
  return sum;
}

/**
 * Returns the point with the least sum of distances, shape `[2]`: one of the points where the others do not pull harder
 * than it holds (Weiszfeld 1937), else by Newton's method from the best of them, with Weiszfeld's steps where it fails.
 */
function geometricMedian(x: Float64Array, y: Float64Array): [number, number] {
  let [atX, atY] = medoid(x, y);
  let [pullX, pullY, holds] = [0, 0, 0];
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - atX, (y[i] as number) - atY];
    const distance = Math.hypot(dx, dy);
    if (distance === 0) {
      holds++;
      continue;
    }
    pullX += dx / distance;
    pullY += dy / distance;
    nearest = Math.min(nearest, distance);
  }
  // Only the best of the points can be the minimum.
  const pull = Math.hypot(pullX, pullY);
  if (pull <= holds * (1 + 1e-12)) return [atX, atY];
  let sum = sumOfDistances(x, y, atX, atY);
  // Off that point along the pull, as far as the sum falls.
  for (let step = nearest; ; step /= 2) {
    const [tryX, tryY] = [atX + (step * pullX) / pull, atY + (step * pullY) / pull];
    const trySum = sumOfDistances(x, y, tryX, tryY);
    if (trySum < sum) {
      [atX, atY, sum] = [tryX, tryY, trySum];
      break;
    }
    if (step < 1e-12 * nearest) return [atX, atY];
  }
  for (let step = 0; step < maximumSteps; step++) {
    let [gradientX, gradientY, xx, xy, yy, weights] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const [dx, dy] = [atX - (x[i] as number), atY - (y[i] as number)];
      const distance = Math.hypot(dx, dy);
      if (distance === 0) continue;
      const [ux, uy] = [dx / distance, dy / distance];
      gradientX += ux;
      gradientY += uy;
      xx += (uy * uy) / distance;
      xy -= (ux * uy) / distance;
      yy += (ux * ux) / distance;
      weights += 1 / distance;
    }
    const determinant = xx * yy - xy * xy;
    const steps: [number, number][] = [
      [(xy * gradientY - yy * gradientX) / determinant, (xy * gradientX - xx * gradientY) / determinant],
      [-gradientX / weights, -gradientY / weights],
    ];
    const better = steps.find(([dx, dy]) => sumOfDistances(x, y, atX + dx, atY + dy) < sum);
    if (better === undefined) break;
    [atX, atY] = [atX + better[0], atY + better[1]];
    sum = sumOfDistances(x, y, atX, atY);
  }
  return [atX, atY];
}

/** Returns the point of the set with the least sum of distances to the others, shape `[2]`; the first of equals. */
function medoid(x: Float64Array, y: Float64Array): [number, number] {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let j = 0; j < x.length; j++) {
      sum += Math.hypot((x[i] as number) - (x[j] as number), (y[i] as number) - (y[j] as number));
    }
    if (sum < least) [best, least] = [i, sum];
  }
  return [x[best] as number, y[best] as number];
}

/**
 * Returns the middle of points in the plane, shape `[2]`: their mean, the median of each coordinate, the point with the
 * least sum of distances, or that one of the points. Points with NaN are left out; NaN where none is left.
 * @param points Shape `[point, 2]`.
 */
export function middleOfPoints(points: ArrayLike<number>, method: MiddleMethod): [number, number] {
  const kept = Array.from({ length: points.length / 2 }, (_, i) => i).filter(
    (i) => !Number.isNaN(points[2 * i] as number) && !Number.isNaN(points[2 * i + 1] as number),
  );
  if (kept.length === 0) return [Number.NaN, Number.NaN];
  const [x, y] = [0, 1].map((axis) => Float64Array.from(kept, (i) => points[2 * i + axis] as number)) as [
    Float64Array,
    Float64Array,
  ];
  if (method === 'mean') {
    const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [meanOf(x), meanOf(y)];
  }
  if (method === 'median') return [median(x), median(y)];
  return method === 'medoid' ? medoid(x, y) : geometricMedian(x, y);
}
