/** What a minimization found. */
export interface Minimum {
  /** Shape `[parameter]`. */
  readonly at: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly isConverged: boolean;
}

/** A smooth function: returns its value and writes its gradient, both of shape `[parameter]`. */
export type SmoothFunction = (at: Float64Array, gradient: Float64Array) => number;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/**
 * Returns a minimum of a smooth function by L-BFGS (Nocedal and Wright 2006, algorithm 7.5) with a backtracking line search
 * (Armijo); `start` has shape `[parameter]`. Same numbers for the same function and start.
 */
export function minimize(
  smooth: SmoothFunction,
  start: Float64Array,
  { maxIterations = 200, tolerance = 1e-5, memory = 8 } = {},
): Minimum {
  let at = start.slice();
  let gradient = new Float64Array(at.length);
  let value = smooth(at, gradient);
  const pairs: { step: Float64Array; change: Float64Array; rho: number }[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const size = Math.max(...gradient.map(Math.abs), 0);
    if (size < tolerance * Math.max(1, Math.abs(value))) return { at, value, iterations: iteration, isConverged: true };
    const direction = gradient.map((g) => -g);
    const alphas: number[] = [];
    for (const { step, change, rho } of [...pairs].reverse()) {
      const alpha = rho * dot(step, direction);
      alphas.unshift(alpha);
      for (let i = 0; i < direction.length; i++)
        direction[i] = (direction[i] as number) - alpha * (change[i] as number);
    }
    const last = pairs.at(-1);
    const scale = last === undefined ? 1 / Math.max(1, size) : 1 / (last.rho * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale;
    for (const [k, { step, change, rho }] of pairs.entries()) {
      const beta = (alphas[k] as number) - rho * dot(change, direction);
      for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) + beta * (step[i] as number);
    }
    const slope = dot(gradient, direction);
    if (!(slope < 0)) return { at, value, iterations: iteration, isConverged: false };
    const nextGradient = new Float64Array(at.length);
    let length = 1;
    let next = at;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < 30; trial++, length /= 2) {
      const reach = length;
      next = at.map((v, i) => v + reach * (direction[i] as number));
      nextValue = smooth(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    if (!(nextValue < value)) return { at, value, iterations: iteration, isConverged: true };
    const before = at;
    const old = gradient;
    const step = next.map((v, i) => v - (before[i] as number));
    const change = nextGradient.map((g, i) => g - (old[i] as number));
    const curvature = dot(step, change);
    if (curvature > 1e-12) pairs.push({ step, change, rho: 1 / curvature });
    if (pairs.length > memory) pairs.shift();
    [at, gradient, value] = [next, nextGradient, nextValue];
  }
  return { at, value, iterations: maxIterations, isConverged: false };
}
