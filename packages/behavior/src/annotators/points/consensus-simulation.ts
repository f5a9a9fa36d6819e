import { type MiddleMethod, mean, middleOfPoints, type Random } from '@zoopraxis/core';

/** Error of one way to find the middle, in the scale of the noise. */
export interface SimulatedError {
  /** Mean over repeats of the mean distance from the true point. */
  readonly mean: number;
  /** Standard deviation over repeats, divisor `repeats - 1`; null for one repeat. */
  readonly standardDeviation: number | null;
  /** Mean distance of each repeat, list. */
  readonly perRepeat: readonly number[];
}

/** Settings of {@link simulateConsensus}. */
export interface ConsensusSimulationOptions {
  readonly random: Random;
  /** Drawn for each axis by itself: standard normal, or standard Cauchy (which has no mean). */
  readonly noise: 'normal' | 'cauchy';
  /** Default 10,000. */
  readonly frameCount?: number;
  /** Default 5. */
  readonly annotatorCount?: number;
  /** Default 100. */
  readonly repeatCount?: number;
  /** Default all four. */
  readonly methods?: readonly MiddleMethod[];
  /** Called after each repeat. */
  readonly onRepeat?: (done: number) => void;
  readonly signal?: AbortSignal;
}

const allMethods: readonly MiddleMethod[] = ['mean', 'median', 'geometric-median', 'medoid'];

/**
 * Returns how far the middle of several annotators' points lies from the true point, for each way to find it: the
 * simulation of Segalin et al. 2021 (how to join labels). Every method sees the same points. The mean of Cauchy numbers is
 * Cauchy again, so its error has no expectation and differs wildly from run to run.
 * @throws RangeError for counts below 1.
 */
export function simulateConsensus(options: ConsensusSimulationOptions): Partial<Record<MiddleMethod, SimulatedError>> {
  const { random, noise, frameCount = 10_000, annotatorCount = 5, repeatCount = 100, methods = allMethods } = options;
  for (const [name, count] of Object.entries({ frameCount, annotatorCount, repeatCount })) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`consensus simulation: ${name} must be a whole number from 1, got ${count}`);
    }
  }
  const draw = noise === 'normal' ? () => random.normal() : () => Math.tan(Math.PI * (random.uniform() - 0.5));
  const perRepeat = methods.map((): number[] => []);
  const points = new Float64Array(2 * annotatorCount);
  for (let repeat = 0; repeat < repeatCount; repeat++) {
    options.signal?.throwIfAborted();
    const sums = methods.map(() => 0);
    for (let frame = 0; frame < frameCount; frame++) {
      for (let i = 0; i < points.length; i++) points[i] = draw();
      for (const [m, method] of methods.entries()) {
        const [x, y] = middleOfPoints(points, method);
        sums[m] = (sums[m] as number) + Math.hypot(x, y);
      }
    }
    for (const [m, sum] of sums.entries()) perRepeat[m]?.push(sum / frameCount);
    options.onRepeat?.(repeat + 1);
  }
  return Object.fromEntries(
    methods.map((method, m) => {
      const values = perRepeat[m] as number[];
      const average = mean(values);
      const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
      const standardDeviation = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
      return [method, { mean: average, standardDeviation, perRepeat: values }];
    }),
  );
}

/**
 * Published mean errors and their standard deviations over 100 repeats: Segalin et al. 2021, 10,000 frames, 5 annotators.
 * All come out again but one: the geometric median under Cauchy noise, where the point of least summed distance is 1.31 off
 * (Weiszfeld's method in NumPy gives 1.307, too), not 1.13.
 */
export const publishedConsensusErrors: Readonly<
  Record<
    'normal' | 'cauchy',
    Readonly<Record<MiddleMethod, { readonly mean: number; readonly standardDeviation: number }>>
  >
> = {
  normal: {
    mean: { mean: 0.561, standardDeviation: 0.00313 },
    median: { mean: 0.671, standardDeviation: 0.00376 },
    'geometric-median': { mean: 0.646, standardDeviation: 0.00367 },
    medoid: { mean: 0.773, standardDeviation: 0.00444 },
  },
  cauchy: {
    mean: { mean: 20.6, standardDeviation: 42.4 },
    median: { mean: 1.12, standardDeviation: 0.011 },
    'geometric-median': { mean: 1.13, standardDeviation: 0.0121 },
    medoid: { mean: 1.43, standardDeviation: 0.0125 },
  },
};
