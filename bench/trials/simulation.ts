import { publishedConsensusErrors, type SimulatedError, simulateConsensus } from '@zoopraxis/behavior';
import { type MiddleMethod, Random } from '@zoopraxis/core';
import { table } from './scores.js';

type Errors = Record<MiddleMethod, Omit<SimulatedError, 'perRepeat'>>;

/** Returns the errors of the published simulation: 10,000 frames, five annotators, 100 repeats. */
export function runConsensusSimulation(): Record<string, unknown> {
  const run = (noise: 'normal' | 'cauchy') => {
    const found = simulateConsensus({
      ...{ random: new Random('measures trial').fork(noise), noise },
      onRepeat: (done) => {
        if (done % 10 === 0) process.stderr.write(`  ${noise}: ${done} of 100 repeats\n`);
      },
    });
    return Object.fromEntries(
      Object.entries(found).map(([method, { mean, standardDeviation }]) => [method, { mean, standardDeviation }]),
    );
  };
  return { normal: run('normal'), cauchy: run('cauchy') };
}

/** Returns the part of the page about the simulation. */
export function describeConsensusSimulation(result: Readonly<Record<string, unknown>>): string {
  const show = ({ mean, standardDeviation }: { mean: number; standardDeviation: number | null }) =>
    `${mean.toPrecision(4)} ± ${standardDeviation?.toPrecision(3) ?? ''}`;
  const rows = (['normal', 'cauchy'] as const).flatMap((noise) =>
    Object.entries(publishedConsensusErrors[noise]).map(([method, published]) => {
      const ours = (result[noise] as Errors)[method as MiddleMethod];
      const away = Math.abs(ours.mean - published.mean) / published.standardDeviation;
      return [noise, method, show(ours), `${published.mean} ± ${published.standardDeviation}`, away.toFixed(1)];
    }),
  );
  return [
    '## Joining labels: the published simulation',
    '',
    '10,000 frames, five annotators, noise drawn for each axis, mean error and its standard deviation over 100 repeats; published: Segalin et al. 2021. The mean under Cauchy noise has no expectation. The geometric median under Cauchy noise differs from the published value for the reason given in [annotators](../annotators.md).',
    '',
    table(['noise', 'middle', 'ours', 'published', 'difference in published standard deviations'], rows),
  ].join('\n');
}
