import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What `test/reference/statistics/models_agreement.py` wrote. */
interface ModelReferences {
  kappa: {
    first: number[];
    second: number[];
    size: number;
    values: Record<string, { value: number; standardError: number }>;
  }[];
  fleiss: { counts: number[][]; value: number }[];
  krippendorff: { ratings: (number | null)[][]; values: Record<string, number> }[];
  classification: {
    reference: number[];
    predicted: number[];
    size: number;
    averageOver: number[];
    expected: Record<
      | 'accuracy'
      | 'macroPrecision'
      | 'macroRecall'
      | 'macroF1'
      | 'microPrecision'
      | 'microRecall'
      | 'microF1'
      | 'weightedF1',
      number
    > & { confusion: number[][]; f1: number[] };
  }[];
  bca: {
    name: string;
    statistic: 'mean' | 'median';
    sample: number[];
    level: number;
    estimate: number;
    resampled: number[];
    leaveOneOut: number[];
    acceleration: number;
    shares: [number, number];
    low: number;
    high: number;
    largeLow: number;
    largeHigh: number;
    standardError: number;
  }[];
  twoSample: {
    first: number[];
    second: number[];
    low: number;
    high: number;
    standardError: number;
    acceleration: number;
  };
  permutations: {
    first: number[];
    second: number[];
    design: 'independent' | 'paired';
    alternative: 'two-sided' | 'less' | 'greater';
    p: number;
    statistic: number;
    arrangements: number;
  }[];
}

interface MixedFit {
  names: string[];
  estimate: number[];
  standardError: number[];
  df: number[];
  p: number[];
  animalVariance: number;
  residualVariance: number;
  logLikelihood: number;
  aic: number;
  bic: number;
  terms: Record<'F' | 'numerator' | 'denominator' | 'p', number | number[]> & { names: string | string[] };
  animalEffects: number[];
}

/** What `test/reference/statistics/models_mixed.R` wrote. */
interface MixedReferences {
  cases: {
    name: string;
    data: { animal: string[]; y: number[] } & Record<string, (string | number)[]>;
    fixed: string[];
    fits: Record<'REML' | 'ML', MixedFit>;
  }[];
  likelihoodRatio: { statistic: number; df: number; p: number };
  animalVariance: { statistic: number };
}

const read = (name: string) => JSON.parse(readFileSync(resolve('test/reference/statistics', name), 'utf8')) as unknown;

/** The numbers of SciPy, statsmodels, scikit-learn and krippendorff. */
export const modelReferences = read('models_agreement.json') as ModelReferences;

/** The numbers of lme4 and lmerTest. */
export const mixedReferences = read('models_mixed.json') as MixedReferences;
