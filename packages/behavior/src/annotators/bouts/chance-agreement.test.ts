import { expect, test } from 'vitest';
import { measureChanceAgreement, rateFrames } from './chance-agreement.js';
import { scoredRecording, scoring } from './scored.test.kit.js';

test('frames are rated by what goes on at their middle; overlaps are counted', () => {
  const recording = scoredRecording(
    [scoring('a', { run: [[0, 0.3]], rear: [[0.2, 0.5]] }), scoring('b', { run: [[0.1, 0.2]] })],
    { endSec: 0.6 },
  );
  const { ratings, categories, overlapFrames } = rateFrames([recording], ['run', 'rear']);
  expect(categories).toEqual(['run', 'rear', 'none']);
  expect([...(ratings[0] as Float64Array)]).toEqual([0, 0, 1, 1, 1, 2]);
  expect(overlapFrames).toEqual([1, 0]);
  // b did not score rearing, so nothing is known of the frames.
  expect((ratings[1] as Float64Array).every(Number.isNaN)).toBe(true);
});

test('kappa and alpha of a table that can be done by hand', () => {
  // 40 frames both, 10 only a, 20 only b, 30 neither: observed 0.7, expected 0.5*0.6 + 0.5*0.4 = 0.5, kappa 0.4.
  const recording = scoredRecording([scoring('a', { run: [[0, 5]] }), scoring('b', { run: [[1, 7]] })], { endSec: 10 });
  const { cohen, fleiss, krippendorff, frameCount } = measureChanceAgreement([recording], ['run']);
  expect(frameCount).toBe(100);
  expect(cohen).toHaveLength(1);
  expect(cohen[0]).toMatchObject({ annotators: ['a', 'b'], kappa: { value: expect.closeTo(0.4, 12) } });
  expect(cohen[0]?.kappa).not.toHaveProperty('interval');
  // Fleiss: expected 0.55^2 + 0.45^2 = 0.505. Alpha: 1 - 0.3 / (2 * 110 * 90 / (200 * 199)).
  expect((fleiss as { value: number }).value).toBeCloseTo((0.7 - 0.505) / 0.495, 12);
  expect((krippendorff as { value: number }).value).toBeCloseTo(1 - 0.3 / ((2 * 110 * 90) / (200 * 199)), 12);
});

test('frames that were not watched are not rated, and what cannot be measured says why', () => {
  const recording = scoredRecording([scoring('a', { run: [] }), scoring('b', { run: [] })], {
    ...{ endSec: 10, exclusions: [{ startSec: 2, endSec: 5 }] },
  });
  const result = measureChanceAgreement([recording], ['run']);
  expect(result.frameCount).toBe(70);
  expect(result.fleiss).toEqual({ notMeasured: expect.stringContaining('two categories or more in use') });
  expect(() => rateFrames([recording], [])).toThrow('needs different behaviors, got none');
});
