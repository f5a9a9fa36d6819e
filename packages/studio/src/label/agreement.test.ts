import { expect, test } from 'vitest';
import type { LabelRow } from 'zoopraxis';
import { agreementOf, quantile, sharingAnnotators } from './agreement.js';

const row = (
  frame: number,
  annotator: string,
  points: Readonly<Record<string, readonly [number, number]>>,
  individual = 'm',
): LabelRow => ({
  ...{ frame, annotator, individual },
  points: Object.fromEntries(
    Object.entries(points).map(([name, [x, y]]) => [name, { x, y, visibility: 'visible' as const }]),
  ),
});

const rows = [
  row(0, 'ann', { nose: [0, 0], tail: [10, 0] }),
  row(0, 'bob', { nose: [3, 4] }),
  row(5, 'ann', { nose: [0, 0], tail: [0, 0] }),
  row(5, 'bob', { nose: [0, 1], tail: [12, 0] }),
  row(5, 'bob', { nose: [99, 99] }, 'other'),
  row(7, 'ann', { nose: [1, 1] }),
  row(7, 'bob', {}),
  row(5, 'eve', { nose: [0, 0] }),
];

test('two people are compared where both labeled an animal, the furthest apart first', () => {
  const found = agreementOf(rows, ['ann', 'bob'], ['nose', 'tail', 'ear']);
  expect(found.sharedCount).toBe(2);
  expect(found.medianPx).toBe(5);
  expect(found.keypoints).toEqual([
    { keypoint: 'nose', count: 2, medianPx: 3, p95Px: 4.8, aloneCount: 0 },
    { keypoint: 'tail', count: 1, medianPx: 12, p95Px: 12, aloneCount: 1 },
    { keypoint: 'ear', count: 0, medianPx: Number.NaN, p95Px: Number.NaN, aloneCount: 0 },
  ]);
  expect(found.frames).toEqual([
    { frame: 5, individual: 'm', keypoint: 'tail', meanPx: 6.5, largestPx: 12 },
    { frame: 0, individual: 'm', keypoint: 'nose', meanPx: 5, largestPx: 5 },
  ]);
});

test('pairs who share animals are found, the most shared first; an empty row shares nothing', () => {
  expect(sharingAnnotators(rows)).toEqual([
    { pair: ['ann', 'bob'], count: 2 },
    { pair: ['ann', 'eve'], count: 1 },
    { pair: ['bob', 'eve'], count: 1 },
  ]);
  expect(sharingAnnotators([])).toEqual([]);
});

test('quantiles lie between neighbors in proportion', () => {
  expect([0, 0.5, 0.95, 1].map((share) => quantile([1, 2, 4], share))).toEqual([1, 2, 3.8, 4]);
  expect(quantile([], 0.5)).toBeNaN();
});
