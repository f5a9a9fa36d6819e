import { normalQuantile, normalTails } from './distributions.js';
import { leftOutNotes, readSample } from './samples.js';
import type { MissingRule, TestResult } from './test-result.js';

const test = 'Shapiro-Wilk test';
/** Royston's approximation was made for this many values. */
const countRange = [3, 5000] as const;

/** Returns a polynomial, coefficients from the constant on. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}

/** Royston 1995 (Applied Statistics 44:547, algorithm AS R94), the fits of its section 2. */
const fits = {
  last: [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056],
  lastButOne: [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633],
  smallMean: [0.544, -0.39978, 0.025054, -6.714e-4],
  smallLogSd: [1.3822, -0.77857, 0.062767, -0.0020322],
  largeMean: [-1.5861, -0.31082, -0.083751, 0.0038915],
  largeLogSd: [-0.4803, -0.082676, 0.0030302],
  gamma: [-2.273, 0.459],
};

/** Returns the weights of the upper half of ascending values, from the largest inward, shape `[half]`. */
function weightsOf(n: number): Float64Array {
  const half = Math.floor(n / 2);
  const weights = new Float64Array(half);
  if (n === 3) {
    weights[0] = Math.SQRT1_2;
    return weights;
  }
  const scores = Float64Array.from({ length: half }, (_, i) => -normalQuantile((i + 1 - 0.375) / (n + 0.25)));
  const squares = 2 * scores.reduce((sum, m) => sum + m * m, 0);
  const root = Math.sqrt(squares);
  const u = 1 / Math.sqrt(n);
  const [m1, m2 = 0] = scores as unknown as [number, number];
  const first = polynomial(fits.last, u) + m1 / root;
  weights[0] = first;
  let [start, scale] = [1, 0];
  if (n > 5) {
    const second = polynomial(fits.lastButOne, u) + m2 / root;
    weights[1] = second;
    start = 2;
    scale = Math.sqrt((squares - 2 * m1 * m1 - 2 * m2 * m2) / (1 - 2 * first * first - 2 * second * second));
  } else scale = Math.sqrt((squares - 2 * m1 * m1) / (1 - 2 * first * first));
  for (let i = start; i < half; i++) weights[i] = (scores[i] as number) / scale;
  return weights;
}

/** Returns p of W by the normal approximation of a transformed W. */
function pOf(w: number, n: number): number {
  if (n === 3) {
    const p = (6 / Math.PI) * (Math.asin(Math.sqrt(w)) - Math.asin(Math.sqrt(0.75)));
    return Math.min(1, Math.max(0, p));
  }
  if (w >= 1) return 1;
  const y = Math.log1p(-w);
  if (n <= 11) {
    const gamma = polynomial(fits.gamma, n);
    if (y >= gamma) return 0;
    return normalTails(
      (-Math.log(gamma - y) - polynomial(fits.smallMean, n)) / Math.exp(polynomial(fits.smallLogSd, n)),
    ).upper;
  }
  const x = Math.log(n);
  return normalTails((y - polynomial(fits.largeMean, x)) / Math.exp(polynomial(fits.largeLogSd, x))).upper;
}

/**
 * Returns the Shapiro-Wilk test of normality by Royston (1995, algorithm AS R94): W and its approximate p.
 * @throws RangeError for fewer than 3 or more than 5000 values, missing values, or values that are all equal.
 */
export function shapiroWilk(values: ArrayLike<number>, options: { readonly missing?: MissingRule } = {}): TestResult {
  const sample = readSample(values, {
    test,
    name: 'the group',
    minCount: countRange[0],
    missing: options.missing ?? 'refuse',
  });
  const n = sample.values.length;
  if (n > countRange[1]) {
    throw new RangeError(
      `${test}: holds for ${countRange[1]} values at most, got ${n}; with so many, judge normality by a plot`,
    );
  }
  if (sample.isConstant)
    throw new RangeError(`${test}: the values are all equal (${sample.mean}), so they have no shape`);
  const sorted = Float64Array.from(sample.values).sort();
  const weights = weightsOf(n);
  let sum = 0;
  weights.forEach((weight, i) => {
    sum += weight * ((sorted[n - 1 - i] as number) - (sorted[i] as number));
  });
  const w = Math.min(1, (sum * sum) / sample.squares);
  const notes = leftOutNotes(sample.leftOut);
  if (n < 8) notes.push('With so few values the test finds only gross departures from normality.');
  return {
    test,
    method: "Royston's approximation",
    statistic: { name: 'W', value: w },
    p: pOf(w, n),
    alternative: 'two-sided',
    counts: [n],
    effects: [],
    notes,
  };
}
