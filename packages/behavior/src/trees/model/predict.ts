import { sumTrees } from './packed-trees.js';
import { baseMargins, type TreeEnsemble } from './tree-ensemble.js';

/** What is predicted, and into what. */
export interface PredictTreesOptions {
  /** `probability` by default: of squared error, and of a forest, the value itself. */
  readonly output?: 'margin' | 'probability';
  /** Array to fill, shape `[row, output]`; a new one by default. */
  readonly into?: Float32Array;
}

/**
 * Returns what trees say of rows of values, shape `[column, row]`, as `[row, output]`: one output for two classes (that of
 * class 1) and for numbers, else one for each class. NaN = missing. Sums are made in the order of the trees.
 */
export function predictTrees(
  model: TreeEnsemble,
  values: Float32Array,
  rowCount: number,
  options: PredictTreesOptions = {},
): Float32Array {
  const { columnCount, outputCount } = model;
  if (values.length !== columnCount * rowCount)
    throw new RangeError(`values: must have ${columnCount} columns of ${rowCount} rows, got ${values.length} values`);
  const result = options.into ?? new Float32Array(rowCount * outputCount);
  if (result.length !== rowCount * outputCount)
    throw new RangeError(`into: must have ${rowCount * outputCount} values, got ${result.length}`);
  predictRows(model, values, rowCount, {
    from: 0,
    to: rowCount,
    output: options.output ?? 'probability',
    into: result,
  });
  return result;
}

/** Predicts the rows `from` to `to` of values, shape `[column, row]`, into `into`, shape `[row, output]`. */
export function predictRows(
  model: TreeEnsemble,
  values: Float32Array,
  rowCount: number,
  wanted: { from: number; to: number; output: 'margin' | 'probability'; into: Float32Array },
): void {
  const { from, to, output, into } = wanted;
  sumTrees(model, baseMargins(model), { values, rowCount, from, to }, into);
  if (output === 'probability') toProbabilities(model, into);
}

/** Turns margins, shape `[row, output]`, into probabilities in place. */
export function toProbabilities({ objective, outputCount }: TreeEnsemble, margins: Float32Array): void {
  if (objective === 'binary:logistic') {
    for (let i = 0; i < margins.length; i++) margins[i] = 1 / (1 + Math.exp(-(margins[i] as number)));
  } else if (objective === 'multi:softprob') {
    for (let row = 0; row < margins.length; row += outputCount) {
      const own = margins.subarray(row, row + outputCount);
      let most = Number.NEGATIVE_INFINITY;
      for (const margin of own) most = Math.max(most, margin);
      let sum = 0;
      for (const margin of own) sum += Math.exp(margin - most);
      for (let k = 0; k < outputCount; k++) own[k] = Math.exp((own[k] as number) - most) / sum;
    }
  }
}
