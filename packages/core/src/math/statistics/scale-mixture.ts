import { logScaleDensity } from './special-functions.js';

const smallestPart = 1e-19;

/**
 * Returns the mean of a function of s, where df s^2 follows the chi-square distribution of df degrees of freedom: what a
 * probability becomes when a standard deviation is estimated. The function lies in 0..1 and rises or falls with s.
 * By the trapezoid rule over log s, which converges faster than any power; the step is halved until nothing changes.
 */
export function meanOverScale(df: number, f: (s: number) => number): number {
  if (df === Number.POSITIVE_INFINITY) return f(1);
  let step = Math.min(0.1, 0.5 / Math.sqrt(2 * df));
  const at = (u: number) => {
    const density = logScaleDensity(u, df);
    return density === 0 ? 0 : density * f(Math.exp(u));
  };
  let low = 0;
  let high = 0;
  let sum = at(0);
  // Walks both ways until the terms no longer matter; the terms have one peak, which may lie far from 0.
  for (const sign of [-1, 1]) {
    let last = at(0);
    for (let k = 1; ; k++) {
      const u = sign * k * step;
      const term = at(u);
      sum += term;
      if (sign < 0) low = k;
      else high = k;
      // Of a sum too small for that product, terms of 0 are negligible too: else the walk would never end.
      const negligible = sum > 0 && term <= last && term <= smallestPart * sum;
      if (negligible || (sum === 0 && logScaleDensity(u, df) < 1e-300)) break;
      if (sign > 0 && term === 0 && logScaleDensity(u, df) === 0) break;
      last = term;
    }
  }
  let value = sum * step;
  for (let round = 0; round < 12; round++) {
    let between = 0;
    for (let k = -low; k < high; k++) between += at((k + 0.5) * step);
    sum += between;
    step /= 2;
    low *= 2;
    high *= 2;
    const finer = sum * step;
    // The error of the finer sum is about the square of this difference.
    if (Math.abs(finer - value) <= 1e-8 * Math.abs(finer)) return Math.min(1, finer);
    value = finer;
  }
  return Math.min(1, value);
}
