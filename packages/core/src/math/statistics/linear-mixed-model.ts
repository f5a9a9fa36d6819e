import type { DesignMatrix } from './design-matrix.js';
import { chiSquareTails } from './distributions.js';
import { type Basis, summarize, testContrasts } from './mixed-model-contrasts.js';
import type { LinearMixedModel, MixedModelOptions, MixedModelRows } from './mixed-model-result.js';
import { prepare, type Standardized, standardize, unscaleCovariance } from './mixed-model-rows.js';
import { devianceSlopes, type FittedEffects, fitEffects, profileDeviance } from './random-intercept.js';
import { bestRatio, polish, profileIcc } from './variance-search.js';

const what = 'linear mixed model';

const square = (values: Float64Array, size: number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)));

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
