/**
 * A map of the plane, list of six: `x' = a x + b y + c`, `y' = d x + e y + f`. Names say both sides: `outputFromSource` takes
 * a point of the source picture to one of the output.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Returns the map that first takes `inner`, then `outer`. */
export function composed(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/** Returns the map back; throws RangeError for one that has none. */
export function inverted([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  if (!(Math.abs(determinant) > 1e-12)) {
    throw new RangeError(`affine map: must have an inverse, got a determinant of ${determinant}`);
  }
  const [p, q, r, s] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)];
}

/** Returns the map that scales a picture: the center of the top-left pixel is (0, 0), so x becomes `(x + 0.5) scale - 0.5`. */
export function scaling(scale: number): Affine {
  const shift = 0.5 * scale - 0.5;
  return [scale, 0, shift, 0, scale, shift];
}

/** What {@link turnedAbout} does to the plane. */
export interface Turn {
  /** From x to y, that is clockwise on a screen. */
  readonly angleRad: number;
  readonly scale: number;
  /** Mirror left and right before turning. */
  readonly mirror: boolean;
}

/** Returns the map that turns, scales and mirrors about `from` `[2]` and moves that point to `to` `[2]`. */
export function turnedAbout(
  { angleRad, scale, mirror }: Turn,
  from: readonly [number, number],
  to: readonly [number, number],
): Affine {
  const [cos, sin, sign] = [scale * Math.cos(angleRad), scale * Math.sin(angleRad), mirror ? -1 : 1];
  const [a, b, d, e] = [sign * cos, -sin, sign * sin, cos];
  return [a, b, to[0] - a * from[0] - b * from[1], d, e, to[1] - d * from[0] - e * from[1]];
}

/** Returns points `[point, 2]` taken through a map; NaN stays NaN. */
export function mapPoints([a, b, c, d, e, f]: Affine, points: ArrayLike<number>): Float64Array {
  const mapped = new Float64Array(points.length);
  for (let at = 0; at + 1 < points.length; at += 2) {
    const [x, y] = [points[at] as number, points[at + 1] as number];
    mapped[at] = a * x + b * y + c;
    mapped[at + 1] = d * x + e * y + f;
  }
  return mapped;
}
