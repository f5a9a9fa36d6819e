import { createTimeBase, type FrameScores, secondsOfFrame, type TimeBase } from '@zoopraxis/core';
import { scoreBouts } from '../annotators/bouts/match-bouts.js';
import { type DetectionScores, poolScores } from '../annotators/bouts/overlap-scores.js';
import type { Spans } from '../annotators/bouts/spans.js';
import type { GroupAmounts } from './behavior-intervals.js';
import { scoreBoutsByBoundary } from './bout-scores.js';
import { type FrameTruth, unscoredLabel } from './frame-truth-type.js';
import { type RankedScores, rankScores } from './precision-recall-curve.js';
import {
  type LengthRule,
  labelRuns,
  type ScoredFrames,
  scoredFrames,
  spansOfRuns,
  unionOfBehaviors,
  withoutUnlooked,
} from './scored-frames.js';

/** What measures of predicted behavior need to know beside the labels. */
export interface ScoringSettings {
  /** Names of the recordings, list; default `recording 1` and so on. */
  readonly recordings?: readonly string[];
  /** Session or animal of each recording, list: whole groups are drawn for intervals; default each recording is its own. */
  readonly groups?: readonly string[];
  /** Frames per second of all recordings; without it `timeBases` or the time bases of `scores` are needed. */
  readonly fps?: number;
  /** Time base of each recording, list. */
  readonly timeBases?: readonly TimeBase[];
  /** Scores of each recording, list; undefined where there are none. Curves and average precision need them. */
  readonly scores?: readonly (
    | (Pick<FrameScores, 'behaviors' | 'probability'> & { readonly timeBase?: TimeBase })
    | undefined
  )[];
  /** Behaviors that are left out of macro means, such as `other`. */
  readonly background?: readonly string[];
  /**
   * Behaviors that the annotator of each recording looked for, list; undefined: all. Of the others a recording tells nothing:
   * its background frames that are predicted as one of them do not count, and it is in no curve of theirs.
   */
  readonly scoredBehaviors?: readonly (readonly string[] | undefined)[];
  /** What becomes of a prediction that is longer or shorter than the truth; default `cut`, which the notes tell. */
  readonly lengths?: LengthRule;
  /** Overlap from which two bouts are the same, frames in both divided by frames in either; default 0.5. */
  readonly minimumOverlap?: number;
  /** How far the ends of two bouts may lie apart; default half a second. */
  readonly tolerance?: { readonly frames: number } | { readonly sec: number };
  readonly signal?: AbortSignal;
}

/** Truth and prediction of one recording with all that is counted of them; lists are by behavior. */
export interface ScoredRecording extends ScoredFrames {
  readonly name: string;
  readonly group: string;
  readonly timeBase: TimeBase;
  /** Spans in frames by behavior. */
  readonly truthSpans: readonly Spans[];
  readonly predictedSpans: readonly Spans[];
  /** Shape `[behavior, behavior]`. */
  readonly confusion: readonly (readonly number[])[];
  /** Pairs that overlap by the least overlap asked for. */
  readonly half: readonly DetectionScores[];
  readonly any: readonly DetectionScores[];
  readonly boundary: readonly DetectionScores[];
  readonly ranked: readonly (RankedScores | undefined)[];
}

/** All recordings of an evaluation on the same behaviors. */
export interface ScoredRecordings {
  readonly behaviors: readonly string[];
  readonly recordings: readonly ScoredRecording[];
  /** Frames by truth (row) and prediction (column): shape `[behavior, behavior]`. */
  readonly confusion: readonly (readonly number[])[];
  /** Behaviors that macro means are over, list of indices: those that occur, without the background. */
  readonly averaged: readonly number[];
}

/** Returns spans of frames as spans of seconds, shape `[span, 2]`; a frame lasts until the next one. */
export const inSeconds = (spans: Spans, base: TimeBase): Spans => spans.map((frame) => secondsOfFrame(base, frame));

function requireLength(option: string, list: readonly unknown[] | undefined, count: number): void {
  if (list !== undefined && list.length !== count) {
    throw new RangeError(
      `evaluation: ${option} must have one entry for each of ${count} recordings, got ${list.length}`,
    );
  }
}

function timeBaseOf(r: number, frameCount: number, options: ScoringSettings): TimeBase {
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

/** Returns the sum of square tables, shape `[behavior, behavior]`. */
export const addTables = (tables: readonly (readonly (readonly number[])[])[], size: number): number[][] =>
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
  for (let frame = 0; frame < truth.length; frame++) if (truth[frame] !== unscoredLabel) counted.push(frame);
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

/**
 * Returns what each recording adds to the scores.
 * @throws RangeError for lists of different length, a background that is no behavior, or no frame that counts.
 */
export function scoreRecordings(
  truth: readonly FrameTruth[],
  predicted: readonly FrameTruth[],
  options: ScoringSettings,
): ScoredRecordings {
  const { background = [], minimumOverlap = 0.5, tolerance = { sec: 0.5 }, lengths = 'cut', signal } = options;
  requireLength('predicted', predicted, truth.length);
  for (const name of ['recordings', 'groups', 'timeBases', 'scores', 'scoredBehaviors'] as const) {
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
    const whole = scoredFrames(own, predicted[r] as FrameTruth, { behaviors, name, lengths });
    const looked = options.scoredBehaviors?.[r];
    const isUnlooked = behaviors.map(
      (behavior) => looked !== undefined && !looked.includes(behavior) && !background.includes(behavior),
    );
    const frames = withoutUnlooked(whole, isUnlooked, background);
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
      ranked: rankedOf(frames, options.scores?.[r], name).map((ranked, b) => (isUnlooked[b] ? undefined : ranked)),
    };
  });
  const confusion = addTables(
    recordings.map((of) => of.confusion),
    behaviors.length,
  );
  if (confusion.every((row) => row.every((count) => count === 0))) {
    throw new RangeError('evaluation: no frame has both a truth and a prediction, so nothing can be measured');
  }
  const averaged = behaviors.flatMap((name, b) => {
    const occurs = confusion.some((row, i) => (row[b] as number) > 0 || (i === b && row.some((count) => count > 0)));
    return occurs && !background.includes(name) ? [b] : [];
  });
  if (averaged.length === 0) {
    throw new RangeError(`evaluation: only background (${background.join(', ')}) occurs, so no mean can be told`);
  }
  return { behaviors, recordings, confusion, averaged };
}

/** Returns the scores of several recordings as one list, sorted again. */
export function joinRanked(parts: readonly (RankedScores | undefined)[]): RankedScores | undefined {
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

/** Returns what each group of recordings adds to the scores; recordings without a frame that counts are in none. */
export function groupAmounts(recordings: readonly ScoredRecording[], size: number): GroupAmounts[] {
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
