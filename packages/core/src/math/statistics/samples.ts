import type { MissingRule } from './test-result.js';

/** A group of values that may be tested. */
export interface Sample {
  /** Finite numbers, shape `[value]`. */
  readonly values: Float64Array;
  readonly mean: number;
  /** Sum of squared differences from the mean. */
  readonly squares: number;
  /** With the denominator n - 1; 0 for a single value. */
  readonly variance: number;
  /** Whether all values are the same but for rounding. */
  readonly isConstant: boolean;
  /** Values left out because they are missing. */
  readonly leftOut: number;
}

/** How a sample is checked. */
export interface SampleRules {
  /** Name of the test, which begins its messages. */
  readonly test: string;
  /** Such as `group 2`. */
  readonly name: string;
  /** Default 1. */
  readonly minCount?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
}

const words = ['no', 'one', 'two', 'three', 'four', 'five'];

/** Returns a count as a message says it, such as `two values`. */
function countInWords(count: number, noun: string): string {
  return `${words[count] ?? count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Returns the sum of numbers, shape `[number]`, with the rounding errors carried along (Neumaier 1974). */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** Returns mean and spread of finite numbers, shape `[value]`. */
export function describeSample(values: Float64Array, leftOut = 0): Sample {
  const mean = sumOf(values) / values.length;
  let [squares, rest, largest] = [0, 0, 0];
  for (const value of values) {
    const difference = value - mean;
    squares += difference * difference;
    rest += difference;
    largest = Math.max(largest, Math.abs(value));
  }
  squares = Math.max(0, squares - (rest * rest) / values.length);
  const isConstant = squares <= values.length * (8 * Number.EPSILON * largest) ** 2;
  return {
    values,
    mean,
    squares,
    variance: values.length > 1 ? squares / (values.length - 1) : 0,
    isConstant,
    leftOut,
  };
}

/**
 * Returns a checked sample.
 * @throws RangeError where a value is missing (unless left out) or infinite, or where too few values remain.
 */
export function readSample(
  values: ArrayLike<number>,
  { test, name, minCount = 1, missing = 'refuse' }: SampleRules,
): Sample {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) {
      if (missing === 'omit') continue;
      throw new RangeError(
        `${test}: ${name} has no number at place ${i} (NaN); to leave such values out, set missing to omit`,
      );
    }
    if (!Number.isFinite(value))
      throw new RangeError(`${test}: ${name} needs finite numbers, got ${value} at place ${i}`);
    kept[count++] = value;
  }
  const leftOut = values.length - count;
  if (count < minCount) {
    const after = leftOut > 0 ? `, after ${countInWords(leftOut, 'missing value')} left out` : '';
    throw new RangeError(
      `${test}: ${name} needs ${countInWords(minCount, 'value')} or more, got ${count === 0 ? 'none' : count}${after}`,
    );
  }
  return describeSample(kept.subarray(0, count), leftOut);
}

/** Returns checked groups, named `group 1` and so on. */
export function readGroups(
  groups: readonly ArrayLike<number>[],
  rules: Omit<SampleRules, 'name'> & { readonly minGroups?: number },
): Sample[] {
  const minGroups = rules.minGroups ?? 2;
  if (groups.length < minGroups) {
    throw new RangeError(`${rules.test}: needs ${countInWords(minGroups, 'group')} or more, got ${groups.length}`);
  }
  return groups.map((values, i) => readSample(values, { ...rules, name: `group ${i + 1}` }));
}

/** Returns the differences `first - second` of pairs as a sample; pairs with a missing value are left out as a whole. */
export function readPairs(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { test, minCount = 1, missing = 'refuse' }: Omit<SampleRules, 'name'>,
): Sample {
  if (first.length !== second.length) {
    throw new RangeError(`${test}: pairs need lists of the same length, got ${first.length} and ${second.length}`);
  }
  const differences = Float64Array.from(
    { length: first.length },
    (_, i) => (first[i] as number) - (second[i] as number),
  );
  for (const [name, list] of [
    ['list 1', first],
    ['list 2', second],
  ] as const) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i] as number;
      if (!Number.isNaN(value) && !Number.isFinite(value)) {
        throw new RangeError(`${test}: ${name} needs finite numbers, got ${value} at place ${i}`);
      }
    }
  }
  const sample = readSample(differences, { test, name: 'the list of pairs', minCount, missing });
  // Differences of equal pairs differ by the rounding of the values, which are larger than the differences.
  let largest = 0;
  for (let i = 0; i < first.length; i++) {
    if (!Number.isNaN(differences[i]))
      largest = Math.max(largest, Math.abs(first[i] as number), Math.abs(second[i] as number));
  }
  const isConstant = sample.isConstant || sample.squares <= sample.values.length * (8 * Number.EPSILON * largest) ** 2;
  return { ...sample, isConstant };
}

/**
 * Returns the rows of a table as checked lists, shape `[row, column]`; rows with a missing value are left out as a whole.
 * @throws RangeError for rows of unequal length, values that are no finite numbers, too few rows or columns.
 */
export function readTable(
  rows: readonly ArrayLike<number>[],
  rules: {
    test: string;
    row: string;
    column: string;
    minRows: number;
    minColumns: number;
    missing?: MissingRule | undefined;
  },
): { readonly rows: Float64Array[]; readonly columnCount: number; readonly leftOut: number } {
  const { test, row: rowName, column, minRows, minColumns, missing = 'refuse' } = rules;
  const columnCount = rows[0]?.length ?? 0;
  const kept: Float64Array[] = [];
  rows.forEach((row, r) => {
    if (row.length !== columnCount) {
      throw new RangeError(
        `${test}: each ${rowName} needs a value for each ${column} (${columnCount}), ${rowName} ${r + 1} has ${row.length}`,
      );
    }
    const values = Float64Array.from(row);
    const hole = values.findIndex((value) => !Number.isFinite(value));
    if (hole < 0) kept.push(values);
    else if (missing !== 'omit' || !Number.isNaN(values[hole])) {
      throw new RangeError(
        `${test}: ${rowName} ${r + 1} needs a finite number for ${column} ${hole + 1}, got ${values[hole]}; to leave such a ${rowName} out, set missing to omit`,
      );
    } else if (values.some((value) => !Number.isFinite(value) && !Number.isNaN(value))) {
      throw new RangeError(`${test}: ${rowName} ${r + 1} needs finite numbers, got an infinite one`);
    }
  });
  if (columnCount < minColumns) {
    throw new RangeError(`${test}: needs ${countInWords(minColumns, column)} or more, got ${columnCount}`);
  }
  if (kept.length < minRows) {
    throw new RangeError(
      `${test}: needs ${countInWords(minRows, rowName)} or more without missing values, got ${kept.length}`,
    );
  }
  return { rows: kept, columnCount, leftOut: rows.length - kept.length };
}

/** Returns the note on what was left out, as a list of no or one sentence. */
export function leftOutNotes(leftOut: number, noun = 'value'): string[] {
  if (leftOut === 0) return [];
  return [`${leftOut} ${noun}${leftOut === 1 ? ' was' : 's were'} left out because of missing values.`];
}

/** @throws RangeError for a level of confidence outside 0..1. */
export function requireLevel(test: string, level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`${test}: level must be between 0 and 1, got ${level}`);
}
