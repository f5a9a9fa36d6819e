import { Random } from '../../random.js';
import { adjustPValues, type Correction, correctionNames } from './adjust-p-values.js';
import { bootstrapIntervals } from './bootstrap-intervals.js';
import { chiSquareTails, normalTails, studentizedRangeTails } from './distributions.js';
import type { GroupTestOptions } from './one-way-anova.js';
import { rankPooled } from './ranks.js';
import { leftOutNotes, readTable, requireLevel } from './samples.js';
import { type SignedRankOptions, signedRankTest } from './signed-rank.js';
import type { Effect, PairwiseComparison, TestResult } from './test-result.js';
import { pairsOf } from './tukey.js';

/** Settings of {@link friedmanTest}. */
export interface FriedmanOptions extends GroupTestOptions {
  /** Resamples of animals for the interval of Kendall's W; 0 for none. Default 2000. */
  readonly resampleCount?: number;
  /** Default: seeded with the name of the test. */
  readonly random?: Random;
}

interface RankedTable {
  /** Midranks within each row, shape `[row][column]`. */
  readonly ranks: Float64Array[];
  /** Sum of t^3 - t over the ties of each row, shape `[row]`. */
  readonly tieTerms: number[];
  readonly columnCount: number;
  readonly leftOut: number;
}

function rankRows(
  test: string,
  rows: readonly ArrayLike<number>[],
  options: GroupTestOptions,
  minColumns: number,
): RankedTable {
  requireLevel(test, options.level ?? 0.95);
  const rules = { test, row: 'animal', column: 'condition', minRows: 2, minColumns, missing: options.missing };
  const table = readTable(rows, rules);
  const ranked = table.rows.map((row) => rankPooled([row]));
  if (ranked.every(({ sizes }) => sizes.length === 1)) {
    throw new RangeError(`${test}: the conditions are equal within every animal, so ranks say nothing`);
  }
  return {
    ranks: ranked.map(({ ranks }) => ranks[0] as Float64Array),
    tieTerms: ranked.map(({ tieTerm }) => tieTerm),
    columnCount: table.columnCount,
    leftOut: table.leftOut,
  };
}

/** Returns Friedman's chi-square, corrected for ties, of rows that were drawn so often; NaN where all ranks are equal. */
function statisticOf({ ranks, tieTerms, columnCount: k }: RankedTable, drawn?: Int32Array): number {
  const sums = new Float64Array(k);
  let [n, ties] = [0, 0];
  ranks.forEach((row, r) => {
    const times = drawn === undefined ? 1 : (drawn[r] as number);
    n += times;
    ties += times * (tieTerms[r] as number);
    for (let c = 0; c < k; c++) sums[c]! += times * (row[c] as number);
  });
  const middle = (n * (k + 1)) / 2;
  const squares = sums.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return (12 * (k - 1) * squares) / (n * (k ** 3 - k) - ties);
}

/**
 * Returns Friedman's test of repeated measures by ranks within each animal, corrected for ties, p by the chi-square
 * approximation, with Kendall's W (chi-square / (n (k - 1))), its interval by resampling animals.
 * @param rows Values of each animal under each condition, shape `[animal, condition]`; an animal with a missing value is left out
 *   as a whole where `missing` is `omit`.
 * @throws RangeError for fewer than two animals or three conditions, rows of unequal length, or rows without any order.
 */
export function friedmanTest(rows: readonly ArrayLike<number>[], options: FriedmanOptions = {}): TestResult {
  const test = 'Friedman test';
  const table = rankRows(test, rows, options, 3);
  const { ranks, columnCount: k, tieTerms } = table;
  const n = ranks.length;
  const q = statisticOf(table);
  const resampleCount = options.resampleCount ?? 2000;
  let effect: Effect = { name: "Kendall's W", value: q / (n * (k - 1)) };
  if (resampleCount > 0) {
    const [interval] = bootstrapIntervals((drawn) => [statisticOf(table, drawn) / (n * (k - 1))], {
      unitCount: n,
      random: options.random ?? new Random('Friedman'),
      resampleCount,
      level: options.level ?? 0.95,
    });
    if (interval !== undefined && Number.isFinite(interval.low)) {
      const { low, high, level } = interval;
      const intervalMethod = `percentile bootstrap of animals, ${resampleCount} resamples`;
      effect = { ...effect, interval: { low, high, level }, intervalMethod };
    }
  }
  const notes = leftOutNotes(table.leftOut, 'animal');
  if (tieTerms.some((term) => term > 0)) notes.push('There are ties; chi-square is corrected for them.');
  if (n * k < 30) notes.push('For so few animals the chi-square approximation is rough; consider a permutation test.');
  return {
    test,
    method: 'chi-square approximation',
    statistic: { name: 'chi-square', value: q },
    degreesOfFreedom: [k - 1],
    p: chiSquareTails(q, k - 1).upper,
    alternative: 'two-sided',
    counts: [n],
    effects: [effect],
    notes,
  };
}

/**
 * Returns Nemenyi's test (1963) of all pairs of conditions after Friedman's: list over pairs. The difference of mean ranks
 * is judged by the studentized range, which corrects for the number of pairs; `p` is that of the single pair by the normal
 * distribution.
 * @throws RangeError as {@link friedmanTest} does.
 */
export function nemenyiTest(rows: readonly ArrayLike<number>[], options: GroupTestOptions = {}): PairwiseComparison[] {
  const test = 'Nemenyi test';
  const { ranks, columnCount: k, leftOut } = rankRows(test, rows, options, 2);
  const n = ranks.length;
  const means = Array.from({ length: k }, (_, c) => ranks.reduce((sum, row) => sum + (row[c] as number), 0) / n);
  return pairsOf(k).map(([i, j]) => {
    const value = (means[i] as number) - (means[j] as number);
    const z = Math.abs(value) / Math.sqrt((k * (k + 1)) / (6 * n));
    const q = z * Math.SQRT2;
    return {
      test,
      groups: [i, j],
      statistic: { name: 'q', value: q },
      p: Math.min(1, 2 * normalTails(z).upper),
      adjustedP: studentizedRangeTails(q, k, Number.POSITIVE_INFINITY).upper,
      correction: 'Nemenyi',
      alternative: 'two-sided',
      counts: [n],
      estimate: { name: 'difference of mean ranks', value },
      effects: [],
      notes: leftOutNotes(leftOut, 'animal'),
    };
  });
}

/** Settings of {@link pairwiseSignedRankTests}. */
export interface PairwiseSignedRankOptions extends Omit<SignedRankOptions, 'alternative'> {
  /** Default `holm`. */
  readonly correction?: Correction;
}

/**
 * Returns Wilcoxon signed-rank tests of all pairs of conditions, corrected for their number: list over pairs.
 * @param rows Values of each animal under each condition, shape `[animal, condition]`.
 */
export function pairwiseSignedRankTests(
  rows: readonly ArrayLike<number>[],
  options: PairwiseSignedRankOptions = {},
): PairwiseComparison[] {
  const { correction = 'holm', ...rest } = options;
  const test = 'Pairwise Wilcoxon signed-rank tests';
  const rules = { test, row: 'animal', column: 'condition', minRows: 1, minColumns: 2, missing: options.missing };
  const table = readTable(rows, rules);
  const column = (c: number) => Float64Array.from(table.rows, (row) => row[c] as number);
  const pairs = pairsOf(table.columnCount);
  const results = pairs.map(([i, j]) => signedRankTest(column(i), column(j), rest));
  const adjusted = adjustPValues(
    results.map(({ p }) => p),
    correction,
  );
  return results.map((result, at) => ({
    ...result,
    groups: pairs[at] as [number, number],
    adjustedP: adjusted[at] as number,
    correction: correctionNames[correction],
    notes: [...leftOutNotes(table.leftOut, 'animal'), ...result.notes],
  }));
}
