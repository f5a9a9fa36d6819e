import { createSkeleton } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { deepLabCutAveragePrecision } from './deeplabcut-precision.js';
import { keypointPrecisionRecall } from './keypoint-precision-recall.js';
import type { PosePairs } from './pair-predictions.js';

const sigma = { values: [0.05, 0.05], convention: 'coco' } as const; // exp(-d^2 / 200) for a box of 100 x 100

/** Returns animals (box 100 x 100) whose first point is off by `offPx` (NaN = not predicted) and whose second is exact. */
function pairsOf(animals: readonly { offPx: number; confidence: readonly [number, number] }[]): PosePairs {
  return {
    skeleton: createSkeleton({ name: 'm', keypoints: ['a', 'b'] }),
    unknownKeypoints: [],
    images: animals.map((_, i) => ({ group: 'g', file: `${i}` })),
    image: Int32Array.from(animals, (_, i) => i),
    individuals: animals.map(() => 'x'),
    labeled: Float64Array.from(animals.flatMap(() => [0, 0, 100, 100])),
    visibility: new Uint8Array(animals.length * 2).fill(2),
    predicted: Float64Array.from(
      animals.flatMap(({ offPx }) => [offPx, Number.isNaN(offPx) ? Number.NaN : 0, 100, 100]),
    ),
    confidence: Float64Array.from(animals.flatMap(({ confidence }) => confidence)),
    score: new Float64Array(animals.length).fill(1),
    extras: [],
  };
}

test('a confident point that is far is a false positive only; what is left is a false negative', () => {
  const pairs = pairsOf([
    { offPx: 0, confidence: [0.9, 0.5] },
    { offPx: 50, confidence: [0.8, 0.5] }, // far
    { offPx: 5, confidence: [0.3, 0.5] },
    { offPx: Number.NaN, confidence: [Number.NaN, 0.5] },
  ]);
  const curve = keypointPrecisionRecall(pairs, { sigma, keypoint: 0 });
  expect(curve).toMatchObject({ threshold: 0.5, labeledPoints: 4, confidence: [0.9, 0.8, 0.3] });
  expect(curve.precision).toEqual([1, 1 / 2, 2 / 3]);
  expect(curve.recall).toEqual([1 / 4, 1 / 3, 2 / 3]); // at 0.8: 1 right, 1 wrong, 2 not accepted
  expect(curve.foundShare).toEqual([1 / 4, 1 / 4, 2 / 4]);
  expect(curve.averageRecall).toBe(0.5);
  expect(curve.averagePrecision).toBeCloseTo(1 / 4 + (2 / 3) * (1 / 3 - 1 / 4) + (2 / 3) * (1 / 3), 12);
  expect(curve.averagePrecisionOfAll).toBeCloseTo(1 / 4 + (2 / 3) * (1 / 4), 12);
});

test('points of equal confidence are accepted together, those without one last', () => {
  const pairs = pairsOf([
    { offPx: 0, confidence: [0.5, 0.5] },
    { offPx: 50, confidence: [Number.NaN, 0.5] },
  ]);
  const curve = keypointPrecisionRecall(pairs, { sigma });
  expect(curve.confidence).toEqual([0.5, Number.NEGATIVE_INFINITY]);
  expect(curve.precision).toEqual([1, 3 / 4]);
  expect(curve.recall).toEqual([3 / 4, 1]);
  expect(keypointPrecisionRecall(pairsOf([]), { sigma })).toMatchObject({
    averagePrecision: null,
    averageRecall: null,
  });
  expect(() => keypointPrecisionRecall(pairs, { sigma, keypoint: 2 })).toThrow(/keypoint must be an index below 2/);
  expect(() => keypointPrecisionRecall(pairs, { sigma, areaPx2: [1] })).toThrow(/areaPx2 needs 2 values, got 1/);
});

const animal = (x: number) => [x, 0, x + 100, 100];

test('DeepLabCut: a prediction that loses its animal takes no other, and animals of one point do not count', () => {
  const image = {
    labeled: [{ keypoints: animal(0) }, { keypoints: animal(8) }, { keypoints: [0, 0, Number.NaN, Number.NaN] }],
    predicted: [
      { keypoints: animal(0), score: 0.9 },
      { keypoints: animal(3), score: 0.8 }, // nearest the first; exp(-25/200) = 0.88 to the second
    ],
  };
  const greedy = deepLabCutAveragePrecision([image], { sigma, matching: 'greedy' });
  expect(greedy).toMatchObject({ labeledCount: 2, meanAverageRecall: 0.5 });
  expect(greedy.meanAveragePrecision).toBeCloseTo(51 / 101, 12);
  const global = deepLabCutAveragePrecision([image], { sigma });
  expect(global.recall[0]).toBe(1);
  expect(global.recall[8]).toBe(0.5); // at 0.90 the second is no match
  expect(() => deepLabCutAveragePrecision([{ labeled: [], predicted: [] }], { sigma })).toThrow(/got none/);
});

test('DeepLabCut: the margin makes the box larger and similarity kinder', () => {
  const image = { labeled: [{ keypoints: animal(0) }], predicted: [{ keypoints: animal(10), score: 1 }] }; // 0.61
  expect(deepLabCutAveragePrecision([image], { sigma }).recall[3]).toBe(0);
  // Box 120 x 120: exp(-100 / 288) = 0.71.
  expect(deepLabCutAveragePrecision([image], { sigma, marginPx: 10 }).recall[3]).toBe(1);
});
