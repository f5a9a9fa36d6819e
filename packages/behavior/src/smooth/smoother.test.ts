import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FormatError, Random } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { applyCalibration, type CalibrationKind, fitCalibration } from './calibration.js';
import { mergeByHighest } from './merge-by-highest.js';
import { minBoutFilter } from './min-bout-filter.js';
import { parseSmoother } from './parse-smoother.js';
import { makeRecording } from './smooth.test.kit.js';
import { applySmoother, fitSmoother, smootherKinds } from './smoother.js';
import { boutMacroF1, frameMacroF1 } from './smoothing-data.js';

const names = ['attack', 'mount', 'other'];
const [training, test] = [makeRecording(new Random(11), 6000), makeRecording(new Random(12), 6000)];

describe.each(smootherKinds)('the smoother %s', (kind) => {
  const smoother = fitSmoother(kind, { ...training, other: 2 });
  const { labels, probability } = applySmoother(smoother, test.probability, names);

  it('comes back from JSON as it was', () => {
    expect(parseSmoother(JSON.parse(JSON.stringify(smoother)))).toEqual(smoother);
  });

  it('labels every frame, no worse than the frames alone', () => {
    const alone = applySmoother(fitSmoother('none', { ...training, other: 2 }), test.probability, names);
    expect(labels.every((label) => label < 3)).toBe(true);
    expect(probability).toHaveLength(18_000);
    expect(probability.every((value) => value >= 0 && value <= 1)).toBe(true);
    const gain = kind === 'none' ? 0 : 0.02;
    expect(frameMacroF1(test.truth, labels, 3)).toBeGreaterThanOrEqual(
      frameMacroF1(test.truth, alone.labels, 3) + gain,
    );
  });

  it('treats joined recordings alone and leaves unknown frames unscored', () => {
    const joined = new Float32Array([
      ...test.probability.subarray(0, 1500),
      ...test.probability.subarray(9000, 10_500),
    ]);
    joined.fill(Number.NaN, 300, 303);
    const both = applySmoother(smoother, joined, names, { sequences: [0, 500] }).labels;
    const second = applySmoother(smoother, joined.slice(1500), names).labels;
    expect(both[100]).toBe(255);
    expect([...both.subarray(500)]).toEqual([...second]);
  });

  it('takes no frames, one frame, and refuses other classes', () => {
    expect(applySmoother(smoother, new Float32Array(0), names).labels).toHaveLength(0);
    expect(applySmoother(smoother, Float32Array.of(0.9, 0.05, 0.05), names).labels).toHaveLength(1);
    expect(() => applySmoother(smoother, test.probability, names.slice(1))).toThrow(/3 classes/);
  });

  it('is fitted to one class, and to one that never occurs', () => {
    const truth = new Uint8Array(6000).fill(1);
    const one = fitSmoother(kind, { ...training, truth });
    expect(applySmoother(one, test.probability, names).labels.every((label) => label < 3)).toBe(true);
    const single = fitSmoother(kind, { probability: new Float32Array(40).fill(0.7), truth: new Uint8Array(40) });
    expect([...applySmoother(single, Float32Array.of(0.3, 0.8), ['attack']).labels]).toEqual([0, 0]);
  });
});

it('refuses a damaged smoother with the place', () => {
  const smoother = JSON.parse(JSON.stringify(fitSmoother('semi-markov', training)));
  smoother.model.durations.hazard[1][0] = -1;
  expect(() => parseSmoother(smoother)).toThrow(FormatError);
  expect(() => parseSmoother(smoother)).toThrow(/model\.durations\.hazard\[1\]\[0\]/);
  expect(() => parseSmoother({ kind: 'median', classCount: 3 })).toThrow(/kind/);
  expect(() => parseSmoother(null)).toThrow(FormatError);
  expect(() => fitSmoother('none', { probability: new Float32Array(10), truth: new Uint8Array(3) })).toThrow(
    RangeError,
  );
});

it('counts bouts as found where half of either is shared', () => {
  const truth = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 255, 1, 1);
  const labels = Uint8Array.of(0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1);
  const runs = [
    { start: 0, end: 10 },
    { start: 11, end: 13 },
  ];
  // Class 0: bouts 0-4 and 8-10 found, of 4 said (0-3, 5-7, 8-10, 11-12). Class 1: 4-8 not (1 of 5 shared), 11-13 by half.
  expect(boutMacroF1(truth, labels, { runs, classCount: 2 })).toBeCloseTo((4 / 6 + 2 / 5) / 2, 12);
  expect(boutMacroF1(truth, truth, { runs, classCount: 2 })).toBe(1);
});

it('merges by the highest probability, and to other where none is above one half', () => {
  const probability = [0.6, 0.9, 0.1, 0.5, 0.4, 0.9, 0.7, 0.7, 0.1, Number.NaN, Number.NaN, Number.NaN];
  expect([...mergeByHighest(probability, { classCount: 3, other: 2 })]).toEqual([1, 2, 0, 255]);
  expect([...mergeByHighest(probability, { classCount: 3 })]).toEqual([1, 2, 0, 255]);
  const positive = Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
  expect([...mergeByHighest(probability, { classCount: 3, other: 2, positive })]).toEqual([0, 1, 2, 255]);
});

describe('the filter of short bouts', () => {
  const run = (text: string) => Uint8Array.from(text, (letter) => (letter === '-' ? 255 : letter.charCodeAt(0) - 97));
  const text = (labels: Uint8Array) =>
    Array.from(labels, (label) => (label === 255 ? '-' : String.fromCharCode(97 + label))).join('');

  it('gives short bouts to the longer neighbor, the shortest first', () => {
    expect(text(minBoutFilter(run('aaaabccccc'), { minFrames: [2, 2, 2] }))).toBe('aaaacccccc');
    expect(text(minBoutFilter(run('aaabaaccbb'), { minFrames: [0, 2, 3] }))).toBe('aaaaaaaabb');
    expect(text(minBoutFilter(run('bb-b-abbb'), { minFrames: [2, 3, 0] }))).toBe('bb-b-bbbb');
    expect(text(minBoutFilter(run('ababab'), { minFrames: [2, 2] }))).toBe('bbbbbb');
  });

  it('fills gaps of a class before, and not across unscored frames or recordings', () => {
    expect(text(minBoutFilter(run('abba-bab'), { minFrames: [], gapFrames: [2, 0] }))).toBe('aaaa-bab');
    expect(text(minBoutFilter(run('abba'), { minFrames: [], gapFrames: [2], sequences: [0, 2] }))).toBe('abba');
  });
});

describe('calibration', () => {
  const { x, y, value } = (
    JSON.parse(readFileSync(resolve('test/reference/smooth/smooth.json'), 'utf8')) as {
      isotonic: { x: number[]; y: number[]; value: number[] };
    }
  ).isotonic;

  it('rises in the steps that scikit-learn finds', () => {
    const probability = Float32Array.from(x.flatMap((p) => [p, 1 - p]));
    const truth = Uint8Array.from(y, (hit) => (hit ? 0 : 1));
    const calibration = fitCalibration('isotonic', { probability, truth, classCount: 2 });
    const out = applyCalibration(calibration, probability, { classCount: 2 });
    const pooled = new Map<number, number>();
    for (const level of value) pooled.set(level, (pooled.get(level) ?? 0) + 1);
    // Ours adds half a hit and half a miss to each step, so that none is impossible.
    for (const [i, level] of value.entries()) {
      const count = pooled.get(level) as number;
      expect(out[2 * i]).toBeCloseTo((level * count + 0.5) / (count + 1), 5);
    }
  });

  it.each(['platt', 'isotonic', 'temperature'] as CalibrationKind[])(
    '%s lowers the log loss of sharpened probabilities',
    (kind) => {
      const sharp = training.probability.map((p) => p ** 3);
      for (let at = 0; at < sharp.length; at += 3) {
        const sum = (sharp[at] as number) + (sharp[at + 1] as number) + (sharp[at + 2] as number);
        for (let c = 0; c < 3; c++) sharp[at + c] = (sharp[at + c] as number) / sum;
      }
      const loss = (p: Float32Array) =>
        training.truth.reduce(
          (sum, label, frame) => sum - Math.log(Math.max(1e-6, p[3 * frame + label] as number)),
          0,
        ) / training.truth.length;
      const calibration = fitCalibration(kind, { probability: sharp, truth: training.truth, classCount: 3 });
      expect(loss(applyCalibration(calibration, sharp, { classCount: 3, normalize: true }))).toBeLessThan(
        loss(sharp) - 0.1,
      );
    },
  );

  it('finds the temperature and shares that were taken away', () => {
    // Probabilities p^2 / sum of p^2 are brought back by a slope of one half.
    const rng = new Random(4);
    const probability = new Float32Array(3 * 20_000);
    const truth = new Uint8Array(20_000);
    for (let frame = 0; frame < truth.length; frame++) {
      const raw = [0, 1, 2].map(() => Math.exp(rng.normal()));
      const total = raw.reduce((sum, p) => sum + p, 0);
      const drawn = rng.uniform() * total;
      const [first, second] = raw as [number, number, number];
      truth[frame] = drawn < first ? 0 : drawn < first + second ? 1 : 2;
      const squares = raw.reduce((sum, p) => sum + p * p, 0);
      probability.set(
        raw.map((p) => (p * p) / squares),
        3 * frame,
      );
    }
    const calibration = fitCalibration('temperature', { probability, truth, classCount: 3 });
    expect(calibration.kind === 'temperature' && Math.abs(calibration.slope - 0.5) < 0.02).toBe(true);
  });
});
