/** How one clock reads when another does: straight between knots, and beyond them with the nearest slope. */
export interface ClockMap {
  /** Seconds of the first clock, increasing, shape `[knot]`. */
  readonly fromSec: Float64Array;
  /** Seconds of the second clock at the same moments, increasing, shape `[knot]`. */
  readonly toSec: Float64Array;
}

/**
 * Returns a clock map after checking it. One knot is an offset, two are offset and drift, more follow a changing drift.
 * @throws RangeError where the lists differ in length, are empty or do not increase.
 */
export function createClockMap({ fromSec, toSec }: ClockMap): ClockMap {
  if (fromSec.length === 0 || fromSec.length !== toSec.length) {
    throw new RangeError(`clock map: needs as many knots of both clocks, got ${fromSec.length} and ${toSec.length}`);
  }
  for (const [name, times] of [
    ['fromSec', fromSec],
    ['toSec', toSec],
  ] as const) {
    for (const [knot, time] of times.entries()) {
      if (!Number.isFinite(time) || (knot > 0 && time <= (times[knot - 1] as number))) {
        throw new RangeError(`clock map: ${name} must increase, got ${time} at knot ${knot}`);
      }
    }
  }
  return { fromSec, toSec };
}

/** Returns what the second clock reads when the first reads `sec`. */
export function mapSeconds({ fromSec, toSec }: ClockMap, sec: number): number {
  const count = fromSec.length;
  if (count === 1) return (toSec[0] as number) + (sec - (fromSec[0] as number));
  let [low, high] = [0, count - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((fromSec[middle] as number) <= sec) low = middle;
    else high = middle - 1;
  }
  const [from, to] = [fromSec[low] as number, toSec[low] as number];
  const slope = ((toSec[low + 1] as number) - to) / ((fromSec[low + 1] as number) - from);
  return to + (sec - from) * slope;
}

/** Returns the map from the second clock to the first. */
export function invertClockMap({ fromSec, toSec }: ClockMap): ClockMap {
  return { fromSec: toSec, toSec: fromSec };
}

/**
 * Returns offset and drift between two clocks that saw the same moments (light flashes, TTL pulses), by least squares:
 * a map of two knots at the first and last moment.
 * @param seen Seconds of the moments on both clocks, shape `[moment]` each.
 * @throws RangeError for fewer than two moments or clocks that do not run the same way.
 */
export function fitClockMap(seen: ClockMap): ClockMap {
  const { fromSec, toSec } = seen;
  const count = fromSec.length;
  if (count < 2 || count !== toSec.length) {
    throw new RangeError(`clock map: needs two moments or more on both clocks, got ${count} and ${toSec.length}`);
  }
  const meanOf = (times: Float64Array) => times.reduce((sum, time) => sum + time, 0) / count;
  const [meanFrom, meanTo] = [meanOf(fromSec), meanOf(toSec)];
  let [products, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const away = (fromSec[i] as number) - meanFrom;
    products += away * ((toSec[i] as number) - meanTo);
    squares += away * away;
  }
  const slope = products / squares;
  const ends = Float64Array.of(fromSec[0] as number, fromSec[count - 1] as number);
  return createClockMap({ fromSec: ends, toSec: ends.map((sec) => meanTo + slope * (sec - meanFrom)) });
}
