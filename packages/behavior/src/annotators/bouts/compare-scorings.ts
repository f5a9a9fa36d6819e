import { type DifferenceSummary, scoreBouts, summarizeDifferences, timingDifferences } from './match-bouts.js';
import { type DetectionScores, poolScores, scoreTime } from './overlap-scores.js';
import {
  type AgreementUnit,
  annotatorsOf,
  behaviorSpans,
  checkRecordings,
  type ScoredRecording,
  type ScoringOptions,
} from './scored-recording.js';
import { lengthOfSpans, type Spans, spansOfMany } from './spans.js';

/** How one scoring compares with another over one or several recordings. */
export interface ScoringAgreement {
  readonly recordings: number;
  /** By time, in the unit of the comparison. */
  readonly time: DetectionScores;
  /** By bouts that overlap enough. */
  readonly bouts: DetectionScores;
  /** Of bouts that overlap at all, the annotator minus the reference, in the unit of the comparison. */
  readonly onset: DifferenceSummary;
  readonly offset: DifferenceSummary;
}

/** What one annotator scored in one recording. */
export interface ScoringOfRecording {
  readonly recording: string;
  /** Time of the behavior, in the unit of the comparison. */
  readonly total: number;
  readonly boutCount: number;
  /** Bouts without length, which measures of time do not see. */
  readonly eventCount: number;
  /** Mean duration of the bouts of the majority of the others; null where they have none. */
  readonly majorityBoutDuration: number | null;
  /** Against the majority of the others; null where nobody else scored the recording. */
  readonly majorityF1: number | null;
}

/** One annotator beside the others. */
export interface AnnotatorScoring {
  readonly annotator: string;
  /** Sums over the recordings that this annotator scored. */
  readonly total: number;
  readonly boutCount: number;
  readonly eventCount: number;
  /** Null where there are no bouts. */
  readonly meanBoutDuration: number | null;
  /** Null where no recording is shared with the reference, or this annotator is the reference. */
  readonly versusReference: ScoringAgreement | null;
  /** Against what half or more of the other annotators saw; null where nobody else scored. */
  readonly versusMajority: ScoringAgreement | null;
  readonly perRecording: readonly ScoringOfRecording[];
}

/** Two annotators; which is the reference makes no difference to F1, but turns precision and recall round. */
export interface AnnotatorPair extends ScoringAgreement {
  readonly annotators: readonly [string, string];
}

/** How annotators agree on one behavior. */
export interface ScoringComparison {
  readonly behavior: string;
  readonly unit: AgreementUnit;
  readonly reference: string | null;
  readonly minimumOverlap: number;
  readonly annotators: readonly AnnotatorScoring[];
  readonly pairs: readonly AnnotatorPair[];
}

/** Settings of {@link compareScorings}. */
export interface CompareScoringsOptions extends ScoringOptions {
  /** Annotator that the others are measured against, beside the majority. */
  readonly reference?: string;
  /** Overlap from which two bouts are the same, time in both divided by time in either; default 0.5. */
  readonly minimumOverlap?: number;
}

/** Returns what half or more of several annotators saw, shape `[span, 2]`. */
export function majoritySpans(lists: readonly Spans[]): Spans {
  return spansOfMany(lists, Math.max(1, Math.ceil(lists.length / 2)));
}

/** Returns the agreement over pairs of reference and candidate, one pair for each recording. */
export function agreementOf(
  pairs: readonly { readonly reference: Spans; readonly candidate: Spans }[],
  { minimumOverlap = 0.5 }: { minimumOverlap?: number } = {},
): ScoringAgreement {
  const timing = pairs.map(({ reference, candidate }) => timingDifferences(reference, candidate));
  return {
    recordings: pairs.length,
    time: poolScores(pairs.map(({ reference, candidate }) => scoreTime(reference, candidate))),
    bouts: poolScores(pairs.map(({ reference, candidate }) => scoreBouts(reference, candidate, { minimumOverlap }))),
    onset: summarizeDifferences(timing.flatMap(({ onset }) => onset)),
    offset: summarizeDifferences(timing.flatMap(({ offset }) => offset)),
  };
}

/**
 * Returns how annotators agree on one behavior: each against a reference, against the majority (half or more) of the others
 * and against every other one. Scores of several recordings are those of their summed times and bouts. Recordings in which
 * an annotator did not score the behavior are left out for that annotator.
 * @throws RangeError for a reference that nobody is, two scorings of one annotator, or frames without a time base.
 */
export function compareScorings(
  recordings: readonly ScoredRecording[],
  options: CompareScoringsOptions,
): ScoringComparison {
  const { behavior, unit = 'seconds', reference, minimumOverlap = 0.5 } = options;
  checkRecordings(recordings, unit);
  const names = annotatorsOf(recordings);
  if (reference !== undefined && !names.includes(reference)) {
    throw new RangeError(`annotators: reference must be one of ${names.join(', ')}, got ${reference}`);
  }
  const seen = recordings.map((recording) => {
    const of = new Map<string, { spans: Spans; eventsSec: Float64Array }>();
    for (const annotations of recording.annotations) {
      const own = behaviorSpans(recording, annotations, options);
      if (own !== undefined) of.set(annotations.annotator, own);
    }
    return { recording: recording.recording, of };
  });
  const sharedBy = (first: string, second: string) =>
    seen.flatMap(({ of }) => {
      const [a, b] = [of.get(first), of.get(second)];
      return a === undefined || b === undefined ? [] : [{ reference: a.spans, candidate: b.spans }];
    });
  const annotators = names.map((annotator): AnnotatorScoring => {
    const own = seen.flatMap(({ recording, of }) => {
      const mine = of.get(annotator);
      if (mine === undefined) return [];
      const others = [...of].filter(([name]) => name !== annotator).map(([, { spans }]) => spans);
      const majority = others.length === 0 ? undefined : majoritySpans(others);
      return [{ recording, ...mine, majority }];
    });
    const versusMajority = own.flatMap(({ spans, majority }) =>
      majority === undefined ? [] : [{ reference: majority, candidate: spans }],
    );
    const versusReference = reference === undefined || reference === annotator ? [] : sharedBy(reference, annotator);
    const total = own.reduce((sum, { spans }) => sum + lengthOfSpans(spans), 0);
    const boutCount = own.reduce((sum, { spans }) => sum + spans.length / 2, 0);
    return {
      ...{ annotator, total, boutCount },
      eventCount: own.reduce((sum, { eventsSec }) => sum + eventsSec.length, 0),
      meanBoutDuration: boutCount === 0 ? null : total / boutCount,
      versusReference: versusReference.length === 0 ? null : agreementOf(versusReference, { minimumOverlap }),
      versusMajority: versusMajority.length === 0 ? null : agreementOf(versusMajority, { minimumOverlap }),
      perRecording: own.map(({ recording, spans, eventsSec, majority }) => ({
        ...{ recording, total: lengthOfSpans(spans), boutCount: spans.length / 2, eventCount: eventsSec.length },
        majorityBoutDuration:
          majority === undefined || majority.length === 0 ? null : lengthOfSpans(majority) / (majority.length / 2),
        majorityF1: majority === undefined ? null : scoreTime(majority, spans).f1,
      })),
    };
  });
  const pairs = names.flatMap((first, i) =>
    names.slice(i + 1).flatMap((second): AnnotatorPair[] => {
      const shared = sharedBy(first, second);
      return shared.length === 0 ? [] : [{ annotators: [first, second], ...agreementOf(shared, { minimumOverlap }) }];
    }),
  );
  return { behavior, unit, reference: reference ?? null, minimumOverlap, annotators, pairs };
}
