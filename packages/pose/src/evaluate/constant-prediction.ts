import type { PosePairs } from './pair-predictions.js';

/** Radii grow by this factor, so that rounding never puts a label outside a disk that a prediction of its own would hold it in. */
const ROUNDING = 1 + 1e-9;

/** Returns the largest number of arcs that meet in an angle; arcs are closed. `starts` and `widths` in rad, lists. */
function mostArcs(starts: readonly number[], widths: readonly number[]): number {
  const turn = 2 * Math.PI;
  const events: [angle: number, change: number][] = [];
  let count = 0;
  for (const [i, start] of starts.entries()) {
    const from = start - turn * Math.floor(start / turn);
    const to = from + (widths[i] as number);
    if (to >= turn) count++;
    events.push([from, 1], [to >= turn ? to - turn : to, -1]);
  }
  let most = count;
  // Where one begins as another ends, both are counted.
  for (const [, change] of events.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    count += change;
    if (count > most) most = count;
  }
  return most;
}

/**
 * Returns how many points one place can have within their radii at most: the depth of the disks about them, found by
 * a walk around each circle, for the deepest part of the plane has a piece of some circle as its edge.
 * @param points Shape `[point, 2]`.
 * @param radii Shape `[point]`, in the unit of the points, from 0.
 */
export function mostPointsInReach(points: ArrayLike<number>, radii: ArrayLike<number>): number {
  const count = radii.length;
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => (points[2 * a] as number) - (points[2 * b] as number) || a - b,
  );
  const [x, y, r] = [0, 1, 2].map((which) =>
    Float64Array.from(order, (i) => (which < 2 ? (points[2 * i + which] as number) : (radii[i] as number) * ROUNDING)),
  ) as [Float64Array, Float64Array, Float64Array];
  const largest = r.reduce((most, value) => Math.max(most, value), 0);
  let best = Math.min(1, count);
  for (let i = 0, first = 0; i < count; i++) {
    const [ownX, ownY, own] = [x[i] as number, y[i] as number, r[i] as number];
    while ((x[first] as number) < ownX - 2 * largest) first++;
    let whole = 1;
    const starts: number[] = [];
    const widths: number[] = [];
    for (let j = first; j < count && (x[j] as number) <= ownX + own + largest; j++) {
      if (j === i) continue;
      const [dx, dy, other] = [(x[j] as number) - ownX, (y[j] as number) - ownY, r[j] as number];
      const distance = Math.hypot(dx, dy);
      if (distance > own + other || distance < own - other) continue;
      if (distance <= other - own) {
        whole++;
        continue;
      }
      const cosine = (own * own + distance * distance - other * other) / (2 * own * distance);
      const half = Math.acos(Math.min(1, Math.max(-1, cosine))) + 1e-9;
      starts.push(Math.atan2(dy, dx) - half);
      widths.push(2 * half);
    }
    if (whole + starts.length > best) best = Math.max(best, whole + mostArcs(starts, widths));
  }
  return best;
}

/**
 * Returns the labeled points that the best constant prediction gets right: for each keypoint of each named individual
 * the most labels that one place has within the radius.
 * @param radiusPx Radius of each pair, px, shape `[pair]`.
 * @param takesPart Which pairs count, by index; default all.
 */
export function constantHits(
  pairs: Pick<PosePairs, 'skeleton' | 'individuals' | 'labeled'>,
  radiusPx: ArrayLike<number>,
  takesPart: (pair: number) => boolean = () => true,
): number {
  const points = pairs.skeleton.keypoints.length;
  const byName = new Map<string, number[]>();
  for (const [pair, name] of pairs.individuals.entries()) {
    if (!takesPart(pair)) continue;
    byName.set(name, [...(byName.get(name) ?? []), pair]);
  }
  let hits = 0;
  for (const members of byName.values()) {
    for (let k = 0; k < points; k++) {
      const labeled = members.filter((pair) => !Number.isNaN(pairs.labeled[2 * (pair * points + k)] as number));
      const places = labeled.flatMap((pair) => {
        const at = 2 * (pair * points + k);
        return [pairs.labeled[at] as number, pairs.labeled[at + 1] as number];
      });
      hits += mostPointsInReach(
        places,
        labeled.map((pair) => radiusPx[pair] as number),
      );
    }
  }
  return hits;
}
