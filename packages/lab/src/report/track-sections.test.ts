import { createPoseTracks, createSkeleton } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { medianBackground } from './background.js';
import { mainKeypoint, pathOf, speedOf } from './track-sections.js';

const provenance = { operation: 'test', versions: {}, inputs: [], parameters: {} };

test('the speed of a straight run is its speed, and unknown at gaps and ends', () => {
  const frames = 60;
  const path = Float32Array.from({ length: frames * 2 }, (_, i) => (i % 2 === 0 ? 3 * (i >> 1) : 4 * (i >> 1)));
  for (let frame = 30; frame < 40; frame++) path.fill(Number.NaN, 2 * frame, 2 * frame + 2);
  const speed = speedOf(
    path,
    Float64Array.from({ length: frames }, (_, frame) => frame / 30),
  );
  expect(speed[10]).toBeCloseTo(150, 3);
  expect(speed[35]).toBeNaN();
  expect([speed[0], speed[frames - 1]]).toEqual([Number.NaN, Number.NaN]);
});

test('a single wrong frame makes no speed', () => {
  const path = new Float32Array(2 * 50).fill(100);
  path[2 * 25] = 600;
  const speed = speedOf(
    path,
    Float64Array.from({ length: 50 }, (_, frame) => frame / 30),
  );
  expect(Math.max(...speed.filter((value) => !Number.isNaN(value)))).toBe(0);
});

test('unsure points are left out of the path', () => {
  const skeleton = createSkeleton({ name: 's', keypoints: ['nose', 'tailbase'] });
  const tracks = createPoseTracks({
    skeleton,
    individuals: ['a'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: 2, fps: 1 },
    position: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    confidence: Float32Array.of(1, 0.5, 1, Number.NaN),
    provenance,
  });
  expect(mainKeypoint(tracks)).toBe(1);
  expect([...pathOf(tracks, { individual: 0, keypoint: 1, cutoff: 0.6 })]).toEqual([Number.NaN, Number.NaN, 7, 8]);
});

test('the background is the scene without the animal that walks through it', async () => {
  const source = {
    frameCount: 60,
    widthPx: 60,
    heightPx: 4,
    fps: 30,
    async frame(index: number) {
      const rgb = new Uint8Array(60 * 4 * 3).fill(200);
      rgb.fill(0, index * 3, index * 3 + 9);
      return { index, timeSec: index / 30, corrupt: false, widthPx: 60, heightPx: 4, rgb };
    },
    async *frames() {},
    close: async () => undefined,
  };
  const { rgb } = await medianBackground(source);
  expect(rgb.every((value) => value === 200)).toBe(true);
});
