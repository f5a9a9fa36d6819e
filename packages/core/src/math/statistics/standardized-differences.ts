import { noncentralityOfT } from './noncentral-intervals.js';
import { readPairs, readSample, requireLevel } from './samples.js';
import { logGamma } from './special-functions.js';
import type { Alternative, ConfidenceInterval, Effect, MissingRule } from './test-result.js';

/**
 * Returns the factor that takes the bias from a standardized difference with `df` degrees of freedom (Hedges 1981,
 * equation 6e, exact); about 1 - 3 / (4 df - 1).
 * @throws RangeError for df of 1 or less, where it has no value.
 */
export function hedgesCorrection(df: number): number {
  if (!(df > 1)) throw new RangeError(`Hedges' correction: df must be above 1, got ${df}`);
  // Both logarithms are large for large df, and their difference is small.
  if (df > 1e4) return 1 - 3 / (4 * df) - 7 / (32 * df * df);
  return Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2)) / Math.sqrt(df / 2);
}

/** Where a standardized difference comes from: a t statistic, its degrees of freedom and the number of animals. */
export interface DifferenceFromT {
  readonly t: number;
  /** Values of the one group, or pairs. */
  readonly n1: number;
  /** Values of the other group; none for pairs or a single group. */
  readonly n2?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Default `two-sided`. */
  readonly alternative?: Alternative;
}

const intervalMethod = 'noncentral t';

function scaleOf(name: string, { n1, n2, level = 0.95 }: DifferenceFromT): { scale: number; df: number } {
  requireLevel(name, level);
  const smallest = n2 === undefined ? 2 : 1;
  for (const [option, n] of [
    ['n1', n1],
    ['n2', n2 ?? smallest],
  ] as const) {
    if (!(Number.isInteger(n) && n >= smallest)) {
      throw new RangeError(`${name}: ${option} must be a whole number from ${smallest}, got ${n}`);
    }
  }
  const df = n2 === undefined ? n1 - 1 : n1 + n2 - 2;
  if (df < 1)
    throw new RangeError(`${name}: needs three values or more in both groups together, got ${n1 + (n2 ?? 0)}`);
  return { scale: n2 === undefined ? Math.sqrt(1 / n1) : Math.sqrt(1 / n1 + 1 / n2), df };
}

function scaled({ low, high, level }: ConfidenceInterval, factor: number): ConfidenceInterval {
  return { low: low * factor, high: high * factor, level };
}

/**
 * Returns Cohen's d from a t statistic: t sqrt(1/n1 + 1/n2) for two groups, t / sqrt(n) for pairs or one group, with the
 * interval by the noncentral t distribution.
 */
export function cohensDFromT(from: DifferenceFromT): Effect {
  const { scale, df } = scaleOf("Cohen's d", from);
  if (!Number.isFinite(from.t)) throw new RangeError(`Cohen's d: t must be a finite number, got ${from.t}`);
  const range = noncentralityOfT(from.t, df, from.level ?? 0.95, from.alternative);
  return { name: "Cohen's d", value: from.t * scale, interval: scaled(range, scale), intervalMethod };
}

/** Returns Hedges' g from a t statistic: Cohen's d without its bias, with its interval. Needs two degrees of freedom. */
export function hedgesGFromT(from: DifferenceFromT): Effect {
  const { df } = scaleOf("Hedges' g", from);
  return hedgesFromCohen(cohensDFromT(from), df);
}

function hedgesFromCohen(d: Effect, df: number): Effect {
  const correction = hedgesCorrection(df);
  return {
    name: "Hedges' g",
    value: d.value * correction,
    interval: scaled(d.interval as ConfidenceInterval, correction),
    intervalMethod,
  };
}

/** Returns d, and g where it has a value, from a t statistic: list. */
export function standardizedEffects(from: DifferenceFromT): Effect[] {
  const { df } = scaleOf("Cohen's d", from);
  const d = cohensDFromT(from);
  return df > 1 ? [d, hedgesFromCohen(d, df)] : [d];
}

/** Settings of {@link cohensD} and {@link hedgesG}. */
export interface StandardizedDifferenceOptions {
  /** Whether the values of the lists are pairs; the difference is then over the SD of the differences (d_z). */
  readonly paired?: boolean;
  /** Default 0.95. */
  readonly level?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
}

function tOf(
  name: string,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: StandardizedDifferenceOptions,
): DifferenceFromT {
  const { paired = false, level = 0.95, missing = 'refuse' } = options;
  if (paired) {
    const differences = readPairs(first, second, { test: name, minCount: 2, missing });
    const n1 = differences.values.length;
    if (differences.isConstant) {
      throw new RangeError(
        `${name}: the differences of the pairs are all equal (${differences.mean}), so there is no spread to measure by`,
      );
    }
    return { t: differences.mean / Math.sqrt(differences.variance / n1), n1, level };
  }
  const a = readSample(first, { test: name, name: 'group 1', missing });
  const b = readSample(second, { test: name, name: 'group 2', missing });
  const [n1, n2] = [a.values.length, b.values.length];
  const { df, scale } = scaleOf(name, { t: 0, n1, n2, level });
  if (a.isConstant && b.isConstant) {
    throw new RangeError(`${name}: the values of each group are all equal, so there is no spread to measure by`);
  }
  return { t: (a.mean - b.mean) / (Math.sqrt((a.squares + b.squares) / df) * scale), n1, n2, level };
}

/**
 * Returns Cohen's d of two groups: the difference of means over the pooled standard deviation, with its interval by the
 * noncentral t distribution (which supposes normal values of equal variance).
 */
export function cohensD(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: StandardizedDifferenceOptions = {},
): Effect {
  return cohensDFromT(tOf("Cohen's d", first, second, options));
}

/** Returns Hedges' g of two groups: Cohen's d times the exact {@link hedgesCorrection}, with its interval. */
export function hedgesG(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: StandardizedDifferenceOptions = {},
): Effect {
  return hedgesGFromT(tOf("Hedges' g", first, second, options));
}
