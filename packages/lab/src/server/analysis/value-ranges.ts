/** A column and the least and largest value of each run of frames, so that long stretches are summed up fast. */
export interface RangedColumn {
  /** Shape `[frame]`; NaN = not known. */
  readonly values: Float32Array;
  /** Least and largest of each run of 64 frames, shape `[run, 2]`; Infinity and -Infinity where none is known. */
  readonly runs: Float32Array;
}

/** Frames of one run. */
const runFrames = 64;

/** Widens the range at a place by values; comparisons with NaN are false, so what is not known changes nothing. */
function widen(values: Float32Array, from: number, to: number, into: Float32Array, at: number): void {
  let [low, high] = [into[at] as number, into[at + 1] as number];
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  into[at] = low;
  into[at + 1] = high;
}

/** Widens the range at a place by the ranges of runs. */
function widenByRuns(runs: Float32Array, from: number, to: number, into: Float32Array, at: number): void {
  for (let run = from; run < to; run++) {
    into[at] = Math.min(into[at] as number, runs[2 * run] as number);
    into[at + 1] = Math.max(into[at + 1] as number, runs[2 * run + 1] as number);
  }
}

/** Returns ranges of nothing, shape `[range, 2]`: any value widens them. */
function emptyRanges(count: number): Float32Array {
  return new Float32Array(2 * count).map((_, i) => (i % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY));
}

/** Returns a column with the ranges of its runs; values of shape `[frame]`. */
export function withRanges(values: Float32Array): RangedColumn {
  const count = Math.ceil(values.length / runFrames);
  const runs = emptyRanges(count);
  for (let run = 0; run < count; run++) {
    widen(values, run * runFrames, Math.min(values.length, (run + 1) * runFrames), runs, 2 * run);
  }
  return { values, runs };
}

/** Returns a column of which nothing is known yet; {@link RangedColumn.values} are filled in by who computes them. */
export const emptyColumn = (frameCount: number): RangedColumn => ({
  values: new Float32Array(frameCount).fill(Number.NaN),
  runs: emptyRanges(Math.ceil(frameCount / runFrames)),
});

/** Takes values of the frames from `from` to `to` (not included) that were filled in into the ranges of their runs. */
export function widenRanges({ values, runs }: RangedColumn, from: number, to: number): void {
  for (let run = Math.floor(from / runFrames); run * runFrames < to; run++) {
    widen(values, Math.max(from, run * runFrames), Math.min(to, (run + 1) * runFrames), runs, 2 * run);
  }
}

/**
 * Returns the least and largest value of equal bins of the frames from `from` to `to` (not included), shape `[bin, 2]`; NaN
 * where none is known. A bin holds the frames that begin in it, one at least.
 */
export function rangesOfBins(
  { values, runs }: RangedColumn,
  { from, to, bins }: { readonly from: number; readonly to: number; readonly bins: number },
): Float32Array {
  const ranges = emptyRanges(bins);
  const length = to - from;
  for (let bin = 0; bin < bins; bin++) {
    const first = from + Math.floor((bin * length) / bins);
    const past = Math.max(first + 1, from + Math.floor(((bin + 1) * length) / bins));
    const [start, end] = [Math.max(0, first), Math.min(values.length, past)];
    if (start >= end) continue;
    const [firstRun, pastRun] = [Math.ceil(start / runFrames), Math.floor(end / runFrames)];
    if (firstRun >= pastRun) {
      widen(values, start, end, ranges, 2 * bin);
      continue;
    }
    widen(values, start, firstRun * runFrames, ranges, 2 * bin);
    widenByRuns(runs, firstRun, pastRun, ranges, 2 * bin);
    widen(values, pastRun * runFrames, end, ranges, 2 * bin);
  }
  for (let bin = 0; bin < bins; bin++) {
    if ((ranges[2 * bin] as number) > (ranges[2 * bin + 1] as number)) ranges.fill(Number.NaN, 2 * bin, 2 * bin + 2);
  }
  return ranges;
}
