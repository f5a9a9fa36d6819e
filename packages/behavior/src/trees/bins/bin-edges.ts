import { BINS } from '../wasm/training-kernels.js';

/** Where the bins of every column end. A value belongs to the bin whose number is the count of cuts at or below it. */
export interface BinEdges {
  readonly columnCount: number;
  /** First cut of each column and the end of the last, shape `[column + 1]`. */
  readonly start: Uint32Array;
  /** Cuts of all columns, ascending within each, shape `[cut]`. */
  readonly cuts: Float32Array;
}

/** How columns are cut into bins. */
export interface BinEdgesOptions {
  /** Bins of a column, of which the last is for missing values; 3..256, 256 by default. */
  readonly maxBins?: number;
}

/** The number between two neighbors that has the lower one below it and not the upper one. */
function between(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle > low && middle <= high ? middle : high;
}

/** Returns the cuts of one column, list: bins of about equal counts, a value of many rows in a bin of its own. */
function cutsOf(sorted: Float32Array, binCount: number): number[] {
  const cuts: number[] = [];
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  const all = distinct <= binCount;
  let left = sorted.length;
  let inBin = 0;
  for (let i = 0; i + 1 < sorted.length && cuts.length < binCount - 1; ) {
    const value = sorted[i] as number;
    let end = i + 1;
    while (end < sorted.length && sorted[end] === value) end++;
    if (end === sorted.length) break;
    let next = end + 1;
    while (next < sorted.length && sorted[next] === sorted[end]) next++;
    inBin += end - i;
    const share = left / (binCount - cuts.length);
    // Cut where the bin is full, or where the next value would overfill it by more than is missing now.
    if (all || inBin >= share || inBin + (next - end) - share > share - inBin) {
      cuts.push(between(value, sorted[end] as number));
      left -= inBin;
      inBin = 0;
    }
    i = end;
  }
  return cuts;
}

/**
 * Returns the bins of columns from a sample of their values, shape `[column, row]`: every distinct value apart where there
 * are few, else quantiles. Some 20,000 rows, spread over all recordings, are enough. NaN = missing; throws RangeError on
 * infinite values.
 */
export function createBinEdges(sample: Float32Array, columnCount: number, options: BinEdgesOptions = {}): BinEdges {
  const { maxBins = BINS } = options;
  if (!(Number.isInteger(columnCount) && columnCount > 0))
    throw new RangeError(`columnCount: must be a whole number above 0, got ${columnCount}`);
  if (!(Number.isInteger(maxBins) && maxBins >= 3 && maxBins <= BINS))
    throw new RangeError(`maxBins: must be a whole number in 3..${BINS}, got ${maxBins}`);
  const rowCount = sample.length / columnCount;
  if (!Number.isInteger(rowCount))
    throw new RangeError(`sample: its length must be a multiple of columnCount ${columnCount}, got ${sample.length}`);
  const start = new Uint32Array(columnCount + 1);
  const cuts: number[] = [];
  const known = new Float32Array(rowCount);
  for (let column = 0; column < columnCount; column++) {
    let count = 0;
    for (let row = 0; row < rowCount; row++) {
      const value = sample[column * rowCount + row] as number;
      if (Number.isNaN(value)) continue;
      if (!Number.isFinite(value)) throw infinite('sample', column, row, value);
      // -0 becomes 0, so that equal values sort as one.
      known[count++] = value + 0;
    }
    for (const cut of cutsOf(known.subarray(0, count).sort(), maxBins - 1)) cuts.push(cut);
    start[column + 1] = cuts.length;
  }
  return { columnCount, start, cuts: Float32Array.from(cuts) };
}

/** Returns the error of a value that no bin can hold. */
export function infinite(what: string, column: number, row: number, value: number): RangeError {
  return new RangeError(
    `${what}: values must be finite, or NaN where they are missing, got ${value} in column ${column}, row ${row}`,
  );
}
