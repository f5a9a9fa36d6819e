import { normalQuantile, normalTails } from './distributions.js';
import { asTails, signedRankTails, signedSums } from './exact-ranks.js';
import { medianOf, walshAverages } from './pairwise-order.js';
import { cumulative, normalRankP, orderRank, type RankMethod, rankMethodNames } from './rank-sum.js';
import { rankPooled } from './ranks.js';
import { leftOutNotes, readPairs, readSample, requireLevel } from './samples.js';
import { pOfTails, sharesOfInterval } from './tail-probability.js';
import type { Alternative, Effect, MissingRule, TestResult } from './test-result.js';

/** Settings of {@link signedRankTest}. */
export interface SignedRankOptions {
  /** `greater`: the first of a pair tends to be greater. Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Default `auto`: exact up to 100 differences, also with ties. */
  readonly method?: RankMethod;
  /** What becomes of differences of zero: left out before ranking (`wilcoxon`), or ranked and then left out (`pratt`). */
  readonly zeros?: 'wilcoxon' | 'pratt';
  /** Confidence of the intervals. Default 0.95. */
  readonly level?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
}

const test = 'Wilcoxon signed-rank test';
/** Differences up to which `auto` is exact. */
const exactUpTo = 100;

/** Rank-biserial correlation of pairs (Kerby 2014): the share of the rank sum for minus that against. */
function pairedRankBiserial(positive: number, negative: number, n: number, level: number): Effect {
  const value = (positive - negative) / (positive + negative);
  const name = 'rank-biserial correlation';
  // At the ends Fisher's transformation has no value.
  if (Math.abs(value) === 1) return { name, value };
  const z = Math.atanh(value);
  const width = normalQuantile((1 + level) / 2) * Math.sqrt((2 * (2 * n + 1)) / (3 * n * (n + 1)));
  return {
    name,
    value,
    interval: { low: Math.tanh(z - width), high: Math.tanh(z + width), level },
    intervalMethod: "Fisher's z",
  };
}

function centerEstimate(
  values: Float64Array,
  isExact: boolean,
  level: number,
  alternative: Alternative,
  notes: string[],
) {
  const n = values.length;
  const averages = walshAverages(values);
  const { low, high } = sharesOfInterval(level, alternative);
  const share = alternative === 'two-sided' ? low : 1 - level;
  let atMost: (k: number) => number;
  if (isExact) {
    const shares = cumulative(signedSums(Array.from({ length: n }, (_, i) => i + 1)));
    atMost = (k) => shares[Math.min(shares.length - 1, 2 * k)] as number;
  } else {
    const sd = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
    atMost = (k) => normalTails((k + 0.5 - (n * (n + 1)) / 4) / sd).lower;
  }
  const { rank, outside } = orderRank(atMost, share, Math.floor(averages.count / 2));
  if (outside > share)
    notes.push(`So few differences allow no interval of ${100 * level} % for their center; it spans all of them.`);
  return {
    name: 'center of the differences (Hodges-Lehmann)',
    value: medianOf(averages),
    interval: {
      low: low === 0 ? Number.NEGATIVE_INFINITY : averages.at(rank),
      high: high === 1 ? Number.POSITIVE_INFINITY : averages.at(averages.count - 1 - rank),
      level: outside > share ? 1 - (alternative === 'two-sided' ? 2 : 1) * outside : level,
    },
  };
}

/**
 * Returns the Wilcoxon signed-rank test of pairs (`first[i]` with `second[i]`) or, with `second` a number, of one group
 * around that number. The statistic is the sum of the ranks of positive differences. Exact p counts all signs of the
 * midranks, so ties need no correction; normal p takes the variance corrected for ties. The estimate is the median of the
 * means of all pairs of differences (Hodges and Lehmann 1963) with its distribution-free interval.
 * @throws RangeError for unequal lengths, missing values, or differences that are all zero.
 */
export function signedRankTest(
  first: ArrayLike<number>,
  second: ArrayLike<number> | number = 0,
  options: SignedRankOptions = {},
): TestResult {
  const { alternative = 'two-sided', method = 'auto', zeros = 'wilcoxon', level = 0.95, missing = 'refuse' } = options;
  if (method !== 'auto' && !(method in rankMethodNames)) {
    throw new RangeError(`${test}: method must be auto, exact, normal or normal-corrected, got ${method}`);
  }
  if (zeros !== 'wilcoxon' && zeros !== 'pratt')
    throw new RangeError(`${test}: zeros must be wilcoxon or pratt, got ${zeros}`);
  requireLevel(test, level);
  let differences: Float64Array;
  let leftOut: number;
  if (typeof second === 'number') {
    if (!Number.isFinite(second))
      throw new RangeError(`${test}: the expected center must be a finite number, got ${second}`);
    const sample = readSample(first, { test, name: 'the group', missing });
    [differences, leftOut] = [sample.values.map((value) => value - second), sample.leftOut];
  } else {
    const pairs = readPairs(first, second, { test, missing });
    [differences, leftOut] = [pairs.values, pairs.leftOut];
  }
  const nonZero = differences.filter((value) => value !== 0);
  const zeroCount = differences.length - nonZero.length;
  if (nonZero.length === 0)
    throw new RangeError(`${test}: all ${differences.length} differences are zero, so ranks say nothing`);
  const ranked = zeros === 'pratt' ? differences : nonZero;
  const {
    ranks: [all = new Float64Array()],
  } = rankPooled([ranked.map(Math.abs)]);
  const ranks = all.filter((_, i) => ranked[i] !== 0);
  const positive = ranks.reduce((sum, rank, i) => sum + ((nonZero[i] as number) > 0 ? rank : 0), 0);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const hasTies = ranks.some((rank) => rank !== Math.round(rank)) || new Set(ranks).size < ranks.length;
  const chosen = method === 'auto' ? (ranks.length <= exactUpTo ? 'exact' : 'normal-corrected') : method;
  const notes = leftOutNotes(leftOut, typeof second === 'number' ? 'value' : 'pair');
  if (method === 'auto' && chosen !== 'exact')
    notes.push(
      `p is that of the normal approximation: it is exact up to ${exactUpTo} differences, and there are ${ranks.length}.`,
    );
  if (zeroCount > 0) {
    const how = zeros === 'pratt' ? 'ranked with the others and then left out (Pratt)' : 'left out';
    notes.push(
      `${zeroCount} difference${zeroCount === 1 ? '' : 's'} of zero ${zeroCount === 1 ? 'was' : 'were'} ${how}.`,
    );
  }
  if (hasTies)
    notes.push(
      chosen === 'exact'
        ? 'There are ties; the exact p counts them.'
        : 'There are ties; the variance is corrected for them.',
    );
  let p: number;
  if (chosen === 'exact') p = pOfTails(asTails(signedRankTails(ranks, positive)), alternative);
  else {
    // The variance of a sum of ranks with random signs; with midranks this is the correction for ties.
    const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4;
    p = normalRankP(positive, total / 2, variance, chosen === 'normal-corrected', alternative);
  }
  const estimate = centerEstimate(
    differences,
    chosen === 'exact' && differences.length <= 200,
    level,
    alternative,
    notes,
  );
  const shift = typeof second === 'number' ? second : 0;
  const { low, high } = estimate.interval;
  return {
    test,
    method: rankMethodNames[chosen],
    statistic: { name: 'W+', value: positive },
    p,
    alternative,
    counts: [differences.length],
    estimate: {
      name: typeof second === 'number' ? 'center (Hodges-Lehmann)' : estimate.name,
      value: estimate.value + shift,
      interval: { ...estimate.interval, low: low + shift, high: high + shift },
    },
    effects: [pairedRankBiserial(positive, total - positive, ranks.length, level)],
    notes,
  };
}
