import { expect, test } from 'vitest';
import type { LearningPoint } from '../state/jobs.js';
import { bestStep, learningTable, learningText, smoothColumn } from './learning-curve.js';

const point = (step: number, values: Omit<LearningPoint, 'kind' | 'step'>): LearningPoint => ({
  kind: 'learning',
  step,
  ...values,
});

const first = [point(1, { loss: 4 }), point(10, { loss: 2, heldOutErrorPx: 9 }), point(20, { heldOutErrorPx: 12 })];

test('the best step is that of the smallest error, not the last; NaN is never best', () => {
  expect(bestStep(first)).toEqual({ step: 10, heldOutErrorPx: 9 });
  expect(bestStep([point(1, { loss: 1 })])).toBeUndefined();
  expect(bestStep([point(1, { heldOutErrorPx: Number.NaN }), point(2, { heldOutErrorPx: 3 })])?.step).toBe(2);
});

test('runs of other steps share one axis, and two values of one step are joined', () => {
  const second = [point(5, { loss: 8 }), point(10, { loss: 7 }), point(10, { heldOutErrorPx: 3 })];
  expect(
    learningTable([
      { name: 'a', points: first },
      { name: 'b', points: second },
    ]),
  ).toEqual({
    steps: [1, 5, 10, 20],
    loss: [
      [4, null, 2, null],
      [null, 8, 7, null],
    ],
    error: [
      [null, null, 9, 12],
      [null, null, 3, null],
    ],
  });
});

test('smoothing starts at the first value and keeps gaps', () => {
  const smooth = smoothColumn([null, 4, null, 4, 0], 0.5);
  expect(smooth[1]).toBeCloseTo(4);
  expect(smooth[3]).toBeCloseTo(4);
  expect(smooth[4]).toBeCloseTo(4 * (1 - 0.5 / (1 - 0.5 ** 3)));
  expect([smooth[0], smooth[2]]).toEqual([null, null]);
});

test('the newest numbers are said', () => {
  expect(learningText(first)).toBe('loss 2.00, held-out error 12.0 px, best 9.00 px at step 10');
  expect(learningText([])).toBe('');
});
