import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BehaviorEvaluation,
  decodeFold,
  encodeFold,
  evaluateBehavior,
  type FoldResult,
  keepFeatures,
  learningCurve,
  type TrainingRecording,
} from '@zoopraxis/behavior';
import { threadedTrees } from '@zoopraxis/behavior/node';
import { foldsByGroup, quantile, Random, scoresOfConfusion } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import { jsonLines } from '../child.js';
import { describeLimits, type RatLimits, ratLimits } from './rat-limits.js';
import {
  boosted,
  type RatMethod,
  type RatPredictor,
  ratMethods,
  ratTraining,
  runRatPredictors,
  smoothPredictions,
} from './rat-methods.js';
import { describeCurve, describeFolds, describeTask } from './rat-page.js';
import { assumedFps, type RatRecordings, type RatTask, ratFeatures, readRats } from './rat-recordings.js';
import type { TrialRun } from './record.js';
import type { Trial } from './trial.js';

const tasks = ['S1', 'S2'] as const;
/** Seeds of each task. */
const seedsOf: Readonly<Record<RatTask, readonly number[]>> = { S1: [1, 2, 3], S2: [1] };
/** Predictors that take many minutes a fold, or that one seed tells enough of, are done for the first seed alone. */
const firstSeedAlone: readonly RatPredictor[] = ['shifted labels', 'temporal network', 'mean of both'];
const foldCount = 5;
const summaryOf = (task: RatTask) => `${task} summary`;
const limitsOf = (task: RatTask) => `${task} limits`;
const curveOf = (task: RatTask) => `${task} curve`;

/** Sessions of the task that was read last: their features are computed once for all folds of a process. */
let last: { readonly task: RatTask; readonly rats: RatRecordings } | undefined;

async function recordingsOf(task: RatTask, data: string): Promise<RatRecordings> {
  if (last?.task !== task) {
    const limit = process.env.ZOOPRAXIS_TRIAL_SESSIONS;
    const { recordings, ...rest } = await readRats(data, task, limit === undefined ? {} : { only: Number(limit) });
    const kept = recordings.map((recording) => ({ ...recording, features: keepFeatures(recording.features) }));
    last = { task, rats: { recordings: kept, ...rest } };
  }
  return last.rats;
}

/** Returns the Python that has XGBoost (`PEER_PYTHON`, else `python3`), or undefined where none has. */
async function pythonWithXgboost(): Promise<string | undefined> {
  const python = process.env.PEER_PYTHON ?? 'python3';
  const test = 'import json, xgboost\nprint(json.dumps({"version": xgboost.__version__}))';
  try {
    const [found] = await jsonLines<{ version: string }>(python, ['-W', 'ignore', '-c', test], 60);
    return found === undefined ? undefined : python;
  } catch {
    process.stderr.write('  no Python with XGBoost (set PEER_PYTHON): that row is left out\n');
    return undefined;
  }
}

const folderOf = (work: string, task: RatTask, [seed, fold]: readonly [number, number]) =>
  join(work, `${task} seed ${seed} fold ${fold}`);
/** File of what a predictor says: of the test recordings, or of the training recordings that its copies were blind to. */
const predictionsPath = (folder: string, predictor: RatPredictor, part: 'test' | 'inner') =>
  join(folder, `${predictor}.${part}.bin`);
const methodPath = (folder: string, method: RatMethod) => join(folder, `method ${method}.bin`);

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

function evaluate(
  task: RatTask,
  tests: FoldResult['tests'],
  truths: ReadonlyMap<string, TrainingRecording>,
): BehaviorEvaluation {
  const truth = tests.map(({ id }) => (truths.get(id) as TrainingRecording).truth);
  return evaluateBehavior(
    truth,
    tests.map(({ predicted }) => predicted),
    {
      fps: assumedFps,
      recordings: tests.map(({ id }, i) => `${id} ${i}`),
      groups: tests.map(({ group }) => group),
      scores: tests.map(({ predicted, probability }) => ({ behaviors: predicted.behaviors, probability })),
      background: task === 'S1' ? [] : ['other'],
      seed: 1,
    },
  );
}

const shortScores = ({
  macroF1,
  macroBoutF1,
  accuracy,
  macroAveragePrecision,
  perBehavior,
  ranges,
}: BehaviorEvaluation) => ({
  macroF1,
  macroBoutF1,
  accuracy,
  macroAveragePrecision,
  ranges: ranges === null ? null : { macroF1: ranges.macroF1, macroBoutF1: ranges.macroBoutF1 },
  perBehavior: Object.fromEntries(
    Object.entries(perBehavior).map(
      ([name, { support, f1, precision, recall, boutF1, averagePrecision, boutCount, bouts }]) => [
        name,
        {
          support,
          f1,
          precision,
          recall,
          boutF1,
          averagePrecision,
          boutCount,
          annotationF1: bouts.annotationF1,
          predictionF1: bouts.predictionF1,
          f1Range: ranges?.perBehavior[name]?.f1 ?? null,
          boutF1Range: ranges?.perBehavior[name]?.boutF1 ?? null,
        },
      ],
    ),
  ),
});

async function performFold(
  task: RatTask,
  [seed, fold]: readonly [number, number],
  place: { data: string; work: string },
) {
  const { recordings, notes } = await recordingsOf(task, place.data);
  const truths = new Map(recordings.map((recording) => [recording.id, recording]));
  const groups = recordings.map(({ group }) => group);
  const split = foldsByGroup(groups, { count: foldCount, random: new Random(seed).fork('folds') })[fold - 1];
  const part = (list: readonly number[]) => list.map((index) => recordings[index] as TrainingRecording);
  const [train, test] = [part(split?.train ?? []), part(split?.test ?? [])];
  const folder = folderOf(place.work, task, [seed, fold]);
  await mkdir(folder, { recursive: true });
  const chosen = process.env.ZOOPRAXIS_TRIAL_METHODS?.split(',');
  const isDone = (predictor: RatPredictor) =>
    existsSync(predictionsPath(folder, predictor, 'test')) ||
    !(chosen?.includes(predictor) ?? true) ||
    (seed !== seedsOf[task][0] && firstSeedAlone.includes(predictor));
  const python = isDone('XGBoost') ? undefined : await pythonWithXgboost();
  const work = join(place.work, 'peer');
  const lists = { trainGroups: train.map(({ group }) => group), testGroups: test.map(({ group }) => group) };
  const fileOf = (tests: FoldResult['tests'], card: FoldResult['card']) =>
    encodeFold({ ...{ seed, fold, card, tests, notes: [], ...lists }, behaviors: tests[0]?.predicted.behaviors ?? [] });
  for await (const [name, { tests, inner, about }] of runRatPredictors(
    { train, test, seed, fold, work, python },
    isDone,
  )) {
    if (inner !== undefined) await write(predictionsPath(folder, name, 'inner'), fileOf(inner, {}));
    await write(predictionsPath(folder, name, 'test'), fileOf(tests, about));
    process.stderr.write(`  ${name}: macro F1 ${evaluate(task, tests, truths).macroF1.toFixed(3)}\n`);
  }
  const read = async (path: string) => decodeFold(await readFile(path), path);
  for (const { name, predictor, decision } of ratMethods) {
    const from = predictionsPath(folder, predictor, 'test');
    if (existsSync(methodPath(folder, name)) || !existsSync(from)) continue;
    const { tests, card } = await read(from);
    if (decision === 'likeliest') {
      await write(methodPath(folder, name), fileOf(tests, card));
      continue;
    }
    const { tests: inner } = await read(predictionsPath(folder, predictor, 'inner'));
    const smoothed = smoothPredictions({ tests, inner }, train);
    const { offsets, smoother } = smoothed.decision.decision;
    const chosenSmoother =
      smoother.kind === 'semi-markov' ? { decode: smoother.model.decode, evidence: smoother.model.evidence } : {};
    const about = {
      ...card,
      decision: { tried: smoothed.decision.tried, offsets, kind: smoother.kind, ...chosenSmoother },
    };
    await write(methodPath(folder, name), fileOf(smoothed.tests, about));
    process.stderr.write(`  ${name}: macro F1 ${evaluate(task, smoothed.tests, truths).macroF1.toFixed(3)}\n`);
  }
  const scores: Record<string, unknown> = {};
  for (const { name } of ratMethods) {
    if (!existsSync(methodPath(folder, name))) continue;
    const { tests, card } = await read(methodPath(folder, name));
    scores[name] = { ...shortScores(evaluate(task, tests, truths)), about: card };
  }
  return { testSessions: test.map(({ id }) => id), scores, ...(seed === 1 && fold === 1 ? { notes } : {}) };
}

/** Returns the range of the difference of macro F1 of two methods on the same sessions, whole sessions drawn. */
function differenceRange(
  a: BehaviorEvaluation,
  b: BehaviorEvaluation,
  confusions: readonly (readonly [number[][], number[][]])[],
) {
  const { behaviors, averagedOver } = a;
  const macro = (pick: 0 | 1, drawn: readonly number[]) => {
    const sum = behaviors.map((_, i) =>
      behaviors.map((__, j) => drawn.reduce((total, s) => total + (confusions[s]?.[pick][i]?.[j] as number), 0)),
    );
    const options = { categories: behaviors, averageOver: averagedOver };
    return scoresOfConfusion(sum, options).macro.f1MeanOfScores ?? Number.NaN;
  };
  const random = new Random('sessions');
  const differences = Array.from({ length: 2000 }, () => {
    const drawn = confusions.map(() => random.integer(confusions.length));
    return macro(0, drawn) - macro(1, drawn);
  }).filter((value) => !Number.isNaN(value));
  return { difference: a.macroF1 - b.macroF1, low: quantile(differences, 0.025), high: quantile(differences, 0.975) };
}

/** Returns the confusion of each session, all seeds together, in the order of the session names. */
function confusionBySession(
  tests: FoldResult['tests'],
  behaviors: readonly string[],
  truths: ReadonlyMap<string, TrainingRecording>,
): Map<string, number[][]> {
  const found = new Map<string, number[][]>();
  for (const { id, predicted } of tests) {
    const { truth } = truths.get(id) as TrainingRecording;
    const counts = found.get(id) ?? behaviors.map(() => behaviors.map(() => 0));
    const [own, said] = [truth, predicted].map((labels) => labels.behaviors.map((name) => behaviors.indexOf(name)));
    for (let frame = 0; frame < truth.label.length; frame++) {
      const [i, j] = [own?.[truth.label[frame] as number], said?.[predicted.label[frame] as number]];
      const row = i === undefined ? undefined : counts[i];
      if (row !== undefined && j !== undefined) row[j] = (row[j] as number) + 1;
    }
    found.set(id, counts);
  }
  return found;
}

async function summarize(task: RatTask, { data, work }: { data: string; work: string }) {
  const limit = process.env.ZOOPRAXIS_TRIAL_SESSIONS;
  const { recordings } = await readRats(data, task, limit === undefined ? {} : { only: Number(limit) });
  const truths = new Map(recordings.map((recording) => [recording.id, recording]));
  /** Test recordings by method and seed. */
  const said = new Map<RatMethod, Map<number, FoldResult['tests'][number][]>>();
  for (const { name: method } of ratMethods) {
    const bySeed = new Map<number, FoldResult['tests'][number][]>();
    for (const seed of seedsOf[task]) {
      for (let fold = 1; fold <= foldCount; fold++) {
        const path = methodPath(folderOf(work, task, [seed, fold]), method);
        if (!existsSync(path)) continue;
        bySeed.set(seed, [...(bySeed.get(seed) ?? []), ...decodeFold(await readFile(path), path).tests]);
      }
    }
    if (bySeed.size > 0) said.set(method, bySeed);
  }
  if (said.size === 0)
    throw new Error(`trial: the folds of ${task} are not in ${work}; remove their runs and run again`);
  const of = (method: RatMethod, seeds: readonly number[]) =>
    seeds.flatMap((seed) => said.get(method)?.get(seed) ?? []);
  const seedsDone = (method: RatMethod) => [...(said.get(method)?.keys() ?? [])];
  const evaluations = new Map(
    [...said.keys()].map((method) => [method, evaluate(task, of(method, seedsDone(method)), truths)]),
  );
  const compare = (a: RatMethod, b: RatMethod) => {
    const seeds = seedsDone(a).filter((seed) => seedsDone(b).includes(seed));
    if (seeds.length === 0) return null;
    const [mine, theirs] = [of(a, seeds), of(b, seeds)];
    const [one, other] = [evaluate(task, mine, truths), evaluate(task, theirs, truths)];
    const { behaviors } = one;
    const [own, peer] = [mine, theirs].map((tests) => confusionBySession(tests, behaviors, truths));
    const sessions = [...(own as Map<string, number[][]>).keys()].sort();
    const pairs = sessions.map((id) => [own?.get(id), peer?.get(id)] as [number[][], number[][]]);
    return { seeds: seeds.length, ...differenceRange(one, other, pairs) };
  };
  return {
    sessions: recordings.length,
    columns: recordings[0]?.features.columns.length,
    behaviors: recordings[0]?.truth.behaviors,
    features: ratFeatures,
    methods: Object.fromEntries(
      [...evaluations].map(([method, evaluation]) => [
        method,
        { seeds: seedsDone(method).length, ...shortScores(evaluation) },
      ]),
    ),
    confusion: evaluations.get('full')?.confusion ?? null,
    differences: {
      'trees - XGBoost': compare('trees', 'XGBoost'),
      'trees and smoother - XGBoost': compare('trees and smoother', 'XGBoost'),
      'full - XGBoost': compare('full', 'XGBoost'),
      'full - trees and smoother': compare('full', 'trees and smoother'),
    },
  };
}

/** Returns where the full method is wrong in the test sessions of the first seed. */
async function findLimits(task: RatTask, { data, work }: { data: string; work: string }) {
  const limit = process.env.ZOOPRAXIS_TRIAL_SESSIONS;
  const { recordings, knownPoints } = await readRats(data, task, limit === undefined ? {} : { only: Number(limit) });
  const tests: FoldResult['tests'][number][] = [];
  for (let fold = 1; fold <= foldCount; fold++) {
    const path = methodPath(folderOf(work, task, [seedsOf[task][0] as number, fold]), 'full');
    tests.push(...decodeFold(await readFile(path), path).tests);
  }
  return { ...ratLimits(tests, new Map(recordings.map((recording) => [recording.id, recording])), knownPoints) };
}

/** Returns scores of smoothed trees by the number of training sessions. */
async function growSessions(task: RatTask, { data, work }: { data: string; work: string }) {
  const { recordings } = await recordingsOf(task, data);
  const truths = new Map(recordings.map((recording) => [recording.id, recording]));
  const points = await learningCurve(recordings, {
    ...ratTraining,
    ...{ by: 'recordings', shares: [0.1, 0.2, 0.4, 0.7, 1], test: 1 / foldCount, seed: 1 },
    ...{ family: boosted, trees: threadedTrees(2), keepBytes: 0, store: new FolderStore(join(work, 'curve')) },
    onPoint: ({ share }) => process.stderr.write(`  ${share}\n`),
  });
  return {
    tested: points[0]?.tests.map(({ id }) => id),
    points: points.map(({ recordingCount, tests }) => {
      const { macroF1, macroBoutF1, perBehavior } = evaluate(task, tests, truths);
      const f1 = Object.fromEntries(Object.entries(perBehavior).map(([name, of]) => [name, of.f1]));
      return { sessions: recordingCount, macroF1, macroBoutF1, f1 };
    }),
  };
}

/** What {@link growSessions} returns. */
export type Curve = Awaited<ReturnType<typeof growSessions>>;

/** What {@link summarize} returns. */
export type Summary = Awaited<ReturnType<typeof summarize>>;
/** Two unnamed rats, five folds by session, three seeds: the pipeline beside chance, a baseline and XGBoost. */
export const ratResidentIntruder: Trial = {
  data: 'rat-resident-intruder',
  page: 'behavior',
  runs: tasks.flatMap((task) => [
    ...seedsOf[task].flatMap((seed) =>
      Array.from({ length: foldCount }, (_, fold) => `${task} seed ${seed} fold ${fold + 1}`),
    ),
    summaryOf(task),
    limitsOf(task),
    ...(task === 'S1' ? [curveOf(task)] : []),
  ]),
  perform: async (run, place) => {
    const [task, what, seed, , fold] = run.split(' ') as [RatTask, string, string?, string?, string?];
    if (what === 'limits') return findLimits(task, place);
    if (what === 'curve') return growSessions(task, place);
    if (fold === undefined) return summarize(task, place);
    return performFold(task, [Number(seed), Number(fold)], place);
  },
  describe: (runs: readonly TrialRun[]) => {
    const parts = tasks.flatMap((task) => {
      const summary = runs.find(({ run }) => run === summaryOf(task))?.result as Summary | undefined;
      const notes = runs.find(({ run }) => run === `${task} seed 1 fold 1`)?.result.notes ?? {};
      const limits = runs.find(({ run }) => run === limitsOf(task))?.result as unknown as RatLimits | undefined;
      if (summary !== undefined) {
        const scores = describeTask(task, summary, notes as Record<string, string[]>);
        const curve = runs.find(({ run }) => run === curveOf(task))?.result as unknown as Curve | undefined;
        return [
          scores,
          ...(limits === undefined ? [] : [describeLimits(limits)]),
          ...(curve === undefined ? [] : [describeCurve(curve)]),
        ];
      }
      const folds = runs.filter(({ run }) => run.startsWith(`${task} seed`));
      return folds.length === 0 ? [] : [describeFolds(task, folds)];
    });
    const done = runs.filter(({ run }) => run.includes('fold')).length;
    return [
      '## Two unnamed rats: `data/rat-resident-intruder`',
      '',
      `Five folds by session, three seeds of S1 and one of S2 (networks and the control on the first seed alone), ${done} folds done. Features: the general set in body lengths, the same whoever is called what. Everything that is fitted (cut points, rounds, thresholds, smoothers) is fitted on the training sessions of each fold; the settings of trees and networks were set before any test session was looked at. The smoother's power of class shares (docs/smoothing.md) was thought of after the test sessions of the first fold of the first seed had been looked at; its value is fitted on training sessions. "Shifted labels" learns from labels that are turned around in time: chance. "Five features" is logistic regression on two distances, two speeds and the facing angle. "XGBoost" learns from the same frames, columns, weights, settings and rounds as "trees"; both take the likeliest class of each frame. "Full" is the mean of trees and temporal networks, smoothed with durations.`,
      ...parts.flatMap((part) => ['', part]),
    ].join('\n');
  },
};
