import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FormatError, Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { evaluateBehavior } from './evaluate-behavior.js';
import type { FrameTruth } from './frame-truth-type.js';

interface Labeling {
  classes: number;
  truth: number[];
  predicted: number[];
  confusion: number[][];
  f1: number[];
  macroF1: number;
}
const { labelings } = JSON.parse(
  readFileSync(resolve('test/reference/behavior-evaluation/evaluation.json'), 'utf8'),
) as { labelings: Labeling[] };

/** Labels from letters: `a` and on for behaviors, `.` for frames that nobody scored. */
const labels = (text: string, behaviors = ['rear', 'groom', 'other']): FrameTruth => ({
  behaviors,
  label: Uint8Array.from(text, (letter) => (letter === '.' ? 255 : letter.charCodeAt(0) - 97)),
});
const plain = { fps: 10, resampleCount: 0 };

test('confusion, F1 and macro F1 are those of scikit-learn', () => {
  for (const { classes, truth, predicted, confusion, f1, macroF1 } of labelings) {
    const behaviors = Array.from({ length: classes }, (_, i) => `behavior ${i}`);
    const result = evaluateBehavior(
      [{ behaviors, label: Uint8Array.from(truth) }],
      [{ behaviors, label: Uint8Array.from(predicted) }],
      plain,
    );
    expect(result.confusion).toEqual(confusion);
    expect(result.macroF1).toBeCloseTo(macroF1, 12);
    for (const [i, name] of behaviors.entries()) expect(result.perBehavior[name]?.f1).toBeCloseTo(f1[i] as number, 12);
  }
});

test('of a behavior that nobody looked for a recording tells nothing', () => {
  const [truth, said] = [
    [labels('aaaacccccc'), labels('bbbbcccccc')],
    [labels('aaaabbbbcc'), labels('bbbbccccaa')],
  ];
  const scores = said.map(({ behaviors, label }) => ({
    behaviors,
    probability: Float32Array.from({ length: 30 }, (_, i) => (label[Math.floor(i / 3)] === i % 3 ? 1 : 0)),
  }));
  const result = evaluateBehavior(truth, said, {
    ...{ ...plain, scores, background: ['other'] },
    scoredBehaviors: [['rear'], undefined],
  });
  // The four background frames of the first that are taken for groom are left out; groom for a frame of rear would count.
  expect(result.frames).toEqual({ counted: 16, unscored: 4, unpredicted: 0, cut: 0 });
  expect(result.perBehavior.groom).toMatchObject({ precision: 1, recall: 1, averagePrecision: 1 });
  expect(result.perBehavior.rear).toMatchObject({ precision: 4 / 6, recall: 1 });
  expect(result.curves.groom?.threshold.length).toBeGreaterThan(0);
});

test('frames and bouts of two recordings add up, unscored ones never count, orders of names may differ', () => {
  const result = evaluateBehavior(
    [labels('aaaacccc..'), labels('bbbbbccccc')],
    [labels('aaccccccaa'), labels('cccccaaaab', ['other', 'rear', 'groom'])],
    plain,
  );
  // The second prediction reads: groom x5, other x4, rear.
  expect(result.frames).toEqual({ counted: 18, unscored: 2, unpredicted: 0, cut: 0 });
  expect(result.confusion).toEqual([
    [2, 0, 2],
    [0, 5, 0],
    [1, 0, 8],
  ]);
  expect(result.accuracy).toBe(15 / 18);
  expect(result.perBehavior.rear).toMatchObject({
    ...{ support: 4, predictedFrames: 3, precision: 2 / 3, recall: 0.5, f1: 4 / 7, averagePrecision: null },
    bouts: {
      overlap: { truePositive: 1, falsePositive: 1, falseNegative: 0 },
      anyOverlap: { truePositive: 1 },
      boundary: { truePositive: 1, falsePositive: 1, falseNegative: 0 },
      predictionF1: 2 / 3,
    },
    onsetSec: { count: 1, median: 0 },
    offsetSec: { count: 1, median: -0.2 },
    timeSec: { truth: 0.4 },
    boutCount: { truth: 1, predicted: 2 },
  });
  expect(result.distributions.rear?.predictedBoutSec.map((sec) => Math.round(sec * 10))).toEqual([2, 1]);
  expect(result.perRecording.map(({ recording, frames, macroF1 }) => [recording, frames, macroF1])).toEqual([
    ['recording 1', 8, (4 / 6 + 8 / 10) / 2],
    ['recording 2', 10, (0 + 1 + 8 / 9) / 3],
  ]);
  expect(result.perRecording[1]?.perBehavior.groom).toMatchObject({ meanBoutSec: 0.5, boutF1: 1 });
});

test('macro means name the behaviors that enter, the background and what never occurs left out', () => {
  const all = ['rear', 'groom', 'sleep', 'other'];
  const result = evaluateBehavior([labels('aabbdddd', all)], [labels('aabddddd', all)], {
    ...plain,
    background: ['other'],
  });
  expect(result.averagedOver).toEqual(['rear', 'groom']);
  expect(result.macroF1).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(result.macroF1OfMeans).toBeCloseTo((2 * 1 * 0.75) / 1.75, 12);
  expect(result.macroF1WithBackground).toBeCloseTo((1 + 2 / 3 + 8 / 9) / 3, 12);
  expect(result.perBehavior.sleep).toMatchObject({ support: 0, f1: null, boutF1: null });
  expect(() => evaluateBehavior([labels('c')], [labels('c')], { ...plain, background: ['other'] })).toThrow(
    'only background (other) occurs',
  );
});

test('average precision comes from the scores of counted frames alone', () => {
  const truth = labels('aaab.b');
  const probability = Float32Array.from([0.9, 0.8, 0.3, 0.6, 1, Number.NaN].flatMap((value) => [1 - value, value]));
  const result = evaluateBehavior([truth], [labels('aabaaa')], {
    ...plain,
    scores: [{ behaviors: ['groom', 'rear'], probability }],
    thresholds: 'even',
  });
  // Ranks: rear .9, rear .8, groom .6, rear .3.
  expect(result.perBehavior.rear?.averagePrecision).toBeCloseTo((1 + 1 + 3 / 4) / 3, 12);
  expect(result.perBehavior.other?.averagePrecision).toBeNull();
  expect(result.curves.rear?.threshold).toHaveLength(100);
  expect(result.curves.rear?.precision[0]).toBeNull();
  expect(result.notes).toContain('rear: 1 frames without a score were left out of its curve.');
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});

test('recordings without scores are named, and their frames are in no curve', () => {
  const scores = { behaviors: ['rear'], probability: Float32Array.of(0.9, 0.6, 0.4, 0.2) };
  const result = evaluateBehavior([labels('aacc'), labels('aaac')], [labels('aacc'), labels('aacc')], {
    ...{ ...plain, recordings: ['m1', 'm2'], scores: [scores, undefined] },
  });
  expect(result.perBehavior.rear).toMatchObject({ support: 5, averagePrecision: 1 });
  expect(result.notes).toContain('Curves and average precision are of 1 of 2 recordings: no scores were given for m2.');
});

test('different lengths are cut with a note, or refused', () => {
  const [truth, predicted] = [[labels('aaaacccca')], [labels('aaaacccc')]];
  const cut = evaluateBehavior(truth, predicted, { ...plain, recordings: ['m1'] });
  expect(cut.frames).toEqual({ counted: 8, unscored: 0, unpredicted: 0, cut: 1 });
  expect(cut.notes[0]).toContain('m1: the truth has 9 frames and the prediction 8');
  const refuse = () => evaluateBehavior(truth, predicted, { ...plain, recordings: ['m1'], lengths: 'refuse' });
  expect(refuse).toThrow(FormatError);
  expect(refuse).toThrow(/at m1: expected a prediction of 9 frames.*found 8 frames/);
});

test('nothing to count, a wrong number of lists and unknown labels are refused', () => {
  expect(() => evaluateBehavior([labels('..')], [labels('aa')], plain)).toThrow('no frame has both');
  expect(() => evaluateBehavior([labels('a')], [], plain)).toThrow('predicted must have one entry for each of 1');
  expect(() => evaluateBehavior([labels('d')], [labels('a')], plain)).toThrow('label must be below 3 or 255, got 3');
  expect(() => evaluateBehavior([labels('a')], [labels('a')])).toThrow('fps or timeBases is needed');
  expect(() => evaluateBehavior([labels('a')], [labels('a')], { ...plain, background: ['run'] })).toThrow(
    'background must be among rear, groom, other, got run',
  );
});

/** Sessions whose prediction is right as often as their place in the list says. */
function sessions(shares: readonly number[]) {
  const random = new Random('sessions');
  const truth = shares.map(() => labels(Array.from({ length: 400 }, (_, i) => (i % 80 < 30 ? 'a' : 'c')).join('')));
  const predicted = shares.map((share, s) => ({
    ...(truth[s] as FrameTruth),
    label: (truth[s] as FrameTruth).label.map((value) => (random.uniform() < share ? value : 2 - value)),
  }));
  const scores = predicted.map(({ label, behaviors }) => ({
    behaviors,
    probability: Float32Array.from({ length: 1200 }, (_, i) =>
      label[Math.floor(i / 3)] === i % 3 ? 0.5 + 0.4 * random.uniform() : 0.5 * random.uniform(),
    ),
  }));
  return { truth, predicted, scores };
}

test('ranges hold the score, widen with unlike sessions and are none for one session', () => {
  const alike = sessions(new Array(12).fill(0.8));
  const unlike = sessions(Array.from({ length: 12 }, (_, i) => 0.6 + 0.4 * (i % 2)));
  const [narrow, wide] = [alike, unlike].map(({ truth, predicted, scores }) =>
    evaluateBehavior(truth, predicted, { fps: 10, scores, resampleCount: 200, seed: 7 }),
  ) as [ReturnType<typeof evaluateBehavior>, ReturnType<typeof evaluateBehavior>];
  for (const { ranges, macroF1, accuracy, perBehavior } of [narrow, wide]) {
    for (const [range, value] of [
      [ranges?.macroF1, macroF1],
      [ranges?.accuracy, accuracy],
      [ranges?.perBehavior.rear?.averagePrecision, perBehavior.rear?.averagePrecision],
      [ranges?.perBehavior.rear?.boutF1, perBehavior.rear?.boutF1],
    ] as const) {
      expect(range?.low).toBeLessThanOrEqual(value as number);
      expect(range?.high).toBeGreaterThanOrEqual(value as number);
    }
  }
  const width = (of: typeof narrow) => (of.ranges?.macroF1?.high as number) - (of.ranges?.macroF1?.low as number);
  expect(width(wide)).toBeGreaterThan(3 * width(narrow));
  expect(narrow.ranges?.groupCount).toBe(12);
  const again = evaluateBehavior(alike.truth, alike.predicted, {
    fps: 10,
    scores: alike.scores,
    resampleCount: 200,
    seed: 7,
  });
  expect(again).toEqual(narrow);
  const one = evaluateBehavior(alike.truth, alike.predicted, { fps: 10, groups: new Array(12).fill('m1') });
  expect(one.ranges).toBeNull();
  expect(one.notes).toContain('One session alone: no range can be told for its scores.');
});

test('other people stand beside the model on the same frames', () => {
  const truth = [labels('aaaacccccc'), labels('ccaaaacc..')];
  const predicted = [labels('aaacccccca'), labels('ccaaaacccc')];
  const { humans } = evaluateBehavior(truth, predicted, {
    ...plain,
    annotators: [
      { name: 'ann', labels: [labels('aaaaaccccc'), undefined] },
      { name: 'ben', labels: [labels('aa..cccccc'), labels('ccaaaaaaaa')] },
    ],
  });
  expect(humans?.annotators.map(({ name, recordings }) => [name, recordings])).toEqual([
    ['ann', 1],
    ['ben', 2],
  ]);
  expect(humans?.annotators[0]?.versusTruth.rear).toEqual({ precision: 4 / 5, recall: 1, f1: 8 / 9 });
  // Ben left two frames of the first recording out, and the last two of the second count for nobody.
  expect(humans?.annotators[1]?.versusTruth.rear).toEqual({ precision: 6 / 8, recall: 1, f1: 12 / 14 });
  expect(humans?.band.rear).toEqual({ low: 12 / 14, high: 8 / 9 });
  expect(humans?.band.groom).toBeNull();
  // Half of three is two: frames 0 to 3 of the first, 2 to 7 of the second (truth and Ben: one of two is half).
  expect(humans?.modelVersusMajority.rear).toEqual({ precision: 7 / 8, recall: 7 / 10, f1: 14 / 18 });
  expect(() => evaluateBehavior(truth, predicted, { ...plain, annotators: [{ name: 'ann', labels: [] }] })).toThrow(
    'ann needs one entry a recording, 2, got 0',
  );
});
