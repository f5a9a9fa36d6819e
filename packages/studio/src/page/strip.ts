import type { BoutView } from 'zoopraxis';

/** Bouts made ready for drawing and finding: columns by rising start. */
export interface Strip {
  readonly bouts: readonly BoutView[];
  /** Seconds, shape `[bout]`, rising. */
  readonly startSec: Float64Array;
  /** Seconds, shape `[bout]`. */
  readonly endSec: Float64Array;
  /** The latest end among this bout and those before it, seconds, shape `[bout]`. */
  readonly latestEndSec: Float64Array;
  /** Index into `behaviors`, shape `[bout]`. */
  readonly behavior: Uint16Array;
  /** Names in the order in which they first occur. */
  readonly behaviors: readonly string[];
  /** Lane of each bout where some go on at the same time, shape `[bout]`. */
  readonly lane: Uint8Array;
  /** Lanes, 1 where no two bouts of the strip go on at the same time; at most 4. */
  readonly laneCount: number;
  /** Indices of the bouts that last, by lane, each a list of rising numbers. */
  readonly lanes: readonly Int32Array[];
  /** Indices of the point events, list of rising numbers. */
  readonly points: Int32Array;
  /** Length of the longest of each {@link stripBlock} bouts, seconds, shape `[block]`. */
  readonly longestSec: Float64Array;
}

/** Bouts of one block of `longestSec`. */
export const stripBlock = 64;

const strips = new WeakMap<readonly BoutView[], Strip>();
const maxLanes = 4;

/** Returns bouts (ascending by start) made ready; made once for the same list. */
export function stripOf(bouts: readonly BoutView[]): Strip {
  const known = strips.get(bouts);
  if (known !== undefined) return known;
  const count = bouts.length;
  const startSec = new Float64Array(count);
  const endSec = new Float64Array(count);
  const latestEndSec = new Float64Array(count);
  const behavior = new Uint16Array(count);
  const lane = new Uint8Array(count);
  const codes = new Map<string, number>();
  const longestSec = new Float64Array(Math.ceil(count / stripBlock));
  const inLane: number[][] = Array.from({ length: maxLanes }, () => []);
  const points: number[] = [];
  const busyUntil = new Float64Array(maxLanes).fill(Number.NEGATIVE_INFINITY);
  let latest = Number.NEGATIVE_INFINITY;
  let laneCount = 1;
  for (let at = 0; at < count; at++) {
    const bout = bouts[at] as BoutView;
    startSec[at] = bout.startSec;
    endSec[at] = bout.endSec;
    latest = Math.max(latest, bout.endSec);
    latestEndSec[at] = latest;
    let code = codes.get(bout.behavior);
    if (code === undefined) {
      code = codes.size;
      codes.set(bout.behavior, code);
    }
    behavior[at] = code;
    if (bout.endSec <= bout.startSec) {
      points.push(at);
      continue;
    }
    const block = Math.floor(at / stripBlock);
    longestSec[block] = Math.max(longestSec[block] as number, bout.endSec - bout.startSec);
    let free = 0;
    while (free < maxLanes - 1 && (busyUntil[free] as number) > bout.startSec + 1e-9) free++;
    busyUntil[free] = Math.max(busyUntil[free] as number, bout.endSec);
    lane[at] = free;
    inLane[free]?.push(at);
    laneCount = Math.max(laneCount, free + 1);
  }
  const strip: Strip = {
    bouts,
    startSec,
    endSec,
    latestEndSec,
    behavior,
    behaviors: [...codes.keys()],
    lane,
    laneCount,
    lanes: inLane.slice(0, laneCount).map((indices) => Int32Array.from(indices)),
    points: Int32Array.from(points),
    longestSec,
  };
  strips.set(bouts, strip);
  return strip;
}

/** Returns the first index of rising values (list) that is at least (or, where `isAfter`, above) a bound. */
export function firstFrom(values: Float64Array | Int32Array, bound: number, isAfter = false): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = values[middle] as number;
    if (isAfter ? value > bound : value >= bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the first bout that may reach into a range; the ones before it certainly do not. Point events at its start count. */
export const firstSeen = (strip: Strip, fromSec: number): number => firstFrom(strip.latestEndSec, fromSec);

/** Returns the bout after the last that begins before the end of a range. */
export const endSeen = (strip: Strip, toSec: number): number => firstFrom(strip.startSec, toSec);

/** A bout and which part of it is meant. */
export interface BoutHit {
  readonly bout: BoutView;
  readonly part: 'start' | 'end' | 'body';
}

/**
 * Returns the bout at a time, its edges within a reach; a later bout lies over an earlier one, an edge over a body, and a
 * point event over both. Null where there is none.
 */
export function boutAt(
  strip: Strip,
  timeSec: number,
  { reachSec, lane }: { readonly reachSec: number; readonly lane?: number },
): BoutHit | null {
  const end = endSeen(strip, timeSec + reachSec + 1e-12);
  let body: BoutView | null = null;
  let edge: BoutHit | null = null;
  let outside: BoutHit | null = null;
  let [nearest, nearestOutside] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = firstSeen(strip, timeSec - reachSec); at < end; at++) {
    const bout = strip.bouts[at] as BoutView;
    const isPoint = bout.endSec <= bout.startSec;
    if (lane !== undefined && strip.laneCount > 1 && !isPoint && strip.lane[at] !== lane) continue;
    const [fromStart, fromEnd] = [Math.abs(timeSec - bout.startSec), Math.abs(timeSec - bout.endSec)];
    if (isPoint) {
      if (fromStart <= reachSec * 1.5) return { bout, part: 'body' };
      continue;
    }
    const part = fromStart <= fromEnd ? 'start' : 'end';
    const distance = Math.min(fromStart, fromEnd);
    if (timeSec >= bout.startSec && timeSec < bout.endSec) {
      body = bout;
      // Half of a short bout is never edge: it can still be taken as a whole.
      const reach = Math.min(reachSec, (bout.endSec - bout.startSec) / 4);
      if (distance <= reach && distance <= nearest) [edge, nearest] = [{ bout, part }, distance];
    } else if (distance <= reachSec / 2 && distance <= nearestOutside) {
      [outside, nearestOutside] = [{ bout, part }, distance];
    }
  }
  return edge ?? (body !== null ? { bout: body, part: 'body' } : outside);
}
