import { featureKey, type Provenance, Random } from '@zoopraxis/core';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { isUnlookedFor } from '../evaluate/scored-frames.js';
import type { FeatureInfo, FeatureSource } from '../features/feature-block.js';
import { mergeByHighest } from '../smooth/merge-by-highest.js';
import type { SmoothingData } from '../smooth/smoothing-data.js';
import type { TemporalRuntime } from '../temporal/temporal-runtime.js';
import type { BehaviorModel } from './behavior-model.js';
import { type DecisionOptions, fitDecision } from './decision.js';
import type { ClassWeights, FamilyOptions } from './families.js';
import { type FittedFamily, fitFamily } from './fit-family.js';
import { type InnerFoldOptions, type InnerFolds, planInnerFolds } from './inner-folds.js';
import { keepWithin } from './read-rows.js';
import type { SamplingOptions } from './sample-frames.js';
import { isExclusive } from './scorer.js';
import { type SelectionOptions, selectColumns } from './select-columns.js';
import { type ClassOptions, type ClassPlan, planClasses, type TrainingRecording } from './training-recording.js';
import { planRows, type RowPlan } from './training-rows.js';
import { plainTrees, type TreeEngine } from './tree-engine.js';

/** Settings of {@link trainBehaviorModel} that change the model; plain data. */
export interface TrainingSettings extends ClassOptions, DecisionOptions {
  /** Default boosted trees. */
  readonly family?: FamilyOptions;
  /** Default `square-root`. */
  readonly classWeights?: ClassWeights;
  readonly sampling?: SamplingOptions;
  readonly inner?: Omit<InnerFoldOptions, 'random'>;
  /** Columns to learn from, chosen on the training recordings alone; default all. */
  readonly selection?: SelectionOptions;
  /** Default 0. */
  readonly seed?: number;
}

/** Settings and surroundings of a training. */
export interface TrainingOptions extends TrainingSettings {
  /** Settings that made the features, for the card of the model and for `createFeatureSource`; plain JSON data. */
  readonly featureSpec?: unknown;
  /** Skeleton, roles and whatever else tracks must have; plain JSON data. */
  readonly tracks?: unknown;
  readonly provenance?: Provenance;
  /** Trains trees; default in this thread. */
  readonly trees?: TreeEngine;
  /** Trains temporal networks; needed for them only. */
  readonly temporal?: TemporalRuntime;
  /** Features are kept in memory up to this many bytes, so that they are computed once; default 2 GiB. */
  readonly keepBytes?: number;
  readonly signal?: AbortSignal;
  /** Told what is being done, and what share (0 to 1) of the training lies behind it, where that has grown. */
  readonly onStep?: (step: string, share?: number) => void;
}

/** What is said where no test is possible. */
export const noTestSentence =
  'There is one group (animal or session) only: no honest test is possible, and no score is given. Score recordings of other animals, and train again.';

/** What is learned from, before any feature is read. */
export interface LearningPlan {
  readonly plan: ClassPlan;
  readonly inner: InnerFolds;
  readonly rows: RowPlan;
}

/**
 * Returns which frames of recordings are learned from, as which classes, with what weights, and in which inner folds: what
 * `trainBehaviorModel` does with the same settings, for those who train something else on the same frames.
 *
 * @throws RangeError for recordings that do not fit together or leave fewer than two classes.
 */
export function planLearning(recordings: readonly TrainingRecording[], options: TrainingSettings = {}): LearningPlan {
  const { classWeights = 'square-root', seed = 0 } = options;
  const plan = planClasses(recordings, options);
  if (plan.classes.length < 2) {
    throw new RangeError(
      `behaviors: at least two classes with two bouts each are needed, got ${plan.classes.join(', ') || 'none'}${plan.notes.map((note) => `; ${note}`).join('')}`,
    );
  }
  const random = new Random(seed);
  const inner = planInnerFolds(
    recordings.map(({ group, features }) => ({ group, ...features.timeBase })),
    { ...options.inner, random: random.fork('inner folds') },
  );
  const rows = planRows(plan, inner, { ...options.sampling, classWeights, random: random.fork('frames') });
  return { plan, inner, rows };
}

/**
 * Returns a classifier learned from scored recordings. Everything that is fitted, from cut points of features through early
 * stopping and thresholds to the smoother, is fitted on these recordings alone, with groups kept whole in inner folds.
 * It gives no test score: `crossValidate` does. The same recordings, settings and seed give the same model.
 *
 * @throws RangeError for recordings that do not fit together or leave fewer than two classes.
 */
export async function trainBehaviorModel(
  recordings: readonly TrainingRecording[],
  options: TrainingOptions = {},
): Promise<BehaviorModel> {
  return (await trainWithMembers(recordings, options)).model;
}

/** A model, and what its decision was fitted to. */
export interface ModelWithPredictions {
  readonly model: BehaviorModel;
  /** What copies that were each blind to one inner fold say of it, and the truth. */
  readonly innerPredictions: SmoothingData;
}

/** A model, and the models of its members alone where it is a mean. */
export interface ModelWithMembers extends ModelWithPredictions {
  /** One for each member, list; empty where the family is no mean. */
  readonly members: readonly ModelWithPredictions[];
}

/**
 * Returns what `trainBehaviorModel` returns, and for a mean of families the classifier of each alone, with a smoother of its
 * own: they are trained anyway.
 */
export async function trainWithMembers(
  recordings: readonly TrainingRecording[],
  options: TrainingOptions = {},
): Promise<ModelWithMembers> {
  const { family = { kind: 'trees' }, classWeights = 'square-root', seed = 0, keepBytes = 2 ** 31, signal } = options;
  const onStep = options.onStep ?? (() => undefined);
  const { plan, inner, rows } = planLearning(recordings, options);
  onStep('reading features', 0);
  const first = recordings[0] as TrainingRecording;
  const sources: readonly FeatureSource[] = keepWithin(
    recordings.map(({ features }) => features),
    keepBytes,
  );
  const all = Int32Array.from(first.features.columns, (_, i) => i);
  const trees = options.trees ?? plainTrees;
  const context = {
    plan,
    rows,
    inner,
    ids: recordings.map(({ id }) => id),
    sources,
    columns: all,
    trees,
    temporal: options.temporal,
    seed,
    signal,
    onStep,
  };
  const columns = options.selection === undefined ? all : await selectColumns(options.selection, context);
  const fitted = await fitFamily(family, { ...context, columns });
  const notes = [...plan.notes, ...(inner.note === undefined ? [] : [inner.note])];
  const kept = Array.from(columns, (column) => featureKey(first.features.columns[column] as FeatureInfo));
  const groups = [...new Set(recordings.map(({ group }) => group))].sort();
  if (groups.length < 2) notes.push(noTestSentence);
  onStep('thresholds and smoothing');
  const finish = (own: FittedFamily, ownFamily: FamilyOptions): ModelWithPredictions => {
    const joined = joinRecordings(own.outOfFold, plan);
    const innerPredictions = { ...joined, ...(plan.background === undefined ? {} : { other: plan.background }) };
    const { decision, tried } = fitDecision(innerPredictions, {
      isExclusive: isExclusive(own.scorer),
      ...(options.smoothers === undefined ? {} : { smoothers: options.smoothers }),
      ...(options.thresholds === undefined ? {} : { thresholds: options.thresholds }),
      ...(options.smoothing === undefined ? {} : { smoothing: options.smoothing }),
    });
    const model: BehaviorModel = {
      behaviors: plan.classes,
      ...(plan.background === undefined ? {} : { background: plan.classes[plan.background] as string }),
      fps: first.features.timeBase.fps,
      columns: kept,
      scorer: own.scorer,
      decision,
      card: {
        trainedOn: recordings.map(({ id }) => id).sort(),
        groups,
        counts: plan.counts,
        rowCount: rows.rowCount,
        inner: { count: inner.count, by: inner.by, tried },
        settings: { ...settingsOf(options), family: ownFamily, classWeights, seed },
        training: own.summary,
        featureSpec: options.featureSpec ?? null,
        tracks: options.tracks ?? null,
        provenance: options.provenance ?? null,
        notes,
      },
    };
    return { model, innerPredictions };
  };
  const list = family.kind === 'mean' ? family.members : [];
  return {
    ...finish(fitted, family),
    members: list.map((member, i) => finish(fitted.members?.[i] as FittedFamily, member)),
  };
}

/** Returns the settings that change a model, without what they were given with; plain JSON data. */
export function settingsOf(options: TrainingOptions): TrainingSettings {
  const { featureSpec, tracks, provenance, trees, temporal, keepBytes, signal, onStep, ...settings } = options;
  return settings;
}

/**
 * Returns recordings one after another, as smoothers take them; frames without a prediction end sequences. Background that is
 * taken for a behavior that nobody looked for tells nothing: it has no truth.
 */
function joinRecordings(
  probabilities: readonly Float32Array[],
  { labels, classes, background, isScored }: ClassPlan,
): { probability: Float32Array; truth: Uint8Array; sequences: number[] } {
  const width = classes.length;
  const backgrounds = background === undefined ? [] : [background];
  const total = labels.reduce((sum, own) => sum + own.length, 0);
  const probability = new Float32Array(total * width);
  const truth = new Uint8Array(total);
  const sequences: number[] = [];
  let at = 0;
  for (const [index, own] of labels.entries()) {
    const scores = probabilities[index] as Float32Array;
    const isUnlooked = (isScored[index] as readonly boolean[]).map((scored) => !scored);
    const likeliest =
      background === undefined || !isUnlooked.includes(true)
        ? undefined
        : mergeByHighest(scores, { classCount: width, other: background });
    sequences.push(at);
    probability.set(scores, at * width);
    for (let frame = 0; frame < own.length; frame++) {
      const isKnown = !Number.isNaN(scores[frame * width] as number);
      const isSilent = isUnlookedFor(own[frame], likeliest?.[frame], { backgrounds, isUnlooked });
      truth[at + frame] = isKnown && !isSilent ? (own[frame] as number) : unscoredLabel;
    }
    at += own.length;
  }
  return { probability, truth, sequences };
}
