import {
  applyDecision,
  type DecisionOptions,
  type FamilyOptions,
  type FittedDecision,
  type FoldResult,
  findColumns,
  fitDecision,
  type ModelWithPredictions,
  mergeByHighest,
  pickColumns,
  scoreRecording,
  shiftLabels,
  type TrainingOptions,
  type TrainingRecording,
  trainWithMembers,
} from '@zoopraxis/behavior';
import { nodeTemporalRuntime, threadedTrees } from '@zoopraxis/behavior/node';
import { Random } from '@zoopraxis/core';
import { predictWithXgboost } from './xgboost-peer.js';

/** What gives probabilities, in the order in which it is done. */
export const ratPredictors = [
  'shifted labels',
  'five features',
  'XGBoost',
  'trees',
  'temporal network',
  'mean of both',
] as const;

/** One of them. */
export type RatPredictor = (typeof ratPredictors)[number];

/** What is compared, in the order in which it is told: a predictor, and how its probabilities become labels. */
export const ratMethods = [
  { name: 'shifted labels', predictor: 'shifted labels', decision: 'likeliest' },
  { name: 'five features', predictor: 'five features', decision: 'likeliest' },
  { name: 'XGBoost', predictor: 'XGBoost', decision: 'likeliest' },
  { name: 'trees', predictor: 'trees', decision: 'likeliest' },
  { name: 'trees and smoother', predictor: 'trees', decision: 'smoothed' },
  { name: 'temporal network and smoother', predictor: 'temporal network', decision: 'smoothed' },
  { name: 'full', predictor: 'mean of both', decision: 'smoothed' },
] as const satisfies readonly { name: string; predictor: RatPredictor; decision: 'likeliest' | 'smoothed' }[];

/** Name of one of them. */
export type RatMethod = (typeof ratMethods)[number]['name'];

/** Boosted trees of the trial, set before any test session was looked at; `tune-rats` tries others on inner folds. */
export const boosted = {
  kind: 'trees',
  strategy: 'multi-class',
  patience: 20,
  settings: {
    rounds: 400,
    learningRate: 0.08,
    maxDepth: 5,
    minChildWeight: 20,
    lambda: 5,
    alpha: 0,
    gamma: 0,
    subsample: 0.6,
    columnSample: 0.3,
  },
} as const satisfies FamilyOptions;

const temporal: FamilyOptions = { kind: 'temporal', settings: { epochs: 12, patience: 4 } };

const maxFrames = Number(process.env.ZOOPRAXIS_TRIAL_FRAMES ?? 100_000);
/** What all trainings have. */
export const ratTraining = { sampling: { maxFrames } } as const satisfies TrainingOptions;

/** How smoothed methods decide: the default of the program. */
export const ratDecision = { smoothers: ['semi-markov'] } as const satisfies DecisionOptions;

/** Distances and speeds that a person would look at first. */
const fiveFeatures = [
  'distance between centers',
  'closest distance',
  'joint speed(0.5s)',
  'relative speed(0.5s)',
  'facing angle.min',
];

/** One fold to learn and to predict. */
export interface RatFold {
  readonly train: readonly TrainingRecording[];
  readonly test: readonly TrainingRecording[];
  readonly seed: number;
  readonly fold: number;
  /** Folder for files that are handed to another program. */
  readonly work: string;
  /** Python with XGBoost; without it that row is missing. */
  readonly python: string | undefined;
}

/** What a predictor says of recordings that it did not learn from. */
export interface Predictions {
  readonly tests: FoldResult['tests'];
  /** The same of the training recordings, by copies that were each blind to a part of them; what smoothers are fitted to. */
  readonly inner?: FoldResult['tests'];
  /** Plain JSON data about the training. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** Returns the labels of recordings, smoothed as was best for what the predictor said of the training recordings. */
export function smoothPredictions(
  { tests, inner }: Pick<Predictions, 'tests' | 'inner'>,
  train: readonly TrainingRecording[],
): { readonly tests: FoldResult['tests']; readonly decision: FittedDecision } {
  const behaviors = tests[0]?.predicted.behaviors ?? [];
  const width = behaviors.length;
  const said = new Map((inner ?? []).map(({ id, probability }) => [id, probability]));
  const parts = train.map(({ id, truth }) => {
    const probability = said.get(id);
    if (probability === undefined) throw new RangeError(`inner: must have predictions of ${id}`);
    const place = truth.behaviors.map((name) => behaviors.indexOf(name));
    const label = truth.label.map((value, frame) =>
      Number.isNaN(probability[frame * width] as number) ? 255 : (place[value] ?? 255),
    );
    return { label, probability };
  });
  const total = parts.reduce((sum, { label }) => sum + label.length, 0);
  const joined = { truth: new Uint8Array(total), probability: new Float32Array(total * width) };
  const sequences: number[] = [];
  let at = 0;
  for (const { label, probability } of parts) {
    sequences.push(at);
    joined.truth.set(label, at);
    joined.probability.set(probability, at * width);
    at += label.length;
  }
  const other = behaviors.indexOf('other');
  const decision = fitDecision(
    { ...joined, sequences, ...(other < 0 ? {} : { other }) },
    { ...ratDecision, isExclusive: true },
  );
  return {
    decision,
    tests: tests.map((test) => {
      const { labels, probability } = applyDecision(decision.decision, test.probability, {
        behaviors,
        isExclusive: true,
      });
      return { ...test, predicted: { behaviors, label: labels }, probability };
    }),
  };
}

/** Returns what the predictors say, one after another; those whose names are done are not done again. */
export async function* runRatPredictors(
  { train, test, seed, fold, work, python }: RatFold,
  isDone: (predictor: RatPredictor) => boolean,
): AsyncGenerator<readonly [RatPredictor, Predictions]> {
  const onStep = (step: string) => process.stderr.write(`  ${new Date().toISOString().slice(11, 19)} ${step}\n`);
  const base: TrainingOptions = {
    ...{ ...ratTraining, seed: seed * 100 + fold, trees: threadedTrees(2), keepBytes: 0, onStep },
    // Labels are decided later, from what is kept.
    ...{ smoothers: ['none'], thresholds: 'none' },
  };
  const runtime = { temporal: await nodeTemporalRuntime({ threads: 2 }) };
  const predict = async (
    { model, innerPredictions }: ModelWithPredictions,
    begin: number,
    [from, to]: readonly [readonly TrainingRecording[], readonly TrainingRecording[]] = [train, test],
  ): Promise<Predictions> => {
    const { behaviors } = model;
    const width = behaviors.length;
    const of = ({ id, group }: TrainingRecording, probability: Float32Array): FoldResult['tests'][number] => ({
      ...{
        id,
        group,
        predicted: { behaviors, label: mergeByHighest(probability, { classCount: width }) },
        probability,
      },
    });
    const tests: FoldResult['tests'][number][] = [];
    for (const recording of to) {
      const columns = findColumns(recording.features.columns, model.columns, 'columns');
      tests.push(of(recording, await scoreRecording(model.scorer, recording.features, { columns, ...runtime })));
    }
    const { training, inner, counts, rowCount } = model.card;
    const seconds = (performance.now() - begin) / 1000;
    const starts = [...(innerPredictions.sequences ?? []), innerPredictions.truth.length];
    return {
      tests,
      inner: from.map((recording, i) =>
        of(
          recording,
          innerPredictions.probability.slice((starts[i] as number) * width, (starts[i + 1] as number) * width),
        ),
      ),
      about: { seconds, training, inner, counts, rowCount, columns: model.columns.length },
    };
  };
  if (!isDone('shifted labels')) {
    const begin = performance.now();
    const shifted = shiftLabels(train, new Random(seed).fork('control', fold));
    const { inner: _, ...said } = await predict(await trainWithMembers(shifted, { ...base, family: boosted }), begin);
    yield ['shifted labels', said];
  }
  if (!isDone('five features')) {
    const begin = performance.now();
    const five = (list: readonly TrainingRecording[]) =>
      list.map((recording) => {
        const { columns } = recording.features;
        const chosen = Int32Array.from(fiveFeatures, (name) => columns.findIndex((column) => column.name === name));
        if (chosen.includes(-1)) throw new RangeError(`five features: not all are there: ${fiveFeatures.join(', ')}`);
        return { ...recording, features: pickColumns(recording.features, chosen) };
      });
    const [from, to] = [five(train), five(test)];
    const trained = await trainWithMembers(from, { ...base, family: { kind: 'logistic' } });
    const { inner: _, ...said } = await predict(trained, begin, [from, to]);
    yield ['five features', said];
  }
  const isLeft = (predictor: RatPredictor) => !isDone(predictor);
  if (!['XGBoost', 'trees', 'temporal network', 'mean of both'].some((name) => isLeft(name as RatPredictor))) return;
  const begin = performance.now();
  const needsNetwork = isLeft('temporal network') || isLeft('mean of both');
  // The mean trains its members anyway: one training gives all of them.
  const mean = needsNetwork
    ? await trainWithMembers(train, { ...base, ...runtime, family: { kind: 'mean', members: [boosted, temporal] } })
    : undefined;
  const trees = mean?.members[0] ?? (await trainWithMembers(train, { ...base, family: boosted }));
  const network = mean?.members[1];
  if (isLeft('trees')) yield ['trees', await predict(trees, begin)];
  if (isLeft('temporal network') && network !== undefined) yield ['temporal network', await predict(network, begin)];
  if (isLeft('mean of both') && mean !== undefined) yield ['mean of both', await predict(mean, begin)];
  if (isLeft('XGBoost') && python !== undefined) {
    onStep('XGBoost');
    const settings = { ...base, family: boosted };
    const peer = await predictWithXgboost(python, { model: trees.model, settings, train, test, work });
    const { behaviors } = trees.model;
    const tests = test.map(({ id, group }, i) => {
      const probability = peer.probability[i] as Float32Array;
      return {
        id,
        group,
        predicted: { behaviors, label: mergeByHighest(probability, { classCount: behaviors.length }) },
        probability,
      };
    });
    yield ['XGBoost', { tests, about: { version: peer.version, trainSec: peer.trainSec } }];
  }
}
