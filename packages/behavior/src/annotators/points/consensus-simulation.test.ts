import { type MiddleMethod, Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { publishedConsensusErrors, type SimulatedError, simulateConsensus } from './consensus-simulation.js';

const methods: readonly MiddleMethod[] = ['mean', 'median', 'geometric-median', 'medoid'];

for (const noise of ['normal', 'cauchy'] as const) {
  test(`the published errors under ${noise} noise come out, each within its spread`, () => {
    const found = simulateConsensus({ random: new Random('consensus'), noise, repeatCount: 1 });
    const error = (method: MiddleMethod) => (found[method] as SimulatedError).mean;
    for (const method of methods) {
      const published = publishedConsensusErrors[noise][method];
      if (noise === 'cauchy' && (method === 'mean' || method === 'geometric-median')) continue;
      // Four standard deviations of one repeat, and half of the last published digit.
      const digit = published.mean < 1 ? 0.0005 : 0.005;
      expect(Math.abs(error(method) - published.mean)).toBeLessThan(4 * published.standardDeviation + digit);
    }
    if (noise === 'normal') return;
    // It has no expectation; it is far worse than the median.
    expect(error('mean')).toBeGreaterThan(5 * error('median'));
    // The published 1.13 is not the least summed distance: 100 steps of Weiszfeld's method in NumPy on 20,000 frames give
    // 1.3074. Four standard deviations of the difference of one repeat and one of two such repeats.
    const spread = publishedConsensusErrors.cauchy['geometric-median'].standardDeviation;
    expect(Math.abs(error('geometric-median') - 1.3074)).toBeLessThan(4 * Math.sqrt(1.5) * spread);
  });
}

test('the mean under normal noise has the error that theory gives', () => {
  const { mean } = simulateConsensus({ random: new Random(7), noise: 'normal', repeatCount: 5, methods: ['mean'] });
  // The distance of a mean of 5 is Rayleigh with scale 1/sqrt(5): mean sqrt(pi/10), sd sqrt((2 - pi/2)/5); four standard errors.
  expect(Math.abs((mean?.mean as number) - Math.sqrt(Math.PI / 10))).toBeLessThan(
    4 * Math.sqrt((2 - Math.PI / 2) / 5 / 50_000),
  );
});

test('equal seeds give equal numbers; one repeat has no spread; a wrong count and a cancel say so', () => {
  const run = (seed: number) =>
    simulateConsensus({ random: new Random(seed), noise: 'cauchy', frameCount: 50, repeatCount: 1 });
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
  expect(run(1).median?.standardDeviation).toBeNull();
  const random = new Random(1);
  expect(() => simulateConsensus({ random, noise: 'normal', annotatorCount: 0 })).toThrow(
    'annotatorCount must be a whole number from 1, got 0',
  );
  expect(() => simulateConsensus({ random, noise: 'normal', signal: AbortSignal.abort() })).toThrow();
});
