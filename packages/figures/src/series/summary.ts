import { mean as meanOf, quantileOfSorted, sortedNumbers, studentTQuantile } from '@zoopraxis/core';

/** What stands for a group of values. */
export type SummaryKind = 'mean-sem' | 'mean-ci' | 'median-iqr';

/** Middle and range of a group; NaN where there is no value, the range also where there is only one. */
export interface Summary {
  readonly count: number;
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** Words for a summary, as a caption says it. */
export const summaryWords: Readonly<Record<SummaryKind, string>> = {
  'mean-sem': 'mean ± SEM',
  'mean-ci': 'mean and 95 % CI',
  'median-iqr': 'median and quartiles',
};

/** Returns middle and range of the finite values, shape `[value]`. */
export function summaryOf(values: ArrayLike<number>, kind: SummaryKind): Summary {
  const sorted = sortedNumbers(values);
  const count = sorted.length;
  if (kind === 'median-iqr') {
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantileOfSorted(sorted, share)) as [
      number,
      number,
      number,
    ];
    return { count, middle, low, high };
  }
  const middle = meanOf(sorted);
  let squares = 0;
  for (const value of sorted) squares += (value - middle) ** 2;
  const sem = Math.sqrt(squares / (count - 1) / count);
  const reach = kind === 'mean-sem' ? sem : sem * (count > 1 ? studentTQuantile(0.975, count - 1) : Number.NaN);
  return { count, middle, low: middle - reach, high: middle + reach };
}
