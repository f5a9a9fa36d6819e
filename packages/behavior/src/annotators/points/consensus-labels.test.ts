import { expect, test } from 'vitest';
import { consensusLabels } from './consensus-labels.js';
import { absent, labelImages } from './label-kit.test.kit.js';

const nan = Number.NaN;

const three = labelImages([
  [
    [
      [0, 0],
      [50, 0, 1],
    ],
    [[3, 4], absent],
    undefined,
    [[0, 1], absent],
  ],
]);

test('the consensus is the middle of the points; what most left out is absent', () => {
  const consensus = consensusLabels(three);
  expect(consensus.annotators).toEqual(['consensus']);
  expect([...consensus.position]).toEqual([0, 1, nan, nan]);
  expect([...consensus.visibility]).toEqual([2, 0]);
  expect([...consensusLabels(three, { method: 'mean' }).position.subarray(0, 2)]).toEqual([1, 5 / 3]);
  expect([...consensusLabels(three, { method: 'medoid' }).position.subarray(0, 2)]).toEqual([0, 1]);
});

test('of two annotators, one is no majority', () => {
  const half = consensusLabels(
    labelImages([
      [
        [
          [0, 0, 1],
          [9, 9, 1],
        ],
        [[2, 2], absent],
      ],
    ]),
  );
  expect([...half.position]).toEqual([1, 1, 9, 9]);
  // Of the nose one says occluded, one visible: visible. The only one who placed the tail says occluded.
  expect([...half.visibility]).toEqual([2, 1]);
});

test('an exchange of left and right by one of five moves the median little and the mean much', () => {
  const right = (x: number) => [
    [x, 0],
    [x, 100],
  ];
  const labels = labelImages([[right(0), right(1), right(2), right(3), [...right(4)].reverse()] as never]);
  expect([...consensusLabels(labels).position]).toEqual([2, 0, 2, 100]);
  expect([...consensusLabels(labels, { method: 'mean' }).position]).toEqual([2, 20, 2, 80]);
  const [x, y] = consensusLabels(labels, { method: 'geometric-median' }).position;
  expect(Math.hypot((x as number) - 2, y as number)).toBeLessThan(1);
});
