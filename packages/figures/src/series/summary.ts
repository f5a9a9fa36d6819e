import { mean as meanOf, quantileOfSorted, sortedNumbers } from '@zoopraxis/core';

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
  const reach = kind === 'mean-sem' ? sem : sem * (count > 1 ? studentQuantile(0.975, count - 1) : Number.NaN);
  return { count, middle, low: middle - reach, high: middle + reach };
}

/**
 * Returns the quantile of Student's t for a whole number of degrees of freedom: the finite sums of Abramowitz and Stegun
 * 26.7.3 and 26.7.4, inverted by halving.
 */
export function studentQuantile(probability: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (studentBelow(high, degrees) < probability) high *= 2;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (studentBelow(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function studentBelow(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = degrees % 2 === 1;
  let [term, total] = odd ? [cosine, degrees > 1 ? cosine : 0] : [1, 1];
  for (let k = odd ? 2 : 1; k + 2 <= degrees - 0.5; k += 2) {
    term *= (k / (k + 1)) * cosine * cosine;
    total += term;
  }
  const within = odd ? (2 / Math.PI) * (angle + sine * total) : sine * total;
  return 0.5 + within / 2;
}
