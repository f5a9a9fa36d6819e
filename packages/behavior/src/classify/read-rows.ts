import { FormatError, featureKey } from '@zoopraxis/core';
import type { FeatureBlock, FeatureInfo, FeatureSource } from '../features/feature-block.js';

/** Returns the columns of a source that have given keys, in their order: indices, shape `[column]`. */
export function findColumns(columns: readonly FeatureInfo[], keys: readonly string[], what: string): Int32Array {
  const index = new Map(columns.map((column, i) => [featureKey(column), i]));
  return Int32Array.from(keys, (key) => {
    const found = index.get(key);
    if (found === undefined) {
      throw new FormatError({
        format: 'feature table',
        where: what,
        expected: `the column ${key} that the classifier was trained on`,
        found: `${columns.length} columns without it`,
        hint: 'Compute the features with the settings in model.json, from tracks with the same keypoints and animals.',
      });
    }
    return found;
  });
}

/** Returns rows of a block, shape `[column, row]`: chosen columns of chosen frames. */
export function gatherRows(
  block: FeatureBlock,
  columns: Int32Array,
  frames: { readonly list: Uint32Array; readonly from: number; readonly to: number },
): Float32Array {
  const { list, from, to } = frames;
  const count = to - from;
  const out = new Float32Array(columns.length * count);
  for (let c = 0; c < columns.length; c++) {
    const source = (columns[c] as number) * block.frameCount - block.firstFrame;
    const base = c * count - from;
    for (let i = from; i < to; i++) out[base + i] = block.values[source + (list[i] as number)] as number;
  }
  return out;
}

/** Returns all rows of a block with chosen columns, shape `[column, row]`; the block's own array where all are chosen. */
export function chooseColumns(block: FeatureBlock, columns: Int32Array, columnCount: number): Float32Array {
  const { frameCount, values } = block;
  if (columns.length === columnCount && columns.every((column, i) => column === i)) {
    return values.subarray(0, columnCount * frameCount);
  }
  const out = new Float32Array(columns.length * frameCount);
  for (let c = 0; c < columns.length; c++) {
    const at = (columns[c] as number) * frameCount;
    out.set(values.subarray(at, at + frameCount), c * frameCount);
  }
  return out;
}

/** Yields the chosen frames of recordings in order, a piece of each block at a time: values `[column, row]`. */
export async function* readRows(
  sources: readonly FeatureSource[],
  frames: readonly Uint32Array[],
  { columns, signal }: { readonly columns: Int32Array; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<{ readonly recording: number; readonly values: Float32Array; readonly rowCount: number }> {
  for (const [recording, source] of sources.entries()) {
    const list = frames[recording] as Uint32Array;
    if (list.length === 0) continue;
    let from = 0;
    for await (const block of source.blocks(signal === undefined ? {} : { signal })) {
      signal?.throwIfAborted();
      let to = from;
      while (to < list.length && (list[to] as number) < block.firstFrame + block.frameCount) to++;
      if (to > from) {
        yield { recording, values: gatherRows(block, columns, { list, from, to }), rowCount: to - from };
        from = to;
      }
      if (from === list.length) break;
    }
    if (from < list.length) throw new RangeError(`features: must give every frame, got none from ${list[from]} on`);
  }
}

/** Returns a source that keeps its blocks in memory once they are computed: training reads them several times. */
export function keepFeatures(source: FeatureSource): FeatureSource {
  let kept: FeatureBlock[] | undefined;
  return {
    timeBase: source.timeBase,
    columns: source.columns,
    async *blocks(options) {
      if (kept !== undefined) {
        yield* kept;
        return;
      }
      const own: FeatureBlock[] = [];
      for await (const block of source.blocks(options)) {
        const copy = { ...block, values: block.values.slice(0, block.frameCount * source.columns.length) };
        own.push(copy);
        yield copy;
      }
      kept = own;
    },
  };
}

/** Returns recordings' sources, kept in memory from the first on as far as the bytes reach; the others compute anew. */
export function keepWithin(sources: readonly FeatureSource[], maxBytes: number): FeatureSource[] {
  let left = maxBytes;
  return sources.map((source) => {
    left -= source.timeBase.frameCount * source.columns.length * 4;
    return left >= 0 ? keepFeatures(source) : source;
  });
}

/** Returns a source of chosen columns of another (indices, shape `[column]`); the source itself where all are chosen in their order. */
export function pickColumns(source: FeatureSource, columns: Int32Array): FeatureSource {
  const { length } = source.columns;
  if (columns.length === length && columns.every((column, i) => column === i)) return source;
  return {
    timeBase: source.timeBase,
    columns: Array.from(columns, (column) => source.columns[column] as FeatureInfo),
    async *blocks(options) {
      for await (const block of source.blocks(options))
        yield { ...block, values: chooseColumns(block, columns, length) };
    },
  };
}
