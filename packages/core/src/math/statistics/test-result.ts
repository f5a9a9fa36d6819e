/** Which results count against the hypothesis of no difference. */
export type Alternative = 'two-sided' | 'less' | 'greater';

/** A number with the range that holds the true value with some confidence. */
export interface ConfidenceInterval {
  /** -Infinity where the alternative is `less`. */
  readonly low: number;
  /** Infinity where the alternative is `greater`. */
  readonly high: number;
  /** Such as 0.95. */
  readonly level: number;
}

/** How large a difference is. */
export interface Effect {
  /** Such as `Cohen's d`, `Hedges' g`, `rank-biserial correlation`, `U/(n1 n2)`, `eta squared`. */
  readonly name: string;
  readonly value: number;
  readonly interval?: ConfidenceInterval;
  /** How the interval was found, such as `noncentral t` or `percentile bootstrap, 10000 resamples`. */
  readonly intervalMethod?: string;
}

/** What a statistical test says: plain JSON data, without NaN. */
export interface TestResult {
  /** The test in words for a methods section, such as `Welch's t-test`. */
  readonly test: string;
  /** How p was found where there are several ways: `exact`, `normal approximation with continuity correction`, ... */
  readonly method?: string;
  readonly statistic: { readonly name: string; readonly value: number };
  /** One number, or numerator and denominator: list. */
  readonly degreesOfFreedom?: readonly number[];
  readonly p: number;
  readonly alternative: Alternative;
  /** Observations of each group, list; pairs or blocks where the design is paired. */
  readonly counts: readonly number[];
  /** What was estimated, such as the difference of means, in the unit of the data. */
  readonly estimate?: { readonly name: string; readonly value: number; readonly interval?: ConfidenceInterval };
  readonly effects: readonly Effect[];
  /** What a careful reader should know: ties, left-out values, approximations. List of sentences. */
  readonly notes: readonly string[];
}

/** One comparison out of several that follow a test over all groups. */
export interface PairwiseComparison extends TestResult {
  /** Indices of the two groups, shape `[2]`. */
  readonly groups: readonly [number, number];
  /** p after the correction for the number of comparisons. */
  readonly adjustedP: number;
  /** Such as `Tukey`, `Holm`. */
  readonly correction: string;
}

/** How missing values (NaN) are treated: refused with their place named, or left out and counted in the notes. */
export type MissingRule = 'refuse' | 'omit';
