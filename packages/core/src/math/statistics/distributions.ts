import { findRoot } from '../find-root.js';
import { meanOverScale } from './scale-mixture.js';
import { erfc, incompleteBeta, incompleteGamma, poissonProbability, type Tails } from './special-functions.js';

function requirePositive(name: string, option: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`${name}: ${option} must be positive, got ${value}`);
}

function requireNumber(name: string, option: string, value: number): void {
  if (Number.isNaN(value)) throw new RangeError(`${name}: ${option} must be a number, got NaN`);
}

function requireShare(name: string, share: number): void {
  if (!(share > 0 && share < 1)) throw new RangeError(`${name}: share must be between 0 and 1, got ${share}`);
}

/** Returns both tails of the standard normal distribution at z. */
export function normalTails(z: number): Tails {
  requireNumber('normal distribution', 'z', z);
  return { lower: 0.5 * erfc(-z * Math.SQRT1_2), upper: 0.5 * erfc(z * Math.SQRT1_2) };
}

/** Returns the number below which a share (0..1, without the ends) of the standard normal distribution lies. */
export function normalQuantile(share: number): number {
  requireShare('normal quantile', share);
  if (share === 0.5) return 0;
  const tail = Math.min(share, 1 - share);
  // The leading term of the tail starts Halley's method, which is cubic.
  const r = Math.sqrt(-2 * Math.log(tail));
  let z = tail > 0.1 ? 2.5 * (0.5 - tail) : r - Math.log(2.506628274631 * r) / r;
  for (let i = 0; i < 8; i++) {
    const upper = 0.5 * erfc(z * Math.SQRT1_2);
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const newton = (upper - tail) / density;
    const step = newton / (1 - 0.5 * z * newton);
    z += step;
    if (Math.abs(step) <= 1e-16 * Math.abs(z)) break;
  }
  return share < 0.5 ? -z : z;
}

/**
 * Returns both tails of Student's t distribution; `df` may be a fraction (Welch) or Infinity (the normal distribution).
 * @throws RangeError where df is not positive or t is NaN.
 */
export function studentTTails(t: number, df: number): Tails {
  requireNumber('t distribution', 't', t);
  requirePositive('t distribution', 'df', df);
  if (df === Number.POSITIVE_INFINITY) return normalTails(t);
  if (Math.abs(t) === Number.POSITIVE_INFINITY) return t < 0 ? { lower: 0, upper: 1 } : { lower: 1, upper: 0 };
  const ratio = (t / df) * t;
  const outside = incompleteBeta(df / 2, 0.5, 1 / (1 + ratio), ratio / (1 + ratio)).lower / 2;
  return t < 0 ? { lower: outside, upper: 1 - outside } : { lower: 1 - outside, upper: outside };
}

/** Returns both tails of the chi-square distribution at x. */
export function chiSquareTails(x: number, df: number): Tails {
  requireNumber('chi-square distribution', 'x', x);
  requirePositive('chi-square distribution', 'df', df);
  return incompleteGamma(df / 2, x / 2);
}

/** Returns both tails of Fisher's F distribution at f, with the degrees of freedom of numerator and denominator. */
export function fTails(f: number, df1: number, df2: number): Tails {
  requireNumber('F distribution', 'f', f);
  requirePositive('F distribution', 'df1', df1);
  requirePositive('F distribution', 'df2', df2);
  if (f <= 0) return { lower: 0, upper: 1 };
  if (f === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const ratio = (df1 / df2) * f;
  return incompleteBeta(df1 / 2, df2 / 2, ratio / (1 + ratio), 1 / (1 + ratio));
}

/**
 * Returns both tails of the noncentral t distribution: of (Z + noncentrality) / s, where Z is standard normal and s the
 * root of a chi-square variable over its df. Both keep their relative precision.
 */
export function noncentralTTails(t: number, df: number, noncentrality: number): Tails {
  requireNumber('noncentral t distribution', 't', t);
  requirePositive('noncentral t distribution', 'df', df);
  requireNumber('noncentral t distribution', 'noncentrality', noncentrality);
  return {
    lower: meanOverScale(df, (s) => 0.5 * erfc((noncentrality - t * s) * Math.SQRT1_2)),
    upper: meanOverScale(df, (s) => 0.5 * erfc((t * s - noncentrality) * Math.SQRT1_2)),
  };
}

/** Returns both tails of the noncentral F distribution: a mixture of beta distributions with Poisson weights. */
export function noncentralFTails(f: number, df1: number, df2: number, noncentrality: number): Tails {
  requireNumber('noncentral F distribution', 'f', f);
  requirePositive('noncentral F distribution', 'df1', df1);
  requirePositive('noncentral F distribution', 'df2', df2);
  if (!(noncentrality >= 0)) {
    throw new RangeError(`noncentral F distribution: noncentrality must be 0 or more, got ${noncentrality}`);
  }
  if (f <= 0) return { lower: 0, upper: 1 };
  const ratio = (df1 / df2) * f;
  const [x, y] = [ratio / (1 + ratio), 1 / (1 + ratio)];
  const middle = Math.floor(noncentrality / 2);
  let [lower, upper] = [0, 0];
  const add = (j: number) => {
    const weight = poissonProbability(j, noncentrality / 2);
    const tails = incompleteBeta(df1 / 2 + j, df2 / 2, x, y);
    lower += weight * tails.lower;
    upper += weight * tails.upper;
    return weight > 1e-18;
  };
  for (let j = middle; add(j); j++);
  for (let j = middle - 1; j >= 0 && add(j); j--);
  return { lower, upper };
}

/** Returns the share of the range of `count` standard normal numbers that lies above w. */
function rangeTail(w: number, count: number): number {
  if (w <= 0) return 1;
  // P(range > w) is count times the integral over the largest number z of phi(z) (Phi(z)^m - (Phi(z) - Phi(z - w))^m).
  const m = count - 1;
  const [low, high] = [-9, Math.max(9, w / 2 + 9)];
  const at = (z: number) => {
    const below = 0.5 * erfc(-z * Math.SQRT1_2);
    const outside = 0.5 * erfc((w - z) * Math.SQRT1_2);
    const share = -Math.expm1(m * Math.log1p(-Math.min(1, outside / below)));
    return below === 0 ? 0 : Math.exp(-0.5 * z * z) * below ** m * share;
  };
  let cells = Math.ceil((high - low) / 0.5);
  let step = (high - low) / cells;
  let sum = 0;
  for (let k = 0; k <= cells; k++) sum += at(low + k * step);
  let value = sum * step;
  for (let round = 0; round < 8; round++) {
    for (let k = 0; k < cells; k++) sum += at(low + (k + 0.5) * step);
    step /= 2;
    cells *= 2;
    const finer = sum * step;
    if (Math.abs(finer - value) <= 1e-8 * Math.abs(finer)) {
      value = finer;
      break;
    }
    value = finer;
  }
  return Math.min(1, (count * value) / Math.sqrt(2 * Math.PI));
}

/**
 * Returns both tails of the studentized range: the range of `groups` standard normal numbers over an independent
 * standard deviation with `df` degrees of freedom (Tukey's q). The upper tail keeps its relative precision.
 */
export function studentizedRangeTails(q: number, groups: number, df: number): Tails {
  requireNumber('studentized range', 'q', q);
  requirePositive('studentized range', 'df', df);
  if (!(Number.isInteger(groups) && groups >= 2)) {
    throw new RangeError(`studentized range: groups must be an integer of 2 or more, got ${groups}`);
  }
  if (q <= 0) return { lower: 0, upper: 1 };
  if (q === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const upper = meanOverScale(df, (s) => rangeTail(q * s, groups));
  return { lower: 1 - upper, upper };
}

/** Returns the positive x where a distribution over positive numbers has a share below it. */
function invertTails(tails: (x: number) => Tails, share: number): number {
  const f = (u: number) => {
    const { lower, upper } = tails(Math.exp(u));
    return share <= 0.5
      ? Math.log(Math.max(lower, 1e-300)) - Math.log(share)
      : Math.log(1 - share) - Math.log(Math.max(upper, 1e-300));
  };
  let [low, high] = [-1, 1];
  while (f(low) > 0 && low > -700) low *= 2;
  while (f(high) < 0 && high < 700) high *= 2;
  return Math.exp(findRoot(f, low, high));
}

/** Returns the number below which a share (0..1, without the ends) of Student's t distribution lies. */
export function studentTQuantile(share: number, df: number): number {
  requireShare('t quantile', share);
  requirePositive('t quantile', 'df', df);
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(share);
  if (share === 0.5) return 0;
  const tail = Math.min(share, 1 - share);
  const f = (u: number) => Math.log(tail) - Math.log(studentTTails(Math.exp(u), df).upper);
  let [low, high] = [-1, 1];
  while (f(low) > 0 && low > -700) low *= 2;
  while (f(high) < 0 && high < 300) high *= 2;
  const t = Math.exp(findRoot(f, low, high));
  return share < 0.5 ? -t : t;
}

/** Returns the number below which a share (0..1, without the ends) of the chi-square distribution lies. */
export function chiSquareQuantile(share: number, df: number): number {
  requireShare('chi-square quantile', share);
  return invertTails((x) => chiSquareTails(x, df), share);
}

/** Returns the number below which a share (0..1, without the ends) of the F distribution lies. */
export function fQuantile(share: number, df1: number, df2: number): number {
  requireShare('F quantile', share);
  return invertTails((x) => fTails(x, df1, df2), share);
}

/** Returns the q below which a share (0..1, without the ends) of the studentized range lies. */
export function studentizedRangeQuantile(share: number, groups: number, df: number): number {
  requireShare('studentized range quantile', share);
  return invertTails((x) => studentizedRangeTails(x, groups, df), share);
}
