import { choleskyFactor } from '../dense.js';

/** Rows of animals brought down to what a random-intercept model needs of them; columns are standardized. */
export interface GroupedMoments {
  readonly columnCount: number;
  readonly rowCount: number;
  /** Rows of each animal: shape `[animal]`. */
  readonly sizes: Float64Array;
  /** Mean of each column within each animal: shape `[animal, column]`. */
  readonly columnMeans: Float64Array;
  /** Mean response of each animal: shape `[animal]`. */
  readonly responseMeans: Float64Array;
  /** Sums of products of deviations from the animal's means: shape `[column, column]`. */
  readonly withinColumns: Float64Array;
  /** The same of columns and response: shape `[column]`. */
  readonly withinProducts: Float64Array;
  /** The same of the response. */
  readonly withinResponse: number;
}

/** Returns the moments of standardized columns (shape `[row, column]`) and a response by animal, in two passes. */
export function groupMoments(
  columns: Float64Array,
  response: Float64Array,
  { animal, animalCount }: { animal: Int32Array; animalCount: number },
): GroupedMoments {
  const rowCount = response.length;
  const p = columns.length / rowCount;
  const sizes = new Float64Array(animalCount);
  const columnMeans = new Float64Array(animalCount * p);
  const responseMeans = new Float64Array(animalCount);
  for (let row = 0; row < rowCount; row++) {
    const i = animal[row] as number;
    sizes[i]!++;
    responseMeans[i]! += response[row] as number;
    for (let c = 0; c < p; c++) columnMeans[i * p + c]! += columns[row * p + c] as number;
  }
  for (let i = 0; i < animalCount; i++) {
    responseMeans[i]! /= sizes[i] as number;
    for (let c = 0; c < p; c++) columnMeans[i * p + c]! /= sizes[i] as number;
  }
  const withinColumns = new Float64Array(p * p);
  const withinProducts = new Float64Array(p);
  let withinResponse = 0;
  const x = new Float64Array(p);
  for (let row = 0; row < rowCount; row++) {
    const i = animal[row] as number;
    const y = (response[row] as number) - (responseMeans[i] as number);
    withinResponse += y * y;
    for (let c = 0; c < p; c++) x[c] = (columns[row * p + c] as number) - (columnMeans[i * p + c] as number);
    for (let c = 0; c < p; c++) {
      const value = x[c] as number;
      if (value === 0) continue;
      withinProducts[c]! += value * y;
      for (let d = 0; d <= c; d++) withinColumns[c * p + d]! += value * (x[d] as number);
    }
  }
  for (let c = 0; c < p; c++) {
    for (let d = c + 1; d < p; d++) withinColumns[c * p + d] = withinColumns[d * p + c] as number;
  }
  return {
    columnCount: p,
    rowCount,
    sizes,
    columnMeans,
    responseMeans,
    withinColumns,
    withinProducts,
    withinResponse,
  };
}

/**
 * Returns X' V^-power (ZZ')^order X, shape `[column, column]`. V has two eigenvalues in each animal of n rows: the residual
 * variance on deviations from its mean, and residual + n times the animals' variance on the mean; ZZ' has 0 and n.
 */
export function columnMoments(
  moments: GroupedMoments,
  variances: { residual: number; animal: number },
  { power, order }: { power: number; order: number },
): Float64Array {
  const { columnCount: p, sizes, columnMeans, withinColumns } = moments;
  const out = new Float64Array(p * p);
  if (order === 0) {
    const factor = variances.residual ** -power;
    for (let at = 0; at < out.length; at++) out[at] = factor * (withinColumns[at] as number);
  }
  for (let i = 0; i < sizes.length; i++) {
    const n = sizes[i] as number;
    const factor = (n * n ** order) / (variances.residual + n * variances.animal) ** power;
    for (let c = 0; c < p; c++) {
      const value = factor * (columnMeans[i * p + c] as number);
      for (let d = 0; d < p; d++) out[c * p + d]! += value * (columnMeans[i * p + d] as number);
    }
  }
  return out;
}

/** What generalized least squares gives for two variances. */
export interface FittedEffects {
  /** Coefficients of the standardized columns: shape `[column]`. */
  readonly coefficients: Float64Array;
  /** Their covariance: shape `[column, column]`. */
  readonly covariance: Float64Array;
  /** Logarithm of the determinant of X' V^-1 X. */
  readonly logDeterminant: number;
  /** Mean residual of each animal: shape `[animal]`. */
  readonly residualMeans: Float64Array;
  /** Sums of products of column and residual deviations within animals: shape `[column]`. */
  readonly withinColumnResidual: Float64Array;
  readonly withinResidual: number;
  /** r' V^-1 r. */
  readonly weightedSquares: number;
}

/** Returns the inverse of a positive definite matrix from its Cholesky factor, shape `[size, size]`. */
export function inverseFromCholesky(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    column.fill(0);
    for (let i = j; i < size; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= (lower[i * size + k] as number) * (column[k] as number);
      column[i] = sum / (lower[i * size + i] as number);
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = column[i] as number;
      for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] as number) * (inverse[k * size + j] as number);
      inverse[i * size + j] = sum / (lower[i * size + i] as number);
    }
  }
  return inverse;
}

/** Returns the fixed effects for two variances, or undefined where X' V^-1 X is singular to rounding. */
export function fitEffects(
  moments: GroupedMoments,
  variances: { residual: number; animal: number },
): FittedEffects | undefined {
  const { columnCount: p, sizes, columnMeans, responseMeans, withinColumns, withinProducts, withinResponse } = moments;
  const lower = choleskyFactor(columnMoments(moments, variances, { power: 1, order: 0 }), p);
  if (lower === undefined) return undefined;
  const covariance = inverseFromCholesky(lower, p);
  const right = withinProducts.map((value) => value / variances.residual);
  const weights = sizes.map((n) => n / (variances.residual + n * variances.animal));
  for (let i = 0; i < sizes.length; i++) {
    const value = (weights[i] as number) * (responseMeans[i] as number);
    for (let c = 0; c < p; c++) right[c]! += value * (columnMeans[i * p + c] as number);
  }
  const coefficients = new Float64Array(p);
  for (let c = 0; c < p; c++) {
    for (let d = 0; d < p; d++) coefficients[c]! += (covariance[c * p + d] as number) * (right[d] as number);
  }
  const residualMeans = responseMeans.map((mean, i) => {
    let value = mean;
    for (let c = 0; c < p; c++) value -= (columnMeans[i * p + c] as number) * (coefficients[c] as number);
    return value;
  });
  const withinColumnResidual = withinProducts.map((value, c) => {
    let rest = value;
    for (let d = 0; d < p; d++) rest -= (withinColumns[c * p + d] as number) * (coefficients[d] as number);
    return rest;
  });
  let withinResidual = withinResponse;
  for (let c = 0; c < p; c++) {
    const both = (withinProducts[c] as number) + (withinColumnResidual[c] as number);
    withinResidual -= (coefficients[c] as number) * both;
  }
  let weightedSquares = withinResidual / variances.residual;
  for (let i = 0; i < sizes.length; i++) weightedSquares += (weights[i] as number) * (residualMeans[i] as number) ** 2;
  let logDeterminant = 0;
  for (let c = 0; c < p; c++) logDeterminant += 2 * Math.log(lower[c * p + c] as number);
  return {
    coefficients,
    covariance,
    logDeterminant,
    residualMeans,
    withinColumnResidual,
    withinResidual,
    weightedSquares,
  };
}

/**
 * Returns -2 log likelihood (restricted or full) with the residual variance at its best for a ratio of the animals' to the
 * residual variance, beside that residual variance.
 */
export function profileDeviance(
  moments: GroupedMoments,
  ratio: number,
  restricted: boolean,
): { deviance: number; residualVariance: number } {
  const fit = fitEffects(moments, { residual: 1, animal: ratio });
  if (fit === undefined) return { deviance: Number.POSITIVE_INFINITY, residualVariance: Number.NaN };
  const df = moments.rowCount - (restricted ? moments.columnCount : 0);
  const residualVariance = fit.weightedSquares / df;
  let deviance = df * (1 + Math.log(2 * Math.PI * residualVariance));
  for (const n of moments.sizes) deviance += Math.log1p(n * ratio);
  if (restricted) deviance += fit.logDeterminant;
  return { deviance, residualVariance };
}

/** Slope and curvature of -2 log likelihood in the residual and the animals' variance. */
export interface DevianceSlopes {
  /** Residual, then animals: shape `[variance]`. */
  readonly gradient: readonly [number, number];
  /** Shape `[variance, variance]`. */
  readonly hessian: readonly [readonly [number, number], readonly [number, number]];
  /** Derivatives of the covariance of coefficients: two of shape `[column, column]`. */
  readonly covarianceSlopes: readonly [Float64Array, Float64Array];
}

/** Returns tr(A B) of two matrices, shape `[size, size]`, the second symmetric. */
function traceOfProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k] as number;
      for (let j = 0; j < size; j++) out[i * size + j]! += factor * (b[k * size + j] as number);
    }
  }
  return out;
}

/**
 * Returns the exact derivatives of -2 log likelihood (Searle, Casella and McCulloch 1992, section 6.6: with the projection P,
 * tr(P V_k) - y'P V_k P y and -tr(P V_k P V_l) + 2 y'P V_k P V_l P y; V^-1 in place of P inside traces where the
 * likelihood is not restricted).
 */
export function devianceSlopes(
  moments: GroupedMoments,
  variances: { residual: number; animal: number },
  restricted: boolean,
): DevianceSlopes | undefined {
  const fit = fitEffects(moments, variances);
  if (fit === undefined) return undefined;
  const { columnCount: p, sizes, columnMeans, rowCount } = moments;
  const { covariance, residualMeans, withinColumnResidual, withinResidual } = fit;
  const { residual, animal } = variances;
  const trace = (power: number, order: number): number => {
    let sum = order === 0 ? (rowCount - sizes.length) / residual ** power : 0;
    for (const n of sizes) sum += n ** order / (residual + n * animal) ** power;
    return sum;
  };
  const squares = (power: number, order: number): number => {
    let sum = order === 0 ? withinResidual / residual ** power : 0;
    for (let i = 0; i < sizes.length; i++) {
      const n = sizes[i] as number;
      sum += (n ** order * n * (residualMeans[i] as number) ** 2) / (residual + n * animal) ** power;
    }
    return sum;
  };
  const cross = (order: number): Float64Array => {
    const out = withinColumnResidual.map((value) => (order === 0 ? value / residual ** 2 : 0));
    for (let i = 0; i < sizes.length; i++) {
      const n = sizes[i] as number;
      const factor = (n ** order * n * (residualMeans[i] as number)) / (residual + n * animal) ** 2;
      for (let c = 0; c < p; c++) out[c]! += factor * (columnMeans[i * p + c] as number);
    }
    return out;
  };
  const second = [0, 1].map((order) => columnMoments(moments, variances, { power: 2, order })) as [
    Float64Array,
    Float64Array,
  ];
  const inner = second.map((matrix) => product(covariance, matrix, p)) as [Float64Array, Float64Array];
  const crosses = [cross(0), cross(1)] as const;
  const gradient = [0, 1].map((k) => {
    const whole = trace(1, k) - (restricted ? traceOfProduct(covariance, second[k] as Float64Array) : 0);
    return whole - squares(2, k);
  }) as [number, number];
  const entry = (k: 0 | 1, l: 0 | 1): number => {
    let whole = trace(2, k + l);
    if (restricted) {
      const third = columnMoments(moments, variances, { power: 3, order: k + l });
      whole -= 2 * traceOfProduct(covariance, third);
      const [left, right] = [inner[k], inner[l]];
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) whole += (left[i * p + j] as number) * (right[j * p + i] as number);
      }
    }
    let form = squares(3, k + l);
    for (let c = 0; c < p; c++) {
      for (let d = 0; d < p; d++) {
        form -= (crosses[k][c] as number) * (covariance[c * p + d] as number) * (crosses[l][d] as number);
      }
    }
    return -whole + 2 * form;
  };
  const mixed = entry(0, 1);
  return {
    gradient,
    hessian: [
      [entry(0, 0), mixed],
      [mixed, entry(1, 1)],
    ],
    covarianceSlopes: [product(inner[0], covariance, p), product(inner[1], covariance, p)],
  };
}
