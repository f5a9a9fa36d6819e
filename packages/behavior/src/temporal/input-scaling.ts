import type { FeatureSource } from '../features/feature-block.js';

/** How columns of features become the channels of a network; plain data. */
export interface InputScaling {
  /** Shape `[column]`, in the unit of the column. */
  readonly mean: readonly number[];
  /** Shape `[column]`; 1 where a column never changes. */
  readonly deviation: readonly number[];
  /** Columns whose absence is a channel of its own, list: 1 where the column is NaN. One for all columns missing together. */
  readonly missing: readonly number[];
}

/** Standard deviations beyond which a value is cut. */
export const LARGEST = 8;

/** Channels that tell what is missing: the patterns that are missing most often. */
const MOST_PATTERNS = 48;

interface ColumnSums {
  count: number;
  mean: number;
  squares: number;
  absent: number;
  hash: number;
}

/** Adds the values of one column in a block; sums are joined block by block (Chan et al. 1979). */
function addBlock(sums: ColumnSums, values: Float32Array, firstFrame: number): void {
  let [count, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) {
      count++;
      total += value;
    } else {
      sums.absent++;
      sums.hash = (Math.imul(sums.hash ^ (firstFrame + i), 0x01000193) ^ (sums.hash >>> 15)) >>> 0;
    }
  }
  if (count === 0) return;
  const mean = total / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  const difference = mean - sums.mean;
  const joined = sums.count + count;
  sums.squares += squares + (difference * difference * sums.count * count) / joined;
  sums.mean += (difference * count) / joined;
  sums.count = joined;
}

/** Returns the scaling for all frames of some recordings: means and deviations of what is known, and what goes missing. */
export async function fitInputScaling(sources: readonly FeatureSource[], signal?: AbortSignal): Promise<InputScaling> {
  const columnCount = sources[0]?.columns.length ?? 0;
  const sums = Array.from({ length: columnCount }, () => ({
    count: 0,
    mean: 0,
    squares: 0,
    absent: 0,
    hash: 0x811c9dc5,
  }));
  let offset = 0;
  for (const source of sources) {
    for await (const { firstFrame, frameCount, values } of source.blocks(signal ? { signal } : {})) {
      signal?.throwIfAborted();
      for (const [column, own] of sums.entries()) {
        addBlock(own, values.subarray(column * frameCount, (column + 1) * frameCount), offset + firstFrame);
      }
    }
    offset += source.timeBase.frameCount;
  }
  const patterns = new Map<string, { column: number; absent: number }>();
  for (const [column, { absent, hash }] of sums.entries()) {
    const key = `${absent} ${hash}`;
    if (absent > 0 && !patterns.has(key)) patterns.set(key, { column, absent });
  }
  const missing = [...patterns.values()]
    .sort((a, b) => b.absent - a.absent || a.column - b.column)
    .slice(0, MOST_PATTERNS)
    .map(({ column }) => column)
    .sort((a, b) => a - b);
  return {
    mean: sums.map(({ mean }) => mean),
    deviation: sums.map(({ count, squares }) => (squares > 0 ? Math.sqrt(squares / count) : 1)),
    missing,
  };
}

/** Returns the number of channels that a scaling makes. */
export function channelCount({ mean, missing }: InputScaling): number {
  return mean.length + missing.length;
}

/** Where {@link scaleBlock} writes. */
export interface ScaledTarget {
  /** Channel after channel, shape `[channel, frame]`. */
  readonly out: Float32Array | Int16Array;
  /** Frames from one channel to the next. */
  readonly frames: number;
  /** Frame of the target at which the block begins. */
  readonly at: number;
  /** What a standard deviation is in the target; 1 by default. */
  readonly unit?: number;
}

/** Writes frames `from` to `to` of a block, shape `[column, frame]`, as channels: standardized, 0 where missing, cut at 8. */
export function scaleBlock(
  { mean, deviation, missing }: InputScaling,
  block: { readonly frameCount: number; readonly values: Float32Array },
  { from, to }: { readonly from: number; readonly to: number },
  { out, frames, at, unit = 1 }: ScaledTarget,
): void {
  const { frameCount, values } = block;
  for (let column = 0; column < mean.length; column++) {
    const [middle, factor] = [mean[column] as number, 1 / (deviation[column] as number)];
    const target = column * frames + at - from;
    const row = column * frameCount;
    for (let i = from; i < to; i++) {
      const z = ((values[row + i] as number) - middle) * factor;
      // NaN fails the comparison; an infinity is as good as unknown.
      const known = z > Number.NEGATIVE_INFINITY && z < Number.POSITIVE_INFINITY;
      const cut = known ? Math.max(-LARGEST, Math.min(LARGEST, z)) : 0;
      out[target + i] = unit === 1 ? cut : Math.round(cut * unit);
    }
  }
  for (const [index, column] of missing.entries()) {
    const target = (mean.length + index) * frames + at - from;
    const row = column * frameCount;
    for (let i = from; i < to; i++) out[target + i] = Number.isFinite(values[row + i] as number) ? 0 : unit;
  }
}
