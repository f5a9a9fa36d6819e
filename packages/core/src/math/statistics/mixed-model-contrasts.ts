import { symmetricEigen } from '../symmetric-eigen.js';
import { chiSquareTails, fTails, studentTQuantile, studentTTails } from './distributions.js';
import type { LinearMixedModel, MixedModelCoefficient } from './mixed-model-result.js';
import type { TestResult } from './test-result.js';

const what = 'linear mixed model';

/** What tests of contrasts are made from: estimates are a list, covariances have shape `[column, column]`. */
export type Basis = Pick<LinearMixedModel, 'covariance' | 'satterthwaite' | 'method' | 'rowCount'> & {
  /** Coefficients: list. */
  readonly estimates: readonly number[];
};

const quadratic = (matrix: readonly (readonly number[])[], weights: ArrayLike<number>): number => {
  let sum = 0;
  for (const [i, row] of matrix.entries()) {
    if (weights[i] === 0) continue;
    for (const [j, value] of row.entries()) sum += (weights[i] as number) * value * (weights[j] as number);
  }
  return sum;
};

/** Returns estimate, variance and Satterthwaite's degrees of freedom of a contrast, shape `[column]`. */
function contrastOf(basis: Basis, weights: ArrayLike<number>): { estimate: number; variance: number; df: number } {
  const estimate = basis.estimates.reduce((sum, value, i) => sum + value * (weights[i] as number), 0);
  const variance = quadratic(basis.covariance, weights);
  if (basis.satterthwaite === undefined) {
    return { estimate, variance, df: basis.rowCount - (basis.method === 'REML' ? basis.estimates.length : 0) };
  }
  const slopes = basis.satterthwaite.covarianceSlopes.map((matrix) => quadratic(matrix, weights));
  return {
    estimate,
    variance,
    df: (2 * variance * variance) / quadratic(basis.satterthwaite.varianceCovariance, slopes),
  };
}

/** Returns F, its degrees of freedom and p of contrasts, shape `[contrast, column]`, that are all 0 (Fai and Cornelius 1996, as in lmerTest). */
export function testContrasts(basis: Basis, contrasts: readonly (readonly number[])[]) {
  const q = contrasts.length;
  const matrix = new Float64Array(q * q);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      let sum = 0;
      for (const [k, row] of basis.covariance.entries()) {
        for (const [l, value] of row.entries()) {
          sum += (contrasts[i]?.[k] as number) * value * (contrasts[j]?.[l] as number);
        }
      }
      matrix[i * q + j] = sum;
    }
  }
  const { vectors } = symmetricEigen(matrix, q);
  const parts = Array.from({ length: q }, (_, m) => {
    const weights = basis.estimates.map((_e, c) =>
      contrasts.reduce((sum, contrast, i) => sum + (vectors[m * q + i] as number) * (contrast[c] as number), 0),
    );
    return contrastOf(basis, weights);
  });
  const f = parts.reduce((sum, { estimate, variance }) => sum + estimate ** 2 / variance, 0) / q;
  const dfs = parts.map(({ df }) => df);
  let denominator = dfs[0] as number;
  if (dfs.some((df) => Math.abs(df - denominator) > 1e-8 * denominator)) {
    if (dfs.some((df) => df <= 2)) denominator = 2;
    else {
      const expected = dfs.reduce((sum, df) => sum + df / (df - 2), 0);
      denominator = (2 * expected) / (expected - q);
    }
  }
  return { f, numerator: q, denominator, p: fTails(f, q, denominator).upper };
}

/** Returns each coefficient with its test; `names` is a list. */
export function summarize(basis: Basis, names: readonly string[], level: number): MixedModelCoefficient[] {
  return names.map((name, c) => {
    const { estimate, variance, df } = contrastOf(
      basis,
      Float64Array.from(names, (_, i) => Number(i === c)),
    );
    const standardError = Math.sqrt(variance);
    const half = studentTQuantile((1 + level) / 2, df) * standardError;
    const t = estimate / standardError;
    return {
      name,
      estimate,
      standardError,
      degreesOfFreedom: df,
      t,
      p: 2 * studentTTails(Math.abs(t), df).upper,
      interval: { low: estimate - half, high: estimate + half, level },
    };
  });
}

/**
 * Returns the test of a contrast of a model's coefficients, such as the difference of two levels: `weights` has one number
 * for each coefficient, list. The effect is the estimate over the root of both variances together (Westfall, Kenny and Judd
 * 2014).
 * @throws RangeError for another number of weights, or none but zeros.
 */
export function testMixedModelContrast(
  model: LinearMixedModel,
  weights: readonly number[],
  { name = 'contrast', level = 0.95 }: { name?: string; level?: number } = {},
): TestResult {
  const names = model.coefficients.map((coefficient) => coefficient.name);
  if (weights.length !== names.length || weights.every((weight) => weight === 0)) {
    throw new RangeError(`${what}: a contrast needs ${names.length} weights that are not all 0 (${names.join(', ')})`);
  }
  const basis = { ...model, estimates: model.coefficients.map((coefficient) => coefficient.estimate) };
  const { estimate, variance, df } = contrastOf(basis, weights);
  const standardError = Math.sqrt(variance);
  const half = studentTQuantile((1 + level) / 2, df) * standardError;
  const t = estimate / standardError;
  const spread = Math.sqrt(model.variances.animal + model.variances.residual);
  const effect = (value: number) => value / spread;
  return {
    test: 't test in a linear mixed model with a random intercept for each animal',
    method: "Satterthwaite's degrees of freedom",
    statistic: { name: 't', value: t },
    degreesOfFreedom: [df],
    p: 2 * studentTTails(Math.abs(t), df).upper,
    alternative: 'two-sided',
    counts: [model.rowCount],
    estimate: { name, value: estimate, interval: { low: estimate - half, high: estimate + half, level } },
    effects: [
      {
        name: 'd of both variances',
        value: effect(estimate),
        interval: { low: effect(estimate - half), high: effect(estimate + half), level },
        intervalMethod: 'interval of the estimate over the root of both variances',
      },
    ],
    notes: model.notes,
  };
}

/**
 * Returns the likelihood-ratio test of two models of the same rows, the second with some of the first one's coefficients.
 * @throws RangeError for models that were not fitted by ML, are of other rows, or are not one within the other.
 */
export function likelihoodRatioTest(full: LinearMixedModel, reduced: LinearMixedModel): TestResult {
  const test = 'likelihood-ratio test of two linear mixed models';
  if (full.method !== 'ML' || reduced.method !== 'ML') {
    throw new RangeError(`${test}: both must be fitted with method: 'ML', as REML depends on the fixed effects`);
  }
  if (full.rowCount !== reduced.rowCount || full.animalCount !== reduced.animalCount) {
    throw new RangeError(`${test}: both must have the same rows, got ${full.rowCount} and ${reduced.rowCount}`);
  }
  const names = new Set(full.coefficients.map((coefficient) => coefficient.name));
  const foreign = reduced.coefficients.find((coefficient) => !names.has(coefficient.name));
  const df = full.coefficients.length - reduced.coefficients.length;
  if (foreign !== undefined || df < 1) {
    throw new RangeError(
      `${test}: the second must lack some coefficients of the first and add none, got ${foreign?.name ?? 'as many'}`,
    );
  }
  const statistic = Math.max(0, 2 * (full.logLikelihood - reduced.logLikelihood));
  return {
    test,
    method: 'ML, chi-square',
    statistic: { name: 'chi-square', value: statistic },
    degreesOfFreedom: [df],
    p: chiSquareTails(statistic, df).upper,
    alternative: 'greater',
    counts: [full.rowCount],
    effects: [],
    notes: [],
  };
}
