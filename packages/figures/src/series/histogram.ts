/** Counts of values in bins of equal width; bin i holds `[low + i width, low + (i + 1) width)`. */
export interface Histogram {
  readonly low: number;
  readonly width: number;
  /** Shape `[bin]`. */
  readonly counts: Float64Array;
  /** Finite values, those outside the bins included. */
  readonly total: number;
}

/** Returns the histogram of the finite values, shape `[value]`; those above the last bin are counted in it. */
export function countInBins(
  values: ArrayLike<number>,
  { low, width, count }: { low: number; width: number; count: number },
): Histogram {
  if (!(width > 0) || !(count >= 1)) throw new RangeError(`histogram: needs bins of a width above 0, got ${width}`);
  const counts = new Float64Array(count);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    total++;
    const bin = Math.floor((value - low) / width);
    if (bin >= 0) counts[Math.min(bin, count - 1)] = (counts[Math.min(bin, count - 1)] as number) + 1;
  }
  return { low, width, counts, total };
}
