import { median, scoresOfConfusion } from '@zoopraxis/core';
import { summarizeDifferences, timingDifferences } from '../annotators/bouts/match-bouts.js';
import { type DetectionScores, poolScores } from '../annotators/bouts/overlap-scores.js';
import type { Spans } from '../annotators/bouts/spans.js';
import type { BehaviorEvaluation, BehaviorScores, CurvePoints, RecordingScores } from './behavior-evaluation.js';
import { evaluationRanges } from './behavior-intervals.js';
import { countRunsByOther } from './bout-scores.js';
import type { FrameTruth } from './frame-truth-type.js';
import { type AnnotatorLabels, humanScores } from './human-scores.js';
import {
  averagePrecision,
  evenThresholdCurve,
  precisionRecallCurve,
  type RankedScores,
  thinCurve,
} from './precision-recall-curve.js';
import {
  addTables,
  groupAmounts,
  inSeconds,
  joinRanked,
  type ScoredRecording,
  type ScoringSettings,
  scoreRecordings,
} from './scored-recordings.js';

/** Settings of {@link evaluateBehavior}. */
export interface EvaluateBehaviorOptions extends ScoringSettings {
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
}

const durations = (spansSec: Spans): number[] =>
  Array.from({ length: spansSec.length / 2 }, (_, i) => (spansSec[2 * i + 1] as number) - (spansSec[2 * i] as number));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const meanOrNull = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);

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
  const { behaviors, recordings, confusion, averaged } = scoreRecordings(truth, predicted, options);
  const size = behaviors.length;
  const averagedOver = averaged.map((b) => behaviors[b] as string);
  const present = behaviors.filter(
    (_, b) => sum(confusion[b] as number[]) + sum(confusion.map((row) => row[b] as number)) > 0,
  );
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
  const silent = recordings.filter(
    ({ ranked, frameCount }) => frameCount > 0 && ranked.every((of) => of === undefined),
  );
  if (silent.length > 0 && silent.length < recordings.length) {
    notes.push(
      `Curves and average precision are of ${recordings.length - silent.length} of ${recordings.length} recordings: no scores were given for ${silent.map(({ name }) => name).join(', ')}.`,
    );
  }
  if (resampleCount > 0) {
    if (groupCount < 2) notes.push('One session alone: no range can be told for its scores.');
    else if (groupCount < 10) notes.push(`Few sessions (${groupCount}): bootstrap ranges of so few are too narrow.`);
  }
  return [...notes, ...scoreNotes];
}
