import type { Region, RegionShape } from '@zoopraxis/core';

/** A point in px of the picture, shape `[2]`. */
export type PicturePoint = readonly [number, number];

/** What of a region is grabbed. */
export type RegionGrip =
  | { readonly kind: 'corner'; readonly corner: number }
  | { readonly kind: 'radius' }
  | { readonly kind: 'whole' };

const distance = ([ax, ay]: PicturePoint, [bx, by]: PicturePoint) => Math.hypot(ax - bx, ay - by);
const roundPx = (value: number) => Math.round(value * 100) / 100;
const rounded = ([x, y]: PicturePoint): PicturePoint => [roundPx(x), roundPx(y)];

/** Returns a polygon with four right corners from two opposite ones, clockwise on the screen from its top left. */
export function rectangleFrom([ax, ay]: PicturePoint, [bx, by]: PicturePoint): RegionShape {
  const [left, right] = [Math.min(ax, bx), Math.max(ax, bx)];
  const [top, bottom] = [Math.min(ay, by), Math.max(ay, by)];
  const corners: PicturePoint[] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return { kind: 'polygon', corners: corners.map(rounded) };
}

/** Returns a circle by its center and a point of its outline. */
export function circleFrom(center: PicturePoint, edge: PicturePoint): RegionShape {
  return { kind: 'circle', center: rounded(center), radius: roundPx(distance(center, edge)) };
}

/** Returns the area that a shape covers, in square px; that of a polygon by the shoelace formula. */
export function areaOf(shape: RegionShape): number {
  if (shape.kind === 'circle') return Math.PI * shape.radius ** 2;
  const { corners } = shape;
  let twice = 0;
  corners.forEach(([x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length] as PicturePoint;
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

/** Tells whether a shape can be kept: three corners or more that span an area, or a radius above 0. */
export const isWhole = (shape: RegionShape): boolean =>
  areaOf(shape) > 1 && (shape.kind === 'circle' || shape.corners.length >= 3);

/** Tells whether a point lies in a shape; by the even-odd rule in a polygon that crosses itself. */
export function contains(shape: RegionShape, point: PicturePoint): boolean {
  if (shape.kind === 'circle') return distance(shape.center, point) <= shape.radius;
  const [x, y] = point;
  let isInside = false;
  shape.corners.forEach(([ax, ay], i) => {
    const [bx, by] = shape.corners[(i + 1) % shape.corners.length] as PicturePoint;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) isInside = !isInside;
  });
  return isInside;
}

/** Returns where the handles of a shape are, in px of the picture: the corners, or the center and the right of a circle. */
export function handlesOf(shape: RegionShape): { readonly grip: RegionGrip; readonly at: PicturePoint }[] {
  if (shape.kind === 'polygon') return shape.corners.map((at, corner) => ({ grip: { kind: 'corner', corner }, at }));
  const [x, y] = shape.center;
  return [
    { grip: { kind: 'whole' }, at: [x, y] },
    { grip: { kind: 'radius' }, at: [x + shape.radius, y] },
  ];
}

/** Returns what of a shape a pointer grabs: a handle within `reachPx`, else its inside, else undefined. */
export function gripAt(
  shape: RegionShape,
  point: PicturePoint,
  reachPx: number,
): { readonly grip: RegionGrip; readonly distancePx: number } | undefined {
  let best: { grip: RegionGrip; distancePx: number } | undefined;
  for (const { grip, at } of handlesOf(shape)) {
    const away = distance(at, point);
    if (away <= reachPx && (best === undefined || away < best.distancePx)) best = { grip, distancePx: away };
  }
  return best ?? (contains(shape, point) ? { grip: { kind: 'whole' }, distancePx: reachPx } : undefined);
}

/** Returns a shape after what was grabbed at `from` is at `to`. */
export function dragShape(shape: RegionShape, grip: RegionGrip, from: PicturePoint, to: PicturePoint): RegionShape {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const moved = ([x, y]: PicturePoint) => rounded([x + dx, y + dy]);
  if (shape.kind === 'circle') {
    if (grip.kind === 'radius') return { ...shape, radius: Math.max(1, roundPx(distance(shape.center, to))) };
    return { ...shape, center: moved(shape.center) };
  }
  return {
    ...shape,
    corners: shape.corners.map((corner, i) =>
      grip.kind === 'whole' ? moved(corner) : grip.kind === 'corner' && grip.corner === i ? moved(corner) : corner,
    ),
  };
}

/** Returns a polygon with one more corner, in the middle of the side after the given corner. */
export function addCorner(shape: RegionShape, after: number): RegionShape {
  if (shape.kind === 'circle') return shape;
  const [ax, ay] = shape.corners[after] as PicturePoint;
  const [bx, by] = shape.corners[(after + 1) % shape.corners.length] as PicturePoint;
  const corner = rounded([(ax + bx) / 2, (ay + by) / 2]);
  return { ...shape, corners: [...shape.corners.slice(0, after + 1), corner, ...shape.corners.slice(after + 1)] };
}

/** Returns a polygon without a corner; one with three keeps all. */
export function removeCorner(shape: RegionShape, at: number): RegionShape {
  if (shape.kind === 'circle' || shape.corners.length <= 3) return shape;
  return { ...shape, corners: shape.corners.filter((_, i) => i !== at) };
}

/** Returns a name that no region has yet: the wished one, or it with a number. */
export function freeName(wish: string, taken: readonly Region[]): string {
  const names = new Set(taken.map(({ name }) => name));
  if (!names.has(wish)) return wish;
  for (let number = 2; ; number++) if (!names.has(`${wish} ${number}`)) return `${wish} ${number}`;
}
