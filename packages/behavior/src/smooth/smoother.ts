import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { applyCalibration, type Calibration, fitCalibration } from './calibration.js';
import { chooseEvidence, priorOfPower } from './choose-evidence.js';
import { forwardBackwardSmooth } from './forward-backward-smooth.js';
import { labelBouts, type SequenceStarts } from './frame-runs.js';
import { chainOfCounts, type MarkovChain, smoothStates } from './hidden-markov.js';
import { mergeByHighest } from './merge-by-highest.js';
import { minBoutFilter } from './min-bout-filter.js';
import { fitSemiMarkov, type SemiMarkovOptions, semiMarkov } from './semi-markov.js';
import { LEAST, type SemiMarkovModel } from './semi-markov-model.js';
import { classCountOf, knownRuns, type SmoothingData, scoredRuns } from './smoothing-data.js';
import { fitTwoStateHmm, type TwoStateHmm, twoStateHmm } from './two-state-hmm.js';

interface SmootherBase {
  readonly classCount: number;
  /** Index of the class that means none of the others: it is taken where no other is above one half. */
  readonly other?: number;
}

/** A fitted smoother: plain data that JSON holds; each list is by class. */
export type Smoother =
  /** The likeliest class of each frame alone. */
  | ({ readonly kind: 'none' } & SmootherBase)
  /** MARS: each class alone through the forward-backward smoother and a two-state model, then the highest probability. */
  | ({
      readonly kind: 'mars';
      readonly mode: 'mars' | 'corrected';
      readonly blur: number;
      readonly shift: number;
      readonly classes: readonly TwoStateHmm[];
    } & SmootherBase)
  /** A hidden Markov model of all classes: calibrated probability over share is how an observation speaks for a class. */
  | ({
      readonly kind: 'hmm';
      readonly chain: MarkovChain;
      readonly prior: readonly number[];
      readonly calibration: Calibration;
      /** Weight of one frame's evidence, as of the semi-Markov model. */
      readonly evidence: number;
    } & SmootherBase)
  /** Bouts with durations. */
  | ({ readonly kind: 'semi-markov'; readonly model: SemiMarkovModel } & SmootherBase)
  /** The likeliest class without short gaps and bouts; lists by class. */
  | ({
      readonly kind: 'min-bout';
      readonly minFrames: readonly number[];
      readonly gapFrames: readonly number[];
    } & SmootherBase);

/** Names of the smoothers. */
export type SmootherKind = Smoother['kind'];

/** Names of all smoothers, list. */
export const smootherKinds: readonly SmootherKind[] = ['none', 'mars', 'hmm', 'semi-markov', 'min-bout'];

/** Options of {@link fitSmoother}; each smoother takes its own. */
export interface FitSmootherOptions extends SemiMarkovOptions {
  /** Of `mars`: reproduce the published code's late bouts; `corrected` by default. */
  readonly mode?: 'mars' | 'corrected';
  /** Of `mars`: see `forwardBackwardSmooth`. */
  readonly blur?: number;
  readonly shift?: number;
  /** Of `min-bout`: list by class; by default nine of ten true bouts are longer. */
  readonly minFrames?: readonly number[];
  /** Of `min-bout`: list by class; none by default, for dropping a short bout closes the gap that it was. */
  readonly gapFrames?: readonly number[];
}

/** Returns the yes-or-no predictions of one class, shape `[frame]`; 255 where the probability is NaN. */
function positives(probability: Float32Array, classCount: number, index: number, other?: number): Uint8Array {
  return Uint8Array.from({ length: probability.length / classCount }, (_, frame) => {
    const at = frame * classCount;
    const value = probability[at + index] as number;
    if (Number.isNaN(value)) return unscoredLabel;
    if (other !== undefined) return value > 0.5 ? 1 : 0;
    for (let c = 0; c < classCount; c++) if ((probability[at + c] as number) > value) return 0;
    return 1;
  });
}

function fitMars(data: SmoothingData, base: SmootherBase, options: FitSmootherOptions): Smoother {
  const { mode = 'corrected', blur = 4, shift = 4 } = options;
  const { probability, truth, sequences = [0], other } = data;
  const classes = Array.from({ length: base.classCount }, (_, index) => {
    const predicted = positives(probability, base.classCount, index, other);
    const smoothed = forwardBackwardSmooth(predicted, { blur, shift, mode, sequences });
    const isClass = truth.map((label) => (label === unscoredLabel ? unscoredLabel : label === index ? 1 : 0));
    return fitTwoStateHmm(smoothed, isClass, { sequences });
  });
  return { kind: 'mars', ...base, mode, blur, shift, classes };
}

function fitHmm(data: SmoothingData, base: SmootherBase, options: FitSmootherOptions): Smoother {
  const { classCount } = base;
  const states = new Float64Array(classCount);
  const pairs = Array.from({ length: classCount }, () => new Float64Array(classCount));
  for (const { start, end } of scoredRuns(data)) {
    for (let frame = start; frame < end; frame++) {
      const label = data.truth[frame] as number;
      states[label] = (states[label] as number) + 1;
      const row = frame > start ? pairs[data.truth[frame - 1] as number] : undefined;
      if (row) row[label] = (row[label] as number) + 1;
    }
  }
  const chain = chainOfCounts(states, pairs, 0.5);
  const { probability, truth } = data;
  const calibration = fitCalibration(options.calibration ?? 'temperature', { probability, truth, classCount });
  const sequences = data.sequences ?? [0];
  return chooseEvidence(
    data,
    options,
    (evidence, { power }): Smoother & { kind: 'hmm' } => ({
      kind: 'hmm',
      ...base,
      chain,
      prior: priorOfPower(chain.start, power),
      calibration,
      evidence,
    }),
    (candidate) => applyHmm(candidate, probability, sequences).labels,
    ['frames'],
  );
}

function fitMinBout(data: SmoothingData, base: SmootherBase, options: FitSmootherOptions): Smoother {
  const lengths = Array.from({ length: base.classCount }, (): number[] => []);
  for (const run of scoredRuns(data)) {
    for (const { label, start, end } of labelBouts(data.truth, run)) lengths[label]?.push(end - start);
  }
  const tenth = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 10)] ?? 0;
  const { minFrames = lengths.map(tenth), gapFrames = lengths.map(() => 0) } = options;
  for (const [name, list] of Object.entries({ minFrames, gapFrames })) {
    if (list.length !== base.classCount) {
      throw new RangeError(`${name}: must have one number for each of ${base.classCount} classes, got ${list.length}`);
    }
  }
  return { kind: 'min-bout', ...base, minFrames: [...minFrames], gapFrames: [...gapFrames] };
}

/**
 * Returns a smoother of a kind, fitted to predictions of held-out folds and their truth. Pure: equal data give equal
 * smoothers. Recordings never join: `sequences` says where they begin, and 255 in the truth ends one too.
 */
export function fitSmoother(kind: SmootherKind, data: SmoothingData, options: FitSmootherOptions = {}): Smoother {
  const classCount = classCountOf(data);
  const base: SmootherBase = { classCount, ...(data.other === undefined ? {} : { other: data.other }) };
  switch (kind) {
    case 'none':
      return { kind, ...base };
    case 'mars':
      return fitMars(data, base, options);
    case 'hmm':
      return fitHmm(data, base, options);
    case 'semi-markov':
      return { kind, ...base, model: fitSemiMarkov(data, options) };
    case 'min-bout':
      return fitMinBout(data, base, options);
    default:
      throw new RangeError(`smoother: must be one of ${smootherKinds.join(', ')}, got ${String(kind)}`);
  }
}

/** What a smoother makes of probabilities. */
export interface Smoothed {
  /** Shape `[frame]`; 255 where a probability is NaN. */
  readonly labels: Uint8Array;
  /** Shape `[frame, class]`, as the smoother sees it; NaN where one was. */
  readonly probability: Float32Array;
}

function applyMars(
  smoother: Smoother & { kind: 'mars' },
  probability: Float32Array,
  sequences: SequenceStarts,
): Smoothed {
  const { classCount, other, mode, blur, shift } = smoother;
  const out = new Float32Array(probability.length).fill(Number.NaN);
  const positive = new Uint8Array(probability.length);
  for (const [index, model] of smoother.classes.entries()) {
    if (index === other) continue;
    const predicted = positives(probability, classCount, index, other);
    const smoothed = forwardBackwardSmooth(predicted, { blur, shift, mode, sequences });
    const decoded = twoStateHmm(model, smoothed, { sequences });
    for (let frame = 0; frame < decoded.labels.length; frame++) {
      const at = frame * classCount + index;
      out[at] = decoded.probability[frame] as number;
      positive[at] = decoded.labels[frame] === 1 ? 1 : 0;
    }
  }
  const choice = out.slice();
  for (let at = 0; at < out.length; at += classCount) {
    let [any, highest] = [false, 0];
    for (let c = 0; c < classCount; c++) {
      if (positive[at + c] === 1) any = true;
      if (c !== other) highest = Math.max(highest, out[at + c] as number);
    }
    if (other !== undefined) out[at + other] = 1 - highest;
    else if (any) for (let c = 0; c < classCount; c++) if (positive[at + c] !== 1) choice[at + c] = -1;
    if (other === undefined && !any) choice.set(probability.subarray(at, at + classCount), at);
  }
  const labels = mergeByHighest(choice, { classCount, ...(other === undefined ? {} : { other, positive }) });
  return { labels, probability: out };
}

function applyHmm(
  smoother: Smoother & { kind: 'hmm' },
  probability: Float32Array,
  sequences: SequenceStarts,
): Smoothed {
  const { classCount, chain, prior, calibration, evidence } = smoother;
  const calibrated = applyCalibration(calibration, probability, { classCount, normalize: true });
  const out = new Float32Array(probability.length).fill(Number.NaN);
  for (const { start, end } of knownRuns(calibrated, classCount, sequences)) {
    const likelihood = Float64Array.from(calibrated.subarray(start * classCount, end * classCount));
    for (let at = 0; at < likelihood.length; at++) {
      const ratio = Math.max(LEAST, likelihood[at] as number) / (prior[at % classCount] as number);
      likelihood[at] = ratio ** evidence;
    }
    out.set(smoothStates(chain, likelihood), start * classCount);
  }
  return { labels: mergeByHighest(out, { classCount }), probability: out };
}

/**
 * Returns labels and smoothed probabilities for a classifier's probabilities, shape `[frame, class]` in the order of
 * `behaviors`, or of the data the smoother was fitted to. A NaN makes its frame unscored (255) and ends a sequence.
 * @throws RangeError where the classes are not as many as the smoother's.
 */
export function applySmoother(
  smoother: Smoother,
  probability: Float32Array,
  behaviors: readonly string[],
  { sequences = [0] }: { readonly sequences?: SequenceStarts } = {},
): Smoothed {
  const { classCount, other } = smoother;
  if (behaviors.length !== classCount || probability.length % classCount !== 0) {
    throw new RangeError(
      `smoother: must be given its ${classCount} classes, got ${behaviors.length} behaviors and ${probability.length} probabilities`,
    );
  }
  const merge = { classCount, ...(other === undefined ? {} : { other }) };
  switch (smoother.kind) {
    case 'none':
      return { labels: mergeByHighest(probability, merge), probability };
    case 'mars':
      return applyMars(smoother, probability, sequences);
    case 'hmm':
      return applyHmm(smoother, probability, sequences);
    case 'semi-markov':
      return semiMarkov(smoother.model, probability, { sequences });
    case 'min-bout': {
      const { minFrames, gapFrames } = smoother;
      return {
        labels: minBoutFilter(mergeByHighest(probability, merge), { minFrames, gapFrames, sequences }),
        probability,
      };
    }
  }
}
