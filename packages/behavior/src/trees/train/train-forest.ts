import type { BinnedRows } from '../bins/binned-rows.js';
import type { TreeEnsemble } from '../model/tree-ensemble.js';
import { trainHere } from './train-trees.js';
import type { TreeOptions } from './tree-options.js';

/** How a random forest is trained. */
export interface ForestOptions
  extends Pick<
    TreeOptions,
    'objective' | 'classes' | 'seed' | 'weights' | 'classWeights' | 'useRows' | 'columnNames' | 'signal' | 'onRound'
  > {
  /** 100 by default. */
  readonly trees?: number;
  /** 0 = no limit, the default. */
  readonly maxDepth?: number;
  /** No limit by default. */
  readonly maxLeaves?: number;
  /** Least weight of the rows in a leaf, 1 by default. */
  readonly minChildWeight?: number;
  /** Share of the columns that a split sees; by default the square root of their number, a third for squared error. */
  readonly columnSampleByNode?: number;
}

/** Returns the options of training that make a forest. */
export function forestOptions(rows: BinnedRows, options: ForestOptions): TreeOptions {
  const { trees = 100, maxDepth = 0, ...rest } = options;
  const { columnCount } = rows.layout;
  const share = options.objective === 'reg:squarederror' ? 1 / 3 : 1 / Math.sqrt(columnCount);
  return {
    columnSampleByNode: Math.min(1, Math.max(share, 1 / columnCount)),
    minChildWeight: 1,
    ...rest,
    rounds: trees,
    maxDepth,
    // The sum of the trees is their mean.
    learningRate: 1 / trees,
    lambda: 0,
  };
}

/**
 * Returns a random forest (Breiman 2001): each tree is grown deep on as many rows as there are, drawn with replacement,
 * each split sees some columns, and leaves hold shares of classes. Splits lower squared error, which for two classes is
 * Gini's measure; more classes have a tree each. `predictTrees` gives the mean of the trees; of classes, their shares. Labels: class numbers or values, shape `[row]`.
 */
export function trainForest(rows: BinnedRows, labels: Float32Array, options: ForestOptions): Promise<TreeEnsemble> {
  return trainHere(rows, labels, forestOptions(rows, options), true);
}
