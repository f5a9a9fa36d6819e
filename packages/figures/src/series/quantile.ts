/** Returns finite values in ascending order, shape `[value]`. */
export function sortFinite(values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) out[count++] = value;
  }
  return out.subarray(0, count).sort();
}

/** Returns a quantile (0..1) of values in ascending order, shape `[value]`, linear between neighbors; NaN for none. */
export function quantileSorted(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * Math.min(Math.max(share, 0), 1);
  const low = Math.floor(at);
  const a = sorted[low] as number;
  return a + ((sorted[Math.min(low + 1, sorted.length - 1)] as number) - a) * (at - low);
}

/** Returns the arithmetic mean of the finite values, shape `[value]`; NaN for none. */
export function meanFinite(values: ArrayLike<number>): number {
  let [total, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    total += value;
    count++;
  }
  return count === 0 ? Number.NaN : total / count;
}
