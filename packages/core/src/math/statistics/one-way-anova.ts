import { fTails } from './distributions.js';
import { leftOutNotes, readGroups, requireLevel, type Sample, sumOf } from './samples.js';
import type { MissingRule, TestResult } from './test-result.js';
import { partialEtaSquared, varianceEffects } from './variance-effects.js';

/** Settings of the tests over several groups. */
export interface GroupTestOptions {
  /** Confidence of the intervals. Default 0.95. */
  readonly level?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
}

/** One line of a table of variance. */
export interface VarianceSource {
  readonly source: string;
  readonly sumOfSquares: number;
  readonly degreesOfFreedom: number;
  readonly meanSquare: number;
}

/** An analysis of variance. */
export interface VarianceResult extends TestResult {
  /** The table of variance: list of lines. */
  readonly table: readonly VarianceSource[];
}

/** Returns a line of a table of variance. */
export function varianceSource(source: string, sumOfSquares: number, degreesOfFreedom: number): VarianceSource {
  return { source, sumOfSquares, degreesOfFreedom, meanSquare: sumOfSquares / degreesOfFreedom };
}

/** Sums of squares between and within groups. */
export interface GroupSquares {
  readonly between: number;
  readonly within: number;
  readonly df1: number;
  readonly df2: number;
}

/**
 * Returns the sums of squares of groups.
 * @throws RangeError where no group has two values or no value differs from another of its group.
 */
export function groupSquares(test: string, groups: readonly Sample[]): GroupSquares {
  const n = groups.reduce((sum, group) => sum + group.values.length, 0);
  const df2 = n - groups.length;
  if (df2 < 1)
    throw new RangeError(
      `${test}: needs a group of two values or more, got one value in each of ${groups.length} groups`,
    );
  if (groups.every((group) => group.isConstant)) {
    throw new RangeError(
      `${test}: the values of each group are all equal, so there is no spread to judge a difference by`,
    );
  }
  const grand = sumOf(groups.map((group) => group.mean * group.values.length)) / n;
  return {
    between: sumOf(groups.map((group) => group.values.length * (group.mean - grand) ** 2)),
    within: sumOf(groups.map((group) => group.squares)),
    df1: groups.length - 1,
    df2,
  };
}

/** Returns how many values of groups were left out. */
export function leftOutOf(groups: readonly Sample[]): number {
  return groups.reduce((sum, group) => sum + group.leftOut, 0);
}

/**
 * Returns the one-way analysis of variance of independent groups, for normal values of equal variance, with eta, omega and
 * epsilon squared and their intervals by the noncentral F distribution.
 * @param groups Values of each group, shape `[group][value]`.
 * @throws RangeError for fewer than two groups, empty groups, missing values, or groups without any spread.
 */
export function oneWayAnova(groups: readonly ArrayLike<number>[], options: GroupTestOptions = {}): VarianceResult {
  const test = 'One-way ANOVA';
  const { level = 0.95, missing = 'refuse' } = options;
  requireLevel(test, level);
  const samples = readGroups(groups, { test, missing });
  const { between, within, df1, df2 } = groupSquares(test, samples);
  const f = between / df1 / (within / df2);
  return {
    test,
    statistic: { name: 'F', value: f },
    degreesOfFreedom: [df1, df2],
    p: fTails(f, df1, df2).upper,
    alternative: 'two-sided',
    counts: samples.map((sample) => sample.values.length),
    effects: varianceEffects({ effectSquares: between, errorSquares: within, df1, df2, level }),
    notes: leftOutNotes(leftOutOf(samples)),
    table: [varianceSource('between groups', between, df1), varianceSource('within groups', within, df2)],
  };
}

/**
 * Returns Welch's analysis of variance (1951) of independent groups, whose variances may differ. Its effect is partial eta
 * squared from F and its degrees of freedom.
 * @throws RangeError for groups of fewer than two values, or where the values of a group are all equal.
 */
export function welchAnova(groups: readonly ArrayLike<number>[], options: GroupTestOptions = {}): TestResult {
  const test = "Welch's ANOVA";
  const { level = 0.95, missing = 'refuse' } = options;
  requireLevel(test, level);
  const samples = readGroups(groups, { test, minCount: 2, missing });
  samples.forEach((sample, i) => {
    if (sample.isConstant)
      throw new RangeError(
        `${test}: the values of group ${i + 1} are all equal (${sample.mean}), which has no weight here`,
      );
  });
  const weights = samples.map((sample) => sample.values.length / sample.variance);
  const weight = sumOf(weights);
  const k = samples.length;
  const grand = sumOf(samples.map((sample, i) => (weights[i] as number) * sample.mean)) / weight;
  const between = sumOf(samples.map((sample, i) => (weights[i] as number) * (sample.mean - grand) ** 2)) / (k - 1);
  const unrest = sumOf(
    samples.map((sample, i) => (1 - (weights[i] as number) / weight) ** 2 / (sample.values.length - 1)),
  );
  const f = between / (1 + (2 * (k - 2) * unrest) / (k * k - 1));
  const [df1, df2] = [k - 1, (k * k - 1) / (3 * unrest)];
  return {
    test,
    statistic: { name: 'F', value: f },
    degreesOfFreedom: [df1, df2],
    p: fTails(f, df1, df2).upper,
    alternative: 'two-sided',
    counts: samples.map((sample) => sample.values.length),
    effects: [partialEtaSquared(f, df1, df2, level)],
    notes: leftOutNotes(leftOutOf(samples)),
  };
}
