import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { correctionOrder, measureErrorCosts } from './error-costs.js';
import { poseCase } from './pose-cases.test.kit.js';
import { classifyPoseErrors, keypointStates } from './pose-errors.js';
import type { InstanceImage } from './pose-instances.js';
import { namedSigma } from './sigma-tables.js';

interface Diagnosis {
  readonly seed: number;
  /** By state, shape `[keypoint]`. */
  readonly counts: Readonly<Record<string, readonly number[]>>;
  readonly alone: Readonly<Record<string, number>>;
  readonly together: Readonly<Record<string, number>>;
}
const { cases } = JSON.parse(readFileSync(resolve('test/reference/pose/diagnosis.json'), 'utf8')) as {
  cases: Diagnosis[];
};
const person = namedSigma('coco-person');
const personSymmetries = [1, 3, 5, 7, 9, 11, 13, 15].map((left): [number, number] => [left, left + 1]);
const theirNames = ['miss', 'swap', 'inversion', 'jitter', 'score', 'bckgd_false_pos', 'false_neg'];

/** Returns the 17-point animals of a seed without crowds and with 20 predictions of an image, as the reference has them. */
function publishedCase(seed: number): InstanceImage[] {
  return poseCase(seed, 17).images.map(({ labeled, predicted }) => ({
    labeled: labeled.map((animal) => ({ ...animal, isCrowd: false })),
    predicted: predicted.slice(0, 20),
  }));
}

test('states of points and AP after each correction are those of the published code on random animals', () => {
  expect(cases.length).toBeGreaterThan(10);
  for (const { seed, counts, alone, together } of cases) {
    const costs = measureErrorCosts(publishedCase(seed), {
      sigma: person,
      area: 'given',
      symmetries: personSymmetries,
      correction: 'coco-analyze',
    });
    for (const state of keypointStates) {
      expect(
        costs.errors.perKeypoint.map((count) => count[state]),
        `seed ${seed}: ${state}`,
      ).toEqual(counts[state]);
    }
    expect(Math.abs((costs.uncorrected.averagePrecision ?? -1) - (together.baseline as number))).toBeLessThan(1e-9);
    for (const [i, error] of correctionOrder.entries()) {
      const name = theirNames[i] as string;
      for (const [ours, theirs] of [
        [costs.alone[i], alone],
        [costs.oneAfterAnother[i], together],
      ] as const) {
        const difference = Math.abs((ours?.averagePrecision ?? -1) - (theirs[name] as number));
        expect(difference, `seed ${seed}: ${error}, ${ours?.averagePrecision} is not ${theirs[name]}`).toBeLessThan(
          1e-9,
        );
      }
    }
  }
});

// Three points: a nose and two ears; the box is 100 x 100, so similarity is exp(-d^2 / 200) for sigma 0.05.
const sigma = { values: [0.05, 0.05, 0.05], convention: 'coco' } as const;
const symmetries = [[1, 2]] as const;
const at = (x: number) => [x + 50, 100, x, 0, x + 100, 0];
const options = { sigma, symmetries };

test('one point of each kind: good, jitter, inversion, swap, miss', () => {
  const labeled = [{ keypoints: at(0) }, { keypoints: at(300) }];
  const see = (keypoints: number[]) =>
    classifyPoseErrors([{ labeled, predicted: [{ keypoints, score: 1 }] }], options).matches[0]?.states;
  expect(see([50, 100, 0, 5, 100, 0])).toEqual(['good', 'good', 'good']); // exp(-25/200) = 0.88
  expect(see([50, 100, 0, 10, 100, 0])).toEqual(['good', 'jitter', 'good']); // 0.61
  expect(see([50, 100, 100, 3, 0, 0])).toEqual(['good', 'inversion', 'inversion']);
  expect(see([50, 100, 300, 0, 100, 0])).toEqual(['good', 'swap', 'good']);
  expect(see([50, 100, 400, 0, 100, 0])).toEqual(['good', 'swap', 'good']); // the other ear of the other animal
  expect(see([50, 100, 0, 20, Number.NaN, Number.NaN])).toEqual(['good', 'miss', 'miss']); // 0.14
});

test('a point on another keypoint of its own animal is a miss, and an inversion where any keypoint counts', () => {
  const images = [
    { labeled: [{ keypoints: at(0) }], predicted: [{ keypoints: [50, 100, 50, 100, 100, 0], score: 1 }] },
  ];
  expect(classifyPoseErrors(images, options).counts).toMatchObject({ good: 2, miss: 1, inversion: 0 });
  const any = classifyPoseErrors(images, { ...options, inversion: 'any' });
  expect(any.counts).toMatchObject({ good: 2, miss: 0, inversion: 1 });
  expect(any.perKeypoint[1]).toMatchObject({ inversion: 1 });
});

test('unlabeled points have no state; predictions in the background and missed animals are counted', () => {
  const images = [
    {
      labeled: [{ keypoints: [50, 100, Number.NaN, Number.NaN, 100, 0] }, { keypoints: at(300) }],
      predicted: [
        { keypoints: at(0), score: 1 },
        { keypoints: at(1000), score: 0.5 },
      ],
    },
  ];
  const errors = classifyPoseErrors(images, options);
  expect(errors.matches).toHaveLength(1);
  expect(errors.matches[0]?.states[1]).toBeNull();
  expect(errors).toMatchObject({ backgroundPredictions: 1, unmatchedAnimals: 1 });
  expect(() => classifyPoseErrors(images, { sigma, symmetries: [[1, 3]] })).toThrow(
    'pose errors: symmetries must be keypoint indices below 3, got 3',
  );
});

test('each error costs what is known: only its own correction brings AP back', () => {
  const cost = (images: InstanceImage[], thresholds = [0.75]) => {
    const { uncorrected, alone, oneAfterAnother } = measureErrorCosts(images, { ...options, thresholds });
    const gains = Object.fromEntries(alone.map(({ error, gain }) => [error, gain]));
    return { before: uncorrected.averagePrecision, gains, last: oneAfterAnother.at(-1)?.averagePrecision };
  };
  const nothing = { miss: 0, swap: 0, inversion: 0, jitter: 0, score: 0, backgroundFalsePositive: 0, falseNegative: 0 };
  const one = (keypoints: number[]) => [{ labeled: [{ keypoints: at(0) }], predicted: [{ keypoints, score: 1 }] }];
  // All three points at 0.61: AP@.75 is 0, and 1 when they are put at 0.85. Forgiving the prediction leaves no
  // prediction, and forgiving the animal nobody to find.
  const jittered = cost(one(at(10)));
  expect(jittered).toMatchObject({ before: 0, gains: { ...nothing, jitter: 1, falseNegative: null } });
  // The ears exchanged: (1 + 0 + 0) / 3.
  const inverted = cost(one([50, 100, 100, 0, 0, 0]));
  expect(inverted).toMatchObject({ before: 0, gains: { ...nothing, inversion: 1, falseNegative: null } });
  // One ear lost: (1 + 1 + 0) / 3, and (1 + 1 + 0.5) / 3 = 0.83 when it is put at 0.5.
  expect(cost(one([50, 100, 0, 0, 900, 0]))).toMatchObject({
    before: 0,
    gains: { ...nothing, miss: 1, falseNegative: null },
  });
  const pair = { labeled: [{ keypoints: at(0) }, { keypoints: at(300) }] };
  const swapped = [50, 100, 0, 0, 400, 0];
  const both = [
    {
      ...pair,
      predicted: [
        { keypoints: swapped, score: 1 },
        { keypoints: at(300), score: 0.9 },
      ],
    },
  ];
  // The second, right animal has precision 1/2 over the recalls up to 1/2.
  expect(cost(both).before).toBeCloseTo((51 * 0.5) / 101, 12);
  expect(cost(both).gains.swap).toBeCloseTo(1 - (51 * 0.5) / 101, 12);
  expect(cost(both).gains.backgroundFalsePositive).toBeCloseTo((51 * 0.5) / 101, 12);
  expect(cost(both).last).toBe(1);
  // A ghost that is surer than the mouse: half the precision, lost by its score or by its being there.
  const ghost = [
    {
      labeled: [{ keypoints: at(0) }],
      predicted: [
        { keypoints: at(900), score: 1 },
        { keypoints: at(0), score: 0.5 },
      ],
    },
  ];
  expect(cost(ghost)).toEqual({
    before: 0.5,
    gains: { ...nothing, score: 0.5, backgroundFalsePositive: 0.5 },
    last: 1,
  });
  // One of two animals not found: 51 of 101 recalls.
  const missed = [{ ...pair, predicted: [{ keypoints: at(0), score: 1 }] }];
  expect(cost(missed).gains.falseNegative).toBeCloseTo(50 / 101, 12);
});

test('a corrected point lies at the similarity of the paper, or nearer as the published code puts it', () => {
  const images = [{ labeled: [{ keypoints: at(0) }], predicted: [{ keypoints: at(10), score: 1 }] }];
  const reached = (correction: 'paper' | 'coco-analyze', threshold: number) =>
    measureErrorCosts(images, { ...options, correction, thresholds: [threshold] }).alone.find(
      ({ error }) => error === 'jitter',
    )?.averagePrecision;
  expect(reached('paper', 0.849)).toBe(1);
  expect(reached('paper', 0.851)).toBe(0);
  expect(reached('coco-analyze', 0.96)).toBe(1); // 0.85 ** 0.25 = 0.9602
  expect(reached('coco-analyze', 0.961)).toBe(0);
});
