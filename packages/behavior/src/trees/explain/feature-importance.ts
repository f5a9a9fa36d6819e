import type { TreeEnsemble } from '../model/tree-ensemble.js';

/** How a column's importance is counted: splits, or the mean or total of their gain or cover. */
export type ImportanceKind = 'weight' | 'gain' | 'cover' | 'totalGain' | 'totalCover';

/** Returns the importance of each column as XGBoost counts it, shape `[column]`; 0 for a column that no split asks for. */
export function featureImportance(model: TreeEnsemble, kind: ImportanceKind = 'gain'): Float64Array {
  const sums = new Float64Array(model.columnCount);
  const counts = new Float64Array(model.columnCount);
  const measured = kind === 'cover' || kind === 'totalCover' ? model.cover : model.gain;
  model.column.forEach((column, node) => {
    if (column < 0) return;
    counts[column] = (counts[column] as number) + 1;
    sums[column] = (sums[column] as number) + (measured[node] as number);
  });
  if (kind === 'weight') return counts;
  if (kind === 'totalGain' || kind === 'totalCover') return sums;
  return sums.map((sum, column) => ((counts[column] as number) === 0 ? 0 : sum / (counts[column] as number)));
}
