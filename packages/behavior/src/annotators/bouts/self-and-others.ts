import { rankSumTest, type TestResult } from '@zoopraxis/core';
import { poolScores, scoreTime } from './overlap-scores.js';
import { behaviorSpans, checkRecordings, type ScoredRecording, type ScoringOptions } from './scored-recording.js';
import type { Spans } from './spans.js';

/** F1 by time of one annotator's two scorings, or of two annotators. */
export interface PairF1 {
  /** Twice the same name within an annotator. */
  readonly annotators: readonly [string, string];
  readonly recordings: number;
  /** Over the recordings together; null where neither saw the behavior in any. */
  readonly f1: number | null;
}

/** Whether annotators agree with themselves better than with each other. */
export interface SelfAndOthers {
  readonly behavior: string;
  readonly within: readonly PairF1[];
  readonly between: readonly PairF1[];
  /** Rank-sum test, within first, with the effect U/(n1 n2); null where it cannot be done. */
  readonly test: TestResult | null;
  /** Why there is no test. */
  readonly notTested: string | null;
}

/**
 * Returns F1 of each annotator with their own second scoring and of each two annotators (first scorings) on the recordings
 * that were scored twice by anyone, and the rank-sum test between both (Segalin et al. 2021, figure 5). Pairs that share an
 * annotator are not independent; p is to be read with that in mind, as the published one.
 */
export function compareSelfAndOthers(recordings: readonly ScoredRecording[], options: ScoringOptions): SelfAndOthers {
  checkRecordings(recordings, options.unit);
  const twice = recordings.filter(({ rescored }) => rescored !== undefined && rescored.length > 0);
  const first = twice.map((recording) => spansByName(recording, recording.annotations, options));
  const second = twice.map((recording) => spansByName(recording, recording.rescored ?? [], options));
  const names = [...new Set(first.flatMap((of) => [...of.keys()]))].sort();
  const pairOf = (a: string, b: string, others: readonly Map<string, Spans>[]): PairF1[] => {
    const shared = first.flatMap((of, r) => {
      const [mine, other] = [of.get(a), others[r]?.get(b)];
      return mine === undefined || other === undefined ? [] : [scoreTime(mine, other)];
    });
    return shared.length === 0 ? [] : [{ annotators: [a, b], recordings: shared.length, f1: poolScores(shared).f1 }];
  };
  const within = names.flatMap((name) => pairOf(name, name, second));
  const between = names.flatMap((a, i) => names.slice(i + 1).flatMap((b) => pairOf(a, b, first)));
  const values = (pairs: readonly PairF1[]) => pairs.flatMap(({ f1 }) => (f1 === null ? [] : [f1]));
  try {
    const test = rankSumTest(values(within), values(between));
    return { behavior: options.behavior, within, between, test, notTested: null };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { behavior: options.behavior, within, between, test: null, notTested: error.message };
  }
}

function spansByName(
  recording: ScoredRecording,
  list: ScoredRecording['annotations'],
  options: ScoringOptions,
): Map<string, Spans> {
  return new Map(
    list.flatMap((annotations): [string, Spans][] => {
      const own = behaviorSpans(recording, annotations, options);
      return own === undefined ? [] : [[annotations.annotator, own.spans]];
    }),
  );
}
