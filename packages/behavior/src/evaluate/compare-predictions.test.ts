import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { comparePredictions } from './compare-predictions.js';
import { evaluateBehavior } from './evaluate-behavior.js';
import type { FrameTruth } from './frame-truth-type.js';

const behaviors = ['rear', 'other'];

/** Sessions of 500 frames that are hard to a different degree; each prediction is wrong in `errors` of frames more. */
function sessions(extra: readonly number[]) {
  const random = new Random('difficulty');
  const draws = Array.from({ length: 14 }, () => Float64Array.from({ length: 500 }, () => random.uniform()));
  const truth = draws.map((): FrameTruth => {
    const label = Uint8Array.from({ length: 500 }, (_, i) => (i % 50 < 20 ? 0 : 1));
    return { behaviors, label };
  });
  const predictions = extra.map((errors) =>
    draws.map((draw, s): FrameTruth => {
      const wrong = 0.3 * (s / 13) + errors;
      return {
        behaviors,
        label: (truth[s] as FrameTruth).label.map((v, i) => ((draw[i] as number) < wrong ? 1 - v : v)),
      };
    }),
  );
  return { truth, predictions: predictions as [FrameTruth[], FrameTruth[]] };
}

test('the difference of two predictions is that of their evaluations, and hard sessions do not blur it', () => {
  const { truth, predictions } = sessions([0.06, 0.02]);
  const result = comparePredictions(truth, ...predictions, { background: ['other'], resampleCount: 400 });
  const [first, second] = predictions.map((list) =>
    evaluateBehavior(truth, list, { fps: 30, background: ['other'], resampleCount: 400 }),
  ) as [ReturnType<typeof evaluateBehavior>, ReturnType<typeof evaluateBehavior>];
  expect(result.averagedOver).toEqual(['rear']);
  expect(result.frameCount).toBe(7000);
  expect(result.macroF1).toMatchObject({ first: first.macroF1, second: second.macroF1 });
  expect(result.macroBoutF1.second).toBeCloseTo(second.macroBoutF1 as number, 12);
  expect(result.perBehavior.rear?.f1.difference).toBeCloseTo(second.macroF1 - first.macroF1, 12);
  const { low, high } = result.macroF1.range as { low: number; high: number };
  expect(low).toBeGreaterThan(0);
  const own = second.ranges?.macroF1 as { low: number; high: number };
  expect(high - low).toBeLessThan((own.high - own.low) / 3);
  expect(comparePredictions(truth, ...predictions, { background: ['other'], resampleCount: 400 })).toEqual(result);
});

test('frames that one prediction lacks count for neither, and one session has no range', () => {
  const label = (text: string): FrameTruth => ({
    behaviors,
    label: Uint8Array.from(text, (letter) => (letter === '.' ? 255 : letter.charCodeAt(0) - 97)),
  });
  const result = comparePredictions([label('aabbaabb')], [label('aabba.bb')], [label('abbbaab')]);
  expect(result.frameCount).toBe(6);
  expect(result.accuracy).toEqual({ first: 1, second: 5 / 6, difference: 5 / 6 - 1, range: null });
  expect(() => comparePredictions([label('a')], [], [label('a')])).toThrow('one entry for each of 1 recordings, got 0');
});
