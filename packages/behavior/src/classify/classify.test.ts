import { MemoryStore, Random, UnavailableError } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { frameMacroF1 } from '../smooth/smoothing-data.js';
import { classifyRecording } from './classify-recording.js';
import { crossValidate } from './cross-validate.js';
import { fitDecision, shiftOdds } from './decision.js';
import type { FamilyOptions } from './families.js';
import { planInnerFolds } from './inner-folds.js';
import { findLeaks } from './leaks.js';
import { learningCurve } from './learning-curve.js';
import { predictLogistic, trainLogistic } from './logistic-regression.js';
import { behaviorModelFromFiles, behaviorModelToFiles } from './model-files.js';
import { madeRecordings, sourceOf } from './recordings.test.kit.js';
import { sampleFrames } from './sample-frames.js';
import { type TrainingOptions, trainBehaviorModel } from './train-behavior-model.js';
import { planClasses } from './training-recording.js';

const small: FamilyOptions = { kind: 'trees', settings: { rounds: 30, maxDepth: 3 } };
const quick: TrainingOptions = { family: small, sampling: { maxFrames: 2000 }, inner: { count: 2 } };
const families: readonly FamilyOptions[] = [
  small,
  { ...small, strategy: 'one-vs-rest' },
  { kind: 'forest', trees: 20, settings: { maxDepth: 6 } },
  { kind: 'logistic' },
  { kind: 'logistic', strategy: 'one-vs-rest' },
  {
    kind: 'mean',
    members: [
      { ...small, weight: 2 },
      { kind: 'logistic', strategy: 'one-vs-rest' },
    ],
  },
];

test.each(families)('learns, and comes back from its files bit for bit: %j', async (family) => {
  const model = await trainBehaviorModel(madeRecordings(4), { ...quick, family, featureSpec: { set: 'made' } });
  const [unseen] = madeRecordings(1, { session: 50 });
  const { labels, scores, annotations } = await classifyRecording(model, unseen!.features);
  expect(frameMacroF1(unseen!.label, labels.label, 3)).toBeGreaterThan(0.9);
  expect(annotations.behaviors).toEqual(['chase', 'groom']);
  expect(annotations.probability?.every((p) => p > 0.3 && p <= 1)).toBe(true);
  const store = new MemoryStore();
  await behaviorModelToFiles(model, store, 'models/a');
  const read = await behaviorModelFromFiles(store, 'models/a');
  const again = await classifyRecording(read, unseen!.features);
  expect(again.labels.label).toEqual(labels.label);
  expect(again.scores.probability).toEqual(scores.probability);
  expect(read.card.featureSpec).toEqual({ set: 'made' });
  const shares: number[] = [];
  const onStep = (_: string, share?: number) => void (share !== undefined && shares.push(share));
  const twice = await trainBehaviorModel(madeRecordings(4), { ...quick, family, onStep });
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect([shares[0], (shares.at(-1) as number) <= 1]).toEqual([0, true]);
  expect(shares.length).toBeGreaterThan(2);
  expect((await classifyRecording(twice, unseen!.features)).scores.probability).toEqual(scores.probability);
});

test('a damaged or missing part of a model is refused', async () => {
  const store = new MemoryStore();
  await behaviorModelToFiles(await trainBehaviorModel(madeRecordings(3), quick), store);
  const names = await store.list();
  expect(names).toHaveLength(2);
  const trees = names.find((name) => name.startsWith('trees-')) as string;
  const bytes = (await store.read(trees)) as Uint8Array;
  await store.write(
    trees,
    bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)),
  );
  await expect(behaviorModelFromFiles(store)).rejects.toMatchObject({ code: 'integrity' });
  await store.remove(trees);
  await expect(behaviorModelFromFiles(store)).rejects.toMatchObject({ code: 'integrity' });
  await store.write('model.json', new TextEncoder().encode('{"format":"other"}'));
  await expect(behaviorModelFromFiles(store)).rejects.toMatchObject({ code: 'format', where: 'format' });
  await expect(behaviorModelFromFiles(new MemoryStore())).rejects.toMatchObject({ code: 'storage' });
});

test('a model that is written again leaves no stale part', async () => {
  const store = new MemoryStore();
  await behaviorModelToFiles(await trainBehaviorModel(madeRecordings(3), quick), store);
  await behaviorModelToFiles(await trainBehaviorModel(madeRecordings(3), { ...quick, seed: 7 }), store);
  expect(await store.list()).toHaveLength(2);
  expect((await behaviorModelFromFiles(store)).behaviors).toEqual(['chase', 'groom', 'other']);
});

test('features without a column that the model reads are refused by name', async () => {
  const model = await trainBehaviorModel(madeRecordings(3), quick);
  const other = sourceOf({ speed: new Float32Array(10), useless: new Float32Array(10) });
  await expect(classifyRecording(model, other)).rejects.toThrow(/a licks/);
});

test('cross-validation goes on after an interruption with the same bits', async () => {
  const recordings = madeRecordings(6, { frames: 600 });
  const options = { ...quick, folds: 3, seeds: [1, 2] };
  const whole = await crossValidate(recordings, options);
  expect(whole.folds).toHaveLength(6);
  for (const { trainGroups, testGroups } of whole.folds) {
    expect(trainGroups.filter((group) => testGroups.includes(group))).toEqual([]);
  }
  const store = new MemoryStore();
  const stop = () => {
    throw new Error('killed');
  };
  await expect(crossValidate(recordings, { ...options, store, onFold: stop })).rejects.toThrow('killed');
  const [first, ...others] = await store.list();
  expect(others).toEqual([]);
  const seen: number[] = [];
  const resumed = await crossValidate(recordings, { ...options, store, onFold: (_, { done }) => seen.push(done) });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  expect(resumed).toEqual(whole);
  // Other settings are another run: nothing of this one is taken for it.
  await crossValidate(recordings, { ...options, seeds: [1], onlyFolds: [0], classWeights: 'none', store });
  expect(await store.list()).toHaveLength(7);
  const bytes = (await store.read(first as string)) as Uint8Array;
  await store.write(
    first as string,
    bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
  );
  for (const control of [undefined, 'shifted'] as const) {
    const run = crossValidate(recordings, {
      ...options,
      ...(control && { control, seeds: [1], onlyFolds: [0] }),
      store,
    });
    if (control === undefined) await expect(run).rejects.toMatchObject({ code: 'integrity' });
    else {
      const { tests } = (await run).folds[0]!;
      const scores = tests.map(({ id, predicted }) =>
        frameMacroF1(recordings.find((recording) => recording.id === id)!.label, predicted.label, 3),
      );
      expect(Math.max(...scores)).toBeLessThan(0.55);
    }
  }
});

test('a single session gets a model, and no score', async () => {
  const recordings = madeRecordings(2, { frames: 3000 }).map((recording) => ({ ...recording, group: 'rat' }));
  const model = await trainBehaviorModel(recordings, quick);
  expect(model.card.notes.join(' ')).toMatch(/no honest test is possible/);
  expect(model.card.inner.by).toBe('block');
  await expect(crossValidate(recordings, quick)).rejects.toThrow(UnavailableError);
  await expect(crossValidate(recordings, quick)).rejects.toThrow(/no honest test is possible/);
});

test('one session under two names is told', () => {
  const [first, second] = madeRecordings(2, { frames: 900 });
  const copy = { ...first!, id: 'copy', group: 'other rat' };
  expect(findLeaks([first!, second!]).sentences).toHaveLength(1);
  expect(findLeaks([first!, second!, copy]).sameLabels).toEqual([['session 0', 'copy']]);
});

test('a behavior with one example is told and left out', async () => {
  const recordings = madeRecordings(3).map((recording, index) => {
    const label = recording.label.slice();
    if (index === 0) label.fill(3, 100, 140);
    return { ...recording, truth: { behaviors: [...recording.truth.behaviors, 'yawn', 'jump'], label } };
  });
  const { classes, notes, labels } = planClasses(recordings);
  expect(classes).toEqual(['chase', 'groom', 'other']);
  expect(notes).toEqual([
    expect.stringMatching(/^jump is never seen/),
    expect.stringMatching(/^yawn is seen once, for 40 frames/),
  ]);
  expect(new Set(labels[0]!.subarray(100, 140))).toEqual(new Set([2]));
});

test('a recording that was not scored for a behavior gives no negatives for it', async () => {
  // In half of the recordings nobody looked for groom: its frames are called other there.
  const recordings = madeRecordings(6).map((recording, index) =>
    index % 2 === 0
      ? recording
      : {
          ...recording,
          truth: { behaviors: ['chase', 'other'], label: recording.label.map((own) => (own === 0 ? 0 : 1)) },
        },
  );
  const model = await trainBehaviorModel(recordings, quick);
  const [unseen] = madeRecordings(1, { session: 60 });
  const { labels } = await classifyRecording(model, unseen!.features);
  expect(model.scorer).toMatchObject({ strategy: 'one-vs-rest' });
  expect(frameMacroF1(unseen!.label, labels.label, 3)).toBeGreaterThan(0.9);
});

test('columns are chosen by what they are worth', async () => {
  const model = await trainBehaviorModel(madeRecordings(3), { ...quick, selection: { count: 2, rounds: 10 } });
  expect(model.columns).toEqual(['a speed', 'a licks']);
});

test('a learning curve counts the bouts and frames that were learned from, and goes on behind finished points', async () => {
  const recordings = madeRecordings(8, { frames: 800 });
  const store = new MemoryStore();
  const options = { ...quick, by: 'bouts', shares: [1, 0.25] } as const;
  const points = await learningCurve(recordings, { ...options, store });
  const bouts = points.map(({ counts }) => counts.reduce((sum, { boutCount }) => sum + boutCount, 0));
  expect(bouts[0]! / bouts[1]!).toBeCloseTo(0.25, 1);
  expect(points.map(({ tests }) => tests.map(({ id }) => id))[0]).toEqual(points[1]!.tests.map(({ id }) => id));
  const names = await store.list();
  expect(names).toHaveLength(2);
  const steps: string[] = [];
  const again = await learningCurve(recordings, { ...options, store, onStep: (step) => steps.push(step) });
  expect(again).toEqual(points);
  expect(steps).toEqual([]);
});

test('a copy that saw no recording in which a behavior was looked for does not stop the training', async () => {
  const partly = madeRecordings(4).map((recording, i) =>
    i === 0 ? recording : { ...recording, scoredBehaviors: ['groom'] },
  );
  const model = await trainBehaviorModel(partly, quick);
  expect(model.behaviors).toEqual(['chase', 'groom', 'other']);
  expect(model.card.notes.join()).toMatch(/chase was looked for in one group only/);
});

test('frames are sampled by class to exact counts, with the factors that undo it', () => {
  const label = Uint8Array.from({ length: 1000 }, (_, i) => (i < 100 ? 0 : i < 900 ? 1 : 255));
  const { frames, keptOneOf } = sampleFrames([label.subarray(0, 500), label.subarray(500)], {
    classCount: 2,
    maxFrames: 300,
    random: new Random(3),
  });
  const taken = [...frames[0]!, ...Array.from(frames[1]!, (frame) => frame + 500)].map((frame) => label[frame]);
  expect([0, 1].map((own) => taken.filter((other) => other === own).length)).toEqual([100, 200]);
  expect([...keptOneOf]).toEqual([1, 4]);
});

test('inner folds keep groups whole; blocks of one session stay apart', () => {
  const recordings = ['a', 'a', 'b', 'c'].map((group) => ({ group, frameCount: 10, fps: 30 }));
  const { fold } = planInnerFolds(recordings, { random: new Random(1) });
  expect(fold[0]).toEqual(fold[1]);
  expect(new Set(fold.map((own) => own[0])).size).toBe(3);
  const one = planInnerFolds([{ group: 'a', frameCount: 9000, fps: 30 }], { random: new Random(1) });
  const own = one.fold[0] as Uint8Array;
  for (let frame = 1; frame < own.length; frame++) {
    if (own[frame] !== own[frame - 1]) expect([own[frame], own[frame - 1]]).toContain(255);
  }
});

test('logistic regression gives the shares of a table, and the mean for what is missing', () => {
  // Of rows with x = 0, 1 in 4 is of class 1; with x = 1, 3 in 4; where x is missing, all.
  const values = Float32Array.from([0, 0, 0, 0, 1, 1, 1, 1, Number.NaN, Number.NaN]);
  const labels = Float32Array.from([0, 0, 0, 1, 0, 1, 1, 1, 1, 0]);
  const model = trainLogistic(values, labels, { classCount: 2, ridge: 1e-9, maxIterations: 500 });
  const p = predictLogistic(model, Float32Array.from([0, 1, Number.NaN]), 3);
  // Single precision and the stop of the iterations.
  for (const [row, share] of [0.25, 0.75, 0.5].entries()) expect(p[2 * row + 1]).toBeCloseTo(share, 4);
  const heavy = trainLogistic(values, labels, {
    classCount: 2,
    ridge: 1e-9,
    maxIterations: 500,
    rowWeights: Float32Array.from(labels, (own) => (own === 1 ? 3 : 1)),
  });
  expect(predictLogistic(heavy, Float32Array.of(0), 1)[1]).toBeCloseTo(0.5, 4);
});

test('thresholds find a rare class that is never the likeliest', () => {
  const truth = Uint8Array.from({ length: 400 }, (_, i) => (i % 20 === 0 ? 0 : 1));
  const probability = Float32Array.from({ length: 800 }, (_, i) => {
    const p = truth[i >> 1] === 0 ? 0.3 : 0.1;
    return i % 2 === 0 ? p : 1 - p;
  });
  const { decision } = fitDecision({ probability, truth, other: 1 }, { isExclusive: false, smoothers: ['none'] });
  // A threshold between 0.1 and 0.3: log odds between log(0.7 / 0.3) and log(0.9 / 0.1).
  expect(decision.offsets[0]).toBeGreaterThan(Math.log(0.7 / 0.3));
  expect(decision.offsets[0]).toBeLessThan(Math.log(0.9 / 0.1));
  const shifted = shiftOdds(Float32Array.from([0.3, 0.7]), [Math.log(0.7 / 0.3), 0], { isExclusive: false, other: 1 });
  expect(shifted[0]).toBeCloseTo(0.5, 6);
});
