import { agreementOf, majoritySpans } from '../annotators/bouts/compare-scorings.js';
import type { Spans } from '../annotators/bouts/spans.js';
import { type FrameTruth, unscoredLabel } from './frame-truth-type.js';
import { labelRuns, relabel, spansOfRuns } from './scored-frames.js';

/** Another person's scoring of the recordings that a model is measured on. */
export interface AnnotatorLabels {
  readonly name: string;
  /** `[recording]`; undefined where this person did not score it. */
  readonly labels: readonly (FrameTruth | undefined)[];
}

/** Scores of one person or model for one behavior, by frames. */
export interface FrameAgreement {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** One person beside the model. */
export interface AnnotatorScores {
  readonly name: string;
  readonly recordings: number;
  /** Against the truth that the model is measured on. */
  readonly versusTruth: Readonly<Record<string, FrameAgreement>>;
  /** Against what half or more of all others saw, the truth's author among them. */
  readonly versusOthers: Readonly<Record<string, FrameAgreement>>;
}

/** How well people meet the truth: what a model can be asked for. */
export interface HumanScores {
  readonly annotators: readonly AnnotatorScores[];
  /** The model against what half or more of all people saw, on the recordings that another person scored. */
  readonly modelVersusMajority: Readonly<Record<string, FrameAgreement>>;
  /** Lowest and highest F1 of a person against the truth; null where none is defined. */
  readonly band: Readonly<Record<string, { readonly low: number; readonly high: number } | null>>;
}

/** Truth and prediction as {@link scoredFrames} aligned them. */
interface AlignedRecording {
  readonly truth: Uint8Array;
  readonly predicted: Uint8Array;
}

/**
 * Returns scores of other annotators on the frames that count for the model (frames that an annotator left out are left out
 * for that annotator alone).
 * @throws RangeError for an annotator with labels of another number of recordings.
 */
export function humanScores(
  recordings: readonly AlignedRecording[],
  annotators: readonly AnnotatorLabels[],
  behaviors: readonly string[],
): HumanScores {
  for (const { name, labels } of annotators) {
    if (labels.length !== recordings.length) {
      throw new RangeError(
        `annotators: ${name} needs one entry a recording, ${recordings.length}, got ${labels.length}; leave undefined what was not scored`,
      );
    }
  }
  const spansOf = (label: Uint8Array) => spansOfRuns(labelRuns(label), behaviors.length);
  const shared = annotators.map(({ labels }) =>
    recordings.map(({ truth }, r) => {
      const own = labels[r];
      if (own === undefined) return undefined;
      const label = relabel(own, behaviors, truth.length);
      const padded = truth.map((value, i) => (value === unscoredLabel ? unscoredLabel : (label[i] ?? unscoredLabel)));
      return padded;
    }),
  );
  type Pair = { reference: Spans; candidate: Spans };
  const scoresOf = (pairs: readonly Pair[][]): Record<string, FrameAgreement> =>
    Object.fromEntries(
      behaviors.map((name, b) => {
        const { precision, recall, f1 } = agreementOf(pairs[b] as Pair[]).time;
        return [name, { precision, recall, f1 }];
      }),
    );
  const noPairs = () => behaviors.map((): Pair[] => []);
  const scored = annotators.map(({ name }, a): AnnotatorScores => {
    const [toTruth, toOthers] = [noPairs(), noPairs()];
    let count = 0;
    for (const [r, { truth }] of recordings.entries()) {
      const own = shared[a]?.[r];
      if (own === undefined) continue;
      count++;
      const mask = (label: Uint8Array) => label.map((value, i) => (own[i] === unscoredLabel ? unscoredLabel : value));
      const masked = mask(truth);
      const candidate = spansOf(own);
      const lists = [masked, ...shared.flatMap((of, i) => (i === a || of[r] === undefined ? [] : [mask(of[r])]))].map(
        spansOf,
      );
      for (let b = 0; b < behaviors.length; b++) {
        const mine = candidate[b] as Spans;
        toTruth[b]?.push({ reference: lists[0]?.[b] as Spans, candidate: mine });
        toOthers[b]?.push({ reference: majoritySpans(lists.map((list) => list[b] as Spans)), candidate: mine });
      }
    }
    return { name, recordings: count, versusTruth: scoresOf(toTruth), versusOthers: scoresOf(toOthers) };
  });
  const toMajority = noPairs();
  for (const [r, { truth, predicted }] of recordings.entries()) {
    const people = shared.flatMap((of) => of[r] ?? []);
    if (people.length === 0) continue;
    const lists = [truth, ...people].map(spansOf);
    const model = spansOf(predicted);
    for (let b = 0; b < behaviors.length; b++) {
      const reference = majoritySpans(lists.map((list) => list[b] as Spans));
      toMajority[b]?.push({ reference, candidate: model[b] as Spans });
    }
  }
  return {
    annotators: scored,
    modelVersusMajority: scoresOf(toMajority),
    band: Object.fromEntries(
      behaviors.map((name) => {
        const known = scored.flatMap(({ versusTruth }) => versusTruth[name]?.f1 ?? []);
        return [name, known.length === 0 ? null : { low: Math.min(...known), high: Math.max(...known) }];
      }),
    ),
  };
}
