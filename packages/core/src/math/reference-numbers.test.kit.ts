import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What `test/reference/core/make-math-references.py` wrote. */
interface MathReferences {
  savitzkyGolayWeights: { window: number; order: number; derivative: number; at: number; weights: number[] }[];
  savitzkyGolay: { window: number; order: number; derivative: number; values: number[] }[];
  runningMedian: { window: number; values: (number | null)[] }[];
  medfilt5: number[];
  assignments: { rows: number; columns: number; cost: number; pairs: [number, number][] }[];
  pchip: { x: number[]; y: number[]; slopes: number[]; at: number[]; values: number[] };
  quantiles: { shares: number[]; values: number[] };
}

/** The numbers of SciPy, NumPy and pandas. */
export const references = JSON.parse(readFileSync(resolve('test/reference/core/math.json'), 'utf8')) as MathReferences;

/** Returns the series of the reference script, shape `[frame]`, with NaN at the given places. */
export function series(count: number, missing: readonly number[] = []): Float64Array {
  return Float64Array.from({ length: count }, (_, i) =>
    missing.includes(i) ? Number.NaN : Math.sin(0.37 * i + 0.2) * 10 + Math.cos(1.9 * i) * 3 + 0.05 * i,
  );
}

/** Returns the largest difference of two lists of numbers; NaN must meet NaN (or null), else the result is Infinity. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number | null>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [a[i] as number, b[i] ?? Number.NaN];
    if (Number.isNaN(left) && Number.isNaN(right)) continue;
    const difference = Math.abs(left - right);
    largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return largest;
}
