import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { poseAveragePrecision, posePrecisionRecall } from './average-precision.js';
import { boxAveragePrecision, boxOverlap, boxPrecisionRecall } from './box-average-precision.js';
import { boxCase, poseCase } from './pose-cases.test.kit.js';
import type { AveragePrecision } from './ranked-precision.js';

interface Reference {
  readonly seed: number;
  readonly statistics: readonly number[];
}
const references = JSON.parse(readFileSync(resolve('test/reference/pose/coco.json'), 'utf8')) as {
  poses: Reference[];
  boxes: Reference[];
};
const orMinus = (value: number | null | undefined) => value ?? -1;
const precisions = (result: AveragePrecision) =>
  [result.averagePrecision, result.precisionAt['0.50'], result.precisionAt['0.75']].map(orMinus);
const recalls = (result: AveragePrecision) =>
  [result.averageRecall, result.recallAt['0.50'], result.recallAt['0.75']].map(orMinus);

/** Returns the largest difference of two lists of the same length. */
function difference(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours).toHaveLength(theirs.length);
  return Math.max(...ours.map((value, i) => Math.abs(value - (theirs[i] as number))));
}

test('keypoint AP and AR are those of pycocotools on random animals, crowds, ties and empty images', () => {
  expect(references.poses.length).toBeGreaterThan(200);
  for (const { seed, statistics } of references.poses) {
    const { sigma, images } = poseCase(seed);
    const { all, medium, large } = poseAveragePrecision(images, { sigma, area: 'given' });
    const ours = [
      ...precisions(all),
      orMinus(medium.averagePrecision),
      orMinus(large.averagePrecision),
      ...recalls(all),
      orMinus(medium.averageRecall),
      orMinus(large.averageRecall),
    ];
    expect(difference(ours, statistics), `seed ${seed}: ${ours} is not ${statistics}`).toBeLessThan(1e-9);
  }
});

test('box AP and AR are those of pycocotools on random boxes, crowds, even overlaps and many predictions', () => {
  expect(references.boxes.length).toBeGreaterThan(100);
  for (const { seed, statistics } of references.boxes) {
    const { all, small, medium, large, averageRecallOf } = boxAveragePrecision(boxCase(seed));
    const ours = [
      ...precisions(all),
      ...[small, medium, large].map((result) => orMinus(result.averagePrecision)),
      ...[averageRecallOf[1], averageRecallOf[10], averageRecallOf[100]].map(orMinus),
      ...[small, medium, large].map((result) => orMinus(result.averageRecall)),
    ];
    expect(difference(ours, statistics), `seed ${seed}: ${ours} is not ${statistics}`).toBeLessThan(1e-9);
  }
});

const sigma = { values: [0.05, 0.05], convention: 'coco' } as const; // exp(-d^2 / 200) for a box of 100 x 100
const animal = (x: number, y = 0) => [x, y, x + 100, y + 100];

test('each source of the area changes the scale, and is asked for where it is missing', () => {
  const image = {
    labeled: [{ keypoints: animal(0), areaPx2: 2500, box: [0, 0, 200, 200] as const }],
    predicted: [{ keypoints: animal(10), score: 1 }],
  };
  const at = (area: 'labeled-points' | 'given' | 'box') =>
    poseAveragePrecision([image], { sigma, area, thresholds: [0.1, 0.6, 0.88] }).all.precisionAt;
  expect(at('labeled-points')).toEqual({ '0.10': 1, '0.60': 1, '0.88': 0 }); // exp(-100/200) = 0.607
  expect(at('given')).toEqual({ '0.10': 1, '0.60': 0, '0.88': 0 }); // exp(-100/50) = 0.135
  expect(at('box')).toEqual({ '0.10': 1, '0.60': 1, '0.88': 1 }); // exp(-100/800) = 0.882
  const bare = { labeled: [{ keypoints: animal(0) }], predicted: [] };
  expect(() => poseAveragePrecision([bare], { sigma, area: 'given' })).toThrow(
    'average precision: areaPx2 of each labeled animal must be given for area given, got undefined',
  );
  expect(() => poseAveragePrecision([bare], { sigma, area: 'box' })).toThrow(/box of each labeled animal/);
});

test('wrong input is named: scores that are no numbers, keypoints that do not fit, sigma of 0, boxes without size', () => {
  const image = { labeled: [], predicted: [{ keypoints: animal(0), score: Number.NaN }] };
  expect(() => poseAveragePrecision([image], { sigma })).toThrow(/score must be a number, got NaN/);
  const short = { labeled: [{ keypoints: [1, 2] }], predicted: [] };
  expect(() => poseAveragePrecision([short], { sigma })).toThrow(/sigma needs 1 values, got 2/);
  expect(() => poseAveragePrecision([], { sigma: { values: [0], convention: 'coco' } })).toThrow(/must be above 0/);
  expect(() => boxAveragePrecision([{ labeled: [{ box: [0, 0, -1, 1] }], predicted: [] }])).toThrow(
    'box precision: box must be x, y, width and height (0 or above), got 0,0,-1,1',
  );
});

test('without labeled animals there is nothing to tell', () => {
  const { all } = poseAveragePrecision([{ labeled: [], predicted: [{ keypoints: animal(0), score: 1 }] }], { sigma });
  expect(all).toMatchObject({ labeledCount: 0, averagePrecision: null, averageRecall: null, precision: [] });
  expect(posePrecisionRecall([], { sigma, threshold: 0.5 })).toMatchObject({ recall: [], averagePrecision: null });
});

test('precision and recall run down the ranking', () => {
  const images = [
    {
      labeled: [{ keypoints: animal(0) }, { keypoints: animal(1000) }],
      predicted: [
        { keypoints: animal(0), score: 0.9 },
        { keypoints: animal(500), score: 0.8 },
        { keypoints: animal(1000), score: 0.7 },
      ],
    },
  ];
  const curve = posePrecisionRecall(images, { sigma, threshold: 0.5 });
  expect(curve).toMatchObject({ score: [0.9, 0.8, 0.7], precision: [1, 1 / 2, 2 / 3], recall: [0.5, 0.5, 1] });
  expect(curve.averagePrecision).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
});

test('overlap is intersection over union; of a crowd, the share of the prediction', () => {
  expect(boxOverlap([0, 0, 10, 10], [5, 0, 10, 10])).toBeCloseTo(50 / 150, 14);
  expect(boxOverlap([0, 0, 10, 10], [5, 0, 100, 100], { isCrowd: true })).toBe(0.5);
  expect(boxOverlap([0, 0, 10, 10], [10, 0, 10, 10])).toBe(0);
  expect(boxOverlap([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
});

test("a detector's curves fall with the overlap that is asked for", () => {
  const images = [0, 1, 2, 3].map((i) => ({
    labeled: [{ box: [0, 0, 100, 100] as const }],
    predicted: [{ box: [0, 0, 100, 100 - 10 * i] as const, score: 1 - i / 10 }], // overlaps 1, 0.9, 0.8, 0.7
  }));
  const curves = boxPrecisionRecall(images);
  expect(curves.map(({ threshold }) => threshold)).toEqual([0.5, 0.75, 0.85, 0.9, 0.95]);
  expect(curves.map(({ recall }) => recall.at(-1))).toEqual([1, 0.75, 0.5, 0.5, 0.25]);
  expect(curves[1]?.precision).toEqual([1, 1, 1, 0.75]);
  expect(curves[4]?.averagePrecision).toBeCloseTo(26 / 101, 12);
});
