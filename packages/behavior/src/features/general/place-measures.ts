import type { RegionShape } from '@zoopraxis/core';
import { isInRegion } from '../../cohort/regions.js';
import { centerInWords, type Measure, type MeasureContext } from './measure.js';

type Point = readonly [number, number];

/** Returns the distance from a point to a segment. */
function distanceToSegment(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const squares = dx * dx + dy * dy;
  const share = squares === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squares));
  const [ex, ey] = [x - ax - share * dx, y - ay - share * dy];
  return Math.sqrt(ex * ex + ey * ey);
}

/** Returns how far a point is from an outline: above 0 inside, below 0 outside, NaN for a missing point. */
export function depthInside(shape: RegionShape, x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (shape.kind === 'circle') return shape.radius - Math.hypot(x - shape.center[0], y - shape.center[1]);
  const { corners } = shape;
  let nearest = Number.POSITIVE_INFINITY;
  for (const [i, corner] of corners.entries()) {
    nearest = Math.min(nearest, distanceToSegment(x, y, corner, corners[(i + 1) % corners.length] as Point));
  }
  return isInRegion(shape, x, y) ? nearest : -nearest;
}

/** Returns the distance to the nearest corner of an outline; NaN for a missing point or a circle. */
function cornerDistance(shape: RegionShape, x: number, y: number): number {
  if (shape.kind === 'circle') return Number.NaN;
  let nearest = Number.POSITIVE_INFINITY;
  for (const [cx, cy] of shape.corners) nearest = Math.min(nearest, (x - cx) ** 2 + (y - cy) ** 2);
  return Number.isNaN(x + y) ? Number.NaN : Math.sqrt(nearest);
}

const asMeasured = (measure: Omit<Measure, 'compute' | 'of'>, value: (x: number, y: number) => number): Measure => ({
  ...measure,
  of: 'animal',
  compute(view, into, animal) {
    const [x, y] = [view.x(animal, view.place), view.y(animal, view.place)];
    for (let f = 0, i = view.pad; f < view.count; f++, i++) into[f] = value(x[i] as number, y[i] as number);
  },
});

/** Returns where the center of each animal is in the arena, else in the picture. */
export function positionMeasures(context: MeasureContext): Measure[] {
  const { arena, lengthUnit, arenaIsGuessed } = context;
  const corner = arena?.kind === 'polygon' ? arena : undefined;
  const [left, top] = [0, 1].map((axis) =>
    corner === undefined ? 0 : Math.min(...corner.corners.map((point) => point[axis] as number)),
  ) as [number, number];
  const origin =
    corner === undefined ? 'the origin of the tracks' : `the ${arenaIsGuessed ? 'guessed ' : ''}arena's least`;
  return (['x', 'y'] as const).map((axis) =>
    asMeasured(
      {
        group: 'position',
        name: `center ${axis}`,
        unit: lengthUnit,
        definition:
          `${axis} of the center (${centerInWords(context)}) from ${origin} ${corner === undefined ? '' : axis}`.trimEnd() +
          '.',
      },
      axis === 'x' ? (x) => x - left : (_, y) => y - top,
    ),
  );
}

/** Returns how far each animal is from the walls and corners of the arena. */
export function wallMeasures(context: MeasureContext): Measure[] {
  const { arena, arenaIsGuessed, lengthUnit } = context;
  if (arena === undefined) return [];
  const whose = arenaIsGuessed
    ? 'of the rectangle between the 1st and 99th percentiles of all known points'
    : 'of the arena';
  const center = centerInWords(context);
  const measures = [
    asMeasured(
      {
        group: 'walls',
        name: 'distance to wall',
        unit: lengthUnit,
        definition: `Distance from the center (${center}) to the nearest wall ${whose}; below 0 outside.`,
      },
      (x, y) => depthInside(arena, x, y),
    ),
  ];
  if (arena.kind === 'circle') return measures;
  measures.push(
    asMeasured(
      {
        group: 'walls',
        name: 'distance to corner',
        unit: lengthUnit,
        definition: `Distance from the center (${center}) to the nearest corner ${whose}.`,
      },
      (x, y) => cornerDistance(arena, x, y),
    ),
  );
  return measures;
}

/** Returns how deep in each region each animal is. */
export function regionMeasures(context: MeasureContext): Measure[] {
  return context.regions.map(({ name, shape }) =>
    asMeasured(
      {
        group: 'regions',
        name: `depth in(${name})`,
        unit: context.lengthUnit,
        definition: `Distance from the center (${centerInWords(context)}) to the edge of ${name}: above 0 inside, below 0 outside.`,
      },
      (x, y) => depthInside(shape, x, y),
    ),
  );
}
