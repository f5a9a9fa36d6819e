import { median } from '@zoopraxis/core';
import type { ScoringComparison } from './compare-scorings.js';

/** Why an annotator stands out. */
export interface OutlyingReason {
  readonly measure: 'F1 against the majority' | 'total time' | 'bout count';
  readonly value: number;
  /** Median of all annotators. */
  readonly typical: number;
  /** Modified z score of Iglewicz and Hoaglin; null where half of all annotators are exactly equal. */
  readonly score: number | null;
}

/** An annotator who stands out, to be looked at, never dropped by itself. */
export interface OutlyingAnnotator {
  readonly annotator: string;
  readonly reasons: readonly OutlyingReason[];
}

/** Settings of {@link findOutlyingAnnotators}. */
export interface OutlyingOptions {
  /** Modified z score above which a value stands out; default 3.5 (Iglewicz and Hoaglin 1993). */
  readonly threshold?: number;
  /** F1 this far below the median at least; default 0.1. */
  readonly minimumF1Gap?: number;
  /** Time or bouts this many times more or less than the median at least; default 1.5. */
  readonly minimumRatio?: number;
}

/**
 * Returns modified z scores, shape `[value]`: 0.6745 times the distance from the median over the median of these
 * distances (Iglewicz and Hoaglin 1993). Where that is 0, a value that differs at all scores plus or minus Infinity.
 */
export function modifiedZScores(values: readonly number[]): number[] {
  const middle = median(values);
  const typical = median(values.map((value) => Math.abs(value - middle)));
  return values.map((value) => (value === middle ? 0 : (0.6745 * (value - middle)) / typical));
}

/**
 * Returns the annotators that stand out on one behavior, by name: F1 against the majority of the others far below the
 * median annotator, or time or bouts (compared as ratios, per recording scored) far above or below it. A value must exceed
 * both a modified z score of 3.5 and a difference that matters. With fewer than three annotators nobody can stand out.
 */
export function findOutlyingAnnotators(
  comparison: ScoringComparison,
  options: OutlyingOptions = {},
): OutlyingAnnotator[] {
  const { threshold = 3.5, minimumF1Gap = 0.1, minimumRatio = 1.5 } = options;
  if (!(minimumRatio >= 1))
    throw new RangeError(`outlying annotators: minimumRatio must be 1 or more, got ${minimumRatio}`);
  const found = new Map<string, OutlyingReason[]>();
  const judge = (
    measure: OutlyingReason['measure'],
    entries: readonly { annotator: string; value: number }[],
    { scale, isFar }: { scale: (value: number) => number; isFar: (difference: number) => boolean },
  ) => {
    if (entries.length < 3) return;
    const scaled = entries.map(({ value }) => scale(value));
    const scores = modifiedZScores(scaled);
    const middle = median(scaled);
    for (const [i, { annotator, value }] of entries.entries()) {
      const difference = (scaled[i] as number) - middle;
      const score = scores[i] as number;
      if (!(Math.abs(score) > threshold && isFar(difference))) continue;
      const typical = median(entries.map((entry) => entry.value));
      found.set(annotator, [
        ...(found.get(annotator) ?? []),
        { measure, value, typical, score: Number.isFinite(score) ? score : null },
      ]);
    }
  };
  const { annotators } = comparison;
  judge(
    'F1 against the majority',
    annotators.flatMap(({ annotator, versusMajority }) => {
      const value = versusMajority?.time.f1 ?? null;
      return value === null ? [] : [{ annotator, value }];
    }),
    { scale: (value) => value, isFar: (difference) => difference <= -minimumF1Gap },
  );
  for (const [measure, key] of [
    ['total time', 'total'],
    ['bout count', 'boutCount'],
  ] as const) {
    judge(
      measure,
      annotators.flatMap((of) => {
        const recordings = of.perRecording.length;
        return recordings === 0 || of[key] === 0 ? [] : [{ annotator: of.annotator, value: of[key] / recordings }];
      }),
      { scale: Math.log, isFar: (difference) => Math.abs(difference) >= Math.log(minimumRatio) },
    );
  }
  return [...found]
    .map(([annotator, reasons]) => ({ annotator, reasons }))
    .sort((a, b) => (a.annotator < b.annotator ? -1 : 1));
}
