import type { TreeObjective } from '../model/tree-ensemble.js';

/** Arrays of a training that gradients are made from and written to. */
export interface GradientArrays {
  /** Shape `[row]`. */
  readonly labels: Float32Array;
  /** Shape `[row]`. */
  readonly weights: Float32Array;
  /** Shape `[output, row]`. */
  readonly margins: Float64Array;
  /** Gradient and Hessian as whole numbers, shape `[output, row, 2]`. */
  readonly gradients: Int32Array;
  readonly rowCount: number;
  readonly outputCount: number;
}

/** Returns the probability of a margin. */
export const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

/** Writes gradients and Hessians, times `scale` and rounded, of some rows (list). XGBoost's formulas, softmax with its factor of 2. */
export function writeGradients(
  objective: TreeObjective,
  arrays: GradientArrays,
  rows: Uint32Array,
  scale: number,
): void {
  const { labels, weights, margins, gradients, rowCount, outputCount } = arrays;
  if (objective === 'multi:softprob') {
    const terms = new Float64Array(outputCount);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < outputCount; k++) most = Math.max(most, margins[k * rowCount + row] as number);
      let sum = 0;
      for (let k = 0; k < outputCount; k++) {
        const term = Math.exp((margins[k * rowCount + row] as number) - most);
        terms[k] = term;
        sum += term;
      }
      const scaled = scale * (weights[row] as number);
      for (let k = 0; k < outputCount; k++) {
        const p = (terms[k] as number) / sum;
        const at = 2 * (k * rowCount + row);
        gradients[at] = Math.round(scaled * (p - (labels[row] === k ? 1 : 0)));
        gradients[at + 1] = Math.round(scaled * 2 * p * (1 - p));
      }
    }
    return;
  }
  const isLogistic = objective === 'binary:logistic';
  for (let output = 0; output < outputCount; output++) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const scaled = scale * (weights[row] as number);
      const margin = margins[output * rowCount + row] as number;
      // More than one output of squared error is a forest of classes: each asks whether it is the one.
      const label = outputCount > 1 ? (labels[row] === output ? 1 : 0) : (labels[row] as number);
      const p = isLogistic ? logistic(margin) : margin;
      const at = 2 * (output * rowCount + row);
      gradients[at] = Math.round(scaled * (p - label));
      gradients[at + 1] = Math.round(isLogistic ? scaled * p * (1 - p) : scaled);
    }
  }
}

/** Returns the largest absolute weighted residual of rows (list), and at least the largest weight. */
export function largestResidual(arrays: GradientArrays, rows: Uint32Array): number {
  const { labels, weights, margins } = arrays;
  let largest = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const weight = weights[row] as number;
    largest = Math.max(largest, weight, weight * Math.abs((margins[row] as number) - (labels[row] as number)));
  }
  return largest;
}

/** Returns the power of two that makes a number of at most `largest` whole, so that sums over `rowCount` of them stay exact. */
export function scaleFor(largest: number, rowCount: number): number {
  const bits = Math.min(30, 52 - Math.ceil(Math.log2(Math.max(2, rowCount))));
  return 2 ** (bits - Math.ceil(Math.log2(largest)));
}
