import { spineNodes } from './anatomy.js';
import { type Body, spineOf } from './motion.js';

/** Parts of a mouse that another goes for. */
export type BodyRegion = 'face' | 'flank' | 'rear';

/** A point of the floor, cm. */
export interface Point {
  x: number;
  y: number;
}

/** Returns where the nose of a body is. */
export function noseOf(body: Body): Point {
  const spine = spineOf(body);
  return { x: spine.x[spineNodes - 1]!, y: spine.y[spineNodes - 1]! };
}

/** Returns the point of a body's outline in a region that is nearest to another point. */
export function pointOf(body: Body, region: BodyRegion, from: Point): Point {
  const spine = spineOf(body);
  if (region === 'face') {
    const node = spineNodes - 2;
    return { x: spine.x[node]!, y: spine.y[node]! };
  }
  if (region === 'rear') return { x: spine.x[1]!, y: spine.y[1]! };
  const node = 7;
  const [cos, sin, r] = [Math.cos(spine.direction[node]!), Math.sin(spine.direction[node]!), spine.radius[node]!];
  const side = -sin * (from.x - spine.x[node]!) + cos * (from.y - spine.y[node]!) > 0 ? 1 : -1;
  return { x: spine.x[node]! - side * r * sin, y: spine.y[node]! + side * r * cos };
}

/** Returns the distance from a point to the outline of a body's trunk and head, cm, negative inside. */
export function distanceToBody(point: Point, body: Body): number {
  const spine = spineOf(body);
  let nearest = Number.POSITIVE_INFINITY;
  for (let node = 0; node < spineNodes; node++) {
    const d = Math.hypot(spine.x[node]! - point.x, spine.y[node]! - point.y) - spine.radius[node]!;
    if (d < nearest) nearest = d;
  }
  return nearest;
}

/** Returns the distance of two points, cm. */
export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
