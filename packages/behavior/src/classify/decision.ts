import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import {
  applySmoother,
  type FitSmootherOptions,
  fitSmoother,
  type Smoothed,
  type Smoother,
  type SmootherKind,
} from '../smooth/smoother.js';
import { frameMacroF1, type SmoothingData } from '../smooth/smoothing-data.js';

/** How probabilities become labels: plain data. */
export interface Decision {
  /**
   * Log odds that each class is given before anything else, list by class: a threshold t on a probability is an offset of
   * log((1 - t) / t).
   */
  readonly offsets: readonly number[];
  readonly smoother: Smoother;
}

/** Settings of {@link fitDecision}. */
export interface DecisionOptions {
  /** Smoothers to choose from by macro F1 on the inner held-out groups; default `['semi-markov']`. */
  readonly smoothers?: readonly SmootherKind[];
  /** `tuned`: offsets that give the best macro F1 on the inner held-out groups; `none`: as the classifier gives them. Default `tuned`. */
  readonly thresholds?: 'tuned' | 'none';
  readonly smoothing?: FitSmootherOptions;
}

/** A decision, and how it did on the predictions it was fitted to: too good a score to report, but enough to compare. */
export interface FittedDecision {
  readonly decision: Decision;
  /** Macro F1 of each smoother that was tried, and of the likeliest class alone. */
  readonly tried: readonly { readonly smoother: SmootherKind; readonly macroF1: number }[];
}

const grid = Array.from({ length: 25 }, (_, i) => (i - 12) / 4);
/** A smoother that is no better than the simplest by more than this is not worth its assumptions. */
const margin = 0.001;

/** Returns probabilities, shape `[frame, class]`, with the log odds of each class shifted by its offset. */
export function shiftOdds(
  probability: Float32Array,
  offsets: readonly number[],
  { isExclusive, other }: { readonly isExclusive: boolean; readonly other?: number | undefined },
): Float32Array {
  const width = offsets.length;
  if (offsets.every((offset) => offset === 0)) return probability;
  const factor = offsets.map(Math.exp);
  const out = new Float32Array(probability.length);
  for (let at = 0; at < probability.length; at += width) {
    let [sum, highest] = [0, 0];
    for (let c = 0; c < width; c++) {
      const p = probability[at + c] as number;
      const scaled = p * (factor[c] as number);
      const shifted = isExclusive ? scaled : scaled / (scaled + 1 - p);
      out[at + c] = shifted;
      sum += shifted;
      if (c !== other) highest = Math.max(highest, out[at + c] as number);
    }
    if (isExclusive) {
      for (let c = 0; c < width; c++) out[at + c] = sum > 0 ? (out[at + c] as number) / sum : 1 / width;
    } else if (other !== undefined) out[at + other] = Number.isNaN(sum) ? Number.NaN : 1 - highest;
  }
  return out;
}

/** Returns the mean F1 over the behaviors, the background left out, of labels against truth, both `[frame]`. */
function macroF1(truth: Uint8Array, labels: Uint8Array, classCount: number, other: number | undefined): number {
  if (other === undefined) return frameMacroF1(truth, labels, classCount);
  const [hit, said, there] = [0, 1, 2].map(() => new Float64Array(256)) as [Float64Array, Float64Array, Float64Array];
  for (let frame = 0; frame < truth.length; frame++) {
    const [is, was] = [truth[frame] as number, labels[frame] as number];
    if (is === unscoredLabel) continue;
    there[is] = (there[is] as number) + 1;
    said[was] = (said[was] as number) + 1;
    if (is === was) hit[is] = (hit[is] as number) + 1;
  }
  let [sum, count] = [0, 0];
  for (let c = 0; c < classCount; c++) {
    if (c === other || there[c] === 0) continue;
    sum += (2 * (hit[c] as number)) / ((there[c] as number) + (said[c] as number));
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Returns the likeliest class of each frame after offsets, without copying the probabilities; shape `[frame]`. */
function likeliest(
  probability: Float32Array,
  offsets: readonly number[],
  { isExclusive, other }: { readonly isExclusive: boolean; readonly other?: number | undefined },
  labels: Uint8Array,
): void {
  const width = offsets.length;
  const factor = offsets.map(Math.exp);
  for (let frame = 0, at = 0; frame < labels.length; frame++, at += width) {
    let [best, label] = [other === undefined || isExclusive ? Number.NEGATIVE_INFINITY : 1, other ?? 0];
    for (let c = 0; c < width; c++) {
      const p = probability[at + c] as number;
      if (!isExclusive && c === other) continue;
      // Odds rank as probabilities do; the background of separate classifiers stands at even odds.
      const value = isExclusive ? p * (factor[c] as number) : (p / Math.max(1 - p, 1e-12)) * (factor[c] as number);
      if (value > best) [best, label] = [value, c];
    }
    labels[frame] = label;
  }
}

/** Returns the offsets of best macro F1, by ascent over one class at a time on a grid of a quarter. */
function tuneOffsets(data: SmoothingData, classCount: number, isExclusive: boolean): number[] {
  const { other } = data;
  const { probability, truth } = scoredOnly(data, classCount);
  const labels = new Uint8Array(truth.length);
  const offsets = new Array<number>(classCount).fill(0);
  const score = () => {
    likeliest(probability, offsets, { isExclusive, other }, labels);
    return macroF1(truth, labels, classCount, other);
  };
  let best = score();
  for (let pass = 0; pass < 3; pass++) {
    const before = best;
    for (let c = 0; c < classCount; c++) {
      if (c === other || (other === undefined && isExclusive && c === classCount - 1)) continue;
      let chosen = offsets[c] as number;
      for (const candidate of grid) {
        offsets[c] = candidate;
        const value = score();
        if (value > best + 1e-6) [best, chosen] = [value, candidate];
      }
      offsets[c] = chosen;
    }
    if (best <= before + 1e-4) break;
  }
  return offsets;
}

/** Returns every frame that is scored and known, at most some 200,000 of them at equal distances. */
function scoredOnly(
  { probability, truth }: SmoothingData,
  classCount: number,
): { probability: Float32Array; truth: Uint8Array } {
  const frames: number[] = [];
  for (let frame = 0; frame < truth.length; frame++) {
    if (truth[frame] !== unscoredLabel && !Number.isNaN(probability[frame * classCount] as number)) frames.push(frame);
  }
  const step = Math.ceil(frames.length / 200_000);
  const kept = frames.filter((_, i) => i % Math.max(1, step) === 0);
  const out = new Float32Array(kept.length * classCount);
  for (const [i, frame] of kept.entries()) {
    out.set(probability.subarray(frame * classCount, (frame + 1) * classCount), i * classCount);
  }
  return { probability: out, truth: Uint8Array.from(kept, (frame) => truth[frame] as number) };
}

/**
 * Returns how to decide, fitted to predictions of inner folds that the classifier did not learn from: offsets (thresholds)
 * and the smoother, of those asked for, that gives the best macro F1.
 *
 * @param isExclusive whether the probabilities of a frame sum to 1 (one classifier of all classes)
 */
export function fitDecision(
  data: SmoothingData,
  { isExclusive, ...options }: DecisionOptions & { readonly isExclusive: boolean },
): FittedDecision {
  const { smoothers = ['semi-markov'], thresholds = 'tuned', smoothing = {} } = options;
  if (smoothers.length === 0) throw new RangeError('smoothers: must name one at least, got none');
  const { other, truth } = data;
  const classCount = data.probability.length / Math.max(1, truth.length);
  const zero = new Array<number>(classCount).fill(0);
  const offsets = thresholds === 'none' || truth.length === 0 ? zero : tuneOffsets(data, classCount, isExclusive);
  const names = zero.map(String);
  const tried: { smoother: SmootherKind; macroF1: number; decision: Decision }[] = [];
  for (const kind of smoothers) {
    // Smoothers that calibrate and know the shares of classes choose their own place; offsets before them would be undone.
    const own = kind === 'semi-markov' || kind === 'hmm' ? zero : offsets;
    const probability = shiftOdds(data.probability, own, { isExclusive, other });
    const smoother = fitSmoother(kind, { ...data, probability }, smoothing);
    const { labels } = applySmoother(smoother, probability, names, { sequences: data.sequences ?? [0] });
    tried.push({
      smoother: kind,
      macroF1: macroF1(truth, labels, classCount, other),
      decision: { offsets: own, smoother },
    });
  }
  const best = Math.max(...tried.map(({ macroF1: score }) => score));
  const chosen = tried.find(({ macroF1: score }) => score >= best - margin) as (typeof tried)[number];
  return {
    decision: chosen.decision,
    tried: tried.map(({ smoother, macroF1: score }) => ({ smoother, macroF1: score })),
  };
}

/** Returns labels, shape `[frame]`, and smoothed probabilities, shape `[frame, class]`, of one or more recordings. */
export function applyDecision(
  { offsets, smoother }: Decision,
  probability: Float32Array,
  options: {
    readonly behaviors: readonly string[];
    readonly isExclusive: boolean;
    readonly sequences?: readonly number[];
  },
): Smoothed {
  const { behaviors, isExclusive, sequences = [0] } = options;
  const shifted = shiftOdds(probability, offsets, { isExclusive, other: smoother.other });
  return applySmoother(smoother, shifted, behaviors, { sequences });
}
