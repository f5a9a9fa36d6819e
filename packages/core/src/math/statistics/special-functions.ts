/** Two shares that sum to one; the smaller one keeps its relative precision. */
export interface Tails {
  /** Probability of a value up to this one. */
  readonly lower: number;
  /** Probability of a value above this one. */
  readonly upper: number;
}

/** What Stirling's formula lacks: log Gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2), for x of 10 or more. */
function stirlingRest(x: number): number {
  const s = 1 / (x * x);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156)))))) / x;
}

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Returns the logarithm of the gamma function of a positive number, within 1e-14 (of the value where it is above one). */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma: x must be positive, got ${x}`);
  let product = 1;
  let shifted = x;
  for (; shifted < 10; shifted++) product *= shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + stirlingRest(shifted) - Math.log(product);
}

/** Returns u - log(1 + u), exact to rounding near zero too, for u above -1. */
function aboveLog(u: number): number {
  if (Math.abs(u) > 0.4) return u - Math.log1p(u);
  const r = u / (u + 2);
  const square = r * r;
  let sum = 0;
  let power = 1;
  for (let k = 3; ; k += 2) {
    const next = sum + power / k;
    if (next === sum) return u * r - 2 * r * square * sum;
    sum = next;
    power *= square;
  }
}

/** Returns the logarithm of the beta function of two positive numbers. */
function logBeta(first: number, second: number): number {
  const [a, b] = first <= second ? [first, second] : [second, first];
  if (b < 10) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const rest = stirlingRest(b) - stirlingRest(a + b);
  if (a < 10) return logGamma(a) - (a + b - 0.5) * Math.log1p(a / b) - a * (Math.log(b) - 1) + rest;
  return (
    halfLogTwoPi - 0.5 * Math.log(b) - (a - 0.5) * Math.log1p(b / a) - b * Math.log1p(a / b) + stirlingRest(a) + rest
  );
}

/** Returns x^a y^b / B(a, b) where x + y = 1. */
function betaFront(a: number, b: number, x: number, y: number): number {
  if (a >= 10 && b >= 10) {
    const shift = x * b - y * a;
    const exponent = a * aboveLog(shift / a) + b * aboveLog(-shift / b);
    const rest = stirlingRest(a + b) - stirlingRest(a) - stirlingRest(b);
    return Math.sqrt((a / (a + b)) * (b / (2 * Math.PI))) * Math.exp(rest - exponent);
  }
  const logX = x < 0.5 ? Math.log(x) : Math.log1p(-y);
  const logY = y < 0.5 ? Math.log(y) : Math.log1p(-x);
  return Math.exp(a * logX + b * logY - logBeta(a, b));
}

const tiny = 1e-300;
const maxTerms = 200_000;

/** Returns the continued fraction of I_x(a, b), DLMF 8.17.22, by Lentz's method; it converges for x below (a+1)/(a+b+2). */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < maxTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 2e-16) break;
  }
  return value;
}

function nonZero(x: number): number {
  return Math.abs(x) < tiny ? tiny : x;
}

/**
 * Returns both tails of the beta distribution, I_x(a, b) and 1 - I_x(a, b), for positive a and b.
 * `x` and `y = 1 - x` are both given, so that neither loses its precision near one.
 */
export function incompleteBeta(a: number, b: number, x: number, y: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  const front = betaFront(a, b, x, y);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, (front * betaFraction(a, b, x)) / a);
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, (front * betaFraction(b, a, y)) / b);
  return { lower: 1 - upper, upper };
}

/** Returns both tails of the gamma distribution of shape a and scale 1 at x: P(a, x) and Q(a, x), DLMF 8.2.4. */
export function incompleteGamma(a: number, x: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const front =
    a >= 10
      ? Math.sqrt(a / (2 * Math.PI)) * Math.exp(-a * aboveLog((x - a) / a) - stirlingRest(a))
      : Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < maxTerms && term > 1e-17 * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    const lower = Math.min(1, front * sum);
    return { lower, upper: 1 - lower };
  }
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < maxTerms; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / nonZero(an * d + b);
    c = nonZero(b + an / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 2e-16) break;
  }
  const upper = Math.min(1, front * value);
  return { lower: 1 - upper, upper };
}

/** Chebyshev series of (1 + z) exp(z^2) erfc(z) in (z - 2) / (z + 2), made with mpmath at 60 digits. */
const erfcSeries = [
  0.77669137760708, -0.22836472289031626, 0.007865722326596006, 0.010488864927603514, -0.0025468631391996634,
  -0.000028878658172054086, 0.000087999437989666, -3.4745017165396845e-7, -0.0000035980662238990517,
  -1.4381599404319034e-7, 1.5958722403552472e-7, 2.1492268688640917e-8, -6.066687732174204e-9, -1.954937092727581e-9,
  7.153685898778454e-11, 1.2872321182257737e-10, 1.7599922759007792e-11, -5.056596830484809e-12, -2.165472713165219e-12,
  -1.039297535029439e-13, 1.298686474521839e-13, 3.729969690761237e-14, -7.075626243500149e-16, -3.006041419279411e-15,
  -7.191974020084537e-16, 4.6706732045434017e-17, 7.091842371207539e-17,
];

/** Returns the complementary error function, 2 / sqrt(pi) times the integral of exp(-t^2) from x on; relative error 1e-14. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 27.3) return 0;
  const t = (x - 2) / (x + 2);
  let [next, afterNext] = [0, 0];
  for (let k = erfcSeries.length - 1; k > 0; k--) {
    [next, afterNext] = [2 * t * next - afterNext + (erfcSeries[k] as number), next];
  }
  const scaled = t * next - afterNext + (erfcSeries[0] as number);
  return (Math.exp(-x * x) * scaled) / (1 + x);
}

/** Returns x^a e^-x / Gamma(a + 1): the probability that a Poisson count of mean x is a, for a >= 0. */
export function poissonProbability(a: number, x: number): number {
  if (x === 0) return a === 0 ? 1 : 0;
  if (a >= 10) return Math.exp(-a * aboveLog((x - a) / a) - stirlingRest(a)) / Math.sqrt(2 * Math.PI * a);
  return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
}

/** Returns the density of the logarithm u of s, where df s^2 follows the chi-square distribution of df degrees of freedom. */
export function logScaleDensity(u: number, df: number): number {
  const a = df / 2;
  const exponent = df * (u - 0.5 * Math.expm1(2 * u));
  if (a >= 10) return 2 * Math.sqrt(a / (2 * Math.PI)) * Math.exp(exponent - stirlingRest(a));
  return 2 * Math.exp(exponent - a + a * Math.log(a) - logGamma(a));
}
