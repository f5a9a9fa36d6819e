import { noncentralityOfF } from './noncentral-intervals.js';
import type { Effect } from './test-result.js';

/** How intervals of a share of variance are found. */
const intervalMethod = 'noncentral F';

/** Sums of squares of an effect and of what it is judged by. */
export interface VarianceShares {
  readonly effectSquares: number;
  readonly errorSquares: number;
  readonly df1: number;
  readonly df2: number;
  readonly level: number;
}

/** Returns the interval of the share of variance that an F speaks of: noncentrality / (noncentrality + df1 + df2 + 1). */
export function shareInterval(f: number, df1: number, df2: number, level: number) {
  const { low, high } = noncentralityOfF(f, df1, df2, level);
  const total = df1 + df2 + 1;
  return { low: low / (low + total), high: high / (high + total), level };
}

/**
 * Returns eta squared, omega squared and epsilon squared of a one-way design: list. The three estimate the same share of
 * variance (the latter two with less bias; they can be below 0), so they have the same interval.
 */
export function varianceEffects({ effectSquares, errorSquares, df1, df2, level }: VarianceShares): Effect[] {
  const meanError = errorSquares / df2;
  const total = effectSquares + errorSquares;
  const interval = shareInterval(effectSquares / df1 / meanError, df1, df2, level);
  const unbiased = effectSquares - df1 * meanError;
  return [
    { name: 'eta squared', value: effectSquares / total, interval, intervalMethod },
    { name: 'omega squared', value: unbiased / (total + meanError), interval, intervalMethod },
    { name: 'epsilon squared', value: unbiased / total, interval, intervalMethod },
  ];
}

/** Returns partial eta squared of an effect from its F, with its interval. */
export function partialEtaSquared(f: number, df1: number, df2: number, level: number): Effect {
  const value = (f * df1) / (f * df1 + df2);
  return { name: 'partial eta squared', value, interval: shareInterval(f, df1, df2, level), intervalMethod };
}
