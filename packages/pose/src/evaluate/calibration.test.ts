import { Random, UnavailableError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { calibrateKeypoints, measureCalibration, wilsonInterval } from './calibration.js';
import { makePairs } from './made-pairs.test.kit.js';
import { correctKeypoints } from './percentage-correct.js';
import { evaluateCorruptions, relativeLoss } from './robustness.js';

const nan = Number.NaN;

describe('calibration of probabilities', () => {
  test('by hand: two bins of equal width', () => {
    // Below one half: confidences 0.2, 0.4, one of two right. From there: 0.5, 0.9, 1, two of three right.
    const result = measureCalibration([0.2, 0.4, 0.5, 0.9, 1], [0, 1, 0, 1, 1], { binCount: 2 });
    expect(result.equalWidth.bins.map(({ count }) => count)).toEqual([2, 3]);
    expect(result.equalWidth.bins[0]?.meanConfidence).toBeCloseTo(0.3, 15);
    expect(result.equalWidth.expected).toBeCloseTo((2 * 0.2 + 3 * (0.8 - 2 / 3)) / 5, 12);
    expect(result.equalWidth.maximum).toBeCloseTo(0.2, 12);
    expect(result.brier).toBeCloseTo((0.04 + 0.36 + 0.25 + 0.01 + 0) / 5, 12);
    expect(result).toMatchObject({ count: 5, accuracy: 0.6 });
  });

  test('bins of equal mass hold as many points, equal confidences together whatever their order', () => {
    const result = measureCalibration([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0, 0, 1, 0, 1, 1], { binCount: 3 });
    expect(result.equalMass.bins.map(({ low, high, count }) => [low, high, count])).toEqual([
      [0, 0.3, 2],
      [0.3, 0.5, 2],
      [0.5, 1, 2],
    ]);
    const tied = [0.5, 0.5, 0.5, 0.5, 0.5, 0.9];
    const outcomes = [1, 0, 1, 0, 0, 1];
    const one = measureCalibration(tied, outcomes, { binCount: 3 });
    const other = measureCalibration(tied, [0, 0, 0, 1, 1, 1], { binCount: 3 });
    expect(one.equalMass).toEqual(other.equalMass);
    expect(one.equalMass.bins.map(({ count }) => count)).toEqual([5, 1]);
    expect(measureCalibration([1, 1, 1], [1, 1, 1]).equalMass).toMatchObject({ expected: 0, maximum: 0 });
  });

  test('outcomes drawn with the stated probability have almost no error; twice as sure as right has much', () => {
    const rng = new Random('calibrated');
    const confidence = Float64Array.from({ length: 40_000 }, () => rng.uniform());
    const honest = confidence.map((p) => Number(rng.uniform() < p));
    const boastful = confidence.map((p) => Number(rng.uniform() < p / 2));
    const good = measureCalibration(confidence, honest);
    // Each of ten bins has 4000 points, so the standard error of its accuracy is at most 0.008.
    expect(good.equalWidth.expected).toBeLessThan(0.01);
    expect(good.equalMass.expected).toBeLessThan(0.01);
    // The mean of p (1 - p) over 0..1 is 1 / 6.
    expect(good.brier).toBeCloseTo(1 / 6, 2);
    expect(measureCalibration(confidence, boastful).equalWidth.expected).toBeCloseTo(0.25, 1);
  });

  test('nothing measured is null, and wrong input is refused', () => {
    expect(measureCalibration([], [])).toMatchObject({ count: 0, brier: null, equalWidth: { expected: null } });
    expect(() => measureCalibration([0.5], [])).toThrow(/right must have 1 values, got 0/);
    expect(() => measureCalibration([nan], [1])).toThrow(/confidence must be in 0..1, got NaN at 0/);
    expect(() => measureCalibration([0.5], [2])).toThrow(/right must be 0 or 1/);
    expect(() => measureCalibration([0.5], [1], { binCount: 0 })).toThrow(/binCount/);
  });

  test('the range of a share is that of Wilson', () => {
    // The formula in double precision by another program (Python 3).
    const [low, high] = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.4901625, 6);
    expect(high).toBeCloseTo(0.9433178, 6);
    expect(wilsonInterval(0, 5)[0]).toBe(0);
    expect(wilsonInterval(5, 5)[1]).toBe(1);
  });
});

const labeled: [number, number][][] = [
  [
    [0, 0],
    [0, 40],
  ],
  [
    [10, 10],
    [nan, nan],
  ],
  [
    [20, 20],
    [20, 60],
  ],
];
const pairs = makePairs({
  labeled,
  predicted: [
    [
      [3, 4],
      [0, 60],
    ],
    [
      [10, 16],
      [5, 5],
    ],
    [
      [nan, nan],
      [20, 60],
    ],
  ],
  confidence: [
    [0.9, 0.8],
    [0.2, 0.9],
    [nan, nan],
  ],
  groupOf: (image) => (image === 0 ? 'a' : 'b'),
});

describe('calibration of keypoints', () => {
  test('counts labeled and predicted points with a confidence', () => {
    const result = calibrateKeypoints(pairs, { radius: 5 });
    expect(result).toMatchObject({ count: 3, withoutConfidence: 1, missedPoints: 1, radius: 5, unit: 'px' });
    expect(result.accuracy).toBeCloseTo(1 / 3, 12);
    expect(result.brier).toBeCloseTo((0.01 + 0.64 + 0.04) / 3, 12);
    expect(Object.values(result.perKeypoint).map(({ count }) => count)).toEqual([2, 1]);
  });
});

describe('correct keypoints', () => {
  test('in px: the radius is included, missed points are never right', () => {
    const result = correctKeypoints(pairs, { radii: [0, 5, 6, 100] });
    expect(result).toMatchObject({ unit: 'px', points: 5, share: [0.2, 0.4, 0.6, 0.8] });
    expect(result.meanShare).toBeCloseTo((5 * 0.3 + 0.5 + 94 * 0.7) / 100, 12);
  });

  test('in mm by the calibration of each recording, refused with the way to calibrate without one', () => {
    const plane = (pxPerCm: number) => ({ kind: 'plane', pxPerCm }) as const;
    const calibration = new Map([
      ['a', plane(50)],
      ['b', plane(10)],
    ]);
    // 5 px are 1 mm in a, 6 px are 6 mm in b.
    expect(correctKeypoints(pairs, { unit: 'mm', radii: [1, 5.9, 6], calibration }).share).toEqual([0.4, 0.6, 0.8]);
    const one = correctKeypoints(pairs, { unit: 'mm', radii: [1], calibration: plane(50) });
    expect(one.share).toEqual([0.4]);
    for (const missing of [undefined, new Map([['a', plane(50)]])]) {
      const attempt = () =>
        correctKeypoints(pairs, { unit: 'mm', radii: [1], ...(missing && { calibration: missing }) });
      expect(attempt).toThrow(UnavailableError);
      expect(attempt).toThrow(/distance in mm in [ab] needs a calibration/);
    }
  });

  test('in body lengths by the ends that are named', () => {
    const [front, back] = pairs.skeleton.keypoints as [string, string];
    const result = correctKeypoints(pairs, { unit: 'body lengths', radii: [0.125, 0.5], bodyLength: [front, back] });
    // The body is 40 px long: 5 px are 0.125, 6 px 0.15, 20 px 0.5.
    expect(result.share).toEqual([0.4, 0.8]);
    expect(() => correctKeypoints(pairs, { unit: 'body lengths', radii: [1], bodyLength: ['beak', back] })).toThrow(
      /beak/,
    );
    expect(() => correctKeypoints(pairs, { radii: [5, 5] })).toThrow(/radii must ascend/);
  });
});

describe('relative loss', () => {
  test('is the mean share of the clean accuracy that is lost', () => {
    expect(relativeLoss(0.8, [0.8, 0.4])).toBeCloseTo(0.25, 12);
    expect(relativeLoss(0.5, [0.6])).toBeCloseTo(-0.2, 12);
    expect(relativeLoss(0, [0])).toBeNull();
    expect(() => relativeLoss(1, [])).toThrow(/at least one/);
  });

  test('over kinds, with the curve beside it', () => {
    const clean = makePairs({ labeled, predicted: labeled });
    const off = makePairs({
      labeled,
      predicted: labeled.map((points) => points.map(([x, y]): [number, number] => [x + 9, y])),
    });
    const result = evaluateCorruptions({
      clean,
      corrupted: new Map([
        ['noise', [clean, clean, clean, clean, off]],
        ['mask', [off, off, off, off, off]],
      ]),
    });
    expect(result.curves[0]).toEqual({
      kind: 'noise',
      accuracy: [1, 1, 1, 1, 1, 0],
      meanErrorPx: [0, 0, 0, 0, 0, 9],
      relativeLoss: 0.2,
    });
    expect(result.meanRelativeLoss).toBeCloseTo(0.6, 12);
    expect(() => evaluateCorruptions({ clean, corrupted: new Map([['noise', [off]]]) })).toThrow(
      /noise must have severities/,
    );
  });
});
