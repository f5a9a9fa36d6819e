import type { BinnedRows } from '../trees/bins/binned-rows.js';
import type { TreeEnsemble } from '../trees/model/tree-ensemble.js';
import { type ForestOptions, trainForest } from '../trees/train/train-forest.js';
import { trainTrees } from '../trees/train/train-trees.js';
import type { TreeOptions } from '../trees/train/tree-options.js';

/** How trees are trained: in this thread, or in several (the `./node` entry). The model is the same bit for bit. */
export interface TreeEngine {
  /** Returns boosted trees for rows with labels, shape `[row]`. */
  readonly train: (rows: BinnedRows, labels: Float32Array, options: TreeOptions) => Promise<TreeEnsemble>;
  /** Returns a random forest for rows with labels, shape `[row]`. */
  readonly trainForest: (rows: BinnedRows, labels: Float32Array, options: ForestOptions) => Promise<TreeEnsemble>;
}

/** Trains trees in the calling thread. */
export const plainTrees: TreeEngine = { train: trainTrees, trainForest };
