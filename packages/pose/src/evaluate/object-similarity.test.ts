import { createSkeleton } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { scoreSimilarity } from './average-precision.js';
import { objectSimilarity } from './object-similarity.js';
import type { PosePairs } from './pair-predictions.js';

const coco = { values: [0.05, 0.1], convention: 'coco' } as const;

test('similarity follows the kernel of COCO; the plain convention needs sigmas twice as large', () => {
  const labeled = [0, 0, 20, 10]; // area 200
  const expected = (Math.exp(-25 / (2 * 0.1 ** 2 * 200)) + Math.exp(-4 / (2 * 0.2 ** 2 * 200))) / 2;
  expect(objectSimilarity(labeled, [3, 4, 20, 8], coco)).toBeCloseTo(expected, 14);
  expect(objectSimilarity(labeled, [3, 4, 20, 8], { values: [0.1, 0.2], convention: 'plain' })).toBeCloseTo(
    expected,
    14,
  );
});

test('a missed point counts nothing, an absent label does not count, one label alone has an area of 1 px^2', () => {
  expect(objectSimilarity([0, 0, 20, 10], [0, 0, Number.NaN, Number.NaN], coco)).toBe(0.5);
  expect(objectSimilarity([0, 0, Number.NaN, Number.NaN], [0.1, 0, 5, 5], coco)).toBeCloseTo(
    Math.exp(-0.01 / 0.02),
    14,
  );
  expect(objectSimilarity([Number.NaN, Number.NaN], [1, 1], { values: [0.1], convention: 'coco' })).toBeNaN();
});

/** Returns pairs of one animal an image (box 100 x 100) whose first point is off by `offPx`; undefined = missed. */
function pairsWith(
  animals: readonly { offPx: number; score: number }[],
  extras: readonly { image: number; score: number }[] = [],
): PosePairs {
  const labeled = animals.flatMap(() => [0, 0, 100, 100]);
  return {
    skeleton: createSkeleton({ name: 'm', keypoints: ['a', 'b'] }),
    unknownKeypoints: [],
    images: animals.map((_, i) => ({ group: 'g', file: `${i}` })),
    image: Int32Array.from(animals, (_, i) => i),
    individuals: animals.map(() => 'x'),
    labeled: Float64Array.from(labeled),
    visibility: new Uint8Array(animals.length * 2).fill(2),
    predicted: Float64Array.from(
      animals.flatMap(({ offPx }) => (Number.isNaN(offPx) ? [NaN, NaN, NaN, NaN] : [offPx, 0, 100 + offPx, 100])),
    ),
    confidence: new Float64Array(animals.length * 2).fill(1),
    score: Float64Array.from(animals, ({ score }) => score),
    extras: extras.map((extra) => ({ ...extra, position: Float64Array.of(500, 500, 600, 600) })),
  };
}
const sigma = { values: [0.05, 0.05], convention: 'coco' } as const; // exp(-d^2 / 200)

test('perfect predictions have precision and recall 1; a confident false animal costs precision', () => {
  const perfect = [
    { offPx: 0, score: 0.9 },
    { offPx: 0, score: 0.8 },
  ];
  expect(scoreSimilarity(pairsWith(perfect), sigma)).toMatchObject({
    meanSimilarity: 1,
    meanAveragePrecision: 1,
    meanAverageRecall: 1,
  });
  const low = scoreSimilarity(pairsWith(perfect, [{ image: 0, score: 0.1 }]), sigma);
  expect(low.meanAveragePrecision).toBe(1);
  const high = scoreSimilarity(pairsWith(perfect, [{ image: 0, score: 1 }]), sigma);
  // Ranked: false, true, true: precision 1/2 then 2/3, so 2/3 at every recall.
  expect(high.meanAveragePrecision).toBeCloseTo(2 / 3, 12);
  expect(high.meanAverageRecall).toBe(1);
});

test('precision at each threshold is that of COCO with 101 recalls', () => {
  // Similarities exp(-25/200) = 0.882, exp(-100/200) = 0.607 and a missed animal.
  const scores = scoreSimilarity(
    pairsWith([
      { offPx: 5, score: 0.5 },
      { offPx: 10, score: 0.9 },
      { offPx: NaN, score: NaN },
    ]),
    sigma,
  );
  expect(scores.meanSimilarity).toBeCloseTo((Math.exp(-0.125) + Math.exp(-0.5)) / 3, 12);
  expect(scores.recall['0.60']).toBeCloseTo(2 / 3, 12);
  expect(scores.averagePrecision['0.60']).toBeCloseTo(67 / 101, 12); // recalls 0.00 to 0.66
  // At 0.65 the first in rank is false: precision 1/2 up to recall 1/3.
  expect(scores.averagePrecision['0.65']).toBeCloseTo((34 * 0.5) / 101, 12);
  expect(scores.averagePrecision['0.90']).toBe(0);
  expect(() => scoreSimilarity(pairsWith([]), { values: [1], convention: 'coco' })).toThrow(/needs 2 values/);
});

test('two predictions of one animal: the second is false', () => {
  const twice = pairsWith([{ offPx: 5, score: 0.5 }]);
  const better = { image: 0, score: 0.9, position: Float64Array.of(0, 0, 100, 100) };
  const scores = scoreSimilarity({ ...twice, extras: [better] }, sigma);
  expect(scores.averagePrecision['0.50']).toBe(1);
  expect(scores.recall['0.95']).toBe(1);
});
