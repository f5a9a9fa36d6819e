/** How a root is searched. */
export interface FindRootOptions {
  /** Relative width of the last bracket. Default 4e-16. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxSteps?: number;
}

/**
 * Returns where a continuous function crosses zero between two places, by the method of Brent (1973): secants and
 * inverse parabolas, halving where they do not help.
 * @throws RangeError where the function has the same sign at both places, or is NaN at one.
 */
export function findRoot(
  f: (x: number) => number,
  low: number,
  high: number,
  { tolerance = 4e-16, maxSteps = 200 }: FindRootOptions = {},
): number {
  let [a, b] = [low, high];
  let [fa, fb] = [f(a), f(b)];
  if (!(fa * fb <= 0)) {
    throw new RangeError(`findRoot: the signs at ${low} and ${high} must differ, got the values ${fa} and ${fb}`);
  }
  let [c, fc] = [a, fa];
  let step = b - a;
  let lastStep = step;
  for (let i = 0; i < maxSteps; i++) {
    if (fb > 0 === fc > 0) {
      [c, fc] = [a, fa];
      step = b - a;
      lastStep = step;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const width = 2 * Number.EPSILON * Math.abs(b) + 0.5 * tolerance * Math.abs(b) + 1e-300;
    const half = 0.5 * (c - b);
    if (Math.abs(half) <= width || fb === 0) return b;
    if (Math.abs(lastStep) >= width && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let p = 2 * half * s;
      let q = 1 - s;
      if (a !== c) {
        const [r, t] = [fb / fc, fa / fc];
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = Math.abs(p);
      if (2 * p < Math.min(3 * half * q - Math.abs(width * q), Math.abs(lastStep * q))) {
        lastStep = step;
        step = p / q;
      } else {
        step = half;
        lastStep = half;
      }
    } else {
      step = half;
      lastStep = half;
    }
    [a, fa] = [b, fb];
    b += Math.abs(step) > width ? step : Math.sign(half) * width;
    fb = f(b);
  }
  return b;
}
