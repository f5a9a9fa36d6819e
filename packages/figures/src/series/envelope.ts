import { quantileOfSorted, sortedNumbers } from '@zoopraxis/core';

/** What a long series shows when each px column stands for many samples. */
export interface Envelope {
  /** Time of each column's middle, shape `[column]`. */
  readonly time: Float64Array;
  /** Smallest value, shape `[column]`; NaN where the column has none. */
  readonly low: Float64Array;
  /** Middle value, shape `[column]`; NaN where the column has none. */
  readonly middle: Float64Array;
  /** Largest value, shape `[column]`; NaN where the column has none. */
  readonly high: Float64Array;
  /** True where each column holds at most one sample: then a plain line shows everything. */
  readonly exact: boolean;
}

/**
 * Returns the range and median of a series in at most `columns` stretches of equal time, so that a plot of a million
 * samples stays small and hides no extreme. Both arrays have shape `[sample]`; times ascend.
 */
export function envelope(time: ArrayLike<number>, values: ArrayLike<number>, columns: number): Envelope {
  const count = values.length;
  if (time.length !== count) throw new RangeError(`envelope: needs a time for each of ${count} values`);
  if (count <= columns) {
    const copy = Float64Array.from(values);
    return { time: Float64Array.from(time), low: copy, middle: copy, high: copy, exact: true };
  }
  const [first, last] = [time[0] as number, time[count - 1] as number];
  const width = (last - first) / columns || 1;
  const out = [0, 1, 2, 3].map(() => new Float64Array(columns).fill(Number.NaN)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let sample = 0;
  for (let column = 0; column < columns; column++) {
    const start = sample;
    const end = column === columns - 1 ? Number.POSITIVE_INFINITY : first + width * (column + 1);
    while (sample < count && (time[sample] as number) < end) sample++;
    out[0][column] = first + width * (column + 0.5);
    const part = new Float64Array(sample - start);
    for (let i = start; i < sample; i++) part[i - start] = values[i] as number;
    const sorted = sortedNumbers(part);
    if (sorted.length === 0) continue;
    out[1][column] = sorted[0] as number;
    out[2][column] = quantileOfSorted(sorted, 0.5);
    out[3][column] = sorted[sorted.length - 1] as number;
  }
  return { time: out[0], low: out[1], middle: out[2], high: out[3], exact: false };
}
