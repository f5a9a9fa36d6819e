/** An ellipse around the points of a body, px. */
export interface BodyEllipse {
  readonly x: number;
  readonly y: number;
  readonly semiMajor: number;
  readonly semiMinor: number;
  /** Direction of the long axis, radians, clockwise on a screen from its right. */
  readonly angle: number;
}

/** Standard deviations from middle to outline: a filled ellipse has semi-axes of two. */
const deviations = 2;

/** Returns the middle of points (x, y in turn, shape `[point, 2]`), null where there are none. */
export function middleOf(points: readonly number[]): { readonly x: number; readonly y: number } | null {
  const count = points.length / 2;
  if (count === 0) return null;
  let [x, y] = [0, 0];
  for (let at = 0; at < points.length; at += 2) {
    x += points[at] as number;
    y += points[at + 1] as number;
  }
  return { x: x / count, y: y / count };
}

/** Returns the ellipse of the covariance of points (x, y in turn, shape `[point, 2]`), null for fewer than three. */
export function bodyEllipse(points: readonly number[]): BodyEllipse | null {
  const middle = middleOf(points);
  const count = points.length / 2;
  if (middle === null || count < 3) return null;
  const { x, y } = middle;
  let [xx, xy, yy] = [0, 0, 0];
  for (let at = 0; at < points.length; at += 2) {
    const [dx, dy] = [(points[at] as number) - x, (points[at + 1] as number) - y];
    xx += (dx * dx) / count;
    xy += (dx * dy) / count;
    yy += (dy * dy) / count;
  }
  const half = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  return {
    x,
    y,
    semiMajor: deviations * Math.sqrt(half + spread),
    semiMinor: deviations * Math.sqrt(Math.max(0, half - spread)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}

/** Tells whether a keypoint belongs to the body: tails behind their base would stretch ellipses. */
export const isBodyPoint = (name: string): boolean => !/tail/i.test(name) || /base|root|start/i.test(name);
