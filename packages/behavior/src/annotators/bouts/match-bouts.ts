import { quantile } from '@zoopraxis/core';
import { type DetectionScores, scoresOfAmounts } from './overlap-scores.js';
import type { Spans } from './spans.js';

/** A bout of a reference and the bout of a candidate that is held to be the same. */
export interface BoutMatch {
  /** Index of the span in the reference. */
  readonly reference: number;
  /** Index of the span in the candidate. */
  readonly candidate: number;
  /** Time in both divided by time in either, above 0. */
  readonly overlap: number;
}

/**
 * Returns which bouts of two scorings are the same, in order: pairs that overlap by `minimumOverlap` (time in both divided
 * by time in either, default 0.5; 0 asks for any overlap), each bout in one pair at most, chosen so that there are as many
 * pairs as possible and then as much overlap as possible. Found exactly: overlapping pairs of two ascending lists never
 * cross, so the best choice of the first pairs leads to the best of all.
 * @throws RangeError for a `minimumOverlap` outside 0..1.
 */
export function matchBouts(
  reference: Spans,
  candidate: Spans,
  { minimumOverlap = 0.5 }: { minimumOverlap?: number } = {},
): BoutMatch[] {
  if (!(minimumOverlap >= 0 && minimumOverlap <= 1)) {
    throw new RangeError(`matching bouts: minimumOverlap must be in 0..1, got ${minimumOverlap}`);
  }
  const edges: BoutMatch[] = [];
  for (let i = 0, first = 0; i < reference.length; i += 2) {
    const [start, end] = [reference[i] as number, reference[i + 1] as number];
    while (first < candidate.length && (candidate[first + 1] as number) <= start) first += 2;
    for (let j = first; j < candidate.length && (candidate[j] as number) < end; j += 2) {
      const [otherStart, otherEnd] = [candidate[j] as number, candidate[j + 1] as number];
      const both = Math.min(end, otherEnd) - Math.max(start, otherStart);
      const overlap = both / (Math.max(end, otherEnd) - Math.min(start, otherStart));
      if (both > 0 && overlap >= minimumOverlap) edges.push({ reference: i / 2, candidate: j / 2, overlap });
    }
  }
  // best[e]: the best choice among the first e pairs, as count and overlap; before[e]: how many pairs can stay with pair e.
  const best: { count: number; overlap: number }[] = [{ count: 0, overlap: 0 }];
  const before: number[] = [];
  const isTaken: boolean[] = [];
  // Pairs that can stay with a pair are the first ones, and never fewer than with the pair before it.
  let compatible = 0;
  for (const [e, edge] of edges.entries()) {
    for (; ; compatible++) {
      const next = edges[compatible] as BoutMatch;
      if (next.reference >= edge.reference || next.candidate >= edge.candidate) break;
    }
    const base = best[compatible] as { count: number; overlap: number };
    const without = best[e] as { count: number; overlap: number };
    const taken = { count: base.count + 1, overlap: base.overlap + edge.overlap };
    const isBetter = taken.count > without.count || (taken.count === without.count && taken.overlap > without.overlap);
    best.push(isBetter ? taken : without);
    before.push(compatible);
    isTaken.push(isBetter);
  }
  const matches: BoutMatch[] = [];
  for (let e = edges.length - 1; e >= 0; ) {
    if (isTaken[e]) {
      matches.push(edges[e] as BoutMatch);
      e = (before[e] as number) - 1;
    } else e--;
  }
  return matches.reverse();
}

/** Returns how well a candidate finds the bouts of a reference, counted as {@link matchBouts} pairs them. */
export function scoreBouts(
  reference: Spans,
  candidate: Spans,
  options: { minimumOverlap?: number } = {},
): DetectionScores {
  const truePositive = matchBouts(reference, candidate, options).length;
  return scoresOfAmounts({
    truePositive,
    falsePositive: candidate.length / 2 - truePositive,
    falseNegative: reference.length / 2 - truePositive,
  });
}

/**
 * Returns how well a candidate finds the point events of a reference: an event is found where the other has one no more than
 * `toleranceSec` away, each event in one pair at most and as many pairs as possible.
 * @param reference Ascending seconds, shape `[event]`, as `candidate`.
 */
export function scoreEvents(
  reference: Float64Array,
  candidate: Float64Array,
  { toleranceSec }: { toleranceSec: number },
): DetectionScores {
  if (!(toleranceSec >= 0)) throw new RangeError(`events: toleranceSec must be 0 or more, got ${toleranceSec}`);
  let [i, j, truePositive] = [0, 0, 0];
  while (i < reference.length && j < candidate.length) {
    const difference = (candidate[j] as number) - (reference[i] as number);
    if (Math.abs(difference) <= toleranceSec) {
      truePositive++;
      i++;
      j++;
    } else if (difference < 0) j++;
    else i++;
  }
  return scoresOfAmounts({
    truePositive,
    falsePositive: candidate.length - truePositive,
    falseNegative: reference.length - truePositive,
  });
}

/** Differences of matched bouts' starts and ends, candidate minus reference: above 0 where the candidate is later. */
export interface TimingDifferences {
  /** In seconds (or frames), shape `[match]`. */
  readonly onset: readonly number[];
  /** In seconds (or frames), shape `[match]`. */
  readonly offset: readonly number[];
}

/** Returns how much later a candidate starts and ends the bouts that both have, by any overlap unless `minimumOverlap` is given. */
export function timingDifferences(
  reference: Spans,
  candidate: Spans,
  { minimumOverlap = 0 }: { minimumOverlap?: number } = {},
): TimingDifferences {
  const matches = matchBouts(reference, candidate, { minimumOverlap });
  const difference = (edge: 0 | 1) =>
    matches.map(
      (of) => (candidate[2 * of.candidate + edge] as number) - (reference[2 * of.reference + edge] as number),
    );
  return { onset: difference(0), offset: difference(1) };
}

/** Where half of a list of differences lies. */
export interface DifferenceSummary {
  readonly count: number;
  readonly median: number | null;
  readonly lowerQuartile: number | null;
  readonly upperQuartile: number | null;
}

/** Returns the quartiles of a list of differences; null for none. */
export function summarizeDifferences(values: readonly number[]): DifferenceSummary {
  const at = (share: number) => (values.length === 0 ? null : quantile(values, share));
  return { count: values.length, median: at(0.5), lowerQuartile: at(0.25), upperQuartile: at(0.75) };
}
