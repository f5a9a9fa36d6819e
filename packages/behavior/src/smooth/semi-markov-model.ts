import type { Calibration } from './calibration.js';
import { type BoutDurations, type DurationTable, durationTables } from './durations.js';

/**
 * A hidden semi-Markov model of behaviors that exclude each other: bouts follow each other, last as long as theirs do, and
 * each frame's probabilities speak for a class as far as they exceed its share. Plain data.
 */
export interface SemiMarkovModel {
  /** Probability of the class in which a sequence begins, shape `[class]`. */
  readonly start: readonly number[];
  /** Probability of the class of the next bout (column) after a bout (row), shape `[class, class]`; 0 on the diagonal. */
  readonly transition: readonly (readonly number[])[];
  readonly durations: BoutDurations;
  /** Shares of the frames to a power, shape `[class]`: what calibrated probabilities are divided by. */
  readonly prior: readonly number[];
  /**
   * Weight of one frame's evidence, above 0: classifiers err in the same way for many frames on end, so that frames are not
   * as many independent witnesses as they are frames.
   */
  readonly evidence: number;
  readonly calibration: Calibration;
  readonly decode: SemiMarkovDecode;
}

/**
 * Which labels a model gives: those of the likeliest sequence of bouts as a whole (`bouts`), or in each frame the class that
 * is likeliest given the whole recording (`frames`), which errs in fewer frames and keeps more of short bouts.
 */
export type SemiMarkovDecode = 'bouts' | 'frames';

/** A model with everything that decoding needs worked out. */
export interface PreparedModel {
  readonly classCount: number;
  /** Durations that are told apart. */
  readonly durationCount: number;
  readonly tables: readonly DurationTable[];
  /** First duration of each bin, list; within a bin the chance to end is the same. */
  readonly edges: readonly number[];
  /** Shape `[class]`. */
  readonly logStart: Float64Array;
  /** Shape `[class, class]`. */
  readonly transition: Float64Array;
}

/** Returns a model prepared for decoding. */
export function prepareModel(model: Pick<SemiMarkovModel, 'start' | 'transition' | 'durations'>): PreparedModel {
  return {
    classCount: model.start.length,
    durationCount: model.durations.edges.at(-1) as number,
    tables: durationTables(model.durations),
    edges: model.durations.edges,
    logStart: Float64Array.from(model.start, Math.log),
    transition: Float64Array.from(model.transition.flat()),
  };
}

/** The smallest probability of a class in one frame: nothing is impossible because of one frame. */
export const LEAST = 1e-4;

/**
 * Returns the evidence of calibrated probabilities, shape `[frame, class]`, for frames `start` to `end`: weight times log of
 * probability over prior, shape `[frame, class]`.
 */
export function evidenceOf(
  calibrated: Float32Array,
  { prior, evidence }: Pick<SemiMarkovModel, 'prior' | 'evidence'>,
  start: number,
  end: number,
): Float64Array {
  const classCount = prior.length;
  const logPrior = prior.map((share) => Math.log(Math.max(LEAST, share)));
  const scores = new Float64Array((end - start) * classCount);
  for (let at = 0; at < scores.length; at++) {
    const p = calibrated[start * classCount + at] as number;
    scores[at] = evidence * (Math.log(Math.max(LEAST, p)) - (logPrior[at % classCount] as number));
  }
  return scores;
}
