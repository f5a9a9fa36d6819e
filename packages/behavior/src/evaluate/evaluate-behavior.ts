import {
  createTimeBase,
  type FrameScores,
  median,
  scoresOfConfusion,
  secondsOfFrame,
  type TimeBase,
} from '@zoopraxis/core';
import { scoreBouts, summarizeDifferences, timingDifferences } from '../annotators/bouts/match-bouts.js';
import { type DetectionScores, poolScores } from '../annotators/bouts/overlap-scores.js';
import type { Spans } from '../annotators/bouts/spans.js';
import type { BehaviorEvaluation, BehaviorScores, CurvePoints, RecordingScores } from './behavior-evaluation.js';
import { evaluationRanges, type GroupAmounts } from './behavior-intervals.js';
import { countRunsByOther, scoreBoutsByBoundary } from './bout-scores.js';
import type { FrameTruth } from './frame-truth-type.js';
import { type AnnotatorLabels, humanScores } from './human-scores.js';
import {
  averagePrecision,
  evenThresholdCurve,
  precisionRecallCurve,
  type RankedScores,
  rankScores,
  thinCurve,
} from './precision-recall-curve.js';
import {
  type LengthRule,
  labelRuns,
  type ScoredFrames,
  scoredFrames,
  spansOfRuns,
  unionOfBehaviors,
} from './scored-frames.js';

/** Settings of {@link evaluateBehavior}. */
export interface EvaluateBehaviorOptions {
  /** Names of the recordings, list; default `recording 1` and so on. */
  readonly recordings?: readonly string[];
  /** Session or animal of each recording, list: whole groups are drawn for intervals; default each recording is its own. */
  readonly groups?: readonly string[];
  /** Frames per second of all recordings; without it `timeBases` or the time bases of `scores` are needed. */
  readonly fps?: number;
  /** Time base of each recording, list. */
  readonly timeBases?: readonly TimeBase[];
  /** Scores of each recording, list; undefined where there are none. Curves and average precision need them. */
  readonly scores?: readonly ((Pick<FrameScores, 'behaviors' | 'probability'> & { timeBase?: TimeBase }) | undefined)[];
  /** Behaviors that are left out of macro means, such as `other`. */
  readonly background?: readonly string[];
  /** What becomes of a prediction that is longer or shorter than the truth; default `cut`, which the notes tell. */
  readonly lengths?: LengthRule;
  /** Overlap from which two bouts are the same, frames in both divided by frames in either; default 0.5. */
  readonly minimumOverlap?: number;
  /** How far the ends of two bouts may lie apart; default half a second. */
  readonly tolerance?: { readonly frames: number } | { readonly sec: number };
  /** Thresholds of curves: every distinct score, or 100 from 1 to 0 as MARS; default `distinct`. */
  readonly thresholds?: 'distinct' | 'even';
  /** Other people's scorings of the same recordings. */
  readonly annotators?: readonly AnnotatorLabels[];
  /** Resamples of the bootstrap, default 1000; 0 leaves ranges out. */
  readonly resampleCount?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Default 0. */
  readonly seed?: number | string;
  readonly signal?: AbortSignal;
}

interface ScoredRecording extends ScoredFrames {
  readonly name: string;
  readonly group: string;
  readonly timeBase: TimeBase;
  /** Spans in frames by behavior. */
  readonly truthSpans: readonly Spans[];
  readonly predictedSpans: readonly Spans[];
  readonly confusion: readonly (readonly number[])[];
  readonly half: readonly DetectionScores[];
  readonly any: readonly DetectionScores[];
  readonly boundary: readonly DetectionScores[];
  readonly ranked: readonly (RankedScores | undefined)[];
}

const inSeconds = (spans: Spans, base: TimeBase): Spans => spans.map((frame) => secondsOfFrame(base, frame));
const durations = (spansSec: Spans): number[] =>
  Array.from({ length: spansSec.length / 2 }, (_, i) => (spansSec[2 * i + 1] as number) - (spansSec[2 * i] as number));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const meanOrNull = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);

function requireLength(option: string, list: readonly unknown[] | undefined, count: number): void {
  if (list !== undefined && list.length !== count) {
    throw new RangeError(
      `evaluation: ${option} must have one entry for each of ${count} recordings, got ${list.length}`,
    );
  }
}

function timeBaseOf(r: number, frameCount: number, options: EvaluateBehaviorOptions): TimeBase {
  const given = options.timeBases?.[r] ?? options.scores?.[r]?.timeBase;
  if (given !== undefined) return createTimeBase(given);
  if (options.fps === undefined) {
    throw new TypeError('evaluation: fps or timeBases is needed to give durations in seconds');
  }
  return createTimeBase({ fps: options.fps, frameCount });
}

function confusionOf(truth: Uint8Array, predicted: Uint8Array, size: number): number[][] {
  const counts = new Float64Array(256 * 256);
  for (let frame = 0; frame < truth.length; frame++) {
    counts[(truth[frame] as number) * 256 + (predicted[frame] as number)]!++;
  }
  return Array.from({ length: size }, (_, i) => Array.from(counts.subarray(i * 256, i * 256 + size)));
}

const addTables = (tables: readonly (readonly (readonly number[])[])[], size: number): number[][] =>
  Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => tables.reduce((total, table) => total + (table[i]?.[j] as number), 0)),
  );

function rankedOf(
  { truth, behaviors }: ScoredFrames,
  scores: Pick<FrameScores, 'behaviors' | 'probability'> | undefined,
  name: string,
): (RankedScores | undefined)[] {
  if (scores === undefined) return behaviors.map(() => undefined);
  const width = scores.behaviors.length;
  if (scores.probability.length < truth.length * width) {
    throw new RangeError(
      `evaluation: probability of ${name} must have shape [${truth.length},${width}], got ${scores.probability.length} values`,
    );
  }
  const counted: number[] = [];
  for (let frame = 0; frame < truth.length; frame++) if (truth[frame] !== 255) counted.push(frame);
  return behaviors.map((behavior, b) => {
    const column = scores.behaviors.indexOf(behavior);
    if (column < 0) return undefined;
    const own = Float32Array.from(counted, (frame) => scores.probability[frame * width + column] as number);
    return rankScores(
      own,
      counted.map((frame) => truth[frame] === b),
    );
  });
}

/** Returns the scores of several recordings as one list, sorted again. */
function joinRanked(parts: readonly (RankedScores | undefined)[]): RankedScores | undefined {
  const known = parts.flatMap((part) => part ?? []);
  if (known.length === 0) return undefined;
  const join = (key: 'positive' | 'negative') => {
    const all = new Float32Array(known.reduce((total, part) => total + part[key].length, 0));
    let at = 0;
    for (const part of known) {
      all.set(part[key], at);
      at += part[key].length;
    }
    return all.sort();
  };
  return {
    positive: join('positive'),
    negative: join('negative'),
    unknownCount: known.reduce((total, part) => total + part.unknownCount, 0),
  };
}

function curveOf(scores: RankedScores, thresholds: 'distinct' | 'even'): CurvePoints {
  const curve = thresholds === 'even' ? evenThresholdCurve(scores) : thinCurve(precisionRecallCurve(scores));
  const plain = (values: Float64Array) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  return {
    threshold: Array.from(curve.threshold),
    precision: plain(curve.precision),
    recall: plain(curve.recall),
  };
}

/**
 * Returns how well predicted behavior meets the truth: by frames, by bouts, by time and by recording, with ranges from
 * resampled sessions. Truth and prediction are lists by recording; frames that either leaves unscored never count. Every
 * score of a behavior pools the frames or bouts of all recordings.
 * @throws RangeError for lists of different length or no frame that counts; FormatError for different lengths where
 * `lengths` is `refuse`.
 */
export function evaluateBehavior(
  truth: readonly FrameTruth[],
  predicted: readonly FrameTruth[],
  options: EvaluateBehaviorOptions = {},
): BehaviorEvaluation {
  const { background = [], minimumOverlap = 0.5, tolerance = { sec: 0.5 }, thresholds = 'distinct' } = options;
  const { lengths = 'cut', level = 0.95, seed = 0, resampleCount = 1000, annotators = [], signal } = options;
  requireLength('predicted', predicted, truth.length);
  for (const name of ['recordings', 'groups', 'timeBases', 'scores'] as const) {
    requireLength(name, options[name], truth.length);
  }
  const behaviors = unionOfBehaviors([...truth, ...predicted]);
  for (const name of background) {
    if (!behaviors.includes(name)) {
      throw new RangeError(`evaluation: background must be among ${behaviors.join(', ')}, got ${name}`);
    }
  }
  const names = options.recordings ?? truth.map((_, r) => `recording ${r + 1}`);
  const recordings = truth.map((own, r): ScoredRecording => {
    signal?.throwIfAborted();
    const name = names[r] as string;
    const frames = scoredFrames(own, predicted[r] as FrameTruth, { behaviors, name, lengths });
    const timeBase = timeBaseOf(r, frames.truth.length, options);
    const truthSpans = spansOfRuns(labelRuns(frames.truth), behaviors.length);
    const predictedSpans = spansOfRuns(labelRuns(frames.predicted), behaviors.length);
    const pairs = truthSpans.map((spans, b) => [spans, predictedSpans[b] as Spans] as const);
    const inUnit = (spans: Spans) => ('frames' in tolerance ? spans : inSeconds(spans, timeBase));
    const reach = 'frames' in tolerance ? tolerance.frames : tolerance.sec;
    return {
      ...frames,
      ...{ name, group: options.groups?.[r] ?? name, timeBase, truthSpans, predictedSpans },
      confusion: confusionOf(frames.truth, frames.predicted, behaviors.length),
      half: pairs.map(([a, b]) => scoreBouts(a, b, { minimumOverlap })),
      any: pairs.map(([a, b]) => scoreBouts(a, b, { minimumOverlap: 0 })),
      boundary: pairs.map(([a, b]) => scoreBoutsByBoundary(inUnit(a), inUnit(b), { tolerance: reach })),
      ranked: rankedOf(frames, options.scores?.[r], name),
    };
  });
  const size = behaviors.length;
  const confusion = addTables(
    recordings.map((of) => of.confusion),
    size,
  );
  const occurs = behaviors.map((_, b) =>
    confusion.some((row, i) => (row[b] as number) > 0 || (i === b && sum(row) > 0)),
  );
  const averaged = behaviors.flatMap((name, b) => (occurs[b] && !background.includes(name) ? [b] : []));
  if (sum(confusion.map(sum)) === 0) {
    throw new RangeError('evaluation: no frame has both a truth and a prediction, so nothing can be measured');
  }
  if (averaged.length === 0) {
    throw new RangeError(`evaluation: only background (${background.join(', ')}) occurs, so no mean can be told`);
  }
  const averagedOver = averaged.map((b) => behaviors[b] as string);
  const present = behaviors.filter((_, b) => occurs[b]);
  const scores = scoresOfConfusion(confusion, { categories: behaviors, averageOver: averagedOver });
  const all = scoresOfConfusion(confusion, { categories: behaviors, averageOver: present });
  const bySide = (side: 'annotation' | 'prediction') =>
    scoresOfSide(
      addTables(
        recordings.map((of) =>
          side === 'annotation'
            ? countRunsByOther(of.truth, of.predicted, { behaviorCount: size })
            : transposed(countRunsByOther(of.predicted, of.truth, { behaviorCount: size })),
        ),
        size,
      ),
    );
  const [annotationSide, predictionSide] = [bySide('annotation'), bySide('prediction')];
  const pooled = behaviors.map((_, b) => joinRanked(recordings.map(({ ranked }) => ranked[b])));
  const perBehavior: Record<string, BehaviorScores> = {};
  const curves: Record<string, CurvePoints> = {};
  const distributions: Record<string, BehaviorEvaluation['distributions'][string]> = {};
  for (const [b, name] of behaviors.entries()) {
    signal?.throwIfAborted();
    const own = scores.perCategory[b];
    const seconds = recordings.map((of) => ({
      truth: inSeconds(of.truthSpans[b] as Spans, of.timeBase),
      predicted: inSeconds(of.predictedSpans[b] as Spans, of.timeBase),
    }));
    const timing = seconds.map((of) => timingDifferences(of.truth, of.predicted));
    const lists = {
      truthBoutSec: seconds.flatMap((of) => durations(of.truth)),
      predictedBoutSec: seconds.flatMap((of) => durations(of.predicted)),
      onsetSec: timing.flatMap(({ onset }) => onset),
      offsetSec: timing.flatMap(({ offset }) => offset),
    };
    distributions[name] = lists;
    const ranked = pooled[b];
    if (ranked !== undefined) curves[name] = curveOf(ranked, thresholds);
    const overlap = poolScores(recordings.map(({ half }) => half[b] as DetectionScores));
    perBehavior[name] = {
      support: own?.support as number,
      predictedFrames: own?.predictedCount as number,
      precision: own?.precision ?? null,
      recall: own?.recall ?? null,
      f1: own?.f1 ?? null,
      averagePrecision: ranked === undefined ? null : averagePrecision(ranked),
      boutPrecision: overlap.precision,
      boutRecall: overlap.recall,
      boutF1: overlap.f1,
      bouts: {
        overlap,
        anyOverlap: poolScores(recordings.map(({ any }) => any[b] as DetectionScores)),
        boundary: poolScores(recordings.map(({ boundary }) => boundary[b] as DetectionScores)),
        annotationF1: annotationSide[b] ?? null,
        predictionF1: predictionSide[b] ?? null,
      },
      onsetSec: summarizeDifferences(lists.onsetSec),
      offsetSec: summarizeDifferences(lists.offsetSec),
      timeSec: { truth: sum(lists.truthBoutSec), predicted: sum(lists.predictedBoutSec) },
      boutCount: { truth: lists.truthBoutSec.length, predicted: lists.predictedBoutSec.length },
      meanBoutSec: { truth: meanOrNull(lists.truthBoutSec), predicted: meanOrNull(lists.predictedBoutSec) },
      medianBoutSec: {
        truth: lists.truthBoutSec.length === 0 ? null : median(lists.truthBoutSec),
        predicted: lists.predictedBoutSec.length === 0 ? null : median(lists.predictedBoutSec),
      },
    };
  }
  const groups = groupAmounts(recordings, size);
  const ranges =
    resampleCount === 0
      ? null
      : evaluationRanges(groups, {
          ...{ behaviors, averagedOver: averaged, resampleCount, level, seed },
          ...(signal && { signal }),
        });
  const meanOfAveraged = (values: readonly (number | null)[]) => meanOrNull(averaged.flatMap((b) => values[b] ?? []));
  return {
    behaviors,
    averagedOver,
    background: [...background],
    frames: {
      counted: scores.unitCount,
      unscored: sum(recordings.map((of) => of.unscoredCount)),
      unpredicted: sum(recordings.map((of) => of.unpredictedCount)),
      cut: sum(recordings.map((of) => of.cutCount)),
    },
    accuracy: scores.accuracy,
    macroF1: scores.macro.f1MeanOfScores as number,
    macroF1OfMeans: scores.macro.f1OfMeans,
    macroPrecision: scores.macro.precision,
    macroRecall: scores.macro.recall,
    macroF1WithBackground: all.macro.f1MeanOfScores as number,
    weightedF1: scores.weightedF1,
    macroAveragePrecision: meanOfAveraged(behaviors.map((name) => perBehavior[name]?.averagePrecision ?? null)),
    macroBoutF1: meanOfAveraged(behaviors.map((name) => perBehavior[name]?.boutF1 ?? null)),
    macroAnnotationF1: meanOfAveraged(annotationSide),
    macroPredictionF1: meanOfAveraged(predictionSide),
    confusion,
    perBehavior,
    perRecording: recordings.map((of) => recordingScores(of, averaged)),
    ranges,
    humans: annotators.length === 0 ? null : humanScores(recordings, annotators, behaviors),
    settings: { minimumOverlap, tolerance, thresholds, lengths },
    curves,
    distributions,
    notes: notesOf(
      { recordings, truth, predicted, pooled, behaviors, groupCount: groups.length, resampleCount },
      scores.notes,
    ),
  };
}

const transposed = (table: readonly (readonly number[])[]): number[][] =>
  table.map((_, i) => table.map((row) => row[i] as number));

/** Returns F1 by behavior from runs by truth (row) and prediction (column). */
function scoresOfSide(confusion: readonly (readonly number[])[]): (number | null)[] {
  if (sum(confusion.map(sum)) === 0) return confusion.map(() => null);
  return scoresOfConfusion(confusion).perCategory.map(({ f1 }) => f1);
}

function groupAmounts(recordings: readonly ScoredRecording[], size: number): GroupAmounts[] {
  const groups = new Map<string, ScoredRecording[]>();
  for (const of of recordings) {
    if (of.frameCount === 0) continue;
    const own = groups.get(of.group);
    if (own === undefined) groups.set(of.group, [of]);
    else own.push(of);
  }
  return [...groups.values()].map((list) => ({
    confusion: addTables(
      list.map((of) => of.confusion),
      size,
    ),
    bouts: Array.from({ length: size }, (_, b) => poolScores(list.map(({ half }) => half[b] as DetectionScores))),
    ranked: Array.from({ length: size }, (_, b) => joinRanked(list.map(({ ranked }) => ranked[b]))),
  }));
}

function recordingScores(of: ScoredRecording, averaged: readonly number[]): RecordingScores {
  const { behaviors, confusion, frameCount } = of;
  const own = frameCount === 0 ? undefined : scoresOfConfusion(confusion, { categories: behaviors });
  const f1s = averaged.flatMap((b) => own?.perCategory[b]?.f1 ?? []);
  return {
    recording: of.name,
    group: of.group,
    frames: frameCount,
    accuracy: own?.accuracy ?? null,
    macroF1: meanOrNull(f1s),
    perBehavior: Object.fromEntries(
      behaviors.map((name, b) => {
        const [truthSec, predictedSec] = [of.truthSpans, of.predictedSpans].map((spans) =>
          durations(inSeconds(spans[b] as Spans, of.timeBase)),
        ) as [number[], number[]];
        return [
          name,
          {
            support: own?.perCategory[b]?.support ?? 0,
            precision: own?.perCategory[b]?.precision ?? null,
            recall: own?.perCategory[b]?.recall ?? null,
            f1: own?.perCategory[b]?.f1 ?? null,
            boutF1: of.half[b]?.f1 ?? null,
            meanBoutSec: meanOrNull(truthSec),
            timeSec: { truth: sum(truthSec), predicted: sum(predictedSec) },
            boutCount: { truth: truthSec.length, predicted: predictedSec.length },
          },
        ];
      }),
    ),
  };
}

function notesOf(
  {
    recordings,
    truth,
    predicted,
    pooled,
    behaviors,
    groupCount,
    resampleCount,
  }: {
    readonly recordings: readonly ScoredRecording[];
    readonly truth: readonly FrameTruth[];
    readonly predicted: readonly FrameTruth[];
    readonly pooled: readonly (RankedScores | undefined)[];
    readonly behaviors: readonly string[];
    readonly groupCount: number;
    readonly resampleCount: number;
  },
  scoreNotes: readonly string[],
): string[] {
  const notes: string[] = [];
  for (const [r, of] of recordings.entries()) {
    const [wanted, given] = [truth[r]?.label.length as number, predicted[r]?.label.length as number];
    if (wanted !== given) {
      const far = Math.abs(wanted - given) > 0.1 * Math.max(wanted, given);
      notes.push(
        `${of.name}: the truth has ${wanted} frames and the prediction ${given}; what lies behind the shorter was left out` +
          `${of.cutCount > 0 ? `, ${of.cutCount} scored frames among it` : ''}.` +
          (far ? ' More than a tenth: check that both belong to one video and that the frame rate is right.' : ''),
      );
    }
    if (of.unpredictedCount > 0) {
      notes.push(`${of.name}: ${of.unpredictedCount} scored frames have no prediction and were left out.`);
    }
    if (of.frameCount === 0) notes.push(`${of.name}: no frame counts.`);
  }
  const known = new Set(predicted.flatMap(({ behaviors: list }) => list));
  const asked = new Set(truth.flatMap(({ behaviors: list }) => list));
  for (const name of behaviors) {
    if (!known.has(name)) notes.push(`${name} is no behavior of the prediction.`);
    if (!asked.has(name)) notes.push(`${name} is no behavior of the truth.`);
  }
  for (const [b, scores] of pooled.entries()) {
    if (scores !== undefined && scores.unknownCount > 0) {
      notes.push(`${behaviors[b]}: ${scores.unknownCount} frames without a score were left out of its curve.`);
    }
  }
  if (resampleCount > 0) {
    if (groupCount < 2) notes.push('One session alone: no range can be told for its scores.');
    else if (groupCount < 10) notes.push(`Few sessions (${groupCount}): bootstrap ranges of so few are too narrow.`);
  }
  return [...notes, ...scoreNotes];
}
