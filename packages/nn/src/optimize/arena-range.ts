/** One parameter's place in the arenas, and the numbers of one step. */
export interface ArenaRange {
  readonly start: number;
  /** Index after the last element. */
  readonly end: number;
  /** Number of this step, from 1. */
  readonly step: number;
  /** Schedule and group included. */
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Factor of the gradient, from clipping by norm. */
  readonly gradientScale: number;
}

/** Returns `base` to the power of a whole number by squaring: `Math.pow` may differ in the last bit between engines. */
export function wholePower(base: number, exponent: number): number {
  let result = 1;
  let factor = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= factor;
    factor *= factor;
  }
  return result;
}
