import { createAnnotations, type Random } from '@zoopraxis/core';
import type { Observation } from './observation.js';

/** Returns an observation of bouts given as `[behavior, startSec, endSec]`. */
export function observationOf(
  bouts: readonly (readonly [string, number, number])[],
  {
    behaviors = [...new Set(bouts.map(([name]) => name))],
    ...rest
  }: Partial<Observation> & { behaviors?: string[] } = {},
): Observation {
  return {
    recording: 'r1',
    animal: 'a1',
    conditions: {},
    scored: { startSec: 0, endSec: 100 },
    exclusions: [],
    annotations: createAnnotations({
      subject: 'mouse',
      annotator: 'ann',
      channel: 'default',
      behaviors,
      startSec: Float64Array.from(bouts, (bout) => bout[1]),
      endSec: Float64Array.from(bouts, (bout) => bout[2]),
      behavior: Int32Array.from(bouts, ([name]) => behaviors.indexOf(name)),
    }),
    ...rest,
  };
}

/** Returns bouts at random, also overlapping, touching, of no length and outside of the span. */
export function randomBouts(random: Random, count: number, behaviors: readonly string[]): [string, number, number][] {
  // Tenths make bouts that touch and points that meet likely.
  return Array.from({ length: count }, () => {
    const start = (random.integer(1100) - 50) / 10;
    const lasts = random.uniform() < 0.15 ? 0 : random.integer(60) / 10;
    return [behaviors[random.integer(behaviors.length)] as string, start, start + lasts];
  });
}
