/** Returns the numbers that are not NaN, ascending, as a new array, shape `[number]`. */
export function sortedNumbers(values: ArrayLike<number>): Float64Array {
  const numbers = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) numbers[count++] = value;
  }
  return numbers.subarray(0, count).sort();
}

/**
 * Returns a quantile of ascending numbers (shape `[number]`, no NaN), linear between neighbors (type 7 of Hyndman and
 * Fan 1996, the default of NumPy and R); NaN for no numbers.
 * @throws RangeError for a share outside 0..1.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`quantile: share must be in 0..1, got ${share}`);
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const part = place - below;
  return part === 0 ? low : low + part * ((sorted[below + 1] as number) - low);
}

/** Returns the quantile at a share (0.5 is the median) of a list of numbers; NaN is left out, NaN for no numbers. */
export function quantile(values: ArrayLike<number>, share: number): number {
  return quantileOfSorted(sortedNumbers(values), share);
}

/** Returns the median of a list of numbers; NaN is left out, NaN for no numbers. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Returns the mean of a list of numbers; NaN is left out, NaN for no numbers. */
export function mean(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
