import { expect, test } from 'vitest';
import { createTimeBase, frameAtSeconds, secondsOfFrame } from './time-base.js';

test('at a constant rate every frame comes back from its own time, over hours', () => {
  for (const fps of [25, 29.97, 30000 / 1001, 59.94, 120, 1000 / 3]) {
    const base = createTimeBase({ frameCount: 2_000_000, fps });
    const wrong: number[] = [];
    for (let frame = 0; frame < 2_000_000; frame += 97) {
      const own = frameAtSeconds(base, secondsOfFrame(base, frame));
      const inside = frameAtSeconds(base, (frame + 0.5) / fps);
      if (own !== frame || inside !== frame) wrong.push(frame);
    }
    expect(wrong).toEqual([]);
  }
});

test('at varying times a moment shows the last frame not after it', () => {
  const base = createTimeBase({ frameCount: 4, fps: 2, timesSec: Float64Array.of(1, 1.2, 3, 3.1) });
  expect([0, 1, 1.1, 1.2, 2.9, 3, 9].map((sec) => frameAtSeconds(base, sec))).toEqual([0, 0, 0, 1, 1, 2, 3]);
  expect([0, 1, 2, 3].map((frame) => frameAtSeconds(base, secondsOfFrame(base, frame)))).toEqual([0, 1, 2, 3]);
  // Beyond the ends time goes on at the mean rate.
  expect(secondsOfFrame(base, -1)).toBe(0.5);
  expect(secondsOfFrame(base, 5)).toBe(4.1);
});

test('moments outside give the first and last frame; without frames it is 0', () => {
  const base = createTimeBase({ frameCount: 10, fps: 10 });
  expect([-5, 0, 0.95, 50].map((sec) => frameAtSeconds(base, sec))).toEqual([0, 0, 9, 9]);
  for (const timesSec of [undefined, new Float64Array(0)]) {
    const empty = createTimeBase({ frameCount: 0, fps: 10, ...(timesSec && { timesSec }) });
    expect(frameAtSeconds(empty, 3)).toBe(0);
    expect(secondsOfFrame(empty, 3)).toBe(0.3);
  }
});

test('counts, rates and times that cannot be are refused', () => {
  expect(() => createTimeBase({ frameCount: -1, fps: 1 })).toThrow(/frameCount .* got -1/);
  expect(() => createTimeBase({ frameCount: 1.5, fps: 1 })).toThrow(/frameCount/);
  for (const fps of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => createTimeBase({ frameCount: 1, fps })).toThrow(/fps must be above 0/);
  }
  const times = (...timesSec: number[]) =>
    createTimeBase({ frameCount: 3, fps: 1, timesSec: Float64Array.from(timesSec) });
  expect(() => times(0, 1)).toThrow(/must have 3 entries, got 2/);
  expect(() => times(0, 1, 1)).toThrow(/must increase, got 1 at frame 2/);
  expect(() => times(0, Number.NaN, 1)).toThrow(/got NaN at frame 1/);
});
