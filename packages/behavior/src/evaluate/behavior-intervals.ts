import { bootstrapIntervals, Random } from '@zoopraxis/core';
import type { DetectionAmounts } from '../annotators/bouts/overlap-scores.js';
import type { RankedScores } from './precision-recall-curve.js';

/** A range from resampled sessions; null where it cannot be told. */
export type Range = { readonly low: number; readonly high: number } | null;

/** Ranges of the scores of one behavior. */
export interface BehaviorRanges {
  readonly precision: Range;
  readonly recall: Range;
  readonly f1: Range;
  readonly boutF1: Range;
  readonly averagePrecision: Range;
}

/** Bootstrap ranges of an evaluation; whole groups (sessions or animals) are drawn, for their frames are alike. */
export interface EvaluationRanges {
  readonly method: string;
  readonly level: number;
  readonly resampleCount: number;
  readonly groupCount: number;
  readonly accuracy: Range;
  readonly macroF1: Range;
  readonly macroBoutF1: Range;
  readonly perBehavior: Readonly<Record<string, BehaviorRanges>>;
}

/** What one group (session, animal) adds to the scores. */
export interface GroupAmounts {
  /** Frames by truth (row) and prediction (column): shape `[behavior, behavior]`. */
  readonly confusion: readonly (readonly number[])[];
  /** List by behavior. */
  readonly bouts: readonly DetectionAmounts[];
  /** List by behavior; undefined where there are no scores. */
  readonly ranked: readonly (RankedScores | undefined)[];
}

/** Steps of the score in which resampled average precision is counted: between two there are equally many positives. */
const scoreSteps = 1000;

interface Steps {
  /** Counts by group and step, from the highest step on: shape `[group, step]`. */
  readonly positive: readonly Float64Array[];
  readonly negative: readonly Float64Array[];
  readonly count: number;
}

function scoreStepsOf(ranked: readonly (RankedScores | undefined)[]): Steps | undefined {
  const all = ranked.flatMap((scores) => (scores === undefined ? [] : [scores]));
  const positives = new Float32Array(all.reduce((sum, { positive }) => sum + positive.length, 0));
  if (positives.length === 0) return undefined;
  let at = 0;
  for (const { positive } of all) {
    positives.set(positive, at);
    at += positive.length;
  }
  positives.sort();
  const edges = new Set<number>();
  for (let i = 0; i < scoreSteps; i++) {
    edges.add(positives[Math.floor((i * positives.length) / scoreSteps)] as number);
  }
  const rising = Float32Array.from(edges).sort();
  // Frames below the lowest positive change no precision that counts.
  const count = (values: Float32Array | undefined) => {
    const counts = new Float64Array(rising.length);
    let step = -1;
    for (const value of values ?? []) {
      while (step + 1 < rising.length && (rising[step + 1] as number) <= value) step++;
      if (step >= 0) counts[rising.length - 1 - step]!++;
    }
    return counts;
  };
  return {
    positive: ranked.map((scores) => count(scores?.positive)),
    negative: ranked.map((scores) => count(scores?.negative)),
    count: rising.length,
  };
}

function averagePrecisionOfDraws(steps: Steps, drawn: Int32Array): number {
  let [found, wrong, sum] = [0, 0, 0];
  for (let step = 0; step < steps.count; step++) {
    let [p, n] = [0, 0];
    for (let group = 0; group < drawn.length; group++) {
      const times = drawn[group] as number;
      if (times === 0) continue;
      p += times * ((steps.positive[group] as Float64Array)[step] as number);
      n += times * ((steps.negative[group] as Float64Array)[step] as number);
    }
    found += p;
    wrong += n;
    if (p > 0) sum += (p * found) / (found + wrong);
  }
  return sum / found;
}

const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : Number.NaN);
const f1Of = (both: number, wrong: number, missed: number) => ratio(2 * both, 2 * both + wrong + missed);

function meanOfKnown(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return ratio(
    known.reduce((sum, value) => sum + value, 0),
    known.length,
  );
}

/**
 * Returns a function that gives the scores of groups (a list) that were drawn so often: a list of accuracy, macro F1, macro F1 of
 * bouts, then precision, recall, F1, F1 of bouts and average precision of each behavior; NaN where a score is not defined.
 */
export function scoreStatistics(
  groups: readonly GroupAmounts[],
  { behaviors, averagedOver }: { readonly behaviors: readonly string[]; readonly averagedOver: readonly number[] },
): (drawn: Int32Array) => number[] {
  const size = behaviors.length;
  // Sums by group, list of `[hit, truth, predicted, bout hit, bout wrong, bout missed]` for each behavior.
  const amounts = groups.map(({ confusion, bouts }) =>
    Float64Array.from(
      behaviors.flatMap((_, b) => [
        confusion[b]?.[b] as number,
        (confusion[b] as readonly number[]).reduce((sum, count) => sum + count, 0),
        confusion.reduce((sum, row) => sum + (row[b] as number), 0),
        bouts[b]?.truePositive as number,
        bouts[b]?.falsePositive as number,
        bouts[b]?.falseNegative as number,
      ]),
    ),
  );
  const steps = behaviors.map((_, b) => scoreStepsOf(groups.map(({ ranked }) => ranked[b])));
  const sums = new Float64Array(6 * size);
  return (drawn) => {
    sums.fill(0);
    for (const [group, own] of amounts.entries()) {
      const times = drawn[group] as number;
      if (times === 0) continue;
      for (let i = 0; i < own.length; i++) sums[i]! += times * (own[i] as number);
    }
    let [right, all] = [0, 0];
    const scores = behaviors.map((_, b) => {
      const [hit, truth, predicted, ...bouts] = sums.subarray(6 * b, 6 * b + 6) as unknown as number[];
      right += hit as number;
      all += truth as number;
      const [h, t, p] = [hit, truth, predicted] as [number, number, number];
      const [boutHit, boutWrong, boutMissed] = bouts as [number, number, number];
      const own = steps[b];
      return [
        ratio(h, p),
        ratio(h, t),
        ratio(2 * h, t + p),
        f1Of(boutHit, boutWrong, boutMissed),
        own === undefined ? Number.NaN : averagePrecisionOfDraws(own, drawn),
      ];
    });
    const meanOf = (which: number) => meanOfKnown(averagedOver.map((b) => scores[b]?.[which] as number));
    return [ratio(right, all), meanOf(2), meanOf(3), ...scores.flat()];
  };
}

/**
 * Returns percentile ranges of all scores from resamples of whole groups (a list); null for fewer than two groups. Scores that a
 * resample leaves undefined are left out of its means, as in the evaluation itself.
 */
export function evaluationRanges(
  groups: readonly GroupAmounts[],
  {
    behaviors,
    averagedOver,
    resampleCount = 1000,
    level = 0.95,
    seed = 0,
    signal,
  }: {
    readonly behaviors: readonly string[];
    /** Indices into `behaviors`, list. */
    readonly averagedOver: readonly number[];
    readonly resampleCount?: number;
    readonly level?: number;
    readonly seed?: number | string;
    readonly signal?: AbortSignal;
  },
): EvaluationRanges | null {
  if (groups.length < 2) return null;
  const statistics = scoreStatistics(groups, { behaviors, averagedOver });
  const intervals = bootstrapIntervals(statistics, {
    unitCount: groups.length,
    random: new Random(seed),
    resampleCount,
    level,
    ...(signal && { signal }),
  });
  const rangeAt = (at: number): Range => {
    const { low, high } = intervals[at] as { low: number; high: number };
    return Number.isNaN(low) || Number.isNaN(high) ? null : { low, high };
  };
  return {
    method: `percentile bootstrap, ${resampleCount} resamples of ${groups.length} sessions`,
    ...{ level, resampleCount, groupCount: groups.length },
    ...{ accuracy: rangeAt(0), macroF1: rangeAt(1), macroBoutF1: rangeAt(2) },
    perBehavior: Object.fromEntries(
      behaviors.map((name, b) => {
        const [precision, recall, f1, boutF1, averagePrecision] = [0, 1, 2, 3, 4].map((i) => rangeAt(3 + 5 * b + i));
        return [name, { precision, recall, f1, boutF1, averagePrecision } as BehaviorRanges];
      }),
    ),
  };
}
