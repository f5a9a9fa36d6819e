import { type ByteStore, foldsByGroup, IntegrityError, Random, UnavailableError } from '@zoopraxis/core';
import { shiftLabels } from './control-labels.js';
import { decodeFold, encodeFold, type FoldResult } from './fold-file.js';
import { findLeaks, type LeakReport } from './leaks.js';
import { predictFold } from './predict-fold.js';
import { keepWithin } from './read-rows.js';
import { type TrainingOptions, trainBehaviorModel } from './train-behavior-model.js';
import { trainingIdentity } from './training-identity.js';
import type { TrainingRecording } from './training-recording.js';

/** Settings of {@link crossValidate}. */
export interface CrossValidationOptions extends Omit<TrainingOptions, 'seed'> {
  /** Default 5, or as many as there are groups. */
  readonly folds?: number;
  /** Each draws its own folds and trains with its own chance; default `[0]`; list. */
  readonly seeds?: readonly number[];
  /** Only these folds, list; default all. */
  readonly onlyFolds?: readonly number[];
  /** `shifted`: train on labels that say nothing, for the score of chance. Tests always count true labels. */
  readonly control?: 'shifted';
  /** Keeps finished folds, so that an interrupted run goes on behind them with the same result. */
  readonly store?: ByteStore;
  /** Told when a fold is done, or was found done. */
  readonly onFold?: (result: FoldResult, progress: { readonly done: number; readonly total: number }) => void;
}

/** All folds of all seeds. */
export interface CrossValidation {
  /** By seed, then fold, list. */
  readonly folds: readonly FoldResult[];
  readonly foldCount: number;
  /** List. */
  readonly seeds: readonly number[];
  readonly leaks: LeakReport;
  /** What the user should know, list of sentences, each once. */
  readonly notes: readonly string[];
}

/** Returns what tells a cross-validation from all others. */
function identityOf(recordings: readonly TrainingRecording[], options: CrossValidationOptions): string {
  const { folds, seeds, onlyFolds, control, store, onFold, ...training } = options;
  return trainingIdentity(recordings, training, { folds, control });
}

/**
 * Returns what classifiers say of recordings they were not trained on: groups (animals or sessions) are dealt into folds,
 * and each fold is predicted by a classifier trained on the others, everything it fits included. With a `store` each fold is
 * kept when it is done; an interrupted run goes on with the next and ends with the same bits.
 *
 * @throws UnavailableError for a single group, of which no honest test is possible; IntegrityError for a damaged fold file.
 */
export async function crossValidate(
  recordings: readonly TrainingRecording[],
  options: CrossValidationOptions = {},
): Promise<CrossValidation> {
  const { seeds = [0], control, store, onFold, onlyFolds, keepBytes = 2 ** 31, signal } = options;
  const groups = recordings.map(({ group }) => group);
  const groupCount = new Set(groups).size;
  if (groupCount < 2) {
    throw new UnavailableError(
      `no honest test is possible: all ${recordings.length} recordings are of one group (${groups[0] ?? 'none'}), and scores on frames of a session that was trained on are worth nothing`,
      {
        hint: 'Score recordings of at least one more animal or session. A model can be trained all the same, without a score.',
      },
    );
  }
  const foldCount = Math.min(options.folds ?? 5, groupCount);
  if (new Set(seeds).size !== seeds.length || seeds.length === 0) {
    throw new RangeError(`seeds: must be different numbers, at least one, got ${seeds.join(', ')}`);
  }
  const identity = identityOf(recordings, options);
  const kept = keepWithin(
    recordings.map(({ features }) => features),
    keepBytes,
  );
  const cached = recordings.map((recording, i) => ({ ...recording, features: kept[i] as (typeof kept)[number] }));
  const wanted = Array.from({ length: foldCount }, (_, fold) => fold).filter(
    (fold) => onlyFolds?.includes(fold) ?? true,
  );
  const results: FoldResult[] = [];
  const total = seeds.length * wanted.length;
  for (const seed of seeds) {
    const splits = foldsByGroup(groups, { count: foldCount, random: new Random(seed).fork('folds') });
    for (const fold of wanted) {
      signal?.throwIfAborted();
      const name = `${identity.slice(0, 16)}/seed-${seed}-fold-${fold}.bin`;
      const bytes = await store?.read(name);
      let result = bytes === undefined ? undefined : decodeFold(bytes, name);
      if (result !== undefined && (result.seed !== seed || result.fold !== fold)) {
        throw new IntegrityError(`the file of a finished fold is of another one: ${name}`, {
          hint: 'Delete the file; the fold is then computed again.',
        });
      }
      if (result === undefined) {
        const split = splits[fold] as (typeof splits)[number];
        result = await runFold(cached, split, { ...options, seed, fold, control });
        await store?.write(name, encodeFold(result));
      }
      results.push(result);
      onFold?.(result, { done: results.length, total });
    }
  }
  const leaks = findLeaks(recordings);
  const notes = [...leaks.sentences.slice(1), ...results.flatMap((result) => result.notes)];
  return { folds: results, foldCount, seeds, leaks, notes: [...new Set(notes)] };
}

async function runFold(
  recordings: readonly TrainingRecording[],
  split: { readonly train: readonly number[]; readonly test: readonly number[] },
  options: CrossValidationOptions & { readonly seed: number; readonly fold: number },
): Promise<FoldResult> {
  const { seed, fold, control, store, onFold, folds, seeds, onlyFolds, ...training } = options;
  const own = split.train.map((index) => recordings[index] as TrainingRecording);
  const train = control === undefined ? own : shiftLabels(own, new Random(seed).fork('control', fold));
  // The sources are kept in memory already.
  const model = await trainBehaviorModel(train, { ...training, seed: seed * 1000 + fold, keepBytes: 0 });
  return predictFold(
    model,
    split.test.map((index) => recordings[index] as TrainingRecording),
    { seed, fold, temporal: training.temporal, signal: training.signal },
  );
}
