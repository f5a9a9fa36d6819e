import { directionOf, type MarsWorkspace } from './workspace.js';

/** A row of numbers, shape `[frame]`. */
export type Row = Float64Array;

/** A pair of rows, x and y. */
export type RowPair = readonly [Row, Row];

/** Writes the mean of some points' x and y: `points` as in the workspace, `from` and `to` in points. */
export function meanOfPoints(
  points: readonly Row[],
  first: number,
  end: number,
  space: MarsWorkspace,
  out: RowPair,
): void {
  for (let axis = 0; axis < 2; axis++) {
    const row = out[axis] as Row;
    for (let i = space.from; i < space.to; i++) {
      let sum = 0;
      for (let point = first; point < end; point++) sum += (points[2 * point + axis] as Row)[i] as number;
      row[i] = sum / (end - first);
    }
  }
}

/** Writes the distance between two points; times `factor`. */
export function distances(a: RowPair, b: RowPair, factor: number, space: MarsWorkspace, out: Row): void {
  const [ax, ay] = a;
  const [bx, by] = b;
  for (let i = space.from; i < space.to; i++) {
    const dx = (ax[i] as number) - (bx[i] as number);
    const dy = (ay[i] as number) - (by[i] as number);
    out[i] = Math.sqrt(dx * dx + dy * dy) * factor;
  }
}

/** Writes the direction from one point to another, see `directionOf`. */
export function directions(from: RowPair, to: RowPair, space: MarsWorkspace, out: Row): void {
  for (let i = space.from; i < space.to; i++) {
    out[i] = directionOf((to[0][i] as number) - (from[0][i] as number), (to[1][i] as number) - (from[1][i] as number));
  }
}

/** Writes the angle at `middle` from `start` to `end`, clockwise as seen, -pi to pi. */
export function anglesAt(middle: RowPair, start: RowPair, end: RowPair, space: MarsWorkspace, out: Row): void {
  for (let i = space.from; i < space.to; i++) {
    const x = middle[0][i] as number;
    const y = middle[1][i] as number;
    const ax = (start[0][i] as number) - x;
    const ay = (start[1][i] as number) - y;
    const bx = (end[0][i] as number) - x;
    const by = (end[1][i] as number) - y;
    out[i] = Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  }
}
