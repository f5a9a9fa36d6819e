import { chiSquareQuantile } from './distributions.js';
import { devianceSlopes, type GroupedMoments, profileDeviance } from './random-intercept.js';
import type { ConfidenceInterval } from './test-result.js';

const what = 'linear mixed model';
/** Beyond this ratio of variances the rows of an animal do not differ to rounding. */
const LARGEST_RATIO = 1e12;

/** Returns the ratio of the animals' to the residual variance with the least deviance; 0 where that is at the edge. */
export function bestRatio(moments: GroupedMoments, restricted: boolean): number {
  const at = (logRatio: number) => profileDeviance(moments, 10 ** logRatio, restricted).deviance;
  const atZero = profileDeviance(moments, 0, restricted).deviance;
  let [best, least] = [-8, Number.POSITIVE_INFINITY];
  for (let logRatio = -8; logRatio <= 12; logRatio += 0.25) {
    const deviance = at(logRatio);
    if (deviance < least) [best, least] = [logRatio, deviance];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [best - 0.25, best + 0.25];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [atLeft, atRight] = [at(left), at(right)];
  while (high - low > 1e-7) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = at(right);
    }
  }
  const ratio = 10 ** ((low + high) / 2);
  if (ratio >= LARGEST_RATIO / 10) {
    throw new RangeError(`${what}: rows of one animal must differ beyond the fixed effects, got no residual variance`);
  }
  return profileDeviance(moments, ratio, restricted).deviance < atZero && ratio > 1e-7 ? ratio : 0;
}

/** Variances of a random-intercept model, in the squared unit of the response. */
export interface Variances {
  readonly residual: number;
  readonly animal: number;
}

/** Returns variances at the exact bottom of the deviance, by Newton's steps from a close start. */
export function polish(moments: GroupedMoments, start: Variances, restricted: boolean): Variances {
  let current = start;
  for (let step = 0; step < 8; step++) {
    const slopes = devianceSlopes(moments, current, restricted);
    if (slopes === undefined) return current;
    const [[a, b], [, d]] = slopes.hessian;
    const [g, h] = slopes.gradient;
    const determinant = a * d - b * b;
    if (!(determinant > 0 && a > 0)) return current;
    const residual = current.residual - (d * g - b * h) / determinant;
    const animal = current.animal - (a * h - b * g) / determinant;
    if (!(residual > 0 && animal > 0) || Math.abs(residual / current.residual - 1) > 0.01) return current;
    const moved = Math.abs(residual / current.residual - 1) + Math.abs(animal / current.animal - 1);
    current = { residual, animal };
    if (moved < 1e-14) break;
  }
  return current;
}

/** Returns the interval of the intraclass correlation where the profiled deviance rises by the chi-square quantile. */
export function profileIcc(
  moments: GroupedMoments,
  ratio: number,
  restricted: boolean,
  level: number,
): ConfidenceInterval {
  const bound = profileDeviance(moments, ratio, restricted).deviance + chiSquareQuantile(level, 1);
  const isOutside = (logRatio: number) => profileDeviance(moments, 10 ** logRatio, restricted).deviance > bound;
  const find = (inside: number, outside: number): number => {
    if (!isOutside(outside)) return Number.NaN;
    let [near, far] = [inside, outside];
    for (let step = 0; step < 50; step++) {
      const middle = (near + far) / 2;
      if (isOutside(middle)) far = middle;
      else near = middle;
    }
    const found = 10 ** near;
    return found / (1 + found);
  };
  const center = ratio > 0 ? Math.log10(ratio) : -10;
  const low = ratio > 0 && profileDeviance(moments, 0, restricted).deviance > bound ? find(center, -10) : 0;
  const high = find(center, 12);
  return { low: Number.isNaN(low) ? 0 : low, high: Number.isNaN(high) ? 1 : high, level };
}
