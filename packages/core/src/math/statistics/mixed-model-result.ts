import type { FixedEffect } from './design-matrix.js';
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
  /** What Satterthwaite's degrees of freedom of any contrast come from, lists of matrices; absent where the fit is singular. */
  readonly satterthwaite?: {
    /** Derivatives of the covariance in the residual and the animals' variance: shape `[variance, column, column]`. */
    readonly covarianceSlopes: readonly (readonly (readonly number[])[])[];
    /** Large-sample covariance of the two variances: shape `[variance, variance]`. */
    readonly varianceCovariance: readonly (readonly number[])[];
  };
  readonly levels: Readonly<Record<string, readonly string[]>>;
  readonly notes: readonly string[];
}
