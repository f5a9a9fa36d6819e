import type { ConfidenceInterval } from './test-result.js';

/** A coefficient of agreement: 1 is full agreement, 0 what chance gives, below 0 less than that. Plain JSON data. */
export interface AgreementResult {
  /** Such as `Cohen's kappa, quadratic weights`. */
  readonly name: string;
  readonly value: number;
  /** Absent where no interval was asked for or none can be told. */
  readonly interval?: ConfidenceInterval;
  /** How the interval was found. */
  readonly intervalMethod?: string;
  /** Standard error of the value; absent where the interval comes from resamples. */
  readonly standardError?: number;
  /** Observed agreement, 0..1; weighted where the coefficient is. */
  readonly observed: number;
  /** Agreement expected by chance, 0..1; weighted where the coefficient is. */
  readonly expected: number;
  /** Units (frames, videos) that were compared. */
  readonly unitCount: number;
  /** Left-out units and what else a careful reader should know: list of sentences. */
  readonly notes: readonly string[];
}

/** A name of a class: text, number or truth value. Two of them are the same class where `===` says so. */
export type Category = string | number | boolean;

/** Returns the different categories of some lists, numbers ascending, then texts by code units; NaN and null are left out. */
export function sortedCategories(lists: Iterable<Iterable<Category | null | undefined>>): Category[] {
  const found = new Set<Category>();
  for (const list of lists) {
    for (const value of list) if (!isMissing(value)) found.add(value);
  }
  const rank = (value: Category) => ['boolean', 'number', 'string'].indexOf(typeof value);
  return [...found].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Returns whether a rating is absent: NaN, null or undefined. */
export function isMissing(value: Category | null | undefined): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value);
}

/**
 * Returns the index of each category.
 * @throws RangeError where one stands twice.
 */
export function indexOfCategories(what: string, categories: readonly Category[]): Map<Category, number> {
  const index = new Map(categories.map((category, i) => [category, i]));
  if (index.size !== categories.length) throw new RangeError(`${what}: categories must be different`);
  return index;
}
