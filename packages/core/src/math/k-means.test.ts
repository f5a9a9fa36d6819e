import { expect, test } from 'vitest';
import { Random } from '../random.js';
import { kMeans } from './k-means.js';

function blobs(seed: string): Float64Array {
  const random = new Random(seed);
  const points = new Float64Array(300 * 40);
  for (let p = 0; p < 300; p++) {
    for (let d = 0; d < 40; d++) points[p * 40 + d] = (p % 3) * 10 + random.normal() * 0.5;
  }
  return points;
}

test('well separated clouds are found, with centers at their means, the same for the same seed', () => {
  const points = blobs('a');
  const found = kMeans(points, { dimensions: 40, clusterCount: 3, random: new Random(1) });
  for (let p = 0; p < 300; p++) expect(found.clusterOf[p]).toBe(found.clusterOf[p % 3]);
  expect(new Set(found.clusterOf).size).toBe(3);
  const center = found.centers.subarray((found.clusterOf[1] as number) * 40, (found.clusterOf[1] as number) * 40 + 40);
  for (const value of center) expect(Math.abs(value - 10)).toBeLessThan(0.3);
  expect(kMeans(points, { dimensions: 40, clusterCount: 3, random: new Random(1) })).toEqual(found);
});

test('inertia is the sum of squares to the nearest center', () => {
  const points = blobs('b');
  const { centers, clusterOf, inertia } = kMeans(points, { dimensions: 40, clusterCount: 7, random: new Random(2) });
  let sum = 0;
  for (let p = 0; p < 300; p++) {
    const distances = Array.from({ length: 7 }, (_, c) => {
      let total = 0;
      for (let d = 0; d < 40; d++) total += ((points[p * 40 + d] as number) - (centers[c * 40 + d] as number)) ** 2;
      return total;
    });
    expect(distances[clusterOf[p] as number]).toBe(Math.min(...distances));
    sum += Math.min(...distances);
  }
  expect(Math.abs(inertia / sum - 1)).toBeLessThan(1e-12);
});

test('as many clusters as points puts each alone, also where k-means++ met one twice', () => {
  const points = Float64Array.from({ length: 20 }, (_, i) => i * i);
  const { inertia, clusterOf } = kMeans(points, { dimensions: 1, clusterCount: 20, random: new Random(3) });
  expect(inertia).toBe(0);
  expect(new Set(clusterOf).size).toBe(20);
});

test('points that coincide end without error', () => {
  const { inertia, centers } = kMeans(new Float64Array(10).fill(4), {
    dimensions: 1,
    clusterCount: 3,
    random: new Random(4),
  });
  expect(inertia).toBe(0);
  expect([...centers]).toEqual([4, 4, 4]);
});

test('more clusters than points and points that are not finite are refused', () => {
  const random = new Random(5);
  expect(() => kMeans([1, 2], { dimensions: 1, clusterCount: 3, random })).toThrow(/in 1..2 \(points\), got 3/);
  expect(() => kMeans([1, Number.NaN], { dimensions: 1, clusterCount: 1, random })).toThrow(/got NaN in point 1/);
  expect(() => kMeans([1, 2, 3], { dimensions: 2, clusterCount: 1, random })).toThrow(/dimensions must divide/);
});
