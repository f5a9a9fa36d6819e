import type { FrameSource } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { residentByCoat } from './resident-by-coat.js';
import { twoMice } from './two-mice.test.kit.js';

/** Two mice that stand; the first lies around (50, 50), the second around (150, 50). */
const ring = Array.from({ length: 7 }, (_, k) => [25 * Math.cos(k), 14 * Math.sin(k)] as const);
const points = Array.from({ length: 40 }, () =>
  [50, 150].flatMap((x) => ring.flatMap(([dx, dy]) => [x + dx, 50 + dy])),
);

function video(brightness: (frame: number) => readonly [number, number]): FrameSource & { taken: number[] } {
  const taken: number[] = [];
  const frame = async (index: number) => {
    taken.push(index);
    const [left, right] = brightness(index);
    const rgb = Uint8Array.from({ length: 3 * 200 * 100 }, (_, at) => (Math.floor(at / 3) % 200 < 100 ? left : right));
    return { index, timeSec: index / 30, widthPx: 200, heightPx: 100, rgb, corrupt: false };
  };
  return {
    frameCount: 40,
    widthPx: 200,
    heightPx: 100,
    fps: 30,
    frame,
    // biome-ignore lint/correctness/useYield: never asked for.
    async *frames() {
      throw new Error('single frames are enough');
    },
    close: async () => {},
    taken,
  };
}

test('the darker mouse is the resident, unless the brighter one is', async () => {
  const tracks = twoMice(points.flat(), { individuals: ['m1', 'm2'] });
  const frames = video((frame) => (frame % 10 === 9 ? [90, 80] : [200, 40]));
  const found = await residentByCoat(tracks, frames, { frameCount: 20 });
  expect(found).toMatchObject({ resident: 'm2', intruder: 'm1', frameCount: 20 });
  expect(found.brightness[0]).toBeCloseTo(40, 9);
  expect(found.brightness[1]).toBeCloseTo(200, 9);
  expect(frames.taken).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i + 1));
  expect(found.agreement).toBe(1);
  const brighter = await residentByCoat(tracks, frames, { residentIs: 'brighter' });
  expect(brighter.resident).toBe('m1');
});

test('coats that do not tell the mice apart, and mice never seen, are said so', async () => {
  const tracks = twoMice(points.flat());
  await expect(
    residentByCoat(
      tracks,
      video(() => [90, 90]),
    ),
  ).rejects.toThrow(/do not tell the mice apart.*0 % of 25/);
  await expect(
    residentByCoat(
      tracks,
      video((frame) => (frame % 2 === 0 ? [90, 100] : [100, 90])),
    ),
  ).rejects.toThrow(/do not tell the mice apart/);
  const unseen = twoMice(points.flat().map(() => Number.NaN));
  await expect(
    residentByCoat(
      unseen,
      video(() => [90, 10]),
    ),
  ).rejects.toThrow(/seen in none of 25 frames/);
  await expect(
    residentByCoat(
      tracks,
      video(() => [9, 10]),
      { individuals: ['resident', 'x'] },
    ),
  ).rejects.toThrow(/got resident, x/);
});
