import type { BinLayout } from '../bins/binned-rows.js';
import type { TreeObjective } from '../model/tree-ensemble.js';
import { COLUMN_BYTES, STRIP } from '../wasm/training-kernels.js';
import { BARRIER_WORDS } from './barrier.js';

/** How trees grow; every value is given. Units: sums of gradients and Hessians of the loss. */
export interface GrowthSettings {
  readonly objective: TreeObjective;
  readonly outputCount: number;
  readonly learningRate: number;
  /** 0 = without a limit. */
  readonly maxDepth: number;
  /** 0 = without a limit. */
  readonly maxLeaves: number;
  readonly growth: 'depth' | 'leaf';
  readonly minChildWeight: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly alpha: number;
  readonly subsample: number;
  readonly columnSample: number;
  readonly columnSampleByNode: number;
  readonly seed: number | string;
  /** In a forest each tree sees rows drawn with replacement, and starts from nothing. */
  readonly forest: boolean;
}

/** What each thread is told: where everything lies in the shared memory. Plain data. */
export interface TrainingPlan {
  readonly layout: BinLayout;
  /** Bins with values of each column, shape `[column]`. */
  readonly binCounts: Uint16Array;
  readonly settings: GrowthSettings;
  readonly laneCount: number;
  /** Whole numbers that gradients and Hessians of 1 become; that of squared error is found in each round. */
  readonly scale: number;
  readonly trainCount: number;
  /** Rows that are predicted along but never trained on. */
  readonly validationCount: number;
  /** Bytes that histograms may take; two are held at least. */
  readonly histogramBudget: number;
  readonly metric: 'logloss' | 'auc' | 'aucpr' | 'rmse' | undefined;
  /** Histograms that are held at a time. */
  readonly slotCount: number;
  /** Splits that are looked for at a time. */
  readonly batchCount: number;
  /** Addresses in the memory. */
  readonly at: Readonly<Record<RegionName, number>>;
  /** Bytes of the region. */
  readonly bytes: number;
}

/** Parts of the memory of a training. */
export type RegionName =
  | 'barrier'
  | 'found'
  | 'counts'
  | 'scratch'
  | 'labels'
  | 'weights'
  | 'margins'
  | 'gradients'
  | 'trainRows'
  | 'validationRows'
  | 'outRows'
  | 'rows'
  | 'leftRows'
  | 'rightRows'
  | 'draws'
  | 'histograms';

/** Numbers that a thread tells of the best split it found for a node: gain, column, bin, missing left, gradient and Hessian left. */
export const FOUND_NUMBERS = 6;

/** Returns the bytes of one node's histograms. */
export const histogramBytes = (layout: BinLayout): number => layout.stripCount * STRIP * COLUMN_BYTES;

/** Returns the plan of a training, its addresses counted from `start`. */
export function planTraining(
  parts: Omit<TrainingPlan, 'at' | 'bytes' | 'slotCount' | 'batchCount'>,
  start: number,
): TrainingPlan {
  const { layout, settings, laneCount, trainCount, validationCount, histogramBudget } = parts;
  const { maxDepth, maxLeaves, growth, outputCount } = settings;
  const byDepth = maxDepth > 0 ? 2 ** Math.min(maxDepth - 1, 20) : Number.POSITIVE_INFINITY;
  const byLeaves = maxLeaves > 0 ? maxLeaves : Number.POSITIVE_INFINITY;
  // A node needs two rows to be split.
  const needed = Math.max(2, Math.min(byDepth, byLeaves, Math.ceil(trainCount / 2)));
  const slotCount = Math.max(2, Math.min(needed, Math.floor(histogramBudget / histogramBytes(layout))));
  const batchCount = growth === 'leaf' ? 1 : Math.max(1, slotCount >> 1);
  const sizes: Record<RegionName, number> = {
    barrier: BARRIER_WORDS * 4,
    found: 8 * FOUND_NUMBERS * laneCount * 2 * batchCount,
    counts: 4 * laneCount * batchCount,
    scratch: 64 * laneCount,
    labels: 4 * layout.rowCount,
    weights: 4 * layout.rowCount,
    margins: 8 * layout.rowCount * outputCount,
    gradients: 8 * layout.rowCount * outputCount,
    trainRows: 4 * trainCount,
    validationRows: 4 * validationCount,
    outRows: 4 * trainCount,
    rows: 4 * trainCount,
    leftRows: 4 * trainCount,
    rightRows: 4 * trainCount,
    draws: settings.forest ? 4 * layout.rowCount : 0,
    histograms: slotCount * histogramBytes(layout),
  };
  let next = start;
  const at = {} as Record<RegionName, number>;
  for (const name of Object.keys(sizes) as RegionName[]) {
    at[name] = next;
    next += Math.ceil(sizes[name] / 64) * 64 + 64;
  }
  return { ...parts, slotCount, batchCount, at, bytes: next - start };
}
