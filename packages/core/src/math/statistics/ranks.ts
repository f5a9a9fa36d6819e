/** Midranks of several groups taken together. */
export interface PooledRanks {
  /** One list for each group, shape `[group][value]`; equal values share the mean of their ranks, which begin at 1. */
  readonly ranks: Float64Array[];
  /** Sum of t^3 - t over sets of t equal values. */
  readonly tieTerm: number;
  /** Sizes of the sets of equal values, ascending by value, shape `[distinct value]`. */
  readonly sizes: Float64Array;
  /** Index of the set that each value belongs to, shape `[group][value]`. */
  readonly places: Int32Array[];
}

/** Returns the index of a value in ascending distinct values that hold it. */
function placeOf(distinct: Float64Array, value: number): number {
  let [low, high] = [0, distinct.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((distinct[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the midranks of groups of finite numbers, each of shape `[value]`, in time n log n. */
export function rankPooled(groups: readonly Float64Array[]): PooledRanks {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const pooled = new Float64Array(total);
  let at = 0;
  for (const group of groups) {
    pooled.set(group, at);
    at += group.length;
  }
  pooled.sort();
  const distinct = new Float64Array(total);
  const middles = new Float64Array(total);
  const sizes = new Float64Array(total);
  let [count, tieTerm] = [0, 0];
  for (let start = 0; start < total; ) {
    let end = start + 1;
    while (end < total && pooled[end] === pooled[start]) end++;
    const size = end - start;
    // Adding 0 makes -0 and 0, which sort apart but are equal, one value.
    distinct[count] = (pooled[start] as number) + 0;
    middles[count] = (start + 1 + end) / 2;
    sizes[count++] = size;
    tieTerm += size ** 3 - size;
    start = end;
  }
  const values = distinct.subarray(0, count);
  const places = groups.map((group) => Int32Array.from(group, (value) => placeOf(values, value)));
  const ranks = places.map((list) => Float64Array.from(list, (place) => middles[place] as number));
  return { ranks, tieTerm, sizes: sizes.subarray(0, count), places };
}

/** Returns the midranks of one list of finite numbers, shape `[value]`. */
export function midranks(values: ArrayLike<number>): Float64Array {
  return rankPooled([Float64Array.from(values)]).ranks[0] as Float64Array;
}
