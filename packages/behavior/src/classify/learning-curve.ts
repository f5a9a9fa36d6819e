import { foldsByGroup, Random, UnavailableError } from '@zoopraxis/core';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { classifyRecording } from './classify-recording.js';
import type { FoldResult } from './fold-file.js';
import { keepWithin } from './read-rows.js';
import { type TrainingOptions, trainBehaviorModel } from './train-behavior-model.js';
import { type ClassCount, planClasses, type TrainingRecording } from './training-recording.js';

/** Settings of {@link learningCurve}. */
export interface LearningCurveOptions extends TrainingOptions {
  /** What is made scarcer: whole recordings, bouts of each behavior, or single frames of each behavior. */
  readonly by: 'recordings' | 'bouts' | 'frames';
  /** Shares of what there is, ascending, 0..1, list; default 0.05, 0.1, 0.2, 0.4, 0.7, 1. */
  readonly shares?: readonly number[];
  /** Share of the groups that is tested on, the same for all points. Default 0.25. */
  readonly test?: number;
  readonly onPoint?: (point: LearningPoint) => void;
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
  const points: LearningPoint[] = [];
  for (const share of [...shares].sort((a, b) => a - b)) {
    const part = thinRecordings(train, { by, share, random: random.fork('order') });
    if (planClasses(part, training).classes.length < 2) continue;
    // Single frames have no neighbors to smooth with.
    const alone = by === 'frames' && training.smoothers === undefined ? { smoothers: ['none'] as const } : {};
    const model = await trainBehaviorModel(part, { ...training, ...alone, keepBytes: 0 });
    const tests: FoldResult['tests'][number][] = [];
    for (const index of split?.test ?? []) {
      const { id, group, features } = cached[index] as TrainingRecording;
      const { labels, scores } = await classifyRecording(
        model,
        features,
        training.temporal === undefined ? {} : { temporal: training.temporal },
      );
      tests.push({ id, group, predicted: labels, probability: scores.probability });
    }
    const point = { share, counts: model.card.counts, recordingCount: part.length, behaviors: model.behaviors, tests };
    points.push(point);
    onPoint?.(point);
  }
  return points;
}
