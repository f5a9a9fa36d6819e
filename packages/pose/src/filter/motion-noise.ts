import { quantile } from '@zoopraxis/core';
import {
  correctMotion,
  createMotionState,
  innovationDistance,
  type MotionModel,
  predictMotion,
  startMotion,
  stateSize,
} from './motion-filter.js';
import { frameTime, isMissing, type PointSeries, readPoint, removePoint } from './point-series.js';

/** How noisy points and motion are. */
export interface MotionNoise {
  /** Standard deviation of a point of confidence 1 in each coordinate, in the unit of the tracks. */
  readonly measurementStd: number;
  /** Spectral density of the acceleration (model `velocity`) or jerk (`acceleration`), unit^2 per frame^3 or frame^5. */
  readonly densityPerFrame: number;
}

/** Points of less confidence count as this sure, so that none is without any weight. */
const leastConfidence = 0.05;

/** Returns by how much the variance of a point grows with doubt: 1 / confidence^2; 1 where none is given. */
export function noiseFactor(confidence: number): number {
  if (Number.isNaN(confidence)) return 1;
  return 1 / Math.min(Math.max(confidence, leastConfidence), 1) ** 2;
}

/** So many frames, in stretches spread over the series, tell the noise well enough. */
const sampleFrames = 20_000;
const stretchFrames = 2_000;
/** A gap of more frames begins a new stretch. */
const longestGap = 30;

function sampleStretches(frameCount: number): [number, number][] {
  if (frameCount <= sampleFrames) return [[0, frameCount]];
  const count = sampleFrames / stretchFrames;
  return Array.from({ length: count }, (_, i) => {
    const start = Math.round((i * (frameCount - stretchFrames)) / (count - 1));
    return [start, start + stretchFrames];
  });
}

/** Points farther than so many deviations from the prediction do not move it. */
const gate = 4;
/** After so many of them in a row the walk starts anew. */
const restartPoints = 5;

/**
 * Returns innovations in units of their foretold deviation at measurement variance 1, list, and the mean log of the
 * foretold variance. `limit` is the deviation of a point as far as it is known: false points must not carry the state off.
 */
function runSample(
  series: PointSeries,
  { model, ratio, limit }: { model: MotionModel; ratio: number; limit: number },
): { scaled: number[]; meanLog: number } {
  const size = stateSize(model);
  const state = createMotionState(size, series.axes.length);
  const point = new Float64Array(series.axes.length);
  const scaled: number[] = [];
  let logs = 0;
  for (const [start, end] of sampleStretches(series.confidence.length)) {
    let previous = -1;
    let [known, refused] = [0, 0];
    for (let frame = start; frame < end; frame++) {
      if (isMissing(series, frame)) continue;
      readPoint(series, frame, point);
      const noise = noiseFactor(series.confidence[frame] as number);
      if (previous < 0 || frame - previous > longestGap || refused === restartPoints) {
        startMotion(state, size, point, noise);
        [known, refused] = [1, 0];
      } else {
        const elapsed = frameTime(series.timeBase, frame) - frameTime(series.timeBase, previous);
        predictMotion(state, size, elapsed, ratio);
        const deviations = Math.sqrt(innovationDistance(state, size, point, noise) / point.length);
        if (known >= size) {
          scaled.push(deviations);
          logs += Math.log((state.covariance[0] as number) + noise);
        }
        if (deviations > gate * limit) refused++;
        else {
          correctMotion(state, size, point, noise);
          known++;
          refused = 0;
        }
      }
      previous = frame;
    }
  }
  return { scaled, meanLog: logs / scaled.length };
}

/** Returns a deviation that points do not exceed, from their second differences; Infinity where hardly three meet. */
function roughDeviation(series: PointSeries): number {
  const bends: number[] = [];
  for (const [start, end] of sampleStretches(series.confidence.length)) {
    for (let frame = start + 1; frame < end - 1; frame++) {
      if (isMissing(series, frame - 1) || isMissing(series, frame) || isMissing(series, frame + 1)) continue;
      for (const axis of series.axes) {
        bends.push(Math.abs((axis[frame - 1] as number) - 2 * (axis[frame] as number) + (axis[frame + 1] as number)));
      }
    }
  }
  if (bends.length < 20) return Number.POSITIVE_INFINITY;
  // One false point in ten bends three in ten: 0.65 of all are then below 1.8 deviations, each the root of 6 of a point's.
  return Math.max(quantile(bends, 0.65) / Math.sqrt(6), leastScale);
}

/** Below this no scale is believed: points on whole px stand still without being exact. */
const leastScale = 1e-3;

/**
 * Innovations beyond so many rough scales count as if they lay there. Limbs rest most of the time: at 3 their steps were
 * taken for false points (in 7,200 frames of the B-SOiD clip about 650 confident points of each hind paw went; at 10, about 30).
 */
const clipScales = 10;

/** A point is compared with those so many frames before and after. */
const detourFrames = 3;

/** A detour of so many deviations of a point, or of half the way itself, is none. */
const detourDeviations = 12;

/**
 * Returns a series without points that leave the way and come back within a few frames. They are mostly false, and would
 * pass for quick motion; true quick motion gets somewhere.
 */
function withoutDetours(series: PointSeries, deviation: number): PointSeries {
  const axes = series.axes.map((axis) => axis.slice());
  const cleaned = { ...series, axes };
  const distance = (a: number, b: number) => {
    let squares = 0;
    for (const axis of series.axes) squares += ((axis[a] as number) - (axis[b] as number)) ** 2;
    return Math.sqrt(squares);
  };
  for (const [start, end] of sampleStretches(series.confidence.length)) {
    for (let frame = start + detourFrames; frame < end - detourFrames; frame++) {
      const [before, after] = [frame - detourFrames, frame + detourFrames];
      const way = distance(before, after);
      const detour = distance(before, frame) + distance(frame, after) - way;
      if (detour > detourDeviations * deviation + way / 2) removePoint(cleaned, frame);
    }
  }
  return cleaned;
}

/**
 * Returns two scales of the innovations. Those far beyond the scale that three quarters stay below count as if they lay
 * at the limit in `clipped`, so that no walk looks good by losing points; `trimmed` leaves them out.
 */
function robustScales(scaled: readonly number[]): { clipped: number; trimmed: number } {
  const limit = clipScales * Math.max(quantile(scaled, 0.75), leastScale);
  let [clipped, trimmed, within] = [0, 0, 0];
  for (const value of scaled) {
    clipped += Math.min(value, limit) ** 2;
    if (value > limit) continue;
    trimmed += value ** 2;
    within++;
  }
  return {
    clipped: Math.max(Math.sqrt(clipped / scaled.length), leastScale),
    trimmed: Math.max(Math.sqrt(trimmed / within), leastScale),
  };
}

/**
 * Returns the noise of a series by the likelihood of its innovations (Harvey 1989, section 3.4) with a robust scale;
 * a given `measurementStd` or `densityPerFrame` is kept. Undefined for fewer than ten usable points.
 */
export function estimateMotionNoise(
  series: PointSeries,
  model: MotionModel,
  given: { measurementStd?: number | undefined; densityPerFrame?: number | undefined } = {},
): MotionNoise | undefined {
  const { measurementStd, densityPerFrame } = given;
  if (measurementStd !== undefined && densityPerFrame !== undefined) return { measurementStd, densityPerFrame };
  if (runSample(series, { model, ratio: 1, limit: Number.POSITIVE_INFINITY }).scaled.length < 10) return undefined;
  const rough = roughDeviation(series);
  const sample = Number.isFinite(rough) ? withoutDetours(series, rough) : series;
  const noiseAt = (logRatio: number, scale: number): MotionNoise => {
    const ratio = 10 ** logRatio;
    if (measurementStd !== undefined) return { measurementStd, densityPerFrame: ratio * measurementStd ** 2 };
    if (densityPerFrame !== undefined) return { measurementStd: Math.sqrt(densityPerFrame / ratio), densityPerFrame };
    return { measurementStd: scale, densityPerFrame: ratio * scale ** 2 };
  };
  const judge = (logRatio: number): { cost: number; scale: number } => {
    const ratio = 10 ** logRatio;
    const first = runSample(sample, { model, ratio, limit: rough });
    const { scaled, meanLog } = runSample(sample, { model, ratio, limit: robustScales(first.scaled).clipped });
    const { clipped, trimmed } = robustScales(scaled);
    const std = noiseAt(logRatio, clipped).measurementStd;
    // With the scale left free its own estimate stands for it, and the last term is a constant.
    return { cost: meanLog / 2 + Math.log(std) + clipped ** 2 / (2 * std ** 2), scale: trimmed };
  };
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let logRatio = -8; logRatio <= 4; logRatio++) {
    const { cost } = judge(logRatio);
    if (cost < least) [best, least] = [logRatio, cost];
  }
  let [low, high] = [best - 1, best + 1];
  for (let round = 0; round < 12; round++) {
    const [left, right] = [low + (high - low) * 0.382, low + (high - low) * 0.618];
    if (judge(left).cost < judge(right).cost) high = right;
    else low = left;
  }
  const middle = (low + high) / 2;
  return noiseAt(middle, judge(middle).scale);
}
