import {
  type BehaviorModel,
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
  trainWithMembers,
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
const common = { sampling: { maxFrames }, smoothers: ['semi-markov'] } as const satisfies TrainingOptions;

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
    for (const recording of to) {
      const { labels, scores }: ClassifiedRecording = await classifyRecording(model, recording.features);
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
  const rest = ratMethods.filter((method) => !['shifted labels', 'five features'].includes(method) && !isDone(method));
  if (rest.length === 0) return;
  const needsNetwork = rest.some((method) => method === 'full' || method === 'temporal network and smoother');
  const settings: TrainingOptions = { ...base, family: boosted };
  const begin = performance.now();
  // The mean trains its members anyway: one training gives all of them.
  const runtime = needsNetwork ? { temporal: await nodeTemporalRuntime({ threads: 2 }) } : {};
  const trained = needsNetwork
    ? await trainWithMembers(train, { ...base, ...runtime, family: { kind: 'mean', members: [boosted, temporal] } })
    : undefined;
  const trees = trained?.members[0] ?? (await trainBehaviorModel(train, settings));
  const aboutOf = ({ card, columns }: BehaviorModel) => ({
    seconds: (performance.now() - begin) / 1000,
    training: card.training,
    inner: card.inner,
    counts: card.counts,
    rowCount: card.rowCount,
    columns: columns.length,
  });
  const smoothed = async (model: BehaviorModel): Promise<MethodResult> => {
    const tests: FoldResult['tests'][number][] = [];
    for (const recording of test) {
      const { labels, scores } = await classifyRecording(model, recording.features, runtime);
      tests.push(testOf(recording, labels, scores.probability));
    }
    return { tests, about: aboutOf(model) };
  };
  const width = trees.behaviors.length;
  const alone = (recording: TrainingRecording, probability: Float32Array) =>
    testOf(recording, { behaviors: trees.behaviors, label: likeliest(probability, width) }, probability);
  if (rest.includes('trees')) {
    const tests: FoldResult['tests'][number][] = [];
    for (const recording of test) {
      const columns = findColumns(recording.features.columns, trees.columns, 'columns');
      tests.push(alone(recording, await scoreRecording(trees.scorer, recording.features, { columns })));
    }
    yield ['trees', { tests, about: aboutOf(trees) }];
  }
  if (rest.includes('trees and smoother')) yield ['trees and smoother', await smoothed(trees)];
  if (rest.includes('XGBoost') && python !== undefined) {
    onStep('XGBoost');
    const peer = await predictWithXgboost(python, { model: trees, settings, train, test, work });
    const tests = test.map((recording, i) => alone(recording, peer.probability[i] as Float32Array));
    yield ['XGBoost', { tests, about: { version: peer.version, trainSec: peer.trainSec } }];
  }
  const [, network] = trained?.members ?? [];
  if (rest.includes('temporal network and smoother') && network !== undefined) {
    yield ['temporal network and smoother', await smoothed(network)];
  }
  if (rest.includes('full') && trained !== undefined) yield ['full', await smoothed(trained.model)];
}
