import { quantile, Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { percentileArena } from './percentile-arena.js';
import { twoMice } from './two-mice.test.kit.js';

test('percentiles that are counted are those of sorted numbers above 0, to the last bit', () => {
  const random = new Random('percentiles');
  const points = Array.from({ length: 28 * 400 }, (_, at) => {
    if (at % 50 === 3) return Number.NaN;
    if (at % 97 === 5) return -random.uniform() * 100;
    if (at % 211 === 7) return 0;
    // Many values alike, many orders of magnitude.
    return at % 3 === 0 ? Math.floor(random.uniform() * 20) + 0.5 : 10 ** random.between(-3, 4);
  });
  const tracks = twoMice(points);
  const source = { tracks, mice: [0, 1] as const, keypoints: [0, 1, 2, 3, 4, 5, 6] };
  const counted = percentileArena({ ...source, position: tracks.position });
  const sorted = [0, 1].map((axis) => {
    const known = tracks.position.filter((value, at) => at % 2 === axis && value > 0);
    return [quantile(known, 0.01), quantile(known, 0.99)] as const;
  });
  expect([counted.left, counted.right, counted.top, counted.bottom]).toEqual(sorted.flat());
  expect(percentileArena({ ...source, position: Float64Array.from(tracks.position) })).toEqual(counted);
  // Only the points that are asked for count.
  const one = percentileArena({ ...source, keypoints: [2], position: tracks.position });
  const nose = tracks.position.filter((value, at) => at % 14 === 4 && value > 0);
  expect(one.left).toBe(quantile(nose, 0.01));
  const none = percentileArena({ ...source, position: new Float32Array(points.length).fill(Number.NaN) });
  expect(none).toEqual({ left: Number.NaN, top: Number.NaN, right: Number.NaN, bottom: Number.NaN });
});
