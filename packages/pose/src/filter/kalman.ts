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

/** Returns how far apart the points of two frames are. */
function distanceBetween({ axes }: PointSeries, a: number, b: number): number {
  let squares = 0;
  for (const axis of axes) squares += ((axis[a] as number) - (axis[b] as number)) ** 2;
  return Math.sqrt(squares);
}

/**
 * Returns those of some frames whose points lie on the way from one frame's point to another's, up to a detour of `slack`
 * deviations: a limb that rests and then makes a quick step leaves every prediction, but makes no detour.
 */
function onTheWay(
  walk: Walk,
  frames: readonly number[],
  { before, after, slack }: { before: number; after: number; slack: number },
): number[] {
  const { series } = walk;
  const way = distanceBetween(series, before, after);
  return frames.filter((frame) => {
    const detour = distanceBetween(series, before, frame) + distanceBetween(series, frame, after) - way;
    return detour <= slack * Math.sqrt(noiseOf(walk, frame));
  });
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
  const slack = 2 * Math.sqrt(limit);
  let [last, at] = [-1, -1]; // last used frame; frame of the state
  let origin = -1; // last used frame of the segment before, where outliers ended it
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
        frame = outliers[0] as number;
        if (used.length < restartFrames) {
          // Fewer good points than bad ones after them: those were the outliers, unless the point came along there.
          const passed = origin < 0 ? [] : onTheWay(walk, used, { before: origin, after: frame, slack });
          for (const early of used) status[early] = Status.outlier;
          for (const [i, early] of passed.entries()) status[early] = i === 0 ? Status.start : Status.used;
          last = passed.at(-1) ?? origin;
        }
        origin = last;
        readPoint(series, frame, point);
        begins = true;
      }
    }
    if (begins) {
      startMotion(state, size, point, noiseOf(walk, frame));
      if (outliers.length === 0) origin = -1;
      used = [];
    } else {
      correctMotion(state, size, point, variance);
      const passed = onTheWay(walk, outliers, { before: last, after: frame, slack });
      for (const outlier of passed) status[outlier] = Status.used;
    }
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
