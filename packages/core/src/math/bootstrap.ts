import type { Random } from '../random.js';
import { quantileOfSorted, sortedNumbers } from './quantiles.js';

/** A range that holds the true value with some confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Such as 0.95. */
  readonly level: number;
  readonly resampleCount: number;
}

/** Settings of {@link bootstrapIntervals}. */
export interface BootstrapOptions {
  /** Units that are drawn with replacement, as wholes: frames, or sessions where frames of one session are alike. */
  readonly unitCount: number;
  readonly random: Random;
  /** Default 1000. */
  readonly resampleCount?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/**
 * Returns percentile bootstrap intervals (Efron 1979), one for each number that `statistics` gives. `statistics` gets how
 * often each unit was drawn, shape `[unit]`, and returns a list of numbers; NaN results are left out of the quantiles.
 */
export function bootstrapIntervals(
  statistics: (drawn: Int32Array) => readonly number[],
  { unitCount, random, resampleCount = 1000, level = 0.95 }: BootstrapOptions,
): Interval[] {
  if (!Number.isSafeInteger(unitCount) || unitCount < 1) {
    throw new RangeError(`bootstrap: unitCount must be a whole number from 1, got ${unitCount}`);
  }
  if (!Number.isSafeInteger(resampleCount) || resampleCount < 1) {
    throw new RangeError(`bootstrap: resampleCount must be a whole number from 1, got ${resampleCount}`);
  }
  if (!(level > 0 && level < 1)) throw new RangeError(`bootstrap: level must be between 0 and 1, got ${level}`);
  const drawn = new Int32Array(unitCount);
  const results: number[][] = [];
  for (let round = 0; round < resampleCount; round++) {
    drawn.fill(0);
    for (let i = 0; i < unitCount; i++) {
      const unit = random.integer(unitCount);
      drawn[unit] = (drawn[unit] as number) + 1;
    }
    for (const [which, value] of statistics(drawn).entries()) {
      results[which] ??= [];
      results[which].push(value);
    }
  }
  return results.map((values) => {
    const sorted = sortedNumbers(values);
    return {
      low: quantileOfSorted(sorted, (1 - level) / 2),
      high: quantileOfSorted(sorted, (1 + level) / 2),
      level,
      resampleCount,
    };
  });
}
