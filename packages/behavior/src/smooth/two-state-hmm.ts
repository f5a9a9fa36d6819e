import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { frameRuns, type SequenceStarts } from './frame-runs.js';
import { chainOfCounts, type MarkovChain, smoothStates } from './hidden-markov.js';

/** A hidden Markov model of one behavior (absent, present) that is seen through yes-or-no predictions; plain data. */
export interface TwoStateHmm extends MarkovChain {
  /** Probability of each prediction (column) in each state (row), shape `[2, 2]`. */
  readonly emission: readonly (readonly number[])[];
}

/** Options of {@link fitTwoStateHmm}. */
export interface TwoStateHmmOptions {
  /** Where recordings begin, list of frame indices; one recording by default. */
  readonly sequences?: SequenceStarts;
  /** Added to every count; 0 by default, as in MARS. */
  readonly pseudoCount?: number;
}

const pairs = (): Float64Array[] => [new Float64Array(2), new Float64Array(2)];

function add(counts: Float64Array | undefined, index: number): void {
  if (counts) counts[index] = (counts[index] as number) + 1;
}

/**
 * Returns stage B of MARS, fitted: start = frequency of the behavior, transitions as counted in the truth, emission =
 * frequency of each smoothed prediction given the truth. `predicted` and `truth` have shape `[frame]`: 0, 1, or 255 = not
 * scored, which is left out and ends a sequence. A behavior that is never (always) there is never (always) predicted.
 */
export function fitTwoStateHmm(
  predicted: Uint8Array,
  truth: Uint8Array,
  options: TwoStateHmmOptions = {},
): TwoStateHmm {
  const { sequences = [0], pseudoCount = 0 } = options;
  if (predicted.length !== truth.length) {
    throw new RangeError(`predicted: must have ${truth.length} frames, as truth has, got ${predicted.length}`);
  }
  if (!(pseudoCount >= 0)) throw new RangeError(`pseudoCount: must be at least 0, got ${pseudoCount}`);
  const [stateCounts, pairCounts, emissionCounts] = [new Float64Array(2), pairs(), pairs()];
  const isUsable = (frame: number) => truth[frame] !== unscoredLabel && predicted[frame] !== unscoredLabel;
  for (const { start, end } of frameRuns(truth.length, sequences, isUsable)) {
    for (let frame = start; frame < end; frame++) {
      const state = truth[frame] === 1 ? 1 : 0;
      add(stateCounts, state);
      add(emissionCounts[state], predicted[frame] === 1 ? 1 : 0);
      if (frame > start) add(pairCounts[truth[frame - 1] === 1 ? 1 : 0], state);
    }
  }
  // Never seen, never predicted: a state without frames starts with probability 0 and nothing leads to it.
  const emission = chainOfCounts([1, 1], emissionCounts, pseudoCount).transition;
  return { ...chainOfCounts(stateCounts, pairCounts, pseudoCount), emission };
}

/** What {@link twoStateHmm} gives. */
export interface HmmDecoding {
  /** The likelier state, shape `[frame]`: 0, 1, or 255 where the prediction is. */
  readonly labels: Uint8Array;
  /** Probability of the behavior given all predictions of the sequence, shape `[frame]`; NaN where the prediction is 255. */
  readonly probability: Float32Array;
}

/** Returns what a fitted model makes of predictions, shape `[frame]` of 0, 1 and 255 (not scored: ends a sequence). */
export function twoStateHmm(
  model: TwoStateHmm,
  predicted: Uint8Array,
  { sequences = [0] }: { readonly sequences?: SequenceStarts } = {},
): HmmDecoding {
  const labels = new Uint8Array(predicted.length).fill(unscoredLabel);
  const probability = new Float32Array(predicted.length).fill(Number.NaN);
  for (const { start, end } of frameRuns(predicted.length, sequences, (frame) => predicted[frame] !== unscoredLabel)) {
    const likelihood = new Float64Array(2 * (end - start));
    for (let frame = start; frame < end; frame++) {
      for (const state of [0, 1]) {
        const seen = predicted[frame] === 1 ? 1 : 0;
        likelihood[2 * (frame - start) + state] = model.emission[state]?.[seen] as number;
      }
    }
    smoothStates(model, likelihood);
    for (let frame = start; frame < end; frame++) {
      const [absent, present] = [2 * (frame - start), 2 * (frame - start) + 1].map((at) => likelihood[at] as number);
      probability[frame] = present as number;
      labels[frame] = (present as number) > (absent as number) ? 1 : 0;
    }
  }
  return { labels, probability };
}
