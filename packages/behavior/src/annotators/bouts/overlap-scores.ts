import { intersectSpans, lengthOfSpans, type Spans } from './spans.js';

/** How well one scoring finds another: by time (seconds or frames) or by bouts. */
export interface DetectionScores {
  /** Time in both, or bouts matched. */
  readonly truePositive: number;
  /** In the candidate alone. */
  readonly falsePositive: number;
  /** In the reference alone. */
  readonly falseNegative: number;
  /** Share of the candidate that is in the reference; null where the candidate has nothing. */
  readonly precision: number | null;
  /** Share of the reference that is in the candidate; null where the reference has nothing. */
  readonly recall: number | null;
  /** 2 TP / (2 TP + FP + FN), the same both ways; null where neither has anything. */
  readonly f1: number | null;
}

/** The three amounts that scores are made of. */
export type DetectionAmounts = Pick<DetectionScores, 'truePositive' | 'falsePositive' | 'falseNegative'>;

/** Returns precision, recall and F1 of amounts of time or bouts. */
export function scoresOfAmounts({ truePositive, falsePositive, falseNegative }: DetectionAmounts): DetectionScores {
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);
  return {
    ...{ truePositive, falsePositive, falseNegative },
    precision: share(truePositive, truePositive + falsePositive),
    recall: share(truePositive, truePositive + falseNegative),
    f1: share(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
  };
}

/** Returns the scores of several recordings together: of the sums of their amounts. */
export function poolScores(scores: readonly DetectionAmounts[]): DetectionScores {
  const sum = (key: keyof DetectionAmounts) => scores.reduce((total, of) => total + of[key], 0);
  return scoresOfAmounts({
    truePositive: sum('truePositive'),
    falsePositive: sum('falsePositive'),
    falseNegative: sum('falseNegative'),
  });
}

/** Returns how well a candidate finds the time of a reference, in the unit of the spans. */
export function scoreTime(reference: Spans, candidate: Spans): DetectionScores {
  const truePositive = lengthOfSpans(intersectSpans(reference, candidate));
  // Rounding must not leave a trace of disagreement below zero.
  const falsePositive = Math.max(0, lengthOfSpans(candidate) - truePositive);
  const falseNegative = Math.max(0, lengthOfSpans(reference) - truePositive);
  return scoresOfAmounts({ truePositive, falsePositive, falseNegative });
}
