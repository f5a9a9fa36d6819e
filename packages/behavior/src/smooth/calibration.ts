import { solveLinear } from '@zoopraxis/core';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';

/** How probabilities are made to mean what they say; plain data. Lists are by class. */
export type Calibration =
  | { readonly kind: 'none' }
  /** Each class alone: 1 / (1 + exp(-(slope x + offset))) of x = log(p / (1 - p)) (Platt 1999). */
  | { readonly kind: 'platt'; readonly slope: readonly number[]; readonly offset: readonly number[] }
  /** Each class alone: a rising step function, linear between its corners `at` and `value` (Zadrozny and Elkan 2002). */
  | {
      readonly kind: 'isotonic';
      readonly corners: readonly { readonly at: readonly number[]; readonly value: readonly number[] }[];
    }
  /** All classes together: softmax(slope log p + offset), a temperature (Guo et al. 2017) with a bias per class. */
  | { readonly kind: 'temperature'; readonly slope: number; readonly offset: readonly number[] };

/** Names of the calibrations. */
export type CalibrationKind = Calibration['kind'];

/** Probabilities are kept this far from 0 and 1, so that one frame cannot decide alone. */
const EDGE = 1e-4;
const ITERATIONS = 50;
/** Weight of the prior that pulls slopes to 1 and offsets to 0, in frames: it keeps separable data finite. */
const PRIOR_FRAMES = 1;

const inside = (p: number): number => Math.min(1 - EDGE, Math.max(EDGE, p));

function scoredFrames(truth: Uint8Array, probability: Float32Array, classCount: number): number[] {
  const frames: number[] = [];
  for (let frame = 0; frame < truth.length; frame++) {
    if (truth[frame] === unscoredLabel) continue;
    let known = true;
    for (let index = 0; index < classCount; index++) {
      if (Number.isNaN(probability[frame * classCount + index] as number)) known = false;
    }
    if (known) frames.push(frame);
  }
  return frames;
}

function fitPlatt(x: Float64Array, positive: Uint8Array): { slope: number; offset: number } {
  const hits = positive.reduce((sum, value) => sum + value, 0);
  const [high, low] = [(hits + 1) / (hits + 2), 1 / (positive.length - hits + 2)];
  const loss = (slope: number, offset: number): number => {
    let sum = (PRIOR_FRAMES / 2) * ((slope - 1) ** 2 + offset ** 2);
    for (let i = 0; i < x.length; i++) {
      const z = slope * (x[i] as number) + offset;
      sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (positive[i] ? high : low) * z;
    }
    return sum;
  };
  let [slope, offset] = [1, 0];
  let current = loss(slope, offset);
  for (let step = 0; step < ITERATIONS; step++) {
    let [g0, g1] = [PRIOR_FRAMES * (slope - 1), PRIOR_FRAMES * offset];
    let [h00, h01, h11] = [PRIOR_FRAMES, 0, PRIOR_FRAMES];
    for (let i = 0; i < x.length; i++) {
      const at = x[i] as number;
      const p = 1 / (1 + Math.exp(-(slope * at + offset)));
      const wrong = p - (positive[i] ? high : low);
      const weight = p * (1 - p);
      g0 += wrong * at;
      g1 += wrong;
      h00 += weight * at * at;
      h01 += weight * at;
      h11 += weight;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    let size = 1;
    let next = loss(slope - d0, offset - d1);
    while (!(next <= current) && size > 1e-6) {
      size /= 2;
      next = loss(slope - size * d0, offset - size * d1);
    }
    if (!(next < current - 1e-12 * Math.abs(current))) break;
    [slope, offset, current] = [slope - size * d0, offset - size * d1, next];
  }
  return { slope, offset };
}

/** Corners more than this are thinned out: neighbors that hardly differ carry nothing. */
const MOST_CORNERS = 512;

function fitIsotonic(x: Float64Array, positive: Uint8Array): { at: number[]; value: number[] } {
  const order = Array.from(x.keys()).sort((a, b) => (x[a] as number) - (x[b] as number) || a - b);
  // Pools of equal value, each with its range, merged while they do not rise (pool adjacent violators).
  const pools: { low: number; high: number; hits: number; count: number }[] = [];
  for (const index of order) {
    const at = x[index] as number;
    const last = pools.at(-1);
    const hit = positive[index] as number;
    if (last && last.high === at) {
      last.hits += hit;
      last.count++;
    } else pools.push({ low: at, high: at, hits: hit, count: 1 });
    // A tie can raise its pool only after more of it has come, so violators are joined when the next value begins.
  }
  const joined: typeof pools = [];
  for (const pool of pools) {
    joined.push({ ...pool });
    while (joined.length > 1) {
      const [before, last] = joined.slice(-2) as [(typeof pools)[0], (typeof pools)[0]];
      if (before.hits * last.count < last.hits * before.count) break;
      joined.pop();
      before.high = last.high;
      before.hits += last.hits;
      before.count += last.count;
    }
  }
  const every = Math.max(1, Math.ceil(joined.length / (MOST_CORNERS / 2)));
  const kept = joined.filter((_, i) => i % every === 0 || i === joined.length - 1);
  return {
    at: kept.flatMap(({ low, high }) => (low === high ? [low] : [low, high])),
    value: kept.flatMap(({ low, high, hits, count }) => {
      const share = (hits + 0.5) / (count + 1);
      return low === high ? [share] : [share, share];
    }),
  };
}

function fitTemperature(x: Float64Array, labels: Uint8Array, classCount: number): { slope: number; offset: number[] } {
  const size = classCount + 1;
  const parameters = new Float64Array(size);
  parameters[classCount] = 1;
  const p = new Float64Array(classCount);
  const softmaxAt = (frame: number, from: Float64Array): number => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classCount; c++) {
      p[c] = (from[classCount] as number) * (x[frame * classCount + c] as number) + (from[c] as number);
      highest = Math.max(highest, p[c] as number);
    }
    let sum = 0;
    for (let c = 0; c < classCount; c++) sum += p[c] = Math.exp((p[c] as number) - highest);
    for (let c = 0; c < classCount; c++) p[c] = (p[c] as number) / sum;
    return -Math.log(Math.max(1e-300, p[labels[frame] as number] as number));
  };
  const loss = (from: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (PRIOR_FRAMES / 2) * ((from[i] as number) - (i === classCount ? 1 : 0)) ** 2;
    for (let frame = 0; frame < labels.length; frame++) sum += softmaxAt(frame, from);
    return sum;
  };
  let current = loss(parameters);
  for (let step = 0; step < ITERATIONS; step++) {
    const gradient = Float64Array.from(parameters, (value, i) => PRIOR_FRAMES * (value - (i === classCount ? 1 : 0)));
    const hessian = new Float64Array(size * size);
    for (let i = 0; i < size; i++) hessian[i * size + i] = PRIOR_FRAMES;
    for (let frame = 0; frame < labels.length; frame++) {
      softmaxAt(frame, parameters);
      let [mean, square] = [0, 0];
      for (let c = 0; c < classCount; c++) {
        const at = x[frame * classCount + c] as number;
        mean += (p[c] as number) * at;
        square += (p[c] as number) * at * at;
      }
      for (let c = 0; c < classCount; c++) {
        const share = p[c] as number;
        const at = x[frame * classCount + c] as number;
        gradient[c] = (gradient[c] as number) + share - (labels[frame] === c ? 1 : 0);
        for (let d = 0; d <= c; d++) {
          const value = (c === d ? share : 0) - share * (p[d] as number);
          hessian[c * size + d] = (hessian[c * size + d] as number) + value;
        }
        const cross = classCount * size + c;
        hessian[cross] = (hessian[cross] as number) + share * (at - mean);
      }
      const own = x[frame * classCount + (labels[frame] as number)] as number;
      gradient[classCount] = (gradient[classCount] as number) + mean - own;
      hessian[size * size - 1] = (hessian[size * size - 1] as number) + square - mean * mean;
    }
    for (let c = 0; c < size; c++)
      for (let d = c + 1; d < size; d++) hessian[c * size + d] = hessian[d * size + c] as number;
    const direction = solveLinear(hessian, gradient, { size });
    if (!direction) break;
    let scale = 1;
    const moved = () => parameters.map((value, i) => value - scale * (direction[i] as number));
    let next = loss(moved());
    while (!(next <= current) && scale > 1e-6) {
      scale /= 2;
      next = loss(moved());
    }
    if (!(next < current - 1e-10 * Math.abs(current))) break;
    parameters.set(moved());
    current = next;
  }
  return { slope: parameters[classCount] as number, offset: [...parameters.subarray(0, classCount)] };
}

/** Probabilities with their truth: `probability` `[frame, class]` (NaN = not known), `truth` `[frame]` (255 = not scored). */
export interface CalibrationData {
  readonly probability: Float32Array;
  readonly truth: Uint8Array;
  readonly classCount: number;
}

/**
 * Returns a calibration fitted to probabilities that must come from folds the classifier was not trained on: those it gives
 * on its own training data are too sure, and the calibration would keep them so. Newton's method, the same on every machine.
 * Without a scored frame nothing is changed.
 */
export function fitCalibration(kind: CalibrationKind, data: CalibrationData): Calibration {
  const { probability, truth, classCount } = data;
  const frames = scoredFrames(truth, probability, classCount);
  if (kind === 'none' || frames.length === 0) return { kind: 'none' };
  const at = (frame: number, c: number) => inside(probability[frame * classCount + c] as number);
  if (kind === 'temperature') {
    const x = new Float64Array(frames.length * classCount);
    for (const [i, frame] of frames.entries()) {
      for (let c = 0; c < classCount; c++) x[i * classCount + c] = Math.log(at(frame, c));
    }
    const labels = Uint8Array.from(frames, (frame) => truth[frame] as number);
    return { kind, ...fitTemperature(x, labels, classCount) };
  }
  const classes = Array.from({ length: classCount }, (_, c) => ({
    values: Float64Array.from(frames, (frame) => at(frame, c)),
    positive: Uint8Array.from(frames, (frame) => (truth[frame] === c ? 1 : 0)),
  }));
  if (kind === 'isotonic') {
    return { kind, corners: classes.map(({ values, positive }) => fitIsotonic(values, positive)) };
  }
  const lines = classes.map(({ values, positive }) =>
    fitPlatt(
      values.map((p) => Math.log(p / (1 - p))),
      positive,
    ),
  );
  return { kind, slope: lines.map(({ slope }) => slope), offset: lines.map(({ offset }) => offset) };
}

function interpolate(at: readonly number[], value: readonly number[], x: number): number {
  if (at.length === 0) return x;
  let [low, high] = [0, at.length - 1];
  if (x <= (at[0] as number)) return value[0] as number;
  if (x >= (at[high] as number)) return value[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) <= x) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [at[low], at[high], value[low], value[high]] as [number, number, number, number];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/**
 * Returns calibrated probabilities, shape `[frame, class]`. With `normalize` (what smoothers over classes that exclude each
 * other need) each frame's sum is 1. A frame with a NaN is NaN.
 */
export function applyCalibration(
  calibration: Calibration,
  probability: Float32Array,
  { classCount, normalize = false }: { readonly classCount: number; readonly normalize?: boolean },
): Float32Array {
  const out = new Float32Array(probability.length);
  const row = new Float64Array(classCount);
  for (let at = 0; at < probability.length; at += classCount) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classCount; c++) {
      const p = inside(probability[at + c] as number);
      if (calibration.kind === 'platt') {
        const z = (calibration.slope[c] as number) * Math.log(p / (1 - p)) + (calibration.offset[c] as number);
        row[c] = 1 / (1 + Math.exp(-z));
      } else if (calibration.kind === 'isotonic') {
        const corners = calibration.corners[c];
        row[c] = interpolate(corners?.at ?? [], corners?.value ?? [], p);
      } else if (calibration.kind === 'temperature') {
        row[c] = calibration.slope * Math.log(p) + (calibration.offset[c] as number);
        highest = Math.max(highest, row[c] as number);
      } else row[c] = probability[at + c] as number;
    }
    if (calibration.kind === 'temperature') {
      for (let c = 0; c < classCount; c++) row[c] = Math.exp((row[c] as number) - highest);
    }
    let sum = 0;
    for (let c = 0; c < classCount; c++) sum += row[c] as number;
    const divisor = normalize || calibration.kind === 'temperature' || Number.isNaN(sum) ? sum : 1;
    for (let c = 0; c < classCount; c++) out[at + c] = divisor === 0 ? 1 / classCount : (row[c] as number) / divisor;
  }
  return out;
}
