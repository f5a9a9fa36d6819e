import { createLabeledFrames, createSkeleton, type LabeledFrames } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { estimateSigma } from './estimate-sigma.js';
import { fixedSigmas, namedSigma, sigmaTables } from './sigma-tables.js';

test('published tables have their keypoints, and pairs of sides share a value', () => {
  expect(Object.keys(sigmaTables['coco-person'])).toHaveLength(17);
  expect(Object.keys(sigmaTables['mars-top'])).toHaveLength(9);
  expect(Object.keys(sigmaTables['mars-front'])).toHaveLength(13);
  for (const table of Object.values(sigmaTables)) {
    for (const [name, value] of Object.entries(table)) {
      expect((table as Record<string, number>)[name.replace('left', 'right')]).toBe(value);
    }
  }
  expect(fixedSigmas).toEqual({ narrow: 0.025, moderate: 0.05, wide: 0.1, ultrawide: 0.15 });
});

test('sigma is found by name whatever the spelling, under another name, or fixed for all', () => {
  const options = { keypoints: ['snout', 'Left_Ear', 'tailBase'], rename: { snout: 'nose tip' } };
  expect(namedSigma('mars-top', options)).toEqual({ values: [0.039, 0.045, 0.044], convention: 'coco' });
  expect(namedSigma('wide', { keypoints: ['a', 'b'] }).values).toEqual([0.1, 0.1]);
  expect(namedSigma('mars-front').values).toHaveLength(13);
  expect(() => namedSigma('mars-top', { keypoints: ['snout'] })).toThrow(/keypoints must be of nose tip, .*got snout/);
  expect(() => namedSigma('wide')).toThrow('sigma wide: keypoints must be given');
  expect(() => namedSigma('mars' as 'mars-top')).toThrow(/must be one of coco-person/);
});

/** Returns labels of animals, list of annotators, list of points; undefined = not labeled. */
function labelsOf(animals: readonly (readonly (readonly [number, number] | undefined)[][])[]): LabeledFrames {
  const annotators = Math.max(...animals.map((animal) => animal.length));
  const points = animals[0]?.[0]?.length as number;
  const rows = animals.flatMap((animal, image) => animal.map((labels, annotator) => ({ image, annotator, labels })));
  const position = Float64Array.from(
    rows.flatMap(({ labels }) => labels.flatMap((p) => p ?? [Number.NaN, Number.NaN])),
  );
  return createLabeledFrames({
    skeleton: createSkeleton({ name: 'm', keypoints: Array.from({ length: points }, (_, k) => `k${k}`) }),
    individuals: ['mouse'],
    annotators: Array.from({ length: annotators }, (_, i) => `a${i}`),
    images: animals.map((_, i) => ({ group: 'g', file: `${i}` })),
    image: Int32Array.from(rows, ({ image }) => image),
    individual: new Int32Array(rows.length),
    annotator: Int32Array.from(rows, ({ annotator }) => annotator),
    position,
    visibility: Uint8Array.from({ length: position.length / 2 }, (_, i) => (Number.isNaN(position[2 * i]) ? 0 : 2)),
  });
}

test('sigma of two annotators: root mean square deviation over the root of the area, or as MARS', () => {
  // Mean labels (0, 0) and (100, 100): area 10^4. k0 is off by 6 px in x, k1 by 8 px in y.
  const one = [
    [
      [-3, 0],
      [100, 96],
    ],
    [
      [3, 0],
      [100, 104],
    ],
  ] as const;
  const labels = labelsOf([one as never]);
  const { sigma, animalsPerKeypoint } = estimateSigma(labels);
  expect(sigma.convention).toBe('coco');
  // Variances with n - 1: 18 and 32 px^2.
  expect(sigma.values[0]).toBeCloseTo(Math.sqrt(18) / 100, 14);
  expect(sigma.values[1]).toBeCloseTo(Math.sqrt(32) / 100, 14);
  expect(animalsPerKeypoint).toEqual([1, 1]);
  // SDs with n, mean of the axes: 3 / 2 and 4 / 2 px.
  const mars = estimateSigma(labels, { formula: 'mars' }).sigma.values;
  expect(mars[0]).toBeCloseTo(1.5 / 100 / Math.SQRT2, 14);
  expect(mars[1]).toBeCloseTo(2 / 100 / Math.SQRT2, 14);
  expect(estimateSigma(labels, { areaPx2: () => 40000 }).sigma.values[0]).toBeCloseTo(Math.sqrt(18) / 200, 14);
});

test('animals with one annotator or without area do not count, and a keypoint without any is named', () => {
  const good = [
    [
      [-3, 0],
      [100, 100],
    ],
    [
      [3, 0],
      [100, 100],
    ],
  ];
  const alone = [
    [
      [50, 50],
      [900, 900],
    ],
  ];
  const flat = [
    [[-9, 0], undefined],
    [[9, 0], undefined],
  ];
  const { sigma, animalsPerKeypoint, leftOutAnimals } = estimateSigma(labelsOf([good, alone, flat] as never));
  expect(sigma.values[0]).toBeCloseTo(Math.sqrt(18) / 100, 14);
  expect(sigma.values[1]).toBe(0);
  expect(animalsPerKeypoint).toEqual([1, 1]);
  expect(leftOutAnimals).toBe(1);
  expect(() => estimateSigma(labelsOf([alone] as never))).toThrow(
    'sigma estimation: each keypoint needs an animal that two annotators labeled, got none for k0, k1',
  );
});
