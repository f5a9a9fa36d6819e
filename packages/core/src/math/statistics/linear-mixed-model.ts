import { choleskyFactor } from '../dense.js';
import { symmetricEigen } from '../symmetric-eigen.js';
import { createDesignMatrix, type DesignMatrix, type FixedEffect } from './design-matrix.js';
import { chiSquareQuantile, chiSquareTails, fTails, studentTQuantile, studentTTails } from './distributions.js';
import {
  devianceSlopes,
  type FittedEffects,
  fitEffects,
  type GroupedMoments,
  groupMoments,
  profileDeviance,
} from './random-intercept.js';
import type { ConfidenceInterval, MissingRule, TestResult } from './test-result.js';

/** Rows of a linear mixed model: bouts, trials or frames with the animal that each came from. */
export interface MixedModelRows {
  /** Shape `[row]`. */
  readonly response: ArrayLike<number>;
  /** The animal of each row: list. */
  readonly animals: ArrayLike<string | number>;
  /** What may explain the response; none fits a mean alone. */
  readonly fixed: readonly FixedEffect[];
}

/** Settings of {@link linearMixedModel}. */
export interface MixedModelOptions {
  /** Restricted or full likelihood: default `REML`; `ML` where models with other fixed effects are compared. */
  readonly method?: 'REML' | 'ML';
  /** Pairs of effects whose interaction is in the model. */
  readonly interactions?: readonly (readonly [string, string])[];
  /** Default 0.95. */
  readonly level?: number;
  /** Rows with NaN: default `refuse`. */
  readonly missing?: MissingRule;
}

/** One coefficient, with Satterthwaite's degrees of freedom. */
export interface MixedModelCoefficient {
  /** Such as `(Intercept)` or `group mutant`. */
  readonly name: string;
  readonly estimate: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly t: number;
  readonly p: number;
  readonly interval: ConfidenceInterval;
}

/** A fitted linear mixed model with a random intercept for each animal: plain JSON data. */
export interface LinearMixedModel {
  readonly method: 'REML' | 'ML';
  readonly rowCount: number;
  readonly animalCount: number;
  /** Rows that were left out for a missing value. */
  readonly leftOutCount: number;
  readonly coefficients: readonly MixedModelCoefficient[];
  /** F test of each effect and interaction (type III, Satterthwaite): list. */
  readonly terms: readonly (TestResult & { readonly term: string })[];
  /** In the squared unit of the response. */
  readonly variances: { readonly animal: number; readonly residual: number };
  /** Share of the variance that lies between animals, 0..1, with the interval of the profiled likelihood. */
  readonly icc: { readonly value: number; readonly interval: ConfidenceInterval };
  /** True where the variance between animals was estimated as 0. */
  readonly isSingular: boolean;
  /** Likelihood-ratio test of the animals' variance; p is halved, as 0 lies at the edge (Self and Liang 1987). */
  readonly animalVarianceTest: TestResult;
  /** Restricted where the method is REML. */
  readonly logLikelihood: number;
  readonly aic: number;
  readonly bic: number;
  /** Variance explained by the fixed effects alone, and with the animals (Nakagawa and Schielzeth 2013). */
  readonly rSquared: { readonly marginal: number; readonly conditional: number };
  /** Predicted deviation of each animal (best linear unbiased prediction): list. */
  readonly animalEffects: readonly {
    readonly animal: string | number;
    readonly effect: number;
    readonly rowCount: number;
  }[];
  /** Covariance of the coefficients, shape `[column, column]`. */
  readonly covariance: readonly (readonly number[])[];
  /** What Satterthwaite's degrees of freedom of any contrast come from; absent where the fit is singular. */
  readonly satterthwaite?: {
    /** Derivatives of the covariance in the residual and the animals' variance: shape `[variance, column, column]`. */
    readonly covarianceSlopes: readonly (readonly (readonly number[])[])[];
    /** Large-sample covariance of the two variances: shape `[variance, variance]`. */
    readonly varianceCovariance: readonly (readonly number[])[];
  };
  readonly levels: Readonly<Record<string, readonly string[]>>;
  readonly notes: readonly string[];
}

const what = 'linear mixed model';
/** Beyond this ratio of variances the rows of an animal do not differ to rounding. */
const LARGEST_RATIO = 1e12;

interface Prepared {
  readonly design: DesignMatrix;
  readonly response: Float64Array;
  readonly animal: Int32Array;
  readonly animals: readonly (string | number)[];
  readonly leftOut: number;
}

function prepare({ response, animals, fixed }: MixedModelRows, options: MixedModelOptions): Prepared {
  const count = response.length;
  if (animals.length !== count) {
    throw new RangeError(`${what}: needs one animal a row, got ${animals.length} of ${count}`);
  }
  for (const { name, values } of fixed) {
    if (values.length !== count) {
      throw new RangeError(`${what}: ${name} must have ${count} rows like the response, got ${values.length}`);
    }
  }
  const kept: number[] = [];
  for (let row = 0; row < count; row++) {
    const columns = [{ name: 'the response', value: response[row] }].concat(
      fixed.flatMap(({ name, values }) => {
        const value = values[row];
        return typeof value === 'number' ? [{ name, value }] : [];
      }),
    );
    const bad = columns.find(({ value }) => !Number.isFinite(value));
    if (bad === undefined) kept.push(row);
    else if (options.missing !== 'omit' || !Number.isNaN(bad.value)) {
      throw new RangeError(`${what}: ${bad.name} needs finite numbers, got ${bad.value} in row ${row}`);
    }
  }
  const known = new Map<string | number, number>();
  const animal = Int32Array.from(kept, (row) => {
    const name = animals[row] as string | number;
    if (!known.has(name)) known.set(name, known.size);
    return known.get(name) as number;
  });
  if (known.size < 2) {
    throw new RangeError(`${what}: needs two animals or more, got ${known.size === 1 ? [...known.keys()][0] : 'none'}`);
  }
  if (known.size === kept.length) {
    throw new RangeError(
      `${what}: needs several rows of some animal, got one of each of ${known.size} animals; a t test or ANOVA does that`,
    );
  }
  const keepColumn = (effect: FixedEffect): FixedEffect => {
    if (kept.length === count) return effect;
    if (typeof effect.values[0] !== 'string') {
      return { ...effect, values: Float64Array.from(kept, (row) => effect.values[row] as number) };
    }
    const values = kept.map((row) => effect.values[row] as string);
    const present = new Set(values);
    return { ...effect, values, ...(effect.levels && { levels: effect.levels.filter((level) => present.has(level)) }) };
  };
  return {
    design: createDesignMatrix(what, kept.length, fixed.map(keepColumn), options.interactions),
    response: Float64Array.from(kept, (row) => response[row] as number),
    animal,
    animals: [...known.keys()],
    leftOut: count - kept.length,
  };
}

/** Columns and response on scales of their own, with the way back. */
interface Standardized {
  readonly moments: GroupedMoments;
  readonly responseMean: number;
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly logScales: number;
}

function standardize({ design, response, animal, animals }: Prepared): Standardized {
  const { columnNames, rowCount, values } = design;
  const p = columnNames.length;
  if (rowCount <= p) throw new RangeError(`${what}: needs more rows than its ${p} coefficients, got ${rowCount}`);
  const means = new Float64Array(p);
  const scales = new Float64Array(p).fill(1);
  const columns = Float64Array.from(values);
  for (let c = 1; c < p; c++) {
    let mean = 0;
    for (let row = 0; row < rowCount; row++) mean += (values[row * p + c] as number) / rowCount;
    let squares = 0;
    for (let row = 0; row < rowCount; row++) squares += ((values[row * p + c] as number) - mean) ** 2;
    const scale = Math.sqrt(squares / rowCount);
    if (!(scale > 1e-12 * Math.abs(mean))) {
      throw new RangeError(`${what}: ${columnNames[c]} must differ between rows, got ${values[c]} in all of them`);
    }
    means[c] = mean;
    scales[c] = scale;
    for (let row = 0; row < rowCount; row++) columns[row * p + c] = ((values[row * p + c] as number) - mean) / scale;
  }
  requireIndependence(columns, columnNames, rowCount);
  let responseMean = 0;
  for (const value of response) responseMean += value / rowCount;
  const centered = response.map((value) => value - responseMean);
  const moments = groupMoments(columns, centered, { animal, animalCount: animals.length });
  const between = columnNames.filter(
    (_, c) => c === 0 || (moments.withinColumns[c * p + c] as number) < 1e-9 * rowCount,
  );
  if (animals.length <= between.length) {
    throw new RangeError(
      `${what}: ${between.length} coefficients that differ only between animals need ${between.length + 1} animals or ` +
        `more, got ${animals.length}`,
    );
  }
  let total = moments.withinResponse;
  for (const [i, mean] of moments.responseMeans.entries()) total += (moments.sizes[i] as number) * mean * mean;
  const magnitude = responseMean * responseMean * rowCount + total;
  if (!(total > 1e-24 * magnitude)) {
    throw new RangeError(`${what}: the response must differ between rows, got ${response[0]} in all of them`);
  }
  if (!(moments.withinResponse > 1e-20 * total)) {
    throw new RangeError(`${what}: rows of one animal must differ, got the same response in all rows of every animal`);
  }
  return { moments, responseMean, means, scales, logScales: scales.reduce((sum, scale) => sum + Math.log(scale), 0) };
}

/** Refuses a column that the columns before it make up. */
function requireIndependence(columns: Float64Array, names: readonly string[], rowCount: number): void {
  const p = names.length;
  const gram = new Float64Array(p * p);
  for (let row = 0; row < rowCount; row++) {
    for (let c = 0; c < p; c++) {
      const value = (columns[row * p + c] as number) / rowCount;
      for (let d = 0; d <= c; d++) gram[c * p + d]! += value * (columns[row * p + d] as number);
    }
  }
  for (let size = 1; size <= p; size++) {
    const part = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) part[i * size + j] = gram[i * p + j] as number;
    const lower = choleskyFactor(part, size);
    if (lower === undefined || (lower[size * size - 1] as number) ** 2 < 1e-10) {
      throw new RangeError(
        `${what}: ${names[size - 1]} says nothing beyond the effects before it; leave one of them out`,
      );
    }
  }
}

/** Returns the ratio of the animals' to the residual variance with the least deviance; 0 where that is at the edge. */
function bestRatio(moments: GroupedMoments, restricted: boolean): number {
  const at = (logRatio: number) => profileDeviance(moments, 10 ** logRatio, restricted).deviance;
  const atZero = profileDeviance(moments, 0, restricted).deviance;
  let [best, least] = [-8, Number.POSITIVE_INFINITY];
  for (let logRatio = -8; logRatio <= 12; logRatio += 0.25) {
    const deviance = at(logRatio);
    if (deviance < least) [best, least] = [logRatio, deviance];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [best - 0.25, best + 0.25];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [atLeft, atRight] = [at(left), at(right)];
  while (high - low > 1e-7) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = at(right);
    }
  }
  const ratio = 10 ** ((low + high) / 2);
  if (ratio >= LARGEST_RATIO / 10) {
    throw new RangeError(`${what}: rows of one animal must differ beyond the fixed effects, got no residual variance`);
  }
  return profileDeviance(moments, ratio, restricted).deviance < atZero && ratio > 1e-7 ? ratio : 0;
}

interface Variances {
  readonly residual: number;
  readonly animal: number;
}

/** Returns variances at the exact bottom of the deviance, by Newton's steps from a close start. */
function polish(moments: GroupedMoments, start: Variances, restricted: boolean): Variances {
  let current = start;
  for (let step = 0; step < 8; step++) {
    const slopes = devianceSlopes(moments, current, restricted);
    if (slopes === undefined) return current;
    const [[a, b], [, d]] = slopes.hessian;
    const [g, h] = slopes.gradient;
    const determinant = a * d - b * b;
    if (!(determinant > 0 && a > 0)) return current;
    const residual = current.residual - (d * g - b * h) / determinant;
    const animal = current.animal - (a * h - b * g) / determinant;
    if (!(residual > 0 && animal > 0) || Math.abs(residual / current.residual - 1) > 0.01) return current;
    const moved = Math.abs(residual / current.residual - 1) + Math.abs(animal / current.animal - 1);
    current = { residual, animal };
    if (moved < 1e-14) break;
  }
  return current;
}

/** Returns the interval of the intraclass correlation where the profiled deviance rises by the chi-square quantile. */
function profileIcc(moments: GroupedMoments, ratio: number, restricted: boolean, level: number): ConfidenceInterval {
  const bound = profileDeviance(moments, ratio, restricted).deviance + chiSquareQuantile(level, 1);
  const isOutside = (logRatio: number) => profileDeviance(moments, 10 ** logRatio, restricted).deviance > bound;
  const find = (inside: number, outside: number): number => {
    if (!isOutside(outside)) return Number.NaN;
    let [near, far] = [inside, outside];
    for (let step = 0; step < 50; step++) {
      const middle = (near + far) / 2;
      if (isOutside(middle)) far = middle;
      else near = middle;
    }
    const found = 10 ** near;
    return found / (1 + found);
  };
  const center = ratio > 0 ? Math.log10(ratio) : -10;
  const low = ratio > 0 && profileDeviance(moments, 0, restricted).deviance > bound ? find(center, -10) : 0;
  const high = find(center, 12);
  return { low: Number.isNaN(low) ? 0 : low, high: Number.isNaN(high) ? 1 : high, level };
}

const square = (values: Float64Array, size: number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)));

/** Returns T M T', where T takes coefficients of standardized columns back to those of the columns themselves. */
function unscaleCovariance(matrix: Float64Array, { means, scales }: Standardized): Float64Array {
  const p = means.length;
  const back = (row: number, column: number): number => {
    if (column === 0) return row === 0 ? 1 : 0;
    if (row === 0) return -(means[column] as number) / (scales[column] as number);
    return row === column ? 1 / (scales[column] as number) : 0;
  };
  const half = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      let sum = i === 0 ? 0 : back(i, i) * (matrix[i * p + j] as number);
      if (i === 0) for (let k = 0; k < p; k++) sum += back(0, k) * (matrix[k * p + j] as number);
      half[i * p + j] = sum;
    }
  }
  const out = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      let sum = j === 0 ? 0 : back(j, j) * (half[i * p + j] as number);
      if (j === 0) for (let k = 0; k < p; k++) sum += back(0, k) * (half[i * p + k] as number);
      out[i * p + j] = sum;
    }
  }
  return out;
}

/** What tests of contrasts are made from. */
type Basis = Pick<LinearMixedModel, 'covariance' | 'satterthwaite' | 'method' | 'rowCount'> & {
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

/** Returns F, its degrees of freedom and p of contrasts that are all 0 (Fai and Cornelius 1996, as in lmerTest). */
function testContrasts(basis: Basis, contrasts: readonly (readonly number[])[]) {
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

function summarize(basis: Basis, names: readonly string[], level: number): MixedModelCoefficient[] {
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

function describeFixed(fit: FittedEffects, { means, scales, responseMean }: Standardized): number[] {
  const estimates = Array.from(fit.coefficients, (value, c) => value / (scales[c] as number));
  estimates[0] = (fit.coefficients[0] as number) + responseMean;
  for (let c = 1; c < estimates.length; c++) estimates[0] -= (estimates[c] as number) * (means[c] as number);
  return estimates;
}

/**
 * Returns a linear mixed model with a random intercept for each animal (Laird and Ware 1982): the honest test where many bouts
 * come from few animals. Variances are found by one search over their ratio, which is exact for a random intercept, and
 * take time in proportion to the rows once and to the animals for each step. Tests use Satterthwaite's degrees of freedom
 * from exact derivatives (Kuznetsova, Brockhoff and Christensen 2017). Where the animals' variance is estimated as 0 the
 * model is ordinary regression over rows, and says so. Numbers agree with R's lme4 and lmerTest.
 * @throws RangeError for missing values, one animal, one row an animal, columns that depend on each other, more
 * coefficients between animals than animals, or a response without variation.
 */
export function linearMixedModel(rows: MixedModelRows, options: MixedModelOptions = {}): LinearMixedModel {
  const { method = 'REML', level = 0.95 } = options;
  if (method !== 'REML' && method !== 'ML') throw new RangeError(`${what}: method must be REML or ML, got ${method}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`${what}: level must be between 0 and 1, got ${level}`);
  const prepared = prepare(rows, options);
  const { design, animals, leftOut } = prepared;
  const standardized = standardize(prepared);
  const { moments, logScales } = standardized;
  const restricted = method === 'REML';
  const { rowCount } = design;
  const names = design.columnNames;
  const p = names.length;

  const ratio = bestRatio(moments, restricted);
  const isSingular = ratio === 0;
  const { residualVariance } = profileDeviance(moments, ratio, restricted);
  const start = { residual: residualVariance, animal: ratio * residualVariance };
  const variances = isSingular ? start : polish(moments, start, restricted);
  const fit = fitEffects(moments, variances);
  const slopes = isSingular ? undefined : devianceSlopes(moments, variances, restricted);
  if (fit === undefined) throw new RangeError(`${what}: the fixed effects depend on each other`);
  const scaleBack = restricted ? 2 * logScales : 0;
  const deviance = profileDeviance(moments, variances.animal / variances.residual, restricted).deviance;
  const atZero = profileDeviance(moments, 0, restricted).deviance;

  const determinant = slopes ? slopes.hessian[0][0] * slopes.hessian[1][1] - slopes.hessian[0][1] ** 2 : 0;
  const basis: Basis = {
    method,
    rowCount,
    estimates: describeFixed(fit, standardized),
    covariance: square(unscaleCovariance(fit.covariance, standardized), p),
    ...(slopes &&
      determinant > 0 && {
        satterthwaite: {
          covarianceSlopes: slopes.covarianceSlopes.map((matrix) => square(unscaleCovariance(matrix, standardized), p)),
          varianceCovariance: [
            [(2 * slopes.hessian[1][1]) / determinant, (-2 * slopes.hessian[0][1]) / determinant],
            [(-2 * slopes.hessian[0][1]) / determinant, (2 * slopes.hessian[0][0]) / determinant],
          ],
        },
      }),
  };
  const fitted = fittedVariance(design, basis.estimates);
  const whole = fitted + variances.animal + variances.residual;
  const notes: string[] = [];
  if (leftOut > 0) notes.push(`${leftOut} rows lack a value and were left out.`);
  if (isSingular) {
    notes.push(
      'The variance between animals was estimated as 0 (a singular fit): the model is then ordinary regression that takes ' +
        'all rows as independent. With few animals that is weak evidence of no difference between them; compare the means of animals too.',
    );
  } else if (slopes !== undefined && !(determinant > 0)) {
    notes.push('The likelihood is flat in the variances; degrees of freedom are those of ordinary regression.');
  }
  if (animals.length < 6) notes.push(`The variance between animals rests on ${animals.length} animals.`);
  const statistic = Math.max(0, atZero - deviance);
  const parameters = p + 2;
  const minusTwoLog = deviance + scaleBack;
  return {
    method,
    rowCount,
    animalCount: animals.length,
    leftOutCount: leftOut,
    coefficients: summarize(basis, names, level),
    terms: design.terms.map((term) => describeTerm(term.name, testContrasts(basis, term.contrasts), rowCount)),
    variances,
    icc: {
      value: variances.animal / (variances.animal + variances.residual),
      interval: profileIcc(moments, variances.animal / variances.residual, restricted, level),
    },
    isSingular,
    animalVarianceTest: {
      test: 'likelihood-ratio test of the variance between animals',
      method: `${method}, half of chi-square with 1 degree of freedom`,
      statistic: { name: 'chi-square', value: statistic },
      degreesOfFreedom: [1],
      p: statistic > 0 ? chiSquareTails(statistic, 1).upper / 2 : 1,
      alternative: 'greater',
      counts: [rowCount],
      estimate: { name: 'variance between animals', value: variances.animal },
      effects: [],
      notes: [],
    },
    logLikelihood: -minusTwoLog / 2,
    aic: minusTwoLog + 2 * parameters,
    bic: minusTwoLog + Math.log(rowCount) * parameters,
    rSquared: { marginal: fitted / whole, conditional: (fitted + variances.animal) / whole },
    animalEffects: animals.map((animal, i) => {
      const size = moments.sizes[i] as number;
      const shrink = (size * variances.animal) / (variances.residual + size * variances.animal);
      return { animal, effect: shrink * (fit.residualMeans[i] as number), rowCount: size };
    }),
    covariance: basis.covariance,
    ...(basis.satterthwaite && { satterthwaite: basis.satterthwaite }),
    levels: design.levels,
    notes,
  };
}

function fittedVariance(design: DesignMatrix, estimates: readonly number[]): number {
  const p = estimates.length;
  let [mean, squares] = [0, 0];
  for (let row = 0; row < design.rowCount; row++) {
    let value = 0;
    for (let c = 1; c < p; c++) value += (estimates[c] as number) * (design.values[row * p + c] as number);
    const away = value - mean;
    mean += away / (row + 1);
    squares += away * (value - mean);
  }
  return squares / (design.rowCount - 1);
}

function describeTerm(term: string, found: ReturnType<typeof testContrasts>, rowCount: number) {
  const { f, numerator, denominator, p } = found;
  return {
    term,
    test: `F test of ${term} in a linear mixed model with a random intercept for each animal`,
    method: "Satterthwaite's degrees of freedom",
    statistic: { name: 'F', value: f },
    degreesOfFreedom: [numerator, denominator],
    p,
    alternative: 'two-sided' as const,
    counts: [rowCount],
    effects: [{ name: 'partial eta squared (from F)', value: (f * numerator) / (f * numerator + denominator) }],
    notes: [],
  };
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
