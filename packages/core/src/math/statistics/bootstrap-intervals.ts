import type { Random } from '../../random.js';
import { quantileOfSorted, sortedNumbers } from '../quantiles.js';
import { normalQuantile, normalTails } from './distributions.js';
import type { ConfidenceInterval } from './test-result.js';

/** Quantiles of the resamples as they are (Efron 1979), or corrected for bias and skewness (BCa, Efron 1987). */
export type BootstrapMethod = 'percentile' | 'bca';

/** A range from resamples. */
export interface BootstrapInterval extends ConfidenceInterval {
  readonly resampleCount: number;
  readonly method: BootstrapMethod;
}

/** Settings of {@link bootstrapIntervals}. */
export interface BootstrapOptions {
  /**
   * Units that are drawn with replacement, as wholes: frames, or sessions where frames of one session are alike. A list
   * holds the numbers of units of several independent samples, each drawn for itself.
   */
  readonly unitCount: number | readonly number[];
  readonly random: Random;
  /** Default 1000. */
  readonly resampleCount?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Default `percentile`. `bca` calls the statistics once more for each unit (the jackknife). */
  readonly method?: BootstrapMethod;
  readonly signal?: AbortSignal;
}

function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`bootstrap: ${name} must be a whole number from 1, got ${value}`);
  }
}

/** Adds `count` draws with replacement to `drawn[start..start + count - 1]`, each unit equally likely (Lemire 2019). */
function drawUnits(drawn: Int32Array, start: number, count: number, random: Random): void {
  if (count > 2 ** 21) {
    for (let i = 0; i < count; i++) drawn[start + random.integer(count)]!++;
    return;
  }
  // Below 2^21 the product of a 32-bit word and the count is exact, and needs no division.
  const unfair = 2 ** 32 % count;
  for (let i = 0; i < count; ) {
    const product = random.nextUint32() * count;
    const unit = Math.floor(product / 2 ** 32);
    if (product - unit * 2 ** 32 < unfair) continue;
    drawn[start + unit]!++;
    i++;
  }
}

/**
 * Returns the acceleration of BCa from jackknife values, one list for each sample, shape `[sample][unit]`: the skewness of
 * the influence of units (Efron 1987, equation 6.6; for several samples as Davison and Hinkley 1997, equation 5.23).
 */
export function jackknifeAcceleration(leftOut: readonly ArrayLike<number>[]): number {
  let [cubes, squares] = [0, 0];
  for (const values of leftOut) {
    const count = values.length;
    let mean = 0;
    for (let i = 0; i < count; i++) mean += (values[i] as number) / count;
    let [cube, square] = [0, 0];
    for (let i = 0; i < count; i++) {
      const influence = (count - 1) * (mean - (values[i] as number));
      cube += influence ** 3;
      square += influence ** 2;
    }
    cubes += cube / count ** 3;
    squares += square / count ** 2;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/**
 * Returns the ends of an interval from resampled values (shape `[resample]`, ascending, without NaN), as shares between
 * which the level lies. Exact in what BCa is made of: bias correction from the share of resamples below the estimate (half
 * of those that equal it) and the given acceleration.
 */
export function bootstrapShares(
  sorted: ArrayLike<number>,
  options: { estimate: number; level: number; acceleration: number },
): { low: number; high: number } {
  const { estimate, level, acceleration } = options;
  // Sums in another order differ in their last bits; resamples that equal the estimate must count as equal.
  const tolerance = 1e-13 * Math.max(Math.abs(sorted[0] as number), Math.abs(sorted[sorted.length - 1] as number));
  let [below, equal] = [0, 0];
  for (let i = 0; i < sorted.length; i++) {
    if ((sorted[i] as number) < estimate - tolerance) below++;
    else if ((sorted[i] as number) <= estimate + tolerance) equal++;
  }
  const share = (below + equal / 2) / sorted.length;
  // All resamples on one side of the estimate: the correction is infinite and the interval shrinks to that end.
  if (share === 0) return { low: 0, high: 0 };
  if (share === 1) return { low: 1, high: 1 };
  const bias = normalQuantile(share);
  const end = (z: number) => normalTails(bias + (bias + z) / (1 - acceleration * (bias + z))).lower;
  return { low: end(normalQuantile((1 - level) / 2)), high: end(normalQuantile((1 + level) / 2)) };
}

/**
 * Returns bootstrap intervals, one for each number that `statistics` gives. `statistics` gets how often each unit was
 * drawn, shape `[unit]` (several samples one after the other), and returns a list of numbers. Resamples where a statistic
 * is NaN are left out of its quantiles; an interval that cannot be told (no resample, or for BCa a jackknife value or an
 * estimate that is NaN) has NaN ends. The same seed gives the same intervals.
 * @throws RangeError for counts or a level out of range.
 */
export function bootstrapIntervals(
  statistics: (drawn: Int32Array) => readonly number[],
  { unitCount, random, resampleCount = 1000, level = 0.95, method = 'percentile', signal }: BootstrapOptions,
): BootstrapInterval[] {
  const counts = typeof unitCount === 'number' ? [unitCount] : unitCount;
  for (const count of counts) requireCount('unitCount', count);
  requireCount('resampleCount', resampleCount);
  if (!(level > 0 && level < 1)) throw new RangeError(`bootstrap: level must be between 0 and 1, got ${level}`);
  if (method !== 'percentile' && method !== 'bca') {
    throw new RangeError(`bootstrap: method must be percentile or bca, got ${method}`);
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const drawn = new Int32Array(total);
  const results: Float64Array[] = [];
  for (let round = 0; round < resampleCount; round++) {
    if (round % 256 === 0) signal?.throwIfAborted();
    drawn.fill(0);
    let start = 0;
    for (const count of counts) {
      drawUnits(drawn, start, count, random);
      start += count;
    }
    for (const [which, value] of statistics(drawn).entries()) {
      results[which] ??= new Float64Array(resampleCount);
      (results[which] as Float64Array)[round] = value;
    }
  }
  const corrections = method === 'bca' ? jackknife(statistics, counts, drawn, signal) : [];
  return results.map((values, which) => {
    const sorted = sortedNumbers(values);
    const correction = corrections[which];
    let [low, high] = [(1 - level) / 2, (1 + level) / 2];
    if (correction !== undefined) {
      if (sorted.length === 0 || Number.isNaN(correction.estimate) || Number.isNaN(correction.acceleration)) {
        return { low: Number.NaN, high: Number.NaN, level, resampleCount, method };
      }
      ({ low, high } = bootstrapShares(sorted, { ...correction, level }));
    }
    return {
      low: quantileOfSorted(sorted, low),
      high: quantileOfSorted(sorted, high),
      level,
      resampleCount,
      method,
    };
  });
}

/** Returns the estimate and the acceleration of each statistic. */
function jackknife(
  statistics: (drawn: Int32Array) => readonly number[],
  counts: readonly number[],
  drawn: Int32Array,
  signal: AbortSignal | undefined,
): { estimate: number; acceleration: number }[] {
  drawn.fill(1);
  const estimates = [...statistics(drawn)];
  const leftOut = estimates.map(() => counts.map((count) => new Float64Array(count)));
  let unit = 0;
  for (const [sample, count] of counts.entries()) {
    for (let i = 0; i < count; i++, unit++) {
      if (unit % 256 === 0) signal?.throwIfAborted();
      drawn[unit] = 0;
      // A sample of one unit has no jackknife: the statistic without it is not defined.
      const values = count === 1 ? estimates : statistics(drawn);
      for (const [which, lists] of leftOut.entries()) (lists[sample] as Float64Array)[i] = values[which] as number;
      drawn[unit] = 1;
    }
  }
  return estimates.map((estimate, which) => ({
    estimate,
    acceleration: jackknifeAcceleration(leftOut[which] as Float64Array[]),
  }));
}
