import { findRoot } from '../find-root.js';
import { fTails, noncentralFTails, noncentralTTails } from './distributions.js';
import { sharesOfInterval } from './tail-probability.js';
import type { Alternative, ConfidenceInterval } from './test-result.js';

/** Far from zero the two logarithms of a tail and its share differ least steeply: roots are sought in this difference. */
function logDifference(tail: number, share: number): number {
  return Math.log(Math.max(tail, 1e-300)) - Math.log(share);
}

/**
 * Returns the range of noncentralities under which an observed t is not extreme (Steiger and Fouladi 1997): the base of
 * intervals of standardized differences. An end that the alternative leaves open is infinite.
 */
export function noncentralityOfT(
  t: number,
  df: number,
  level: number,
  alternative: Alternative = 'two-sided',
): ConfidenceInterval {
  const { low, high } = sharesOfInterval(level, alternative);
  const width = 6 + 6 * Math.sqrt(1 + (t * t) / (2 * df));
  const solve = (tail: (noncentrality: number) => number, share: number, rising: boolean) => {
    const f = (noncentrality: number) => (rising ? 1 : -1) * logDifference(tail(noncentrality), share);
    let [a, b] = [t - width, t + width];
    for (let i = 0; i < 20 && f(a) > 0; i++) a -= width * 2 ** i;
    for (let i = 0; i < 20 && f(b) < 0; i++) b += width * 2 ** i;
    return findRoot(f, a, b, { tolerance: 1e-13 });
  };
  return {
    low: low === 0 ? Number.NEGATIVE_INFINITY : solve((x) => noncentralTTails(t, df, x).upper, low, true),
    high: high === 1 ? Number.POSITIVE_INFINITY : solve((x) => noncentralTTails(t, df, x).lower, 1 - high, false),
    level,
  };
}

/** Returns the range of noncentralities under which an observed F is not extreme; an end that would be negative is 0. */
export function noncentralityOfF(f: number, df1: number, df2: number, level: number): ConfidenceInterval {
  const share = (1 - level) / 2;
  const solve = (tail: (noncentrality: number) => number, rising: boolean) => {
    const g = (noncentrality: number) => (rising ? 1 : -1) * logDifference(tail(noncentrality), share);
    if (g(0) >= 0) return 0;
    let high = df1 * f + 10;
    while (g(high) < 0) high *= 2;
    return findRoot(g, 0, high, { tolerance: 1e-12 });
  };
  return {
    low: fTails(f, df1, df2).upper >= share ? 0 : solve((x) => noncentralFTails(f, df1, df2, x).upper, true),
    high: fTails(f, df1, df2).lower <= share ? 0 : solve((x) => noncentralFTails(f, df1, df2, x).lower, false),
    level,
  };
}
