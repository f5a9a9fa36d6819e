import {
  type AgreementResult,
  cohensKappa,
  countRatings,
  fleissKappa,
  krippendorffAlpha,
  type TimeBase,
} from '@zoopraxis/core';
import { analyzedStretches } from '../../cohort/stretches.js';
import { labelsOnFrames } from './labels-on-frames.js';
import { annotatorsOf, checkRecordings, type ScoredRecording } from './scored-recording.js';
import { spansInFrames } from './spans.js';

/** Ratings of frames, the input of coefficients of agreement. */
export interface FrameRatings {
  readonly annotators: readonly string[];
  /** Names of the categories: the behaviors, then `none`. */
  readonly categories: readonly string[];
  /** Index of the category, NaN where the annotator did not score the recording, shape `[annotator][frame]`. */
  readonly ratings: readonly Float64Array[];
  /** Index of the recording of each frame, shape `[frame]`. */
  readonly recording: Int32Array;
  /** Frames of each annotator on which behaviors overlap, list. */
  readonly overlapFrames: readonly number[];
}

/** Agreement beyond chance, or why it cannot be told. */
export type AgreementOrReason = AgreementResult | { readonly notMeasured: string };

/** Coefficients of agreement over frames. */
export interface ChanceAgreement {
  readonly categories: readonly string[];
  readonly frameCount: number;
  readonly overlapFrames: Readonly<Record<string, number>>;
  readonly cohen: readonly { readonly annotators: readonly [string, string]; readonly kappa: AgreementOrReason }[];
  readonly fleiss: AgreementOrReason;
  readonly krippendorff: AgreementOrReason;
}

/** Returns the frames of a recording that were watched, ascending, list. */
function watchedFrames({ scored, exclusions, timeBase }: ScoredRecording): number[] {
  const watched = analyzedStretches(scored, exclusions).flatMap(({ startSec, endSec }) => {
    const [from = 0, to = 0] = spansInFrames(Float64Array.of(startSec, endSec), timeBase as TimeBase);
    return Array.from({ length: to - from }, (_, i) => from + i);
  });
  return [...new Set(watched)];
}

/**
 * Returns what each annotator says of each watched frame of all recordings: one of the behaviors, or none of them. An
 * annotator who did not score all of the behaviors in a recording has no rating there.
 * @throws RangeError for no behaviors, one that is listed twice, or a recording without a time base.
 */
export function rateFrames(recordings: readonly ScoredRecording[], behaviors: readonly string[]): FrameRatings {
  checkRecordings(recordings, 'frames');
  if (behaviors.length === 0 || new Set(behaviors).size < behaviors.length) {
    throw new RangeError(`frame ratings: needs different behaviors, got ${behaviors.join(', ') || 'none'}`);
  }
  const annotators = annotatorsOf(recordings);
  const frames = recordings.map(watchedFrames);
  const count = frames.reduce((sum, list) => sum + list.length, 0);
  const ratings = annotators.map(() => new Float64Array(count).fill(Number.NaN));
  const recordingOf = new Int32Array(count);
  const overlapFrames = annotators.map(() => 0);
  let offset = 0;
  for (const [r, { annotations, timeBase }] of recordings.entries()) {
    const own = frames[r] as number[];
    recordingOf.fill(r, offset, offset + own.length);
    for (const scoring of annotations) {
      if (behaviors.some((name) => !scoring.behaviors.includes(name))) continue;
      const a = annotators.indexOf(scoring.annotator);
      const { label, overlapFrames: shared } = labelsOnFrames(scoring, timeBase as TimeBase, behaviors);
      overlapFrames[a] = (overlapFrames[a] as number) + shared;
      for (const [i, frame] of own.entries()) {
        const index = label[frame] as number;
        (ratings[a] as Float64Array)[offset + i] = index < 0 ? behaviors.length : index;
      }
    }
    offset += own.length;
  }
  return { annotators, categories: [...behaviors, 'none'], ratings, recording: recordingOf, overlapFrames };
}

function orReason(measure: () => AgreementResult): AgreementOrReason {
  try {
    return measure();
  } catch (error) {
    if (error instanceof RangeError) return { notMeasured: error.message };
    throw error;
  }
}

/** Keeps the frames that every one of the given annotators rated. */
function ratedByAll(ratings: readonly Float64Array[]): number[][] {
  const rated: number[] = [];
  for (let i = 0; i < (ratings[0]?.length ?? 0); i++) if (ratings.every((of) => !Number.isNaN(of[i]))) rated.push(i);
  return ratings.map((of) => rated.map((i) => of[i] as number));
}

/**
 * Returns Cohen's kappa of each two annotators, Fleiss' kappa of all on the frames that all rated, and Krippendorff's alpha
 * (nominal) of all with gaps allowed. Frames that follow one another are alike, so intervals that take frames as
 * independent are far too narrow and are left out here; resample recordings for honest ones.
 */
export function measureChanceAgreement(
  recordings: readonly ScoredRecording[],
  behaviors: readonly string[],
): ChanceAgreement {
  const { annotators, categories, ratings, overlapFrames } = rateFrames(recordings, behaviors);
  const indices = categories.map((_, i) => i);
  const withoutInterval = (result: AgreementResult): AgreementResult => {
    const { interval: _, intervalMethod: _m, standardError: _s, ...rest } = result;
    return rest;
  };
  const cohen = annotators.flatMap((first, i) =>
    annotators.slice(i + 1).map((second, j) => {
      const pair = [ratings[i], ratings[i + 1 + j]] as [Float64Array, Float64Array];
      const kappa = orReason(() =>
        withoutInterval(cohensKappa(pair[0], pair[1], { categories: indices, missing: 'omit' })),
      );
      return { annotators: [first, second] as const, kappa };
    }),
  );
  const complete = ratedByAll(ratings);
  return {
    categories,
    frameCount: ratings[0]?.length ?? 0,
    overlapFrames: Object.fromEntries(annotators.map((name, a) => [name, overlapFrames[a] as number])),
    cohen,
    fleiss: orReason(() => withoutInterval(fleissKappa(countRatings(complete, indices)))),
    krippendorff: orReason(() => withoutInterval(krippendorffAlpha(ratings))),
  };
}
