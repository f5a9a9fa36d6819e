import { expect, test } from 'vitest';
import { frameAt } from '../state/clock.js';
import { offsetMovedBy, offsetThatAligns, offsetThatShows } from './align.js';

const reference = { frameCount: 300, fps: 30 };

test('an event that two cameras saw comes together, at other rates and after an offset as well', () => {
  // The flash is frame 60 of the first (2 s) and frame 75 of the second (3 s at 25 per second).
  for (const offsetSec of [0, 0.4, -1.25]) {
    const clock = { frameCount: 250, fps: 25, offsetSec };
    const seenAt = 75 / 25 - offsetSec;
    const aligned = offsetThatAligns(2, seenAt, { reference, clock });
    expect(aligned).toBe(1);
    expect(frameAt(2, { ...clock, offsetSec: aligned })).toBe(75);
  }
});

test('a varying rate counts by its own times', () => {
  const clock = { frameCount: 4, fps: 10, timesSec: Float64Array.of(0, 0.1, 0.35, 0.4), offsetSec: 0 };
  expect(offsetThatShows(2, 1, clock)).toBe(-0.65);
  expect(frameAt(1, { ...clock, offsetSec: -0.65 })).toBe(2);
});

test('the picture moves by frames and stays inside the video', () => {
  const clock = { frameCount: 100, fps: 25, offsetSec: 0 };
  const next = offsetMovedBy(1, 2, clock);
  expect(next).toBe(0.04);
  expect(frameAt(2, { ...clock, offsetSec: next })).toBe(51);
  expect(frameAt(2, { ...clock, offsetSec: offsetMovedBy(-200, 2, clock) })).toBe(0);
});
