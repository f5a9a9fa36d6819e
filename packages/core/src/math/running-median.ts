/** Returns the first place in the sorted beginning of a list whose value is not below `value`. */
function lowerBound(sorted: Float64Array, length: number, value: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Returns the median of each value and its neighbors, shape `[frame]` as given. Windows are cut at both ends;
 * NaN neighbors are left out (an even number of others gives the mean of the middle two), and NaN stays NaN:
 * nothing is invented. Costs about one move of the window for each value.
 * @throws RangeError unless `window` is an odd whole number from 1.
 */
export function runningMedian(values: ArrayLike<number>, window: number): Float64Array {
  if (!Number.isSafeInteger(window) || window < 1 || window % 2 === 0) {
    throw new RangeError(`running median: window must be an odd whole number from 1, got ${window}`);
  }
  const out = new Float64Array(values.length);
  const half = (window - 1) / 2;
  const sorted = new Float64Array(Math.min(window, values.length));
  let length = 0;
  const add = (value: number) => {
    if (Number.isNaN(value)) return;
    const at = lowerBound(sorted, length, value);
    sorted.copyWithin(at + 1, at, length);
    sorted[at] = value;
    length++;
  };
  const drop = (value: number) => {
    if (Number.isNaN(value)) return;
    const at = lowerBound(sorted, length, value);
    sorted.copyWithin(at, at + 1, length);
    length--;
  };
  for (let i = 0; i < Math.min(half, values.length); i++) add(values[i] as number);
  for (let i = 0; i < values.length; i++) {
    // Out before in: the window never holds more than its width.
    if (i - half - 1 >= 0) drop(values[i - half - 1] as number);
    if (i + half < values.length) add(values[i + half] as number);
    const middle = length >> 1;
    const upper = sorted[middle] as number;
    if (Number.isNaN(values[i] as number)) out[i] = Number.NaN;
    else out[i] = length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  }
  return out;
}
