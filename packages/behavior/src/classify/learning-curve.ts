import { type ByteStore, foldsByGroup, Random, UnavailableError } from '@zoopraxis/core';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { decodeFold, encodeFold, type FoldResult } from './fold-file.js';
import { predictFold } from './predict-fold.js';
import { keepWithin } from './read-rows.js';
import { type TrainingOptions, trainBehaviorModel } from './train-behavior-model.js';
import { trainingIdentity } from './training-identity.js';
import { type ClassCount, planClasses, type TrainingRecording } from './training-recording.js';

/** Settings of {@link learningCurve}. */
export interface LearningCurveOptions extends TrainingOptions {
  /** What is made scarcer: whole recordings, bouts of each behavior, or single frames of each behavior. */
  readonly by: 'recordings' | 'bouts' | 'frames';
  /** Shares of what there is, ascending, 0..1, list; default 0.05, 0.1, 0.2, 0.4, 0.7, 1. */
  readonly shares?: readonly number[];
  /** Share of the groups that is tested on, the same for all points. Default 0.25. */
  readonly test?: number;
  /** Keeps finished points, so that an interrupted run goes on behind them with the same result. */
  readonly store?: ByteStore;
  /** Told when a point is done, or was found done. */
  readonly onPoint?: (point: LearningPoint, progress: { readonly done: number; readonly total: number }) => void;
}

/** One training with a part of the data. */
export interface LearningPoint {
  readonly share: number;
  /** Frames and bouts of each behavior that were learned from, list. */
  readonly counts: readonly ClassCount[];
  readonly recordingCount: number;
  readonly behaviors: readonly string[];
  readonly tests: FoldResult['tests'];
}

/** Returns recordings with a seeded part of what was scored; the rest counts as not scored. Larger shares contain smaller ones. */
export function thinRecordings(
  recordings: readonly TrainingRecording[],
  { by, share, random }: { readonly by: LearningCurveOptions['by']; readonly share: number; readonly random: Random },
): TrainingRecording[] {
  if (!(share > 0 && share <= 1)) throw new RangeError(`shares: must be above 0, at most 1, got ${share}`);
  if (by === 'recordings') {
    const order = random.shuffle([...recordings.keys()]);
    const kept = new Set(order.slice(0, Math.max(1, Math.round(share * order.length))));
    return recordings.filter((_, index) => kept.has(index));
  }
  /** Each bout, or frame, of a behavior has a place in a random order; those in front are kept. */
  const pieces = new Map<number | string, { recording: number; from: number; to: number }[]>();
  for (const [index, { truth }] of recordings.entries()) {
    const { label, behaviors } = truth;
    for (let from = 0; from < label.length; ) {
      const own = label[from] as number;
      let to = from + 1;
      if (by === 'bouts') while (to < label.length && label[to] === own) to++;
      if (own !== unscoredLabel) {
        const name = behaviors[own] as string;
        const list = pieces.get(name);
        if (list === undefined) pieces.set(name, [{ recording: index, from, to }]);
        else list.push({ recording: index, from, to });
      }
      from = to;
    }
  }
  const labels = recordings.map(({ truth }) => new Uint8Array(truth.label.length).fill(unscoredLabel));
  for (const [name, list] of [...pieces].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))) {
    const order = random.fork(String(name)).shuffle(list);
    for (const { recording, from, to } of order.slice(0, Math.max(2, Math.round(share * order.length)))) {
      const source = (recordings[recording] as TrainingRecording).truth.label;
      (labels[recording] as Uint8Array).set(source.subarray(from, to), from);
    }
  }
  return recordings.flatMap((recording, index) => {
    const label = labels[index] as Uint8Array;
    return label.every((own) => own === unscoredLabel)
      ? []
      : [{ ...recording, truth: { behaviors: recording.truth.behaviors, label } }];
  });
}

/**
 * Returns how predictions of held-out groups change with the amount of scoring, one point for each share. Each point says how
 * many frames and bouts of each behavior it learned from: bouts tell more than frames, for the frames of a bout are alike.
 *
 * @throws UnavailableError for a single group.
 */
export async function learningCurve(
  recordings: readonly TrainingRecording[],
  options: LearningCurveOptions,
): Promise<LearningPoint[]> {
  const {
    by,
    shares = [0.05, 0.1, 0.2, 0.4, 0.7, 1],
    test = 0.25,
    store,
    onPoint,
    keepBytes = 2 ** 31,
    ...training
  } = options;
  const groups = recordings.map(({ group }) => group);
  if (new Set(groups).size < 3) {
    throw new UnavailableError('a learning curve needs recordings of at least three groups (animals or sessions)', {
      hint: 'Score recordings of other animals.',
    });
  }
  const random = new Random(options.seed ?? 0).fork('learning curve');
  const count = Math.min(Math.max(2, Math.round(1 / test)), new Set(groups).size);
  const [split] = foldsByGroup(groups, { count, random: random.fork('test') });
  const kept = keepWithin(
    recordings.map(({ features }) => features),
    keepBytes,
  );
  const cached = recordings.map((recording, i) => ({ ...recording, features: kept[i] as (typeof kept)[number] }));
  const train = (split?.train ?? []).map((index) => cached[index] as TrainingRecording);
  const tested = (split?.test ?? []).map((index) => cached[index] as TrainingRecording);
  // Single frames have no neighbors to smooth with.
  const alone = by === 'frames' && training.smoothers === undefined ? { smoothers: ['none'] as const } : {};
  const identity = trainingIdentity(recordings, training, { by, count });
  const points: LearningPoint[] = [];
  const wanted = [...shares].sort((a, b) => a - b);
  for (const [index, share] of wanted.entries()) {
    training.signal?.throwIfAborted();
    const part = thinRecordings(train, { by, share, random: random.fork('order') });
    if (planClasses(part, training).classes.length < 2) continue;
    const name = `${identity.slice(0, 16)}/${by}-${share}.bin`;
    const bytes = await store?.read(name);
    let result = bytes === undefined ? undefined : decodeFold(bytes, name);
    if (result === undefined) {
      const model = await trainBehaviorModel(part, { ...training, ...alone, keepBytes: 0 });
      const { seed = 0, temporal, signal } = training;
      result = await predictFold(model, tested, { seed, fold: index, temporal, signal });
      await store?.write(name, encodeFold(result));
    }
    const counts = result.card.counts as readonly ClassCount[];
    const point = {
      ...{ share, counts, recordingCount: part.length, behaviors: result.behaviors },
      tests: result.tests,
    } satisfies LearningPoint;
    points.push(point);
    onPoint?.(point, { done: index + 1, total: wanted.length });
  }
  return points;
}
