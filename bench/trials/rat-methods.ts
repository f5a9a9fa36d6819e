import {
  type ClassifiedRecording,
  classifyRecording,
  type FamilyOptions,
  type FoldResult,
  type FrameTruth,
  findColumns,
  pickColumns,
  scoreRecording,
  shiftLabels,
  type TrainingOptions,
  type TrainingRecording,
  trainBehaviorModel,
} from '@zoopraxis/behavior';
import { nodeTemporalRuntime, threadedTrees } from '@zoopraxis/behavior/node';
import { Random } from '@zoopraxis/core';
import { predictWithXgboost } from './xgboost-peer.js';

/** What is compared, in the order in which it is done and told. */
export const ratMethods = [
  'shifted labels',
  'five features',
  'XGBoost',
  'trees',
  'trees and smoother',
  'temporal network and smoother',
  'full',
] as const;

/** One of them. */
export type RatMethod = (typeof ratMethods)[number];

/** Boosted trees of the trial, found on the inner folds of the first fold of seed 1. */
const boosted: FamilyOptions = {
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
};

const temporal: FamilyOptions = { kind: 'temporal', settings: { epochs: 12, patience: 4 } };

const common = { sampling: { maxFrames: 100_000 }, smoothers: ['semi-markov'] } as const satisfies TrainingOptions;

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

/** What methods say of the test recordings of a fold. */
export interface MethodResult {
  readonly tests: FoldResult['tests'];
  /** Plain JSON data about the training. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** Returns the likeliest class of each frame, shape `[frame]`; 255 where nothing is known. */
function likeliest(probability: Float32Array, width: number): Uint8Array {
  return Uint8Array.from({ length: probability.length / width }, (_, frame) => {
    let best = 255;
    for (let c = 0; c < width; c++) {
      const p = probability[frame * width + c] as number;
      if (p > (best === 255 ? -1 : (probability[frame * width + best] as number))) best = c;
    }
    return best;
  });
}

const testOf = (
  { id, group }: TrainingRecording,
  predicted: FrameTruth,
  probability: Float32Array,
): FoldResult['tests'][number] => ({ id, group, predicted, probability });

/** Returns what the methods say, one after another; those whose names are done are not done again. */
export async function* runRatMethods(
  { train, test, seed, fold, work, python }: RatFold,
  isDone: (method: RatMethod) => boolean,
): AsyncGenerator<readonly [RatMethod, MethodResult]> {
  const onStep = (step: string) => process.stderr.write(`  ${new Date().toISOString().slice(11, 19)} ${step}\n`);
  const base: TrainingOptions = { ...common, seed: seed * 100 + fold, trees: threadedTrees(2), keepBytes: 0, onStep };
  const classify = async (
    options: TrainingOptions,
    from: readonly TrainingRecording[] = train,
    to: readonly TrainingRecording[] = test,
  ): Promise<MethodResult> => {
    const begin = performance.now();
    const model = await trainBehaviorModel(from, options);
    const tests: FoldResult['tests'][number][] = [];
    const runtime = options.temporal === undefined ? {} : { temporal: options.temporal };
    for (const recording of to) {
      const { labels, scores }: ClassifiedRecording = await classifyRecording(model, recording.features, runtime);
      tests.push(testOf(recording, labels, scores.probability));
    }
    const { counts, inner, rowCount } = model.card;
    return { tests, about: { seconds: (performance.now() - begin) / 1000, counts, inner, rowCount } };
  };
  if (!isDone('shifted labels')) {
    const shifted = shiftLabels(train, new Random(seed).fork('control', fold));
    yield ['shifted labels', await classify({ ...base, family: boosted }, shifted)];
  }
  if (!isDone('five features')) {
    const five = (list: readonly TrainingRecording[]) =>
      list.map((recording) => {
        const { columns } = recording.features;
        const chosen = Int32Array.from(fiveFeatures, (name) => columns.findIndex((column) => column.name === name));
        if (chosen.includes(-1)) throw new RangeError(`five features: not all are there: ${fiveFeatures.join(', ')}`);
        return { ...recording, features: pickColumns(recording.features, chosen) };
      });
    const options: TrainingOptions = { ...base, family: { kind: 'logistic' }, smoothers: ['none'], thresholds: 'none' };
    yield ['five features', await classify(options, five(train), five(test))];
  }
  if (['XGBoost', 'trees', 'trees and smoother'].some((name) => !isDone(name as RatMethod))) {
    const settings: TrainingOptions = { ...base, family: boosted };
    const begin = performance.now();
    const model = await trainBehaviorModel(train, settings);
    const about = {
      seconds: (performance.now() - begin) / 1000,
      training: model.card.training,
      inner: model.card.inner,
      counts: model.card.counts,
      rowCount: model.card.rowCount,
      columns: model.columns.length,
    };
    const width = model.behaviors.length;
    const [raw, smooth] = [[] as FoldResult['tests'][number][], [] as FoldResult['tests'][number][]];
    for (const recording of test) {
      const columns = findColumns(recording.features.columns, model.columns, 'columns');
      const probability = await scoreRecording(model.scorer, recording.features, { columns });
      raw.push(testOf(recording, { behaviors: model.behaviors, label: likeliest(probability, width) }, probability));
      const { labels, scores } = await classifyRecording(model, recording.features);
      smooth.push(testOf(recording, labels, scores.probability));
    }
    if (!isDone('trees')) yield ['trees', { tests: raw, about }];
    if (!isDone('trees and smoother')) yield ['trees and smoother', { tests: smooth, about }];
    if (!isDone('XGBoost') && python !== undefined) {
      onStep('XGBoost');
      const peer = await predictWithXgboost(python, { model, settings, train, test, work });
      const tests = test.map((recording, i) => {
        const probability = peer.probability[i] as Float32Array;
        return testOf(recording, { behaviors: model.behaviors, label: likeliest(probability, width) }, probability);
      });
      yield ['XGBoost', { tests, about: { version: peer.version, trainSec: peer.trainSec } }];
    }
  }
  const runtime = async () => ({ temporal: await nodeTemporalRuntime({ threads: 2 }) });
  if (!isDone('temporal network and smoother')) {
    yield ['temporal network and smoother', await classify({ ...base, ...(await runtime()), family: temporal })];
  }
  if (!isDone('full')) {
    const family: FamilyOptions = { kind: 'mean', members: [boosted, temporal] };
    yield ['full', await classify({ ...base, ...(await runtime()), family })];
  }
}
