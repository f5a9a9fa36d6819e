import {
  type AgreementResult,
  type Category,
  indexOfCategories,
  isMissing,
  sortedCategories,
} from './agreement-result.js';
import { normalQuantile } from './distributions.js';
import type { ConfidenceInterval, MissingRule } from './test-result.js';

/** How much a disagreement counts: all alike, by the distance of the categories in their order, or by its square. */
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/** Settings of {@link cohensKappa}. */
export interface CohensKappaOptions {
  /** Default `none`. `quadratic` gives the quadratic weighted kappa (QWK). */
  readonly weights?: KappaWeights;
  /** In their order, which weights need: default those that occur, numbers ascending; must be given for weights on texts. */
  readonly categories?: readonly Category[];
  /** Default 0.95. */
  readonly level?: number;
  /** What becomes of units that a rater left out (NaN, null); default `refuse`. */
  readonly missing?: MissingRule;
}

const titles: Readonly<Record<KappaWeights, string>> = {
  none: "Cohen's kappa",
  linear: "Cohen's kappa, linear weights",
  quadratic: "Cohen's kappa, quadratic weights",
};

/** Returns an interval of the normal law around a value, cut at 1. */
function normalInterval(value: number, standardError: number, level: number): ConfidenceInterval {
  const half = normalQuantile((1 + level) / 2) * standardError;
  return { low: value - half, high: Math.min(1, value + half), level };
}

function checkLevel(what: string, level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`${what}: level must be between 0 and 1, got ${level}`);
}

/**
 * Returns how many units each pair of categories got: shape `[category, category]`, row by row, first rater in rows.
 * @throws RangeError where the lists differ in length, are empty, lack a rating or hold a category that is not listed.
 */
export function countPairs(
  what: string,
  first: ArrayLike<Category | null | undefined>,
  second: ArrayLike<Category | null | undefined>,
  options: { categories: readonly Category[]; missing?: MissingRule },
): { counts: Float64Array; unitCount: number; leftOut: number } {
  const { categories, missing = 'refuse' } = options;
  if (first.length !== second.length) {
    throw new RangeError(`${what}: both must rate the same units, got ${first.length} and ${second.length} ratings`);
  }
  const index = indexOfCategories(what, categories);
  const counts = new Float64Array(categories.length ** 2);
  let leftOut = 0;
  for (let unit = 0; unit < first.length; unit++) {
    const pair = [first[unit], second[unit]];
    const lacking = pair.findIndex(isMissing);
    if (lacking >= 0) {
      if (missing === 'refuse') {
        const side = lacking === 0 ? 'first' : 'second';
        throw new RangeError(`${what}: unit ${unit} has no ${side} rating; leave such units out with missing: 'omit'`);
      }
      leftOut++;
      continue;
    }
    const [row, column] = pair.map((value) => index.get(value as Category));
    if (row === undefined || column === undefined) {
      const value = String(row === undefined ? pair[0] : pair[1]);
      throw new RangeError(`${what}: ratings must be among the categories, got ${value} in unit ${unit}`);
    }
    const at = row * categories.length + column;
    counts[at] = (counts[at] as number) + 1;
  }
  const unitCount = first.length - leftOut;
  if (unitCount === 0) throw new RangeError(`${what}: needs one unit or more that both rated, got none`);
  return { counts, unitCount, leftOut };
}

/**
 * Returns Cohen's kappa of two raters, plain or weighted (Cohen 1960, 1968), with the interval of its large-sample standard
 * error (Fleiss, Cohen and Everitt 1969). Weights go by the place of categories in their order, not by their numbers.
 * The interval takes units as independent, which neighboring frames of a video are not: resample videos with
 * `bootstrapIntervals` where that matters.
 * @throws RangeError for lists of unequal length, no unit, or raters that both used one category alone (0/0).
 */
export function cohensKappa(
  first: ArrayLike<Category | null | undefined>,
  second: ArrayLike<Category | null | undefined>,
  options: CohensKappaOptions = {},
): AgreementResult {
  const { weights = 'none', level = 0.95, missing } = options;
  const what = titles[weights];
  if (what === undefined) throw new RangeError(`kappa: weights must be none, linear or quadratic, got ${weights}`);
  checkLevel(what, level);
  const categories = options.categories ?? sortedCategories([Array.from(first), Array.from(second)]);
  if (weights !== 'none' && options.categories === undefined && categories.some((c) => typeof c === 'string')) {
    throw new RangeError(`${what}: categories must be given in their order where they are texts`);
  }
  const { counts, unitCount, leftOut } = countPairs(what, first, second, { categories, missing: missing ?? 'refuse' });
  const size = categories.length;
  const share = counts.map((count) => count / unitCount);
  const at = (row: number, column: number) => share[row * size + column] as number;
  const rows = categories.map((_, i) => categories.reduce((sum: number, _c, j) => sum + at(i, j), 0));
  const columns = categories.map((_, j) => categories.reduce((sum: number, _c, i) => sum + at(i, j), 0));
  const agreement = (i: number, j: number): number => {
    if (weights === 'none') return i === j ? 1 : 0;
    const distance = Math.abs(i - j) / (size - 1 || 1);
    return 1 - (weights === 'linear' ? distance : distance * distance);
  };
  let [observed, expected] = [0, 0];
  const byRow = new Float64Array(size);
  const byColumn = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const w = agreement(i, j);
      observed += w * at(i, j);
      expected += w * (rows[i] as number) * (columns[j] as number);
      byRow[i] = (byRow[i] as number) + w * (columns[j] as number);
      byColumn[j] = (byColumn[j] as number) + w * (rows[i] as number);
    }
  }
  if (rows.some((r, i) => r > 1 - 1e-12 && (columns[i] as number) > 1 - 1e-12)) {
    const only = String(categories[rows.findIndex((r) => r > 1 - 1e-12)]);
    throw new RangeError(
      `${what}: needs two categories or more in use, got ${only} in all ${unitCount} ratings of both`,
    );
  }
  const chance = 1 - expected;
  const value = (observed - expected) / chance;
  let spread = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const w = agreement(i, j);
      spread += at(i, j) * (w - ((byRow[i] as number) + (byColumn[j] as number)) * (1 - value)) ** 2;
    }
  }
  const variance = (spread - (value - expected * (1 - value)) ** 2) / (chance * chance * unitCount);
  const standardError = Math.sqrt(Math.max(0, variance));
  const notes = leftOut > 0 ? [`${leftOut} of ${first.length} units lack a rating and were left out.`] : [];
  if (standardError < 1e-9) {
    notes.push('The standard error is 0 (full agreement, or ratings all of one kind), so no interval is told.');
  }
  return {
    name: what,
    value,
    ...(standardError >= 1e-9 && {
      interval: normalInterval(value, standardError, level),
      intervalMethod: 'large-sample normal (Fleiss, Cohen and Everitt 1969)',
    }),
    standardError,
    observed,
    expected,
    unitCount,
    notes,
  };
}

/**
 * Returns how many raters gave each category to each unit, for {@link fleissKappa}: shape `[unit, category]`.
 * `ratings` has shape `[rater, unit]`.
 * @throws RangeError for raters with unequal numbers of units, or a rating outside the categories.
 */
export function countRatings(
  ratings: readonly ArrayLike<Category | null | undefined>[],
  categories: readonly Category[] = sortedCategories(ratings.map((list) => Array.from(list))),
): number[][] {
  const unitCount = ratings[0]?.length ?? 0;
  const index = indexOfCategories('ratings', categories);
  for (const [rater, list] of ratings.entries()) {
    if (list.length !== unitCount) {
      throw new RangeError(`ratings: rater ${rater} must rate ${unitCount} units like rater 0, got ${list.length}`);
    }
  }
  return Array.from({ length: unitCount }, (_, unit) => {
    const counts = categories.map(() => 0);
    for (const list of ratings) {
      const rating = list[unit];
      if (isMissing(rating)) continue;
      const which = index.get(rating);
      if (which === undefined) {
        throw new RangeError(`ratings: must be among the categories, got ${rating} in unit ${unit}`);
      }
      counts[which] = (counts[which] as number) + 1;
    }
    return counts;
  });
}

/**
 * Returns Fleiss' kappa (Fleiss 1971) of several raters. `counts` says how many raters gave each category to each unit, shape
 * `[unit, category]`, with the same number of raters for every unit. The interval comes from the linearized variance
 * between units (as Gwet 2021 for raters that are fixed), which takes units as independent.
 * @throws RangeError for units with unequal numbers of raters, fewer than two raters, or one category in use (0/0).
 */
export function fleissKappa(
  counts: readonly ArrayLike<number>[],
  { level = 0.95 }: { level?: number } = {},
): AgreementResult {
  const what = "Fleiss' kappa";
  checkLevel(what, level);
  const unitCount = counts.length;
  const size = counts[0]?.length ?? 0;
  if (unitCount === 0 || size === 0) throw new RangeError(`${what}: needs one unit or more with ratings, got none`);
  const totals = new Float64Array(size);
  let raters = 0;
  const agreements = new Float64Array(unitCount);
  for (const [unit, row] of counts.entries()) {
    if (row.length !== size) {
      throw new RangeError(`${what}: each unit needs ${size} categories, got ${row.length} in unit ${unit}`);
    }
    let [sum, squares] = [0, 0];
    for (let c = 0; c < size; c++) {
      const count = row[c] as number;
      if (!Number.isSafeInteger(count) || count < 0) {
        throw new RangeError(`${what}: counts must be whole numbers from 0, got ${count} in unit ${unit}`);
      }
      sum += count;
      squares += count * count;
      totals[c] = (totals[c] as number) + count;
    }
    if (unit === 0) raters = sum;
    if (sum !== raters) {
      throw new RangeError(
        `${what}: every unit needs the same number of raters, got ${sum} in unit ${unit} and ${raters} in unit 0; ` +
          'krippendorffAlpha takes units that some raters left out',
      );
    }
    agreements[unit] = (squares - sum) / (sum * (sum - 1));
  }
  if (raters < 2) throw new RangeError(`${what}: needs two raters or more, got ${raters}`);
  const share = totals.map((total) => total / (unitCount * raters));
  const observed = agreements.reduce((sum, value) => sum + value, 0) / unitCount;
  const expected = share.reduce((sum, value) => sum + value * value, 0);
  if (totals.filter((total) => total > 0).length < 2) {
    throw new RangeError(`${what}: needs two categories or more in use, got one in all ${unitCount * raters} ratings`);
  }
  const chance = 1 - expected;
  const value = (observed - expected) / chance;
  let spread = 0;
  for (const [unit, row] of counts.entries()) {
    let meeting = 0;
    for (let c = 0; c < size; c++) meeting += ((share[c] as number) * (row[c] as number)) / raters;
    const influence =
      ((agreements[unit] as number) - observed) / chance - ((1 - observed) * 2 * (meeting - expected)) / chance ** 2;
    spread += influence * influence;
  }
  const standardError = unitCount > 1 ? Math.sqrt(spread / (unitCount * (unitCount - 1))) : 0;
  const isSure = standardError >= 1e-9;
  return {
    name: what,
    value,
    ...(isSure && {
      interval: normalInterval(value, standardError, level),
      intervalMethod: 'normal, linearized variance between units',
    }),
    standardError,
    observed,
    expected,
    unitCount,
    notes: isSure ? [] : ['All units agree alike (or there is one), so no interval is told.'],
  };
}
