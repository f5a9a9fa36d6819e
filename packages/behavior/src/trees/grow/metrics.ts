import type { TreeObjective } from '../model/tree-ensemble.js';
import { type GradientArrays, logistic } from './gradients.js';

/** How validation rows are scored. */
export type PlannedMetric = 'logloss' | 'auc' | 'aucpr' | 'rmse';

/** Returns whether a higher score is the better one. */
export const isHigherBetter = (metric: PlannedMetric): boolean => metric === 'auc' || metric === 'aucpr';

const LEAST = 1e-16;

/** Returns the weighted score of rows (list) from their margins. */
export function scoreRows(
  metric: PlannedMetric,
  objective: TreeObjective,
  arrays: GradientArrays,
  rows: Uint32Array,
): number {
  if (metric === 'auc' || metric === 'aucpr') return rankingScore(metric, arrays, rows);
  const { labels, weights, margins, rowCount, outputCount } = arrays;
  let [sum, total] = [0, 0];
  for (const row of rows) {
    const weight = weights[row] as number;
    const label = labels[row] as number;
    const margin = margins[row] as number;
    total += weight;
    if (metric === 'rmse') sum += weight * (margin - label) ** 2;
    else if (objective === 'multi:softprob') {
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < outputCount; k++) most = Math.max(most, margins[k * rowCount + row] as number);
      let terms = 0;
      for (let k = 0; k < outputCount; k++) terms += Math.exp((margins[k * rowCount + row] as number) - most);
      const own = Math.exp((margins[label * rowCount + row] as number) - most) / terms;
      sum -= weight * Math.log(Math.max(own, LEAST));
    } else {
      const p = logistic(margin);
      sum -= weight * Math.log(Math.max(label > 0.5 ? p : 1 - p, LEAST));
    }
  }
  return metric === 'rmse' ? Math.sqrt(sum / total) : sum / total;
}

/** Area under the ROC curve, or average precision (the sum over steps of recall); rows of one margin count as one step. */
function rankingScore(metric: 'auc' | 'aucpr', arrays: GradientArrays, rows: Uint32Array): number {
  const { labels, weights, margins } = arrays;
  const order = rows.slice().sort((a, b) => (margins[b] as number) - (margins[a] as number));
  let [positives, negatives, area, precision] = [0, 0, 0, 0];
  for (let i = 0; i < order.length; ) {
    const margin = margins[order[i] as number] as number;
    let [up, down] = [0, 0];
    for (; i < order.length && margins[order[i] as number] === margin; i++) {
      const row = order[i] as number;
      if ((labels[row] as number) > 0.5) up += weights[row] as number;
      else down += weights[row] as number;
    }
    area += down * (positives + up / 2);
    positives += up;
    negatives += down;
    if (up > 0) precision += (up * positives) / (positives + negatives);
  }
  return metric === 'auc' ? area / (positives * negatives) : precision / positives;
}
