import { compareScorings, rateFrames, type ScoredRecording, spansInFrames } from '@zoopraxis/behavior';
import { type Annotations, createAnnotations } from '@zoopraxis/core';
import type { BoutView } from 'zoopraxis';
import type { FrameClock } from '../state/clock.js';

/** Bouts of two people (or of one and a model) in one recording. */
export interface ComparedRecording {
  readonly recording: string;
  readonly clock: FrameClock;
  readonly first: readonly BoutView[];
  readonly second: readonly BoutView[];
  /** What both watched, seconds in the recording. */
  readonly fromSec: number;
  readonly toSec: number;
}

/** How the two agree on one behavior; the second is measured against the first. */
export interface BehaviorAgreement {
  readonly behavior: string;
  /** Cohen's kappa of frames with the behavior and without; null where neither, or both all the time, have it. */
  readonly kappa: number | null;
  /** Of frames; null where nobody has it. */
  readonly f1: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Of bouts of which half overlaps. */
  readonly boutF1: number | null;
  readonly firstCount: number;
  readonly secondCount: number;
  /** Seconds, second minus first, of bouts that overlap: above 0 the second begins later; null where none overlap. */
  readonly onsetSec: number | null;
}

/** A stretch of frames on which the first says one thing and the second another. */
export interface Difference {
  readonly recording: string;
  readonly fromSec: number;
  readonly toSec: number;
}

/** How two scorings agree. */
export interface Agreement {
  /** Behaviors, then `none`. */
  readonly categories: readonly string[];
  /** Frames by category of the first, then of the second, shape `[category, category]`. */
  readonly frames: readonly (readonly number[])[];
  /** The longest stretches of each such pair, longest first, shape `[category, category, stretch]`. */
  readonly stretches: readonly (readonly (readonly Difference[])[])[];
  readonly frameCount: number;
  /** Cohen's kappa over all categories; null where nobody has anything. */
  readonly kappa: number | null;
  /** Share of frames on which both say the same, 0..1. */
  readonly same: number;
  readonly behaviors: readonly BehaviorAgreement[];
  /** Frames on which one of them has two behaviors at once: there the one that started last counts. */
  readonly overlapFrames: number;
}

/** Most stretches that are kept of each pair. */
const mostStretches = 500;

const names = { first: '1', second: '2' } as const;

/** Returns Cohen's kappa of a table of counts, shape `[category, category]`; null where one has all (Cohen, Educ Psychol Meas 1960). */
export function kappaOf(table: readonly (readonly number[])[]): number | null {
  const total = table.flat().reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let [observed, expected] = [0, 0];
  for (const [i, row] of table.entries()) {
    const inColumn = table.reduce((sum, other) => sum + (other[i] as number), 0);
    observed += (row[i] as number) / total;
    expected += (row.reduce((sum, count) => sum + count, 0) / total) * (inColumn / total);
  }
  return expected >= 1 ? null : (observed - expected) / (1 - expected);
}

function annotationsOf(
  bouts: readonly BoutView[],
  behaviors: readonly string[],
  annotator: string,
  offsetSec: number,
): Annotations {
  const own = bouts.filter(({ behavior }) => behaviors.includes(behavior));
  return createAnnotations({
    subject: 'animal',
    annotator,
    channel: 'default',
    behaviors,
    startSec: Float64Array.from(own, ({ startSec }) => startSec + offsetSec),
    endSec: Float64Array.from(own, ({ endSec }) => endSec + offsetSec),
    behavior: Int32Array.from(own, ({ behavior }) => behaviors.indexOf(behavior)),
  });
}

/**
 * Returns how two scorings agree on behaviors, over all recordings together. Frames are those whose middle lies in a bout; ends
 * of bouts are measured in seconds.
 * @throws RangeError for no recordings or behaviors.
 */
export function measureAgreement(recordings: readonly ComparedRecording[], behaviors: readonly string[]): Agreement {
  const scored = recordings.map(({ recording, clock, first, second, fromSec, toSec }): ScoredRecording => {
    const { frameCount, fps, timesSec, offsetSec = 0 } = clock;
    return {
      recording,
      scored: { startSec: fromSec + offsetSec, endSec: toSec + offsetSec },
      timeBase: { frameCount, fps, ...(timesSec === undefined ? {} : { timesSec }) },
      annotations: [
        annotationsOf(first, behaviors, names.first, offsetSec),
        annotationsOf(second, behaviors, names.second, offsetSec),
      ],
    };
  });
  const rated = rateFrames(scored, behaviors);
  const [ours, theirs] = rated.ratings as [Float64Array, Float64Array];
  const size = rated.categories.length;
  const frames = rated.categories.map(() => new Array<number>(size).fill(0));
  const stretches = rated.categories.map(() => rated.categories.map((): Difference[] => []));
  const firstFrame = scored.map(({ scored: { startSec, endSec }, timeBase }) =>
    timeBase === undefined ? 0 : (spansInFrames(Float64Array.of(startSec, endSec), timeBase)[0] ?? 0),
  );
  let [begin, seen] = [0, 0];
  for (let at = 0; at < ours.length; at++) {
    const [a, b, r] = [ours[at] as number, theirs[at] as number, rated.recording[at] as number];
    (frames[a] as number[])[b] = ((frames[a] as number[])[b] as number) + 1;
    if (at > 0 && rated.recording[at - 1] !== r) seen = at;
    const isLast =
      at + 1 === ours.length || rated.recording[at + 1] !== r || ours[at + 1] !== a || theirs[at + 1] !== b;
    if (!isLast) continue;
    if (a !== b) {
      const { recording, clock } = recordings[r] as ComparedRecording;
      const base = (firstFrame[r] as number) - seen;
      const [fromSec, toSec] = [timeOfFrame(begin + base, clock), timeOfFrame(at + 1 + base, clock)];
      stretches[a]?.[b]?.push({ recording, fromSec, toSec });
    }
    begin = at + 1;
  }
  const longest = (list: readonly Difference[]) =>
    [...list].sort((x, y) => y.toSec - y.fromSec - (x.toSec - x.fromSec)).slice(0, mostStretches);
  const total = ours.length;
  const same = frames.reduce((sum, row, i) => sum + (row[i] as number), 0);
  return {
    categories: rated.categories,
    frames,
    stretches: stretches.map((row) => row.map(longest)),
    frameCount: total,
    kappa: kappaOf(frames),
    same: total === 0 ? 0 : same / total,
    behaviors: behaviors.map((behavior) => agreementOn(scored, behavior, total)),
    overlapFrames: rated.overlapFrames.reduce((sum, count) => sum + count, 0),
  };
}

function agreementOn(scored: readonly ScoredRecording[], behavior: string, frameCount: number): BehaviorAgreement {
  const inFrames = compareScorings(scored, { behavior, unit: 'frames', reference: names.first });
  const inSeconds = compareScorings(scored, { behavior, reference: names.first });
  const [first, second] = [names.first, names.second].map((name) =>
    inSeconds.annotators.find(({ annotator }) => annotator === name),
  );
  const counted = (of: typeof first) => (of === undefined ? 0 : of.boutCount + of.eventCount);
  const time = inFrames.annotators.find(({ annotator }) => annotator === names.second)?.versusReference?.time;
  const { truePositive = 0, falsePositive = 0, falseNegative = 0 } = time ?? {};
  const neither = frameCount - truePositive - falsePositive - falseNegative;
  return {
    behavior,
    kappa: kappaOf([
      [truePositive, falseNegative],
      [falsePositive, neither],
    ]),
    f1: time?.f1 ?? null,
    precision: time?.precision ?? null,
    recall: time?.recall ?? null,
    boutF1: second?.versusReference?.bouts.f1 ?? null,
    firstCount: counted(first),
    secondCount: counted(second),
    onsetSec: second?.versusReference?.onset.median ?? null,
  };
}

function timeOfFrame(frame: number, { frameCount, fps, timesSec, offsetSec = 0 }: FrameClock): number {
  if (timesSec === undefined) return frame / fps - offsetSec;
  const inside = timesSec[Math.min(frame, frameCount - 1)] as number;
  return inside + Math.max(0, frame - frameCount + 1) / fps - offsetSec;
}

/** Returns from the first to the last moment that both have bouts at, null where they share none. */
export function sharedSpan(
  first: readonly BoutView[],
  second: readonly BoutView[],
): { readonly fromSec: number; readonly toSec: number } | null {
  const edges = (bouts: readonly BoutView[]) => ({
    from: bouts.reduce((least, { startSec }) => Math.min(least, startSec), Number.POSITIVE_INFINITY),
    to: bouts.reduce((most, { endSec }) => Math.max(most, endSec), Number.NEGATIVE_INFINITY),
  });
  const [a, b] = [edges(first), edges(second)];
  const [fromSec, toSec] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return fromSec < toSec ? { fromSec, toSec } : null;
}
