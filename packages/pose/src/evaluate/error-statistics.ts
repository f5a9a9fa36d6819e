import { type BootstrapInterval, bootstrapIntervals, quantileOfSorted, type Random } from '@zoopraxis/core';

/** How far predictions are from labels; null where there is no point to tell. */
export interface ErrorStatistics {
  /** Points with a label. */
  readonly labeledPoints: number;
  /** Of them, points without a prediction: misses in `pck`, not part of the errors. */
  readonly missedPoints: number;
  /** Mean Euclidean distance in px; what DeepLabCut reports as "RMSE". */
  readonly meanErrorPx: number | null;
  readonly medianErrorPx: number | null;
  /** Root of the mean squared Euclidean distance in px: the true root mean square error. */
  readonly rmsePx: number | null;
  /** 95 % of the points are nearer. */
  readonly p95ErrorPx: number | null;
  /** Share of labeled points predicted within a radius (included) in px, by radius; missed points are outside. */
  readonly pck: Readonly<Record<string, number | null>>;
}

/** Errors of points, and the unit (frame or session) each belongs to. */
export interface PointErrors {
  /** Distances in px, shape `[point]`; NaN = labeled but not predicted. */
  readonly errorPx: Float64Array;
  /** Index of the unit, shape `[point]`. */
  readonly unit: Int32Array;
  readonly unitCount: number;
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Returns the statistics of errors in px, shape `[point]`, NaN = missed, with PCK at a list of radii in px. */
export function describeErrors(errorPx: ArrayLike<number>, radiiPx: readonly number[]): ErrorStatistics {
  const found = Float64Array.from(errorPx)
    .filter((value) => !Number.isNaN(value))
    .sort();
  let [sum, squares] = [0, 0];
  for (const value of found) {
    sum += value;
    squares += value * value;
  }
  return {
    labeledPoints: errorPx.length,
    missedPoints: errorPx.length - found.length,
    meanErrorPx: orNull(sum / found.length),
    medianErrorPx: orNull(quantileOfSorted(found, 0.5)),
    rmsePx: orNull(Math.sqrt(squares / found.length)),
    p95ErrorPx: orNull(quantileOfSorted(found, 0.95)),
    pck: Object.fromEntries(radiiPx.map((radius) => [String(radius), shareWithin(found, errorPx.length, radius)])),
  };
}

/** Returns the share of `count` points whose error, ascending list without missed points, is at most `radius`. */
export function shareWithin(sorted: Float64Array, count: number, radius: number): number | null {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= radius) low = middle + 1;
    else high = middle;
  }
  return count === 0 ? null : low / count;
}

/** Ranges of the statistics, from resampled frames or sessions. */
export interface ErrorIntervals {
  /** What was drawn with replacement: single frames, or groups (sessions), whose frames are alike. */
  readonly unit: 'frame' | 'group';
  readonly unitCount: number;
  readonly level: number;
  readonly resampleCount: number;
  /** Lower and upper end, list of two. */
  readonly meanErrorPx: readonly [number, number] | null;
  readonly medianErrorPx: readonly [number, number] | null;
  readonly rmsePx: readonly [number, number] | null;
  readonly pck: Readonly<Record<string, readonly [number, number] | null>>;
}

/** Returns bootstrap ranges (percentiles) of the statistics; units are drawn as wholes. `radiiPx` is a list. */
export function resampleErrors(
  errors: PointErrors,
  options: {
    /** Radii in px, shape `[radius]`. */
    radiiPx: readonly number[];
    unit: 'frame' | 'group';
    random: Random;
    resampleCount: number;
    level: number;
  },
): ErrorIntervals {
  const { errorPx, unit: unitOf, unitCount } = errors;
  const { radiiPx, unit, random, resampleCount, level } = options;
  const columns = 4 + radiiPx.length; // labeled, found, sum, squares, within each radius
  const table = new Float64Array(unitCount * columns);
  const order = [...errorPx.keys()].filter((point) => !Number.isNaN(errorPx[point] as number));
  order.sort((a, b) => (errorPx[a] as number) - (errorPx[b] as number));
  for (const [point, error] of errorPx.entries()) {
    const at = (unitOf[point] as number) * columns;
    table[at] = (table[at] as number) + 1;
    if (Number.isNaN(error)) continue;
    for (const [i, value] of [1, error, error * error, ...radiiPx.map((radius) => Number(error <= radius))].entries()) {
      table[at + 1 + i] = (table[at + 1 + i] as number) + value;
    }
  }
  const totals = new Float64Array(columns);
  const intervals = bootstrapIntervals(
    (drawn) => {
      totals.fill(0);
      for (let u = 0; u < unitCount; u++) {
        const times = drawn[u] as number;
        if (times === 0) continue;
        for (let c = 0; c < columns; c++)
          totals[c] = (totals[c] as number) + times * (table[u * columns + c] as number);
      }
      const [labeled, found, sum, squares] = totals as unknown as [number, number, number, number];
      // The middle of the drawn points; of an even number the lower one, which costs no second walk.
      let rest = found / 2;
      let median = Number.NaN;
      for (const point of order) {
        rest -= drawn[unitOf[point] as number] as number;
        if (rest <= 0) {
          median = errorPx[point] as number;
          break;
        }
      }
      const within = radiiPx.map((_, i) => (totals[4 + i] as number) / labeled);
      return [sum / found, median, Math.sqrt(squares / found), ...within];
    },
    { unitCount, random, resampleCount, level },
  );
  const range = (interval: BootstrapInterval | undefined): [number, number] | null =>
    interval === undefined || Number.isNaN(interval.low) ? null : [interval.low, interval.high];
  return {
    unit,
    unitCount,
    level,
    resampleCount,
    meanErrorPx: range(intervals[0]),
    medianErrorPx: range(intervals[1]),
    rmsePx: range(intervals[2]),
    pck: Object.fromEntries(radiiPx.map((radius, i) => [String(radius), range(intervals[3 + i])])),
  };
}
