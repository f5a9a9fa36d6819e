import {
  correctMotion,
  createMotionState,
  innovationDistance,
  type MotionModel,
  type MotionState,
  predictMotion,
  smoothMotion,
  startMotion,
  stateSize,
} from './motion-filter.js';
import { estimateMotionNoise, type MotionNoise, noiseFactor } from './motion-noise.js';
import { frameTime, isMissing, type PointSeries, readPoint, removePoint } from './point-series.js';

/** Settings of the Kalman smoother, as in its filter step. */
export interface KalmanSettings {
  readonly model: MotionModel;
  /** Deviation of a point of confidence 1, unit of the tracks. */
  readonly measurementStd: number | 'auto';
  /** Unit^2 / s^3 (`velocity`) or unit^2 / s^5 (`acceleration`). */
  readonly processDensity: number | 'auto';
  /** Points farther from the prediction than this many deviations are outliers; null keeps all. */
  readonly gateSigma: number | null;
  /** So many outliers in a row are no outliers: the point has moved there, and the smoother starts anew. */
  readonly restartFrames: number;
  /** Gaps (missing points and outliers) of at most so many frames are filled. */
  readonly fillFrames: number;
  /** Across longer gaps nothing flows: both sides are smoothed apart. */
  readonly bridgeFrames: number;
}

/** What a frame is to the smoother; 0 is a missing point. */
const Status = {
  used: 1,
  outlier: 2,
  /** Used, and the first of a segment. */
  start: 3,
} as const;

interface Walk {
  readonly series: PointSeries;
  readonly size: 2 | 3;
  readonly noise: MotionNoise;
  /** States of one block of frames, used again for each block and segment. */
  readonly block: MotionState[];
}

/** Returns the variance of the point of a frame. */
function noiseOf({ series, noise }: Walk, frame: number): number {
  return noise.measurementStd ** 2 * noiseFactor(series.confidence[frame] as number);
}

/** Returns what each frame is to the smoother, shape `[frame]`: a first walk forward that gates and cuts segments. */
function judgeFrames(walk: Walk, settings: KalmanSettings): Uint8Array {
  const { series, size, noise } = walk;
  const { gateSigma, restartFrames, bridgeFrames } = settings;
  const { timeBase, confidence } = series;
  const status = new Uint8Array(confidence.length);
  const state = createMotionState(size, series.axes.length);
  const point = new Float64Array(series.axes.length);
  const limit = gateSigma === null ? Number.POSITIVE_INFINITY : gateSigma ** 2;
  let [last, at] = [-1, -1]; // last used frame; frame of the state
  let used: number[] = []; // the first used frames of the segment, while they are fewer than restartFrames
  let outliers: number[] = []; // outliers since the last used frame
  for (let frame = 0; frame < confidence.length; frame++) {
    if (isMissing(series, frame)) continue;
    readPoint(series, frame, point);
    const variance = noiseOf(walk, frame);
    let begins = last < 0 || frame - last - 1 > bridgeFrames;
    if (!begins) {
      predictMotion(state, size, frameTime(timeBase, frame) - frameTime(timeBase, at), noise.densityPerFrame);
      at = frame;
      if (innovationDistance(state, size, point, variance) > limit) {
        status[frame] = Status.outlier;
        outliers.push(frame);
        if (outliers.length < restartFrames) continue;
        // Fewer good points than bad ones before: then those were the outliers.
        if (used.length < restartFrames) for (const early of used) status[early] = Status.outlier;
        frame = outliers[0] as number;
        readPoint(series, frame, point);
        begins = true;
      }
    }
    if (begins) {
      startMotion(state, size, point, noiseOf(walk, frame));
      used = [];
    } else correctMotion(state, size, point, variance);
    status[frame] = begins ? Status.start : Status.used;
    if (used.length < restartFrames) used.push(frame);
    outliers = [];
    [last, at] = [frame, frame];
  }
  return status;
}

/** Frames between two states that are kept on the way forward: memory stays the same for any length of video. */
const blockFrames = 4096;

function copyState(from: MotionState, to: MotionState): void {
  to.mean.set(from.mean);
  to.covariance.set(from.covariance);
}

/** Smooths the frames `start` (the first point) to `end` (past the last point) of one segment in place. */
function smoothSegment(walk: Walk, status: Uint8Array, start: number, end: number): void {
  const { series, size, noise } = walk;
  const { timeBase, axes } = series;
  const fresh = () => createMotionState(size, axes.length);
  const point = new Float64Array(axes.length);
  const elapsedTo = (frame: number) => frameTime(timeBase, frame) - frameTime(timeBase, frame - 1);
  const forward = (state: MotionState, frame: number) => {
    predictMotion(state, size, elapsedTo(frame), noise.densityPerFrame);
    if (status[frame] !== Status.used) return;
    readPoint(series, frame, point);
    correctMotion(state, size, point, noiseOf(walk, frame));
  };
  const state = fresh();
  readPoint(series, start, point);
  startMotion(state, size, point, noiseOf(walk, start));
  const kept: MotionState[] = [];
  for (let frame = start; frame < end; frame++) {
    if (frame > start) forward(state, frame);
    if ((frame - start) % blockFrames === 0) {
      kept.push(fresh());
      copyState(state, kept.at(-1) as MotionState);
    }
  }
  const { block } = walk;
  while (block.length < Math.min(blockFrames, end - start)) block.push(fresh());
  const predicted = fresh();
  const smoothed = Float64Array.from(state.mean);
  for (let b = kept.length - 1; b >= 0; b--) {
    const first = start + b * blockFrames;
    const past = Math.min(first + blockFrames, end);
    copyState(kept[b] as MotionState, block[0] as MotionState);
    for (let frame = first + 1; frame < past; frame++) {
      const here = block[frame - first] as MotionState;
      copyState(block[frame - first - 1] as MotionState, here);
      forward(here, frame);
    }
    for (let frame = past - 1; frame >= first; frame--) {
      const filtered = block[frame - first] as MotionState;
      if (frame < end - 1) {
        const elapsed = elapsedTo(frame + 1);
        copyState(filtered, predicted);
        predictMotion(predicted, size, elapsed, noise.densityPerFrame);
        smoothMotion(filtered, predicted, { size, elapsed, smoothedNext: smoothed, out: smoothed });
      }
      // The points of this block have been read for the last time.
      for (let a = 0; a < axes.length; a++) (axes[a] as Float64Array)[frame] = smoothed[a * size] as number;
    }
  }
}

/** Removes outliers and what was smoothed into gaps longer than `fillFrames`; shorter ones lose their confidence. */
function clearGaps(series: PointSeries, status: Uint8Array, fillFrames: number): void {
  const isUsed = (frame: number) => status[frame] === Status.used || status[frame] === Status.start;
  for (let frame = 0; frame < status.length; frame++) {
    if (isUsed(frame)) continue;
    const start = frame;
    while (frame < status.length && !isUsed(frame)) frame++;
    const inside = start > 0 && status[frame] === Status.used;
    if (inside && frame - start <= fillFrames) {
      series.confidence.fill(Number.NaN, start, frame);
    } else {
      for (let gap = start; gap < frame; gap++) removePoint(series, gap);
    }
  }
}

/**
 * Smooths a series by a Kalman filter and its backward pass (Rauch, Tung and Striebel 1965), over the true times of the
 * frames; doubt widens the noise of a point (1 / confidence). Outliers beyond the gate are removed, and gaps are filled
 * up to `fillFrames`, never at the ends. Memory beside the series does not grow with its length. Returns the noise that
 * was used, or undefined where there are too few points to tell it: then nothing changes.
 */
export function smoothByKalman(series: PointSeries, settings: KalmanSettings): MotionNoise | undefined {
  const { model, measurementStd, processDensity, fillFrames } = settings;
  const perFrame = series.timeBase.fps ** (model === 'velocity' ? 3 : 5);
  const noise = estimateMotionNoise(series, model, {
    measurementStd: measurementStd === 'auto' ? undefined : measurementStd,
    densityPerFrame: processDensity === 'auto' ? undefined : processDensity / perFrame,
  });
  if (noise === undefined) return undefined;
  const walk: Walk = { series, size: stateSize(model), noise, block: [] };
  const status = judgeFrames(walk, settings);
  let start = -1;
  let last = -1;
  for (let frame = 0; frame <= status.length; frame++) {
    const isEnd = frame === status.length || status[frame] === Status.start;
    if (isEnd && start >= 0) smoothSegment(walk, status, start, last + 1);
    if (status[frame] === Status.start) start = frame;
    if (status[frame] === Status.start || status[frame] === Status.used) last = frame;
  }
  clearGaps(series, status, fillFrames);
  return noise;
}
