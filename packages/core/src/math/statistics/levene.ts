import { median } from '../quantiles.js';
import { fTails } from './distributions.js';
import { type GroupTestOptions, groupSquares, leftOutOf } from './one-way-anova.js';
import { describeSample, leftOutNotes, readGroups, requireLevel } from './samples.js';
import type { TestResult } from './test-result.js';
import { partialEtaSquared } from './variance-effects.js';

/** Settings of {@link leveneTest}. */
export interface LeveneOptions extends GroupTestOptions {
  /** `median` (Brown and Forsythe 1974, robust) or `mean` (Levene 1960). Default `median`. */
  readonly center?: 'median' | 'mean';
}

/**
 * Returns the test of equal variances: the analysis of variance of the distances from the center of each group.
 * @throws RangeError for empty groups, missing values, or distances that do not differ.
 */
export function leveneTest(groups: readonly ArrayLike<number>[], options: LeveneOptions = {}): TestResult {
  const { level = 0.95, missing = 'refuse', center = 'median' } = options;
  if (center !== 'median' && center !== 'mean')
    throw new RangeError(`Levene's test: center must be median or mean, got ${center}`);
  const test = center === 'median' ? 'Brown-Forsythe test' : "Levene's test";
  requireLevel(test, level);
  const samples = readGroups(groups, { test, missing });
  if (samples.every((sample) => sample.isConstant)) {
    throw new RangeError(`${test}: the values of each group are all equal, so no variance differs`);
  }
  const distances = samples.map((sample) => {
    const middle = center === 'median' ? median(sample.values) : sample.mean;
    return describeSample(sample.values.map((value) => Math.abs(value - middle)));
  });
  const { between, within, df1, df2 } = groupSquares(`${test} (distances from the ${center})`, distances);
  const f = between / df1 / (within / df2);
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
