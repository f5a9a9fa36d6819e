import {
  type FrameTruth,
  labelRuns,
  matchBouts,
  scoredFrames,
  spansOfRuns,
  unionOfBehaviors,
} from '@zoopraxis/behavior';
import type { FrameScores } from '@zoopraxis/core';

/** What an example shows: a bout that was found, one that is none, or one that was missed. */
export type ExampleKind = 'true positive' | 'false positive' | 'false negative';

/** Kinds of examples in the order of pages, list. */
export const exampleKinds: readonly ExampleKind[] = ['true positive', 'false positive', 'false negative'];

/** Labels of one recording, to choose examples from. */
export interface ExampleRecording {
  readonly name: string;
  readonly truth: FrameTruth;
  readonly predicted: FrameTruth;
  readonly scores?: Pick<FrameScores, 'behaviors' | 'probability'>;
  readonly fps: number;
}

/** A bout worth looking at. */
export interface ExampleBout {
  readonly behavior: string;
  readonly kind: ExampleKind;
  readonly recording: string;
  /** First frame of the bout: of truth and prediction together where both have it. */
  readonly startFrame: number;
  /** First frame behind the bout. */
  readonly endFrame: number;
  /**
   * Mean distance between the probability of the behavior and of the likeliest other one, 0..1: how sure the model was of
   * what it did (for a missed bout: of something else). Null without scores.
   */
  readonly margin: number | null;
}

/** Settings of {@link chooseExamples}. */
export interface ChooseExamplesOptions {
  /** Default all that truth or prediction know. */
  readonly behaviors?: readonly string[];
  /** Bouts of each kind and behavior, default 3. */
  readonly perKind?: number;
  /** Shorter bouts are taken only where there are no others, default 0.25. */
  readonly minimumSec?: number;
}

type Candidate = ExampleBout & { readonly lasts: number; readonly isShort: boolean };

/** Returns how sure of a behavior the scores are over frames, mean of probability minus that of the likeliest other. */
function marginOf(
  scores: ExampleRecording['scores'],
  { behavior, from, to }: { behavior: string; from: number; to: number },
): number | null {
  const column = scores?.behaviors.indexOf(behavior) ?? -1;
  if (scores === undefined || column < 0) return null;
  const width = scores.behaviors.length;
  let [sum, count] = [0, 0];
  for (let frame = from; frame < to; frame++) {
    const own = scores.probability[frame * width + column] as number;
    let other = Number.NEGATIVE_INFINITY;
    for (let b = 0; b < width; b++) {
      if (b !== column) other = Math.max(other, scores.probability[frame * width + b] as number);
    }
    // One classifier alone: what is not the behavior has the rest.
    const difference = own - (width === 1 ? 1 - own : other);
    if (!Number.isFinite(difference)) continue;
    sum += difference;
    count++;
  }
  return count === 0 ? null : sum / count;
}

function candidatesOf(recording: ExampleRecording, wanted: readonly string[], minimumSec: number): Candidate[] {
  const { name, truth, predicted, scores, fps } = recording;
  const behaviors = unionOfBehaviors([truth, predicted]);
  const frames = scoredFrames(truth, predicted, { behaviors, name });
  const spansOf = (label: Uint8Array) => spansOfRuns(labelRuns(label), behaviors.length);
  const [trueSpans, foundSpans] = [spansOf(frames.truth), spansOf(frames.predicted)];
  return wanted.flatMap((behavior): Candidate[] => {
    const b = behaviors.indexOf(behavior);
    const [own, found] = [trueSpans[b], foundSpans[b]];
    if (own === undefined || found === undefined) return [];
    const candidate = (kind: ExampleKind, from: number, to: number): Candidate => {
      const margin = marginOf(scores, { behavior, from, to });
      return {
        ...{ behavior, kind, recording: name, startFrame: from, endFrame: to },
        margin: margin !== null && kind === 'false negative' ? -margin : margin,
        lasts: to - from,
        isShort: (to - from) / fps < minimumSec,
      };
    };
    const edges = (spans: Float64Array, i: number) => [spans[2 * i] as number, spans[2 * i + 1] as number] as const;
    const alone = (spans: Float64Array, others: Float64Array, kind: ExampleKind) => {
      const touched = new Set<number>();
      for (let i = 0, j = 0; i < spans.length; i += 2) {
        while (j < others.length && (others[j + 1] as number) <= (spans[i] as number)) j += 2;
        if (j < others.length && (others[j] as number) < (spans[i + 1] as number)) touched.add(i / 2);
      }
      return Array.from({ length: spans.length / 2 }, (_, i) => i).flatMap((i) =>
        touched.has(i) ? [] : [candidate(kind, ...edges(spans, i))],
      );
    };
    const both = matchBouts(own, found, { minimumOverlap: 0.5 }).map(({ reference, candidate: c }) => {
      const [a, z] = [edges(own, reference), edges(found, c)];
      return candidate('true positive', Math.min(a[0], z[0]), Math.max(a[1], z[1]));
    });
    return [...both, ...alone(found, own, 'false positive'), ...alone(own, found, 'false negative')];
  });
}

/**
 * Returns the clearest examples of each behavior: found bouts (overlap of half or more), predicted ones that touch no true
 * one, and true ones that no predicted one touches; the surest first, one from each recording before a second from any. Sorted
 * by behavior, kind and rank. Without scores the longest bouts are the clearest.
 */
export function chooseExamples(
  recordings: readonly ExampleRecording[],
  { behaviors, perKind = 3, minimumSec = 0.25 }: ChooseExamplesOptions = {},
): ExampleBout[] {
  if (!(Number.isSafeInteger(perKind) && perKind >= 1)) {
    throw new RangeError(`examples: perKind must be a whole number from 1, got ${perKind}`);
  }
  const wanted = behaviors ?? unionOfBehaviors(recordings.flatMap(({ truth, predicted }) => [truth, predicted]));
  const all = recordings.flatMap((recording) => candidatesOf(recording, wanted, minimumSec));
  return wanted.flatMap((behavior) =>
    exampleKinds.flatMap((kind) => {
      const own = all
        .filter((of) => of.behavior === behavior && of.kind === kind)
        .sort(
          (a, b) =>
            Number(a.isShort) - Number(b.isShort) ||
            (b.margin ?? -2) - (a.margin ?? -2) ||
            b.lasts - a.lasts ||
            (a.recording < b.recording ? -1 : a.recording > b.recording ? 1 : a.startFrame - b.startFrame),
        );
      const taken = new Map<string, number>();
      const round = own.map((of) => {
        const nth = taken.get(of.recording) ?? 0;
        taken.set(of.recording, nth + 1);
        return { of, nth };
      });
      return round
        .sort((a, b) => Number(a.of.isShort) - Number(b.of.isShort) || a.nth - b.nth)
        .slice(0, perKind)
        .map(({ of: { lasts: _, isShort: _s, ...example } }) => example);
    }),
  );
}
