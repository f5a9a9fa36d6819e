import { normalQuantile, studentTQuantile } from './distributions.js';
import type { Tails } from './special-functions.js';
import type { Alternative, ConfidenceInterval } from './test-result.js';

/** Returns p of a statistic whose distribution under the hypothesis is symmetric, from its tails. */
export function pOfTails({ lower, upper }: Tails, alternative: Alternative): number {
  if (alternative === 'less') return lower;
  if (alternative === 'greater') return upper;
  return Math.min(1, 2 * Math.min(lower, upper));
}

/** Returns the shares of a distribution at the two ends of an interval; a one-sided alternative has one end. */
export function sharesOfInterval(level: number, alternative: Alternative): { low: number; high: number } {
  if (alternative === 'less') return { low: 0, high: level };
  if (alternative === 'greater') return { low: 1 - level, high: 1 };
  return { low: (1 - level) / 2, high: (1 + level) / 2 };
}

/** Returns an interval around an estimate whose error over its standard error follows a t (or, for df Infinity, normal) law. */
export function intervalAround(
  estimate: number,
  standardError: number,
  df: number,
  level: number,
  alternative: Alternative,
): ConfidenceInterval {
  const { low, high } = sharesOfInterval(level, alternative);
  const quantile = (share: number) =>
    df === Number.POSITIVE_INFINITY ? normalQuantile(share) : studentTQuantile(share, df);
  return {
    low: low === 0 ? Number.NEGATIVE_INFINITY : estimate + quantile(low) * standardError,
    high: high === 1 ? Number.POSITIVE_INFINITY : estimate + quantile(high) * standardError,
    level,
  };
}
