import { type Calibration, pxPerCmOf, type Region, type RegionShape } from '@zoopraxis/core';
import { type AnimalPath, type PathOptions, walkPath } from './movement.js';

/** Returns whether a point lies in a region; the edge of a circle belongs to it, points on a polygon's edge to one side. */
export function isInRegion(shape: RegionShape, x: number, y: number): boolean {
  if (shape.kind === 'circle') return Math.hypot(x - shape.center[0], y - shape.center[1]) <= shape.radius;
  const { corners } = shape;
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [ax, ay] = corners[i] as readonly [number, number];
    const [bx, by] = corners[j] as readonly [number, number];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/**
 * Returns the outline of a region in the unit of a path.
 * @throws UnavailableError with the way to calibrate where one is in px, the other in cm, and the scale is not known.
 */
export function shapeInUnit(region: Region, unit: 'px' | 'cm', calibration: Calibration | undefined): RegionShape {
  const own = region.space === 'image' ? 'px' : 'cm';
  if (own === unit) return region.shape;
  const scale = pxPerCmOf(calibration, `time in ${region.name} (${own}) from positions in ${unit}`);
  const factor = unit === 'px' ? scale : 1 / scale;
  const { shape } = region;
  const moved = ([x, y]: readonly [number, number]): [number, number] => [x * factor, y * factor];
  return shape.kind === 'circle'
    ? { kind: 'circle', center: moved(shape.center), radius: shape.radius * factor }
    : { kind: 'polygon', corners: shape.corners.map(moved) };
}

/** How long and how often an animal was in a region. */
export interface RegionVisits {
  /** Seconds inside. */
  readonly timeSec: number;
  /** Tracked seconds, inside or not. */
  readonly trackedSec: number;
  /** Stays, also one that was under way when tracking began or a gap ended. */
  readonly visitCount: number;
  /** Stays that began with a step from outside to inside. */
  readonly entryCount: number;
  /** Tracked seconds before it was inside first; all of them where it never was, and `isCensored` is true. */
  readonly latencySec: number;
  readonly isCensored: boolean;
}

/** Which stays count. */
export interface RegionOptions extends PathOptions {
  /** Stays and absences shorter than this are taken as jitter at the edge: they join what is around them. Default 0. */
  readonly minimumStaySec?: number;
}

interface Stay {
  readonly isInside: boolean;
  readonly isAfterGap: boolean;
  sec: number;
}

/** Returns the stays of a path inside and outside, in order; a step belongs to where it began. */
function staysOf(path: AnimalPath, shape: RegionShape, options: RegionOptions): Stay[] {
  const stays: Stay[] = [];
  walkPath(path, options, ({ fromSec, untilSec, fromX, fromY, isAfterGap }) => {
    const isInside = isInRegion(shape, fromX, fromY);
    const last = stays.at(-1);
    if (last === undefined || isAfterGap || last.isInside !== isInside) {
      stays.push({ isInside, isAfterGap, sec: untilSec - fromSec });
    } else {
      last.sec += untilSec - fromSec;
    }
  });
  const { minimumStaySec = 0 } = options;
  const steady: Stay[] = [];
  for (const stay of stays) {
    const last = steady.at(-1);
    // A short stay between two others without a gap joins the one before, and so does what follows it.
    if (last !== undefined && !stay.isAfterGap && (last.isInside === stay.isInside || stay.sec < minimumStaySec)) {
      last.sec += stay.sec;
    } else steady.push({ ...stay });
  }
  return steady;
}

/**
 * Returns how long and how often a point was in a region given in the unit of the path; see {@link shapeInUnit}.
 * @throws RangeError for arrays of other lengths, or a gap or window that cannot be.
 */
export function measureRegion(path: AnimalPath, shape: RegionShape, options: RegionOptions = {}): RegionVisits {
  let [timeSec, trackedSec, visitCount, entryCount] = [0, 0, 0, 0];
  let latencySec: number | undefined;
  for (const { isInside, isAfterGap, sec } of staysOf(path, shape, options)) {
    if (isInside) {
      latencySec ??= trackedSec;
      timeSec += sec;
      visitCount++;
      if (!isAfterGap) entryCount++;
    }
    trackedSec += sec;
  }
  return {
    timeSec,
    trackedSec,
    visitCount,
    entryCount,
    latencySec: latencySec ?? trackedSec,
    isCensored: latencySec === undefined,
  };
}
