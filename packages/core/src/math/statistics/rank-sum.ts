import { findRoot } from '../find-root.js';
import { normalQuantile, normalTails } from './distributions.js';
import { asTails, rankSumTails, subsetSums } from './exact-ranks.js';
import { differencesOf, medianOf } from './pairwise-order.js';
import { rankPooled } from './ranks.js';
import { leftOutNotes, readSample, requireLevel } from './samples.js';
import { pOfTails, sharesOfInterval } from './tail-probability.js';
import type { Alternative, ConfidenceInterval, Effect, MissingRule, TestResult } from './test-result.js';

/** How p of a rank test is found; `auto` is exact for few values and normal with continuity correction for many. */
export type RankMethod = 'auto' | 'exact' | 'normal' | 'normal-corrected';

/** Settings of {@link rankSumTest}. */
export interface RankSumOptions {
  /** `greater`: values of the first group tend to be greater. Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Default `auto`: exact up to 60 values in both groups together, also with ties. */
  readonly method?: RankMethod;
  /** Confidence of the intervals. Default 0.95. */
  readonly level?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
}

const test = 'Wilcoxon rank-sum test';
/** Values in both groups together up to which `auto` is exact. */
const exactUpTo = 60;

/** Names of the ways to p, as results carry them. */
export const rankMethodNames = {
  exact: 'exact',
  normal: 'normal approximation without continuity correction',
  'normal-corrected': 'normal approximation with continuity correction',
} as const;

/** Returns p of the normal approximation of a rank statistic. */
export function normalRankP(
  value: number,
  mean: number,
  variance: number,
  corrected: boolean,
  alternative: Alternative,
): number {
  const sd = Math.sqrt(variance);
  const shift = corrected ? 0.5 : 0;
  const difference = value - mean;
  if (alternative === 'less') return normalTails((difference + shift) / sd).lower;
  if (alternative === 'greater') return normalTails((difference - shift) / sd).upper;
  return Math.min(1, 2 * normalTails(Math.max(0, Math.abs(difference) - shift) / sd).upper);
}

function requireMethod(name: string, method: RankMethod): void {
  if (method !== 'auto' && !(method in rankMethodNames)) {
    throw new RangeError(`${name}: method must be auto, exact, normal or normal-corrected, got ${method}`);
  }
}

/** U of a rank-sum test and the sizes of the groups. */
export interface RankSumSummary {
  /** Pairs of values, one of each group, in which the first group has the greater one; a tie counts half. */
  readonly u: number;
  readonly n1: number;
  readonly n2: number;
}

function requireSummary({ u, n1, n2 }: RankSumSummary): void {
  for (const [option, n] of [
    ['n1', n1],
    ['n2', n2],
  ] as const) {
    if (!(Number.isInteger(n) && n >= 1))
      throw new RangeError(`${test}: ${option} must be a whole number from 1, got ${n}`);
  }
  if (!(u >= 0 && u <= n1 * n2)) throw new RangeError(`${test}: u must be in 0..n1 n2 (${n1 * n2}), got ${u}`);
}

/** p of a rank-sum test and how it was found. */
export interface RankP {
  readonly p: number;
  readonly method: string;
}

/**
 * Returns p of the rank-sum test from U and the sizes of the groups, as papers print them, supposing no ties.
 * @throws RangeError for a U that these groups cannot have.
 */
export function rankSumPValue(
  summary: RankSumSummary & { readonly method?: RankMethod; readonly alternative?: Alternative },
): RankP {
  const { u, n1, n2, method = 'auto', alternative = 'two-sided' } = summary;
  requireSummary(summary);
  requireMethod(test, method);
  const chosen = method === 'auto' ? (n1 + n2 <= exactUpTo ? 'exact' : 'normal-corrected') : method;
  if (chosen === 'exact') {
    if (2 * u !== Math.round(2 * u)) throw new RangeError(`${test}: u must be whole or half, got ${u}`);
    if (u !== Math.round(u))
      throw new RangeError(`${test}: a half U means ties, for which U alone gives no exact p, got ${u}`);
    const ranks = Array.from({ length: n1 + n2 }, (_, i) => i + 1);
    const tails = rankSumTails(ranks, n1, u + (n1 * (n1 + 1)) / 2);
    return { p: pOfTails(asTails(tails), alternative), method: rankMethodNames.exact };
  }
  const variance = (n1 * n2 * (n1 + n2 + 1)) / 12;
  const p = normalRankP(u, (n1 * n2) / 2, variance, chosen === 'normal-corrected', alternative);
  return { p, method: rankMethodNames[chosen] };
}

const superiorityMethod = 'score interval of Newcombe (2006), method 5';

/**
 * Returns the probability that a value of the first group is the greater one, U / (n1 n2), and the rank-biserial
 * correlation, 2 U / (n1 n2) - 1: list. Their intervals are those of the area under a ROC curve by Newcombe (2006,
 * Statistics in Medicine 25:559, method 5), which hold at 0 and 1 too.
 */
export function rankSumEffects(summary: RankSumSummary, level = 0.95): Effect[] {
  requireSummary(summary);
  requireLevel(test, level);
  const { u, n1, n2 } = summary;
  const value = u / (n1 * n2);
  const size = (n1 + n2) / 2;
  const z = normalQuantile((1 + level) / 2);
  const variance = (a: number) => (a * (1 - a) * (2 * size - 1 - (3 * size - 3) / ((2 - a) * (1 + a)))) / (n1 * n2);
  const distance = (a: number) => Math.abs(a - value) - z * Math.sqrt(Math.max(0, variance(a)));
  const interval: ConfidenceInterval = {
    low: value === 0 ? 0 : endOfInterval(distance, value, 0),
    high: value === 1 ? 1 : endOfInterval(distance, value, 1),
    level,
  };
  return [
    { name: 'U/(n1 n2)', value, interval, intervalMethod: superiorityMethod },
    {
      name: 'rank-biserial correlation',
      value: 2 * value - 1,
      interval: { low: 2 * interval.low - 1, high: 2 * interval.high - 1, level },
      intervalMethod: superiorityMethod,
    },
  ];
}

/** Where the distance from the value grows to what chance allows; at the end of the scale the variance is 0, so one root lies between. */
function endOfInterval(distance: (a: number) => number, value: number, end: 0 | 1): number {
  if (distance(end) <= 0) return end;
  const inside = value === 1 - end ? value + (end === 1 ? 1e-12 : -1e-12) : value;
  return distance(inside) >= 0 ? value : findRoot(distance, inside, end);
}

/** Returns the rank, from 0, of the lower end of an interval of order statistics, and the confidence it really has. */
export function orderRank(
  atMost: (k: number) => number,
  share: number,
  top: number,
): { rank: number; outside: number } {
  let [low, high] = [0, top];
  // The smallest k with P(statistic <= k) above the share.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (atMost(middle) > share) high = middle;
    else low = middle + 1;
  }
  const rank = Math.max(0, low - 1);
  return { rank, outside: atMost(rank) };
}

/** Returns the cumulative shares of a list of weights, shape `[value]`. */
export function cumulative(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] as number;
    sums[i] = sum;
  }
  return sums.map((value) => value / sum);
}

function shiftEstimate(
  a: Float64Array,
  b: Float64Array,
  isExact: boolean,
  level: number,
  alternative: Alternative,
  notes: string[],
) {
  const [n1, n2] = [a.length, b.length];
  const differences = differencesOf(a, b);
  const { low, high } = sharesOfInterval(level, alternative);
  const share = alternative === 'two-sided' ? low : 1 - level;
  let atMost: (k: number) => number;
  if (isExact) {
    const [small, large] = n1 <= n2 ? [n1, n2] : [n2, n1];
    const ranks = Array.from({ length: small + large }, (_, i) => i + 1);
    // Sums are doubled, and without ties every second one is empty.
    const shares = cumulative(subsetSums(ranks, small));
    const offset = small * (small + 1);
    atMost = (k) => shares[Math.min(shares.length - 1, offset + 2 * k)] as number;
  } else {
    const sd = Math.sqrt((n1 * n2 * (n1 + n2 + 1)) / 12);
    atMost = (k) => normalTails((k + 0.5 - (n1 * n2) / 2) / sd).lower;
  }
  const { rank, outside } = orderRank(atMost, share, Math.floor((n1 * n2) / 2));
  if (outside > share) {
    notes.push(`So few values allow no interval of ${100 * level} % for the shift; it spans all differences.`);
  }
  return {
    name: 'shift (Hodges-Lehmann)',
    value: medianOf(differences),
    interval: {
      low: low === 0 ? Number.NEGATIVE_INFINITY : differences.at(rank),
      high: high === 1 ? Number.POSITIVE_INFINITY : differences.at(differences.count - 1 - rank),
      level: outside > share ? 1 - (alternative === 'two-sided' ? 2 : 1) * outside : level,
    },
  };
}

/**
 * Returns the Wilcoxon rank-sum (Mann-Whitney) test of two independent groups. The statistic is U of the first group.
 * Exact p counts all ways to deal the midranks out, so ties need no correction; normal p takes the variance corrected for
 * ties. A two-sided exact p is twice the smaller tail. The estimate is the median of all differences (Hodges and Lehmann
 * 1963) with its distribution-free interval; effects are {@link rankSumEffects}.
 * @throws RangeError for empty groups, missing values, values that are all equal, or too many values for `exact`.
 */
export function rankSumTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: RankSumOptions = {},
): TestResult {
  const { alternative = 'two-sided', method = 'auto', level = 0.95, missing = 'refuse' } = options;
  requireMethod(test, method);
  requireLevel(test, level);
  const a = readSample(first, { test, name: 'group 1', missing });
  const b = readSample(second, { test, name: 'group 2', missing });
  const [n1, n2] = [a.values.length, b.values.length];
  const { ranks, tieTerm, sizes } = rankPooled([a.values, b.values]);
  if (sizes.length === 1)
    throw new RangeError(`${test}: the values of both groups are all equal (${a.values[0]}), so ranks say nothing`);
  const rankSum = (ranks[0] as Float64Array).reduce((sum, rank) => sum + rank, 0);
  const u = rankSum - (n1 * (n1 + 1)) / 2;
  const n = n1 + n2;
  const chosen = method === 'auto' ? (n <= exactUpTo ? 'exact' : 'normal-corrected') : method;
  const notes = leftOutNotes(a.leftOut + b.leftOut);
  if (method === 'auto' && chosen !== 'exact')
    notes.push(`p is that of the normal approximation: it is exact up to ${exactUpTo} values, and there are ${n}.`);
  if (tieTerm > 0)
    notes.push(
      chosen === 'exact'
        ? 'There are ties; the exact p counts them.'
        : 'There are ties; the variance is corrected for them.',
    );
  let p: number;
  if (chosen === 'exact') {
    const all = new Float64Array(n);
    all.set(ranks[0] as Float64Array);
    all.set(ranks[1] as Float64Array, n1);
    p = pOfTails(asTails(rankSumTails(all, n1, rankSum)), alternative);
  } else {
    const variance = ((n1 * n2) / 12) * (n + 1 - tieTerm / (n * (n - 1)));
    p = normalRankP(u, (n1 * n2) / 2, variance, chosen === 'normal-corrected', alternative);
  }
  return {
    test,
    method: rankMethodNames[chosen],
    statistic: { name: 'U', value: u },
    p,
    alternative,
    counts: [n1, n2],
    estimate: shiftEstimate(a.values, b.values, chosen === 'exact', level, alternative, notes),
    effects: rankSumEffects({ u, n1, n2 }, level),
    notes,
  };
}
