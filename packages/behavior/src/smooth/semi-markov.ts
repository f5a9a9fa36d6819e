import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { applyCalibration, type CalibrationKind, fitCalibration } from './calibration.js';
import { chooseEvidence, type EvidenceOptions, priorOfPower } from './choose-evidence.js';
import { fitDurations } from './durations.js';
import { labelBouts, type SequenceStarts } from './frame-runs.js';
import { mergeByHighest } from './merge-by-highest.js';
import {
  evidenceOf,
  type PreparedModel,
  prepareModel,
  type SemiMarkovDecode,
  type SemiMarkovModel,
} from './semi-markov-model.js';
import { semiMarkovPosterior } from './semi-markov-posterior.js';
import { SemiMarkovViterbi } from './semi-markov-viterbi.js';
import { classCountOf, isKnown, knownRuns, type SmoothingData, scoredRuns } from './smoothing-data.js';

/** Options of {@link fitSemiMarkov}. */
export interface SemiMarkovOptions extends EvidenceOptions {
  /** How probabilities are calibrated first; `temperature` by default. */
  readonly calibration?: CalibrationKind;
  /** Which labels to choose from, by the same criterion, list; both by default, and `frames` of nearly equal ones. */
  readonly decode?: readonly SemiMarkovDecode[];
  /** See `fitDurations`; 400 by default. */
  readonly capFrames?: number;
}

/** Added to every count of one behavior following another. */
const PSEUDO_BOUTS = 0.5;

/**
 * Returns a duration-aware smoother fitted to predictions of held-out folds and their truth: calibration, class shares,
 * transitions between bouts, durations of bouts, the weight of evidence, and the way of decoding. Pure: equal data give equal models.
 */
export function fitSemiMarkov(data: SmoothingData, options: SemiMarkovOptions = {}): SemiMarkovModel {
  const { calibration: kind = 'temperature', capFrames } = options;
  const { decode: decodes = ['frames', 'bouts'] } = options;
  if (decodes.length === 0) throw new RangeError('decode: must be frames, bouts or both, got none');
  const classCount = classCountOf(data);
  const { probability, truth, sequences = [0] } = data;
  const runs = scoredRuns(data);
  const shares = new Float64Array(classCount).fill(PSEUDO_BOUTS);
  const pairs = Array.from({ length: classCount }, (_, row) =>
    Float64Array.from({ length: classCount }, (_, column) => (row === column ? 0 : PSEUDO_BOUTS)),
  );
  for (const run of runs) {
    let before: number | undefined;
    for (const { label, start, end } of labelBouts(truth, run)) {
      shares[label] = (shares[label] as number) + end - start;
      const row = before === undefined ? undefined : pairs[before];
      if (row) row[label] = (row[label] as number) + 1;
      before = label;
    }
  }
  const toShares = (counts: Float64Array): number[] => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return [...counts].map((count) => (total > 0 ? count / total : 0));
  };
  const prior = toShares(shares);
  const model = {
    start: prior,
    transition: pairs.map(toShares),
    durations: fitDurations(truth, runs, { classCount, ...(capFrames === undefined ? {} : { capFrames }) }),
    prior,
    calibration: fitCalibration(kind, { probability, truth, classCount }),
  };
  const calibrated = applyCalibration(model.calibration, probability, { classCount, normalize: true });
  const prepared = prepareModel(model);
  return chooseEvidence(
    data,
    options,
    (weight, { decode, power }) => ({ ...model, prior: priorOfPower(prior, power), decode, evidence: weight }),
    (candidate) => labelsOf(candidate, prepared, calibrated, sequences).labels,
    decodes,
  );
}

/** What {@link semiMarkov} gives. */
export interface SemiMarkovDecoding {
  /** As the model's `decode` says, shape `[frame]`; 255 where a probability is NaN. */
  readonly labels: Uint8Array;
  /** Probability of each class given the whole sequence, shape `[frame, class]`; NaN where one was. */
  readonly probability: Float32Array;
}

function labelsOf(
  model: SemiMarkovModel,
  prepared: PreparedModel,
  calibrated: Float32Array,
  sequences: SequenceStarts,
  posterior?: Float32Array,
): { labels: Uint8Array } {
  const { classCount } = prepared;
  const labels = new Uint8Array(calibrated.length / classCount).fill(unscoredLabel);
  for (const { start, end } of knownRuns(calibrated, classCount, sequences)) {
    const evidence = evidenceOf(calibrated, model, start, end);
    const shares = posterior || model.decode === 'frames' ? semiMarkovPosterior(prepared, evidence) : undefined;
    if (shares) posterior?.set(shares, start * classCount);
    if (shares && model.decode === 'frames') {
      labels.set(mergeByHighest(shares, { classCount }), start);
      continue;
    }
    const viterbi = new SemiMarkovViterbi(prepared);
    const settled = viterbi.push(evidence);
    labels.set(settled, start);
    labels.set(viterbi.finish().labels, start + settled.length);
  }
  return { labels };
}

/**
 * Returns labels and the probability of each class, from a classifier's probabilities, shape `[frame, class]`.
 * The cost is frames times classes times the durations of the model, the memory a few numbers per frame and class.
 */
export function semiMarkov(
  model: SemiMarkovModel,
  probability: Float32Array,
  { sequences = [0] }: { readonly sequences?: SequenceStarts } = {},
): SemiMarkovDecoding {
  const prepared = prepareModel(model);
  const { classCount } = prepared;
  if (probability.length % classCount !== 0) {
    throw new RangeError(`probability: must have shape [frame,${classCount}], got ${probability.length} values`);
  }
  const calibrated = applyCalibration(model.calibration, probability, { classCount, normalize: true });
  const posterior = new Float32Array(probability.length).fill(Number.NaN);
  return { ...labelsOf(model, prepared, calibrated, sequences, posterior), probability: posterior };
}

/** Gives the likeliest bouts of a recording of any length in bounded memory: those of {@link semiMarkov}, block by block. */
export interface SemiMarkovStream {
  /** Takes the probabilities of the next frames, shape `[frame, class]`; returns the labels that are now certain, shape `[frame]`. */
  push(probability: Float32Array): Uint8Array;
  /** Returns the labels that are left, shape `[frame]`: the recording ends here. */
  finish(): Uint8Array;
}

/**
 * Returns a stream of labels for one recording.
 * @throws RangeError for a model that decodes by frames, which needs the whole recording.
 */
export function semiMarkovStream(model: SemiMarkovModel): SemiMarkovStream {
  if (model.decode !== 'bouts') {
    throw new RangeError(`decode: must be bouts for a stream, got ${model.decode}`);
  }
  const prepared = prepareModel(model);
  const { classCount } = prepared;
  let viterbi: SemiMarkovViterbi | undefined;
  const end = (): Uint8Array => {
    const labels = viterbi?.finish().labels ?? new Uint8Array(0);
    viterbi = undefined;
    return labels;
  };
  return {
    push(probability) {
      if (probability.length % classCount !== 0) {
        throw new RangeError(`probability: must have shape [frame,${classCount}], got ${probability.length} values`);
      }
      const calibrated = applyCalibration(model.calibration, probability, { classCount, normalize: true });
      const frameCount = probability.length / classCount;
      const parts: Uint8Array[] = [];
      for (let frame = 0; frame < frameCount; ) {
        let next = frame;
        const known = isKnown(calibrated, classCount, frame);
        while (next < frameCount && isKnown(calibrated, classCount, next) === known) next++;
        if (known) {
          viterbi ??= new SemiMarkovViterbi(prepared);
          parts.push(viterbi.push(evidenceOf(calibrated, model, frame, next)));
        } else parts.push(end(), new Uint8Array(next - frame).fill(unscoredLabel));
        frame = next;
      }
      const labels = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
      let offset = 0;
      for (const part of parts) {
        labels.set(part, offset);
        offset += part.length;
      }
      return labels;
    },
    finish: end,
  };
}
