import { studentizedRangeQuantile, studentizedRangeTails, studentTTails } from './distributions.js';
import { noncentralityOfT } from './noncentral-intervals.js';
import { type GroupTestOptions, groupSquares, leftOutOf } from './one-way-anova.js';
import { leftOutNotes, readGroups, requireLevel, type Sample } from './samples.js';
import { standardizedEffects } from './standardized-differences.js';
import type { Effect, PairwiseComparison } from './test-result.js';

/** Returns the pairs of indices below a count, `[0, 1], [0, 2], ...`, shape `[pair][2]`. */
export function pairsOf(count: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) pairs.push([i, j]);
  return pairs;
}

interface Comparison {
  readonly test: string;
  readonly correction: string;
  readonly groups: [number, number];
  readonly samples: readonly Sample[];
  readonly standardError: number;
  readonly df: number;
  readonly level: number;
  readonly quantile: number;
  readonly notes: readonly string[];
  readonly effects: PairwiseComparison['effects'];
}

/** A difference of means judged by the studentized range. */
function compare(comparison: Comparison): PairwiseComparison {
  const { test, correction, groups, samples, standardError, df, level, quantile, notes, effects } = comparison;
  const [a, b] = groups.map((g) => samples[g] as Sample) as [Sample, Sample];
  const value = a.mean - b.mean;
  const t = value / standardError;
  const q = Math.abs(t) * Math.SQRT2;
  const width = (quantile / Math.SQRT2) * standardError;
  return {
    test,
    groups,
    statistic: { name: 'q', value: q },
    degreesOfFreedom: [samples.length, df],
    p: Math.min(1, 2 * studentTTails(-Math.abs(t), df).lower),
    adjustedP: studentizedRangeTails(q, samples.length, df).upper,
    correction,
    alternative: 'two-sided',
    counts: [a.values.length, b.values.length],
    estimate: { name: 'difference of means', value, interval: { low: value - width, high: value + width, level } },
    effects,
    notes,
  };
}

/**
 * Returns Tukey's honestly significant difference for all pairs of groups, by the formula of Kramer (1956) where sizes
 * differ: list over pairs. `adjustedP` and the intervals hold for all pairs together; `p` is that of the single pair by
 * the common variance. Cohen's d is over the common standard deviation.
 * @throws RangeError as {@link oneWayAnova} does.
 */
export function tukeyHsd(groups: readonly ArrayLike<number>[], options: GroupTestOptions = {}): PairwiseComparison[] {
  const test = 'Tukey HSD';
  const { level = 0.95, missing = 'refuse' } = options;
  requireLevel(test, level);
  const samples = readGroups(groups, { test, missing });
  const { within, df2 } = groupSquares(test, samples);
  const variance = within / df2;
  const quantile = studentizedRangeQuantile(level, samples.length, df2);
  return pairsOf(samples.length).map(([i, j]) => {
    const [a, b] = [samples[i] as Sample, samples[j] as Sample];
    const standardError = Math.sqrt(variance * (1 / a.values.length + 1 / b.values.length));
    const t = (a.mean - b.mean) / standardError;
    const scale = standardError / Math.sqrt(variance);
    const range = noncentralityOfT(t, df2, level);
    const effects: Effect[] = [
      {
        name: "Cohen's d",
        value: t * scale,
        interval: { low: range.low * scale, high: range.high * scale, level },
        intervalMethod: 'noncentral t, for this pair alone',
      },
    ];
    const notes = leftOutNotes(leftOutOf([a, b]));
    return compare({
      test,
      correction: 'Tukey',
      groups: [i, j],
      samples,
      standardError,
      df: df2,
      level,
      quantile,
      notes,
      effects,
    });
  });
}

/**
 * Returns the comparison of Games and Howell (1976) for all pairs of groups, whose variances may differ: list over pairs,
 * each with the degrees of freedom of Welch. The one to follow {@link welchAnova}.
 * @throws RangeError for groups of fewer than two values, or two groups without any spread.
 */
export function gamesHowellTest(
  groups: readonly ArrayLike<number>[],
  options: GroupTestOptions = {},
): PairwiseComparison[] {
  const test = 'Games-Howell test';
  const { level = 0.95, missing = 'refuse' } = options;
  requireLevel(test, level);
  const samples = readGroups(groups, { test, minCount: 2, missing });
  return pairsOf(samples.length).map(([i, j]) => {
    const [a, b] = [samples[i] as Sample, samples[j] as Sample];
    if (a.isConstant && b.isConstant) {
      throw new RangeError(
        `${test}: the values of groups ${i + 1} and ${j + 1} are all equal within each, so there is no spread to judge by`,
      );
    }
    const [n1, n2] = [a.values.length, b.values.length];
    const [v1, v2] = [a.variance / n1, b.variance / n2];
    const share = v1 / (v1 + v2);
    const df = 1 / (share ** 2 / (n1 - 1) + (1 - share) ** 2 / (n2 - 1));
    const pooled = Math.sqrt(((a.squares + b.squares) / (n1 + n2 - 2)) * (1 / n1 + 1 / n2));
    return compare({
      test,
      correction: 'Games-Howell',
      groups: [i, j],
      samples,
      standardError: Math.sqrt(v1 + v2),
      df,
      level,
      quantile: studentizedRangeQuantile(level, samples.length, df),
      notes: leftOutNotes(leftOutOf([a, b])),
      effects: standardizedEffects({ t: (a.mean - b.mean) / pooled, n1, n2, level }),
    });
  });
}
