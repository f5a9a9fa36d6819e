import { expect, test } from 'vitest';
import { boxAround, swapAdvice, swapCost } from './swap-cost.js';

const pose = (...points: readonly (readonly [number, number])[]) =>
  Float32Array.from(points.flatMap(([x, y]) => [x, y, 1]));

test('an exchange that shortens the ways is told from one that does not', () => {
  const before = pose([0, 0], [0, 10], [100, 0], [100, 10]);
  const exchanged = pose([103, 0], [103, 10], [3, 0], [3, 10]);
  const cost = swapCost({ before, now: exchanged, keypointCount: 2 }, 0, 1);
  expect(cost.asIsPx).toBeCloseTo(100, 0);
  expect(cost.exchangedPx).toBeCloseTo(3);
  expect(swapAdvice(cost)).toContain('seem to be exchanged');
  expect(swapAdvice(swapCost({ before, now: before, keypointCount: 2 }, 0, 1))).toContain('seem right');
});

test('missing points do not count, and none at all says so', () => {
  const before = pose([0, 0], [Number.NaN, 0], [100, 0], [100, 10]);
  const now = pose([4, 0], [900, 0], [100, 0], [Number.NaN, Number.NaN]);
  expect(swapCost({ before, now, keypointCount: 2 }, 0, 1).asIsPx).toBe(2);
  const none = new Float32Array(12).fill(Number.NaN);
  expect(swapAdvice(swapCost({ before: none, now, keypointCount: 2 }, 0, 1))).toContain('Too few');
});

test('the box holds the animals and stays in the picture', () => {
  const size = { widthPx: 200, heightPx: 100 };
  const box = boxAround([pose([10, 10], [40, 20], [500, 500], [500, 500])], [0], 2, size);
  expect(box).toEqual({ left: 0, top: 0, side: 59 });
  expect(boxAround([new Float32Array(6).fill(Number.NaN)], [0], 2, size)).toBeNull();
});
