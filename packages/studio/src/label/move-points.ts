import type { PointView } from 'zoopraxis';

/** Points of an animal by keypoint, px of the picture. */
export type Points = Readonly<Record<string, PointView>>;

/** Size of a picture. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Thousandths of a px: finer than any hand or screen, and short in files. */
const rounded = (value: number) => Math.round(value * 1000) / 1000 + 0;

/** Returns a place inside the picture, whose pixels' outer edges are half a px beyond their centers. */
export function clampToPicture(x: number, y: number, { widthPx, heightPx }: PictureSize): { x: number; y: number } {
  const clamp = (value: number, size: number) => rounded(Math.min(Math.max(value, -0.5), size - 0.5));
  return { x: clamp(x, widthPx), y: clamp(y, heightPx) };
}

/** Returns all points moved by one distance, stopped as a whole where one would leave the picture: shapes stay. */
export function movePoints(points: Points, dx: number, dy: number, { widthPx, heightPx }: PictureSize): Points {
  const all = Object.values(points);
  if (all.length === 0) return points;
  const stop = (delta: number, values: readonly number[], size: number) => {
    const [low, high] = [-0.5 - Math.min(...values), size - 0.5 - Math.max(...values)];
    return low > high ? 0 : Math.min(Math.max(delta, Math.min(low, 0)), Math.max(high, 0));
  };
  const byX = stop(
    dx,
    all.map(({ x }) => x),
    widthPx,
  );
  const byY = stop(
    dy,
    all.map(({ y }) => y),
    heightPx,
  );
  return mapPoints(points, ({ x, y }) => ({ x: rounded(x + byX), y: rounded(y + byY) }));
}

/** Returns the mean of the points, px, or null where there are none. */
export function centerOf(points: Points): { x: number; y: number } | null {
  const all = Object.values(points);
  if (all.length === 0) return null;
  const sum = all.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / all.length, y: sum.y / all.length };
}

/** Returns all points turned about their mean by an angle in radians, clockwise on the screen; may leave the picture. */
export function rotatePoints(points: Points, angle: number): Points {
  const center = centerOf(points);
  if (center === null) return points;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return mapPoints(points, ({ x, y }) => {
    const [dx, dy] = [x - center.x, y - center.y];
    return { x: rounded(center.x + dx * cos - dy * sin), y: rounded(center.y + dx * sin + dy * cos) };
  });
}

function mapPoints(points: Points, move: (point: PointView) => { x: number; y: number }): Points {
  return Object.fromEntries(Object.entries(points).map(([name, point]) => [name, { ...point, ...move(point) }]));
}
