import type { Random } from '@zoopraxis/core';
import type { FeatureSource } from '../features/feature-block.js';
import { createBinEdges } from '../trees/bins/bin-edges.js';
import { type BinnedRows, createBinnedRows } from '../trees/bins/binned-rows.js';
import type { ClassWeights } from './families.js';
import type { InnerFolds } from './inner-folds.js';
import { readRows } from './read-rows.js';
import { type SamplingOptions, sampleFrames } from './sample-frames.js';
import type { ClassPlan } from './training-recording.js';

/** Rows that cut points are taken from. */
const edgeRows = 20_000;
/** Bytes of feature values that are held at once for classifiers that need them whole. */
const mostBytes = 2 ** 31;

/** The frames that are learned from, without their features. */
export interface RowPlan {
  /** Frames of each recording: list of shape `[recording][frame]`. */
  readonly frames: readonly Uint32Array[];
  readonly rowCount: number;
  /** Shape `[row]`. */
  readonly label: Uint8Array;
  /** Index of the recording, shape `[row]`. */
  readonly recording: Uint32Array;
  /** Inner fold, shape `[row]`. */
  readonly fold: Uint8Array;
  /** Weight, of mean 1, shape `[row]`. */
  readonly weight: Float32Array;
}

/** Returns a factor for each class, list. */
function classFactors(plan: ClassPlan, weights: ClassWeights): number[] {
  if (typeof weights === 'object') {
    for (const [name, weight] of Object.entries(weights)) {
      if (!plan.classes.includes(name)) {
        throw new RangeError(`classWeights: must name behaviors of ${plan.classes.join(', ')}, got ${name}`);
      }
      if (!(weight > 0 && Number.isFinite(weight))) {
        throw new RangeError(`classWeights: must be above 0, got ${weight} for ${name}`);
      }
    }
    return plan.classes.map((name) => weights[name] ?? 1);
  }
  const power = { none: 0, 'square-root': 0.5, balanced: 1 }[weights];
  return plan.counts.map(({ frameCount }) => Math.max(1, frameCount) ** -power);
}

/** Returns which frames are learned from, with what weight and in which inner fold. */
export function planRows(
  plan: ClassPlan,
  inner: InnerFolds,
  options: SamplingOptions & { readonly classWeights: ClassWeights; readonly random: Random },
): RowPlan {
  const { frames, keptOneOf } = sampleFrames(plan.labels, { ...options, classCount: plan.classes.length });
  const rowCount = frames.reduce((sum, list) => sum + list.length, 0);
  const [label, fold] = [new Uint8Array(rowCount), new Uint8Array(rowCount)];
  const [recording, weight] = [new Uint32Array(rowCount), new Float32Array(rowCount)];
  const factors = classFactors(plan, options.classWeights);
  let row = 0;
  for (const [r, list] of frames.entries()) {
    for (const frame of list) {
      const own = (plan.labels[r] as Uint8Array)[frame] as number;
      label[row] = own;
      fold[row] = (inner.fold[r] as Uint8Array)[frame] as number;
      recording[row] = r;
      weight[row++] = (keptOneOf[own] as number) * (factors[own] as number);
    }
  }
  const mean = weight.reduce((sum, value) => sum + value, 0) / Math.max(1, rowCount);
  for (let i = 0; i < rowCount; i++) weight[i] = (weight[i] as number) / mean;
  return { frames, rowCount, label, recording, fold, weight };
}

interface ReadOptions {
  readonly columns: Int32Array;
  readonly signal?: AbortSignal | undefined;
}

/** Returns the values of all rows, shape `[column, row]`; throws RangeError where they need more than 2 GiB. */
export async function readRowValues(
  sources: readonly FeatureSource[],
  frames: readonly Uint32Array[],
  options: ReadOptions,
): Promise<Float32Array> {
  const { columns } = options;
  const total = frames.reduce((sum, list) => sum + list.length, 0);
  if (total * columns.length * 4 > mostBytes) {
    throw new RangeError(
      `features: ${total} frames of ${columns.length} columns do not fit in memory; lower maxFrames or choose columns`,
    );
  }
  const out = new Float32Array(total * columns.length);
  let at = 0;
  for await (const { values, rowCount } of readRows(sources, frames, options)) {
    for (let c = 0; c < columns.length; c++) {
      out.set(values.subarray(c * rowCount, (c + 1) * rowCount), c * total + at);
    }
    at += rowCount;
  }
  return out;
}

/** Returns the rows as bins; the cut points are those of some 20,000 of the same rows, so of training frames only. */
export async function readBinnedRows(
  sources: readonly FeatureSource[],
  { frames, rowCount }: RowPlan,
  options: ReadOptions,
): Promise<BinnedRows> {
  const step = Math.max(1, rowCount / edgeRows);
  let row = 0;
  const isSampled = () => Math.floor(row / step) !== Math.floor((row++ - 1) / step);
  const sampled = frames.map((list) => list.filter(isSampled));
  const edges = createBinEdges(await readRowValues(sources, sampled, options), options.columns.length);
  const rows = createBinnedRows(edges, rowCount);
  for await (const { values, rowCount: count } of readRows(sources, frames, options)) rows.appendBlock(values, count);
  return rows;
}
