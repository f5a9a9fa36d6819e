import { createPoseTracks, createSkeleton, type PoseTracks } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { degradeTracks } from './degrade-tracks.js';

const frameCount = 20_000;
const still: PoseTracks = createPoseTracks({
  skeleton: createSkeleton({ name: 'pair', keypoints: ['nose', 'tailbase'] }),
  individuals: ['a', 'b'],
  space: 'image',
  dimensions: 2,
  timeBase: { frameCount, fps: 30 },
  position: Float32Array.from({ length: frameCount * 8 }, (_, i) => (i % 8 < 4 ? 100 : 300)),
  confidence: new Float32Array(frameCount * 4).fill(1),
  provenance: { operation: 'made', versions: {}, inputs: [], parameters: {}, synthetic: true },
});
const none = { noisePx: 0, gapShare: 0, gapSec: 0.3, swapsPerMinute: 0, seed: 1 };

test('without errors tracks stay as they are', () => {
  expect(degradeTracks(still, none).position).toEqual(still.position);
});

test('noise has the deviation that was asked for, and repeats with the seed', () => {
  const noisy = degradeTracks(still, { ...none, noisePx: 2 });
  const errors = noisy.position.map((value, i) => value - (still.position[i] as number));
  const deviation = Math.sqrt(errors.reduce((sum, value) => sum + value * value, 0) / errors.length);
  // 160,000 values of which half the variance is correlated over 6 frames: 3 % is many standard errors.
  expect(Math.abs(deviation / 2 - 1)).toBeLessThan(0.03);
  expect(degradeTracks(still, { ...none, noisePx: 2 }).position).toEqual(noisy.position);
  expect(degradeTracks(still, { ...none, noisePx: 2, seed: 2 }).position).not.toEqual(noisy.position);
});

test('the share of missing points is what was asked for, and their confidence is gone with them', () => {
  const { position, confidence } = degradeTracks(still, { ...none, gapShare: 0.2 });
  const share = confidence.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0) / confidence.length;
  expect(Math.abs(share - 0.2)).toBeLessThan(0.03);
  for (let at = 0; at < confidence.length; at++) {
    expect(Number.isNaN(position[2 * at])).toBe(Number.isNaN(confidence[at]));
  }
});

test('animals change places as often as was asked for, and say so', () => {
  const swapped = degradeTracks(still, { ...none, swapsPerMinute: 4 });
  let changes = 0;
  for (let frame = 1; frame < frameCount; frame++) {
    if (swapped.position[frame * 8] !== swapped.position[(frame - 1) * 8]) changes++;
  }
  expect(swapped.provenance.parameters.swaps).toBe(changes);
  // 44 are expected in 11 minutes; 20 lie three standard deviations below.
  expect(changes).toBeGreaterThan(20);
  expect(swapped.provenance.synthetic).toBe(true);
});
