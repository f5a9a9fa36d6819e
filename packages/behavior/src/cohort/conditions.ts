import type { Recording } from '@zoopraxis/core';

/** Value of a condition, such as `wt`, `3` or `true`. */
export type ConditionValue = string | number | boolean;

/**
 * Returns the conditions that hold for one subject of a recording: those of the recording, and in their place those
 * written for this subject alone, such as `resident.genotype`.
 */
export function conditionsOfSubject(
  { conditions, subjects }: Pick<Recording, 'conditions' | 'subjects'>,
  subject: string,
): Record<string, ConditionValue> {
  const shared: [string, ConditionValue][] = [];
  const own: [string, ConditionValue][] = [];
  for (const [name, value] of Object.entries(conditions)) {
    const whose = [subject, ...subjects].find((who) => who !== '' && name.startsWith(`${who}.`));
    if (whose === undefined) shared.push([name, value]);
    else if (whose === subject) own.push([name.slice(subject.length + 1), value]);
  }
  return Object.fromEntries([...shared, ...own]);
}

/** Returns a number where a condition's value is one, written as number or text; else undefined. */
export function numberOfCondition(value: ConditionValue): number | undefined {
  if (typeof value === 'boolean') return undefined;
  const number = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * Returns the different values of a condition as text, in the order of figures: numbers by size and before words, words
 * by letters with the numbers in them by size (`day 2` before `day 10`).
 */
export function orderedValues(values: Iterable<ConditionValue>): string[] {
  const names = [...new Set(Array.from(values, String))];
  return names.sort((a, b) => {
    const [x, y] = [numberOfCondition(a), numberOfCondition(b)];
    if (x !== undefined && y !== undefined) return x - y || compareText(a, b);
    if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1;
    return compareText(a, b);
  });
}

const collator = new Intl.Collator('en', { numeric: true });

function compareText(a: string, b: string): number {
  // Names that differ in nothing the collator sees must still have one order.
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}
