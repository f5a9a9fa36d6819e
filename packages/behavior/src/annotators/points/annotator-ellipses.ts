import type { LabeledFrames } from '@zoopraxis/core';
import { keypointIndex, pointInRow, sharedAnimals } from './shared-animals.js';

/** How points of several annotators scatter: the ellipse one standard deviation from their mean. */
export interface ScatterEllipse {
  readonly points: number;
  readonly centerX: number;
  readonly centerY: number;
  /** Variances and covariance, divisor `points - 1` (of each image, where several are joined). */
  readonly covariance: { readonly xx: number; readonly xy: number; readonly yy: number };
  /** Half axes: roots of the covariance's eigenvalues, 0 where the points lie on a line. */
  readonly majorHalfAxis: number;
  readonly minorHalfAxis: number;
  /** Of the major axis, radians in (-pi/2, pi/2] from +x toward +y (clockwise on the screen); 0 for a circle. */
  readonly angleRad: number;
}

/** Returns the half axes and the angle of a covariance. */
function axesOf(xx: number, xy: number, yy: number) {
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  const angle = spread === 0 ? 0 : Math.atan2(2 * xy, xx - yy) / 2;
  return {
    covariance: { xx, xy, yy },
    majorHalfAxis: Math.sqrt(middle + spread),
    minorHalfAxis: Math.sqrt(Math.max(middle - spread, 0)),
    angleRad: angle,
  };
}

/** Sums that a covariance is made of. */
interface Scatter {
  points: number;
  freedom: number;
  xx: number;
  xy: number;
  yy: number;
}

function scatterOf(points: readonly (readonly [number, number])[]): Scatter & { centerX: number; centerY: number } {
  const count = points.length;
  const centerX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const centerY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  let [xx, xy, yy] = [0, 0, 0];
  for (const [x, y] of points) {
    xx += (x - centerX) ** 2;
    xy += (x - centerX) * (y - centerY);
    yy += (y - centerY) ** 2;
  }
  return { points: count, freedom: count - 1, centerX, centerY, xx, xy, yy };
}

/**
 * Returns the one-standard-deviation ellipse of points, px in, px out; null for fewer than two points. Points with NaN are
 * left out.
 * @param points Shape `[point, 2]`.
 */
export function scatterEllipse(points: ArrayLike<number>): ScatterEllipse | null {
  const kept: [number, number][] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
    if (!Number.isNaN(x) && !Number.isNaN(y)) kept.push([x, y]);
  }
  if (kept.length < 2) return null;
  const { freedom, centerX, centerY, xx, xy, yy } = scatterOf(kept);
  return { points: kept.length, centerX, centerY, ...axesOf(xx / freedom, xy / freedom, yy / freedom) };
}

/** Ellipses of one animal in one image, to be drawn over it. */
export interface AnimalEllipses {
  /** Index into `images`. */
  readonly image: number;
  /** Index into `individuals`. */
  readonly individual: number;
  /** In px of the image, list in the order of the skeleton; null where fewer than two annotators placed the point. */
  readonly ellipses: readonly (ScatterEllipse | null)[];
}

/** Returns the ellipses of each animal that two annotators or more labeled, by image and individual. */
export function annotatorEllipses(labels: LabeledFrames): AnimalEllipses[] {
  return sharedAnimals(labels)
    .filter(({ rows }) => rows.filter((row) => row >= 0).length > 1)
    .map(({ image, individual, rows }) => ({
      image,
      individual,
      ellipses: labels.skeleton.keypoints.map((_, k) =>
        scatterEllipse(rows.flatMap((row) => pointInRow(labels, row, k))),
      ),
    }));
}

/**
 * Returns the typical ellipse of each keypoint over all images, list in the order of the skeleton: the covariances within
 * images pooled, so that where the animal was does not matter. With `body` the points are first turned so that the mean
 * body axis, from one keypoint to the other, points along +x: scatter along and across the body. The center is (0, 0).
 * @throws RangeError for a `body` keypoint that the skeleton lacks.
 */
export function pooledEllipses(
  labels: LabeledFrames,
  { body }: { body?: { readonly from: string; readonly to: string } } = {},
): (ScatterEllipse | null)[] {
  const ends = body && [keypointIndex(labels, body.from, 'body from'), keypointIndex(labels, body.to, 'body to')];
  const sums = labels.skeleton.keypoints.map((): Scatter => ({ points: 0, freedom: 0, xx: 0, xy: 0, yy: 0 }));
  for (const { rows } of sharedAnimals(labels)) {
    const placed = (k: number) =>
      rows.map((row) => pointInRow(labels, row, k)).filter(([x, y]) => !Number.isNaN(x) && !Number.isNaN(y));
    let [cos, sin] = [1, 0];
    if (ends !== undefined) {
      const [from, to] = ends.map((k) => scatterOf(placed(k)));
      const [dx, dy] = [Number(to?.centerX) - Number(from?.centerX), Number(to?.centerY) - Number(from?.centerY)];
      const length = Math.hypot(dx, dy);
      if (!(length > 0)) continue;
      [cos, sin] = [dx / length, dy / length];
    }
    for (const [k, sum] of sums.entries()) {
      const points = placed(k);
      if (points.length < 2) continue;
      const own = scatterOf(points.map(([x, y]): [number, number] => [x * cos + y * sin, y * cos - x * sin]));
      sum.points += own.points;
      sum.freedom += own.freedom;
      sum.xx += own.xx;
      sum.xy += own.xy;
      sum.yy += own.yy;
    }
  }
  return sums.map(({ points, freedom, xx, xy, yy }) => {
    if (freedom === 0) return null;
    return { points, centerX: 0, centerY: 0, ...axesOf(xx / freedom, xy / freedom, yy / freedom) };
  });
}
