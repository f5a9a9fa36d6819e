import { expect, test } from 'vitest';
import { clockText, endOf, frameAt, timeOf } from './clock.js';

test('every frame of a constant rate is found again from its time', () => {
  for (const fps of [24, 25, 29.97, 30, 59.94, 1000 / 3]) {
    const clock = { frameCount: 100_000, fps };
    for (let frame = 0; frame < 100_000; frame += 97) expect(frameAt(timeOf(frame, clock), clock)).toBe(frame);
  }
});

test('variable times: the last frame that has begun is shown', () => {
  const clock = { frameCount: 4, fps: 10, timesSec: Float64Array.of(0, 0.1, 0.35, 0.4) };
  expect([-1, 0, 0.09, 0.1, 0.2, 0.34, 0.35, 9].map((time) => frameAt(time, clock))).toEqual([0, 0, 0, 1, 1, 1, 2, 3]);
  expect(endOf(clock)).toBeCloseTo(0.5);
});

test('an offset moves a video against the recording, which stays inside the video', () => {
  const clock = { frameCount: 10, fps: 10, offsetSec: 0.5 };
  expect([0, 0.4, 5].map((time) => frameAt(time, clock))).toEqual([5, 9, 9]);
  expect(timeOf(5, clock)).toBe(0);
});

test('times are written as people read them', () => {
  expect([0, 40.03, 61, 3723.456].map(clockText)).toEqual(['0:00.00', '0:40.03', '1:01.00', '1:02:03.46']);
});
