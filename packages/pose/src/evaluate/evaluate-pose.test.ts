import { createLabeledFrames, createSkeleton, type LabeledFrames } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { madeTracks } from '../filter/made-tracks.test.kit.js';
import type { ErrorIntervals } from './error-statistics.js';
import { evaluatePose } from './evaluate-pose.js';
import { labelsFromTracks } from './labels-from-tracks.js';
import { type PredictedFrames, predictedFromPictures, predictedFromTracks } from './predicted-frames.js';

const nan = Number.NaN;
type Points = readonly (readonly [number, number])[];

/** Returns labels of one animal an image, four images in two sessions unless told otherwise. */
function label(
  rows: readonly { image: number; individual?: number; annotator?: number; points: Points }[],
  groups = ['s1', 's1', 's2', 's2'],
): LabeledFrames {
  const keypoints = ['nose', 'ear', 'tailbase'];
  return createLabeledFrames({
    skeleton: createSkeleton({ name: 'mouse', keypoints }),
    individuals: ['a', 'b'],
    annotators: ['ann', 'bob'],
    images: groups.map((group, i) => ({ group, file: `img${i}.png`, frame: 10 * i })),
    image: Int32Array.from(rows, (row) => row.image),
    individual: Int32Array.from(rows, (row) => row.individual ?? 0),
    annotator: Int32Array.from(rows, (row) => row.annotator ?? 0),
    position: Float64Array.from(rows.flatMap((row) => row.points.flat())),
    visibility: Uint8Array.from(rows.flatMap((row) => row.points.map(([x]) => (Number.isNaN(x) ? 0 : x < 0 ? 1 : 2)))),
  });
}

function predict(
  rows: readonly { image: number; points: Points; confidence?: readonly number[]; score?: number }[],
): PredictedFrames {
  return {
    keypoints: ['nose', 'ear', 'tailbase'],
    image: Int32Array.from(rows, (row) => row.image),
    position: Float64Array.from(rows.flatMap((row) => row.points.flat())),
    confidence: Float32Array.from(rows.flatMap((row) => row.confidence ?? [0.9, 0.9, 0.9])),
    ...(rows.every((row) => row.score !== undefined) && {
      score: Float64Array.from(rows, (row) => row.score as number),
    }),
  };
}

const labels = label([
  {
    image: 0,
    points: [
      [0, 0],
      [10, 0],
      [0, 100],
    ],
  },
  {
    image: 1,
    points: [
      [0, 0],
      [nan, nan],
      [0, 100],
    ],
  },
  {
    image: 2,
    points: [
      [-5, 0],
      [10, 0],
      [-5, 50],
    ],
  },
]);

const predicted = predict([
  {
    image: 0,
    points: [
      [3, 4],
      [10, 0],
      [0, 110],
    ],
  }, // 5, 0, 10
  {
    image: 1,
    points: [
      [0, 0],
      [7, 7],
      [nan, nan],
    ],
    confidence: [0.9, 0.9, 0],
  }, // 0, extra, missed
  {
    image: 2,
    points: [
      [-5, 1],
      [10, 20],
      [-5, 50],
    ],
    confidence: [0.9, 0.2, 0.9],
  }, // 1, 20, 0
]);

test('errors, misses and PCK are those counted by hand', () => {
  const result = evaluatePose(labels, predicted);
  expect(result).toMatchObject({ frames: 3, animals: 3, missedAnimals: 0, extraAnimals: 0, extraPoints: 1 });
  expect(result).toMatchObject({ labeledPoints: 8, missedPoints: 1 });
  // errors: 5, 0, 10, 0, 1, 20, 0
  expect(result.meanErrorPx).toBeCloseTo(36 / 7, 12);
  expect(result.medianErrorPx).toBe(1);
  expect(result.rmsePx).toBeCloseTo(Math.sqrt((25 + 100 + 1 + 400) / 7), 12);
  // The missed point is outside every radius; a distance equal to the radius is inside.
  expect(result.pck).toEqual({ 5: 5 / 8, 10: 6 / 8 });
  expect(result.pckCurve.radiusPx).toHaveLength(31);
  expect(result.pckCurve.share[0]).toBe(3 / 8);
  expect(result.pckCurve.share[20]).toBe(7 / 8);
  expect(result.perKeypoint.nose).toMatchObject({ labeledPoints: 3, missedPoints: 0, meanErrorPx: 2, extraPoints: 0 });
  expect(result.perKeypoint.ear).toMatchObject({ labeledPoints: 2, meanErrorPx: 10, extraPoints: 1 });
  expect(result.perKeypoint.tailbase).toMatchObject({
    labeledPoints: 3,
    missedPoints: 1,
    meanErrorPx: 5,
    pck: { 5: 1 / 3, 10: 2 / 3 },
  });
  expect(result.byVisibility.occluded).toMatchObject({ labeledPoints: 2, meanErrorPx: 0.5 });
  expect(result.byVisibility.visible).toMatchObject({ labeledPoints: 6, meanErrorPx: 7 });
});

test('below the cutoff a point is missed', () => {
  const { cutoff } = evaluatePose(labels, predicted, { minimumConfidence: 0.5 });
  expect(cutoff).toMatchObject({
    minimumConfidence: 0.5,
    labeledPoints: 8,
    missedPoints: 2,
    pck: { 5: 5 / 8, 10: 6 / 8 },
  });
  expect(cutoff.meanErrorPx).toBeCloseTo(16 / 6, 12);
  expect(evaluatePose(labels, predicted, { minimumConfidence: 0.95 }).cutoff.meanErrorPx).toBeNull();
  expect(evaluatePose(labels, predicted, { minimumConfidence: 0.95 }).extraPoints).toBe(0);
});

test('errors in body lengths use the length of each session', () => {
  const { bodyLengths } = evaluatePose(labels, predicted);
  expect(bodyLengths).toMatchObject({ from: 'nose', to: 'tailbase', medianPx: 100 });
  // s1 is 100 px long, s2 50: errors 0.05, 0, 0.1, 0, 0.02, 0.4, 0
  expect(bodyLengths?.meanError).toBeCloseTo(0.57 / 7, 12);
  expect(bodyLengths?.pck).toEqual({ 0.05: 5 / 8, 0.1: 6 / 8, 0.2: 6 / 8 });
  expect(evaluatePose(labels, predicted, { bodyLength: ['nose', 'ear'] }).bodyLengths?.medianPx).toBe(12.5);
  expect(() => evaluatePose(labels, predicted, { bodyLength: ['nose', 'paw'] })).toThrow(/bodyLength .* got paw/);
});

test('worst frames come first, those without any point before all', () => {
  const { worst } = evaluatePose(labels, { ...predicted, image: Int32Array.of(0, 3, 2) }, { worstCount: 2 });
  expect(worst).toMatchObject([
    {
      group: 's1',
      file: 'img1.png',
      frame: 10,
      individual: 'a',
      meanErrorPx: null,
      largestErrorPx: null,
      keypoint: null,
      missedPoints: 2,
    },
    {
      group: 's2',
      file: 'img2.png',
      frame: 20,
      individual: 'a',
      meanErrorPx: 7,
      largestErrorPx: 20,
      keypoint: 'ear',
      missedPoints: 0,
    },
  ]);
  expect(worst[0]?.points.nose).toMatchObject({ predicted: null, confidence: null });
  expect(worst[1]?.points).toEqual({
    nose: { labeled: [-5, 0], predicted: [-5, 1], confidence: 0.9 },
    ear: { labeled: [10, 0], predicted: [10, 20], confidence: 0.2 },
    tailbase: { labeled: [-5, 50], predicted: [-5, 50], confidence: 0.9 },
  });
});

test('the result is plain JSON without NaN, also where nothing was predicted', () => {
  for (const prediction of [predicted, predict([])]) {
    const result = evaluatePose(labels, prediction);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  }
  const nothing = evaluatePose(labels, predict([]));
  expect(nothing).toMatchObject({
    meanErrorPx: null,
    rmsePx: null,
    missedPoints: 8,
    missedAnimals: 3,
    pck: { 5: 0, 10: 0 },
  });
  expect(nothing.intervals?.meanErrorPx).toBeNull();
  const unlabeled = evaluatePose(
    label([
      {
        image: 0,
        points: [
          [nan, nan],
          [nan, nan],
          [nan, nan],
        ],
      },
    ]),
    predicted,
  );
  expect(unlabeled).toMatchObject({ frames: 1, animals: 0, meanErrorPx: null, pck: { 5: null }, extraAnimals: 1 });
  expect(unlabeled.similarity.meanAveragePrecision).toBeNull();
});

test('keypoints are matched by name, in any order; one that the model lacks is named and left out', () => {
  const swapped: PredictedFrames = {
    keypoints: ['tailbase', 'paw', 'nose'],
    image: Int32Array.of(0),
    position: Float64Array.of(0, 103, 9, 9, 0, 4),
    confidence: Float32Array.of(0.8, 0.8, 0.8),
  };
  const result = evaluatePose(labels, swapped);
  expect(result.unknownKeypoints).toEqual(['ear']);
  expect(Object.keys(result.perKeypoint)).toEqual(['nose', 'tailbase']);
  expect(result.meanErrorPx).toBe(3.5);
  expect(result.bodyLengths?.medianPx).toBe(100);
  expect(() => evaluatePose(labels, { ...swapped, keypoints: ['x', 'y', 'z'] })).toThrow(
    /keypoints of the labels \(nose, ear/,
  );
});

test('two animals are matched by distance or by name; far ones can be refused', () => {
  const near = (x: number): Points => [
    [x, 0],
    [x + 10, 0],
    [x, 100],
  ];
  const two = label([
    { image: 0, individual: 0, points: near(0) },
    { image: 0, individual: 1, points: near(200) },
  ]);
  const crossed = {
    ...predict([
      { image: 0, points: near(203) },
      { image: 0, points: near(4) },
      { image: 0, points: near(900) },
    ]),
  };
  const nearest = evaluatePose(two, crossed);
  expect(nearest).toMatchObject({ animals: 2, meanErrorPx: 3.5, extraAnimals: 1, missedAnimals: 0 });
  const individual = Int32Array.of(0, 1, 0);
  const byName = evaluatePose(two, { ...crossed, individual }, { matching: 'individual' });
  expect(byName.meanErrorPx).toBe((203 + 196) / 2);
  expect(evaluatePose(two, crossed, { maximumDistancePx: 3.5 })).toMatchObject({
    meanErrorPx: 3,
    missedAnimals: 1,
    extraAnimals: 2,
  });
  expect(() => evaluatePose(two, crossed, { matching: 'individual' })).toThrow(/names no individuals/);
});

test('where several annotators labeled one must be chosen', () => {
  const both = label([
    {
      image: 0,
      annotator: 0,
      points: [
        [0, 0],
        [10, 0],
        [0, 100],
      ],
    },
    {
      image: 0,
      annotator: 1,
      points: [
        [1, 0],
        [11, 0],
        [1, 100],
      ],
    },
  ]);
  const one = predict([
    {
      image: 0,
      points: [
        [1, 0],
        [11, 0],
        [1, 100],
      ],
    },
  ]);
  expect(() => evaluatePose(both, one)).toThrow(/annotator must be one of ann, bob/);
  expect(evaluatePose(both, one, { annotator: 'bob' }).meanErrorPx).toBe(0);
  expect(evaluatePose(both, one, { annotator: 'ann' }).meanErrorPx).toBe(1);
  expect(() => evaluatePose(both, one, { annotator: 'eve' })).toThrow(/got eve/);
});

test('intervals hold the estimate, are wider over sessions than over frames, and repeat with the seed', () => {
  const groups = Array.from({ length: 60 }, (_, i) => `s${Math.floor(i / 10)}`);
  const points = (x: number): Points => [
    [x, 0],
    [x + 10, 0],
    [x, 100],
  ];
  const many = label(
    groups.map((_, image) => ({ image, points: points(0) })),
    groups,
  );
  // All frames of a session share most of their error.
  const shifted = predict(
    groups.map((_, image) => ({ image, points: points(2 * Math.floor(image / 10) + (image % 3)) })),
  );
  const frames = evaluatePose(many, shifted);
  const sessions = evaluatePose(many, shifted, { resample: 'group' });
  const width = ([low, high]: readonly [number, number]) => high - low;
  const [byFrame, bySession] = [frames.intervals, sessions.intervals];
  expect(byFrame).toMatchObject({ unit: 'frame', unitCount: 60, level: 0.95, resampleCount: 1000 });
  expect(bySession).toMatchObject({ unit: 'group', unitCount: 6 });
  for (const key of ['meanErrorPx', 'medianErrorPx', 'rmsePx'] as const) {
    const [low, high] = (byFrame as ErrorIntervals)[key] as [number, number];
    expect(low).toBeLessThanOrEqual(frames[key] as number);
    expect(high).toBeGreaterThanOrEqual(frames[key] as number);
    expect(width(bySession?.[key] as [number, number])).toBeGreaterThan(1.5 * width([low, high]));
  }
  expect(width(byFrame?.pck[5] as [number, number])).toBeGreaterThan(0.1);
  expect(evaluatePose(many, shifted)).toEqual(frames);
  expect(evaluatePose(many, shifted, { resampleCount: 0 }).intervals).toBeNull();
  expect(evaluatePose(labels, predict([]), { resample: 'group', resampleCount: 10 }).intervals?.unitCount).toBe(2);
});

test('pictures and tracks become predictions of the right images', () => {
  const poses = [
    { position: [1, 0, 11, 0, 1, 100], confidence: [1, 1, 1] },
    { position: [0, 2, 9, 9, 0, 102], confidence: [1, 1, 1] },
  ];
  const result = evaluatePose(
    labels,
    predictedFromPictures(poses, { keypoints: ['nose', 'ear', 'tailbase'], images: [0, 1] }),
  );
  expect(result.meanErrorPx).toBeCloseTo((3 * 1 + 2 * 2) / 5, 12);
  expect(result.missedAnimals).toBe(1);
  const tracks = madeTracks({
    frameCount: 30,
    keypoints: ['ear', 'nose', 'tailbase'],
    point: (frame, k) => (frame === 10 ? undefined : [frame / 10 + (k === 0 ? 10 : 0), k === 2 ? 100 : 0]),
  });
  const { predicted: fromTracks, unknownFrames } = predictedFromTracks(tracks, labels, { group: 's1' });
  expect([...fromTracks.image]).toEqual([0]);
  expect(unknownFrames).toBe(0);
  expect(evaluatePose(labels, fromTracks).meanErrorPx).toBe(0);
  expect(() => predictedFromTracks(madeTracks({ frameCount: 5, point: () => [0, 0] }), labels)).toThrow(
    /frame 10 is labeled in s1\/img1.png/,
  );
});

test('tracks are scored against true tracks, point by point', () => {
  const keypoints = ['nose', 'tailbase'];
  const truth = madeTracks({
    frameCount: 50,
    individualCount: 2,
    keypoints,
    point: (frame, k, animal) => (frame === 5 && animal === 1 ? undefined : [frame + 100 * animal, 40 * k]),
  });
  const tracks = madeTracks({
    frameCount: 50,
    individualCount: 2,
    keypoints,
    point: (frame, k, animal) => [frame + 100 * animal, 40 * k + 3],
  });
  const known = labelsFromTracks(truth, { group: 'phantom' });
  const result = evaluatePose(known, predictedFromTracks(tracks, known).predicted, {
    matching: 'individual',
    resampleCount: 0,
  });
  expect(result).toMatchObject({ frames: 50, animals: 99, meanErrorPx: 3, rmsePx: 3, extraAnimals: 1 });
  const some = labelsFromTracks(truth, { group: 'phantom', frames: [3, 5], visibility: new Uint8Array(200).fill(1) });
  expect(some.images).toEqual([
    { group: 'phantom', file: 'frame000003', frame: 3 },
    { group: 'phantom', file: 'frame000005', frame: 5 },
  ]);
  expect([...some.visibility]).toEqual([1, 1, 1, 1, 1, 1]);
  expect(() => labelsFromTracks(truth, { group: 'phantom', frames: [50] })).toThrow(/below 50, got 50/);
});
