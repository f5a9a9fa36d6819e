import { expect, test } from 'vitest';
import { unroundedSec, withUnroundedEdges } from './snap-rounded.js';

test.each([24, 25, 29.97, 30, 50, 60, 120])(
  'at %s frames per second every frame comes back from milliseconds',
  (fps) => {
    const base = { frameCount: 100_000, fps };
    for (let frame = 0; frame <= base.frameCount; frame += 7) {
      const rounded = Math.round((frame / fps) * 1000) / 1000;
      expect(unroundedSec(rounded, base)).toBe(frame / fps);
    }
  },
);

test('what was not rounded, or lies inside a frame, stays', () => {
  const base = { frameCount: 300, fps: 30 };
  expect(unroundedSec(1.0169, base)).toBe(1.0169);
  expect(unroundedSec(1.017, base)).toBe(1.017);
  const bout = { id: 'a', behavior: 'rear', startSec: 0.033, endSec: 0.5 };
  expect(withUnroundedEdges([bout], base)).toEqual({ bouts: [{ ...bout, startSec: 1 / 30 }], movedCount: 1 });
  const timesSec = Float64Array.of(0, 0.0334, 0.1);
  expect(unroundedSec(0.033, { frameCount: 3, fps: 30, timesSec })).toBe(0.0334);
});
