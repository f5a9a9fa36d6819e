import { studentTTails } from './distributions.js';
import { leftOutNotes, readPairs, readSample, requireLevel, type Sample } from './samples.js';
import { standardizedEffects } from './standardized-differences.js';
import { intervalAround, pOfTails } from './tail-probability.js';
import type { Alternative, MissingRule, TestResult } from './test-result.js';

/** Settings of the t-tests. */
export interface TTestOptions {
  /** `greater`: the first group has the greater mean. Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Confidence of the intervals. Default 0.95. */
  readonly level?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
  /** Difference of means (or mean, for one group) of the hypothesis, in the unit of the data. Default 0. */
  readonly expected?: number;
}

interface Settings {
  readonly alternative: Alternative;
  readonly level: number;
  readonly missing: MissingRule;
  readonly expected: number;
}

function settingsOf(test: string, options: TTestOptions): Settings {
  const { alternative = 'two-sided', level = 0.95, missing = 'refuse', expected = 0 } = options;
  requireLevel(test, level);
  if (!['two-sided', 'less', 'greater'].includes(alternative)) {
    throw new RangeError(`${test}: alternative must be two-sided, less or greater, got ${alternative}`);
  }
  if (!Number.isFinite(expected)) throw new RangeError(`${test}: expected must be a finite number, got ${expected}`);
  return { alternative, level, missing, expected };
}

interface Difference {
  readonly test: string;
  readonly name: string;
  readonly value: number;
  readonly standardError: number;
  readonly df: number;
  readonly counts: readonly number[];
  readonly notes: readonly string[];
}

function resultOf(difference: Difference, settings: Settings, effects: TestResult['effects']): TestResult {
  const { test, name, value, standardError, df, counts, notes } = difference;
  const { alternative, level, expected } = settings;
  const t = (value - expected) / standardError;
  return {
    test,
    statistic: { name: 't', value: t },
    degreesOfFreedom: [df],
    p: pOfTails(studentTTails(t, df), alternative),
    alternative,
    counts,
    estimate: { name, value, interval: intervalAround(value, standardError, df, level, alternative) },
    effects,
    notes,
  };
}

/** Mean, standard deviation (denominator n - 1) and size of a group, as papers print them. */
export interface GroupSummary {
  readonly mean: number;
  readonly sd: number;
  readonly count: number;
}

function spreadless(test: string, what: string): never {
  throw new RangeError(`${test}: ${what}, so there is no spread to judge a difference by`);
}

function twoGroups(
  test: string,
  a: GroupSummary,
  b: GroupSummary,
  settings: Settings,
  pooled: boolean,
  notes: string[],
): TestResult {
  const [n1, n2] = [a.count, b.count];
  const [v1, v2] = [a.sd ** 2 / n1, b.sd ** 2 / n2];
  const pooledVariance = ((n1 - 1) * a.sd ** 2 + (n2 - 1) * b.sd ** 2) / (n1 + n2 - 2);
  const pooledError = Math.sqrt(pooledVariance * (1 / n1 + 1 / n2));
  const difference = a.mean - b.mean;
  const { level } = settings;
  const effects = standardizedEffects({ t: difference / pooledError, n1, n2, level });
  const common = { test, name: 'difference of means', value: difference, counts: [n1, n2], notes };
  if (pooled) return resultOf({ ...common, standardError: pooledError, df: n1 + n2 - 2 }, settings, effects);
  // Welch 1947, in a form that does not overflow.
  const share = v1 / (v1 + v2);
  const df = 1 / (share ** 2 / (n1 - 1) + (1 - share) ** 2 / (n2 - 1));
  return resultOf({ ...common, standardError: Math.sqrt(v1 + v2), df }, settings, effects);
}

function summaryOf(sample: Sample): GroupSummary {
  return { mean: sample.mean, sd: Math.sqrt(sample.variance), count: sample.values.length };
}

function testTwoGroups(
  test: string,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: TTestOptions,
  pooled: boolean,
) {
  const settings = settingsOf(test, options);
  const minCount = pooled ? 1 : 2;
  const a = readSample(first, { test, name: 'group 1', minCount, missing: settings.missing });
  const b = readSample(second, { test, name: 'group 2', minCount, missing: settings.missing });
  if (a.values.length + b.values.length < 3)
    throw new RangeError(`${test}: needs two values or more in one group, got one in each`);
  if (a.isConstant && b.isConstant)
    spreadless(test, `the values of each group are all equal (${a.mean} and ${b.mean})`);
  return twoGroups(test, summaryOf(a), summaryOf(b), settings, pooled, leftOutNotes(a.leftOut + b.leftOut));
}

const student = "Student's two-sample t-test";
const welch = "Welch's t-test";

/**
 * Returns Student's t-test of two independent groups, for equal variances: difference of means with its interval, Cohen's
 * d and Hedges' g (intervals by the noncentral t distribution).
 * @throws RangeError for values that allow no test, see the message.
 */
export function tTest(first: ArrayLike<number>, second: ArrayLike<number>, options: TTestOptions = {}): TestResult {
  return testTwoGroups(student, first, second, options, true);
}

/**
 * Returns Welch's t-test of two independent groups, whose variances may differ; df after Satterthwaite. Cohen's d and
 * Hedges' g are over the pooled standard deviation, and their intervals suppose equal variances.
 * @throws RangeError for values that allow no test, see the message.
 */
export function welchTTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: TTestOptions = {},
): TestResult {
  return testTwoGroups(welch, first, second, options, false);
}

function testMean(test: string, name: string, what: string, sample: Sample, settings: Settings): TestResult {
  const n = sample.values.length;
  if (sample.isConstant) spreadless(test, `${what} are all equal (${sample.mean})`);
  const standardError = Math.sqrt(sample.variance / n);
  const t = (sample.mean - settings.expected) / standardError;
  const notes = leftOutNotes(sample.leftOut, name === 'mean' ? 'value' : 'pair');
  const difference = { test, name, value: sample.mean, standardError, df: n - 1, counts: [n], notes };
  return resultOf(difference, settings, standardizedEffects({ t, n1: n, level: settings.level }));
}

/** Returns the t-test of the mean of one group against an expected mean; Cohen's d is the distance over the SD. */
export function oneSampleTTest(values: ArrayLike<number>, options: TTestOptions = {}): TestResult {
  const test = 'One-sample t-test';
  const settings = settingsOf(test, options);
  const sample = readSample(values, { test, name: 'the group', minCount: 2, missing: settings.missing });
  return testMean(test, 'mean', 'the values', sample, settings);
}

/**
 * Returns the t-test of pairs, `first[i]` with `second[i]`; with `missing: 'omit'` a pair goes as a whole. Cohen's d is
 * d_z: the mean difference over the SD of the differences.
 * @throws RangeError for lists of unequal length, fewer than two pairs, or differences that are all equal.
 */
export function pairedTTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: TTestOptions = {},
): TestResult {
  const test = 'Paired t-test';
  const settings = settingsOf(test, options);
  const pairs = readPairs(first, second, { test, minCount: 2, missing: settings.missing });
  return testMean(test, 'mean difference', 'the differences of the pairs', pairs, settings);
}

/** Settings of {@link tTestFromSummary}. */
export interface SummaryTTestOptions extends Omit<TTestOptions, 'missing'> {
  /** `equal`: Student's test; `unequal`: Welch's. Default `equal`. */
  readonly variances?: 'equal' | 'unequal';
}

/** Returns Student's or Welch's t-test from means and standard deviations of two groups. */
export function tTestFromSummary(
  first: GroupSummary,
  second: GroupSummary,
  options: SummaryTTestOptions = {},
): TestResult {
  const pooled = (options.variances ?? 'equal') === 'equal';
  const test = pooled ? student : welch;
  for (const [i, { mean, sd, count }] of [first, second].entries()) {
    const place = `${test}: group ${i + 1}`;
    if (!Number.isFinite(mean)) throw new RangeError(`${place} needs a finite mean, got ${mean}`);
    if (!(sd >= 0 && Number.isFinite(sd))) throw new RangeError(`${place} needs an SD of 0 or more, got ${sd}`);
    if (!(Number.isInteger(count) && count >= 2))
      throw new RangeError(`${place} needs two values or more, got ${count}`);
  }
  if (first.sd === 0 && second.sd === 0) spreadless(test, 'both standard deviations are 0');
  return twoGroups(test, first, second, settingsOf(test, options), pooled, []);
}

/** What a paper prints of a t-test. */
export interface PublishedT {
  readonly t: number;
  /** Values of the one group, or pairs. */
  readonly n1: number;
  /** Values of the other group; none for pairs or one group. */
  readonly n2?: number;
  /** Difference of means, from which its interval follows. */
  readonly difference?: number;
}

/** Returns what follows from a published t of Student's, the paired or the one-sample test: df, p, d, g, interval. */
export function tTestFromT(
  { t, n1, n2, difference }: PublishedT,
  options: Omit<TTestOptions, 'missing' | 'expected'> = {},
): TestResult {
  const test = n2 === undefined ? 'Paired or one-sample t-test' : student;
  const { alternative, level } = settingsOf(test, options);
  const effects = standardizedEffects({ t, n1, ...(n2 === undefined ? {} : { n2 }), level });
  const df = n2 === undefined ? n1 - 1 : n1 + n2 - 2;
  const name = n2 === undefined ? 'mean difference' : 'difference of means';
  if (difference !== undefined && !(Number.isFinite(difference) && difference * t > 0)) {
    throw new RangeError(`${test}: difference must be a finite number of the sign of t (${t}), got ${difference}`);
  }
  return {
    test,
    statistic: { name: 't', value: t },
    degreesOfFreedom: [df],
    p: pOfTails(studentTTails(t, df), alternative),
    alternative,
    counts: n2 === undefined ? [n1] : [n1, n2],
    ...(difference === undefined
      ? {}
      : {
          estimate: {
            name,
            value: difference,
            interval: intervalAround(difference, difference / t, df, level, alternative),
          },
        }),
    effects,
    notes: ['From the published t and numbers, without the values.'],
  };
}
