import { type PoseTracks, secondsOfFrame, type TimeBase } from '@zoopraxis/core';

/** One keypoint of one individual over time, as filters change it: a point is missing in all axes or in none. */
export interface PointSeries {
  /** One array for each coordinate, shape `[axis][frame]`, in the unit of the tracks; NaN = missing. */
  readonly axes: readonly Float64Array[];
  /** Shape `[frame]`, 0..1; NaN = not given. */
  readonly confidence: Float64Array;
  readonly timeBase: TimeBase;
}

/** Where a series lies in tracks. */
export interface SeriesPlace {
  readonly individual: number;
  readonly keypoint: number;
}

/** Returns a copy of one keypoint of one individual; a point with one coordinate missing is missing as a whole. */
export function readSeries(tracks: PoseTracks, { individual, keypoint }: SeriesPlace): PointSeries {
  const { position, confidence, dimensions, timeBase } = tracks;
  const { frameCount } = timeBase;
  const perFrame = tracks.individuals.length * tracks.skeleton.keypoints.length;
  const first = individual * tracks.skeleton.keypoints.length + keypoint;
  const axes = Array.from({ length: dimensions }, () => new Float64Array(frameCount));
  const sure = new Float64Array(frameCount);
  for (let frame = 0; frame < frameCount; frame++) {
    const at = frame * perFrame + first;
    sure[frame] = confidence[at] as number;
    let whole = true;
    for (let axis = 0; axis < dimensions; axis++) {
      const value = position[at * dimensions + axis] as number;
      if (!Number.isFinite(value)) whole = false;
      (axes[axis] as Float64Array)[frame] = value;
    }
    if (!whole) for (const axis of axes) axis[frame] = Number.NaN;
  }
  return { axes, confidence: sure, timeBase };
}

/** Writes a series into an array of positions, shape `[frame, individual, keypoint, dimensions]`, and confidences. */
export function writeSeries(
  series: PointSeries,
  tracks: Pick<PoseTracks, 'position' | 'confidence' | 'dimensions' | 'individuals' | 'skeleton'>,
  { individual, keypoint }: SeriesPlace,
): void {
  const { position, confidence, dimensions } = tracks;
  const perFrame = tracks.individuals.length * tracks.skeleton.keypoints.length;
  const first = individual * tracks.skeleton.keypoints.length + keypoint;
  for (let frame = 0; frame < series.confidence.length; frame++) {
    const at = frame * perFrame + first;
    confidence[at] = series.confidence[frame] as number;
    for (let axis = 0; axis < dimensions; axis++) {
      position[at * dimensions + axis] = (series.axes[axis] as Float64Array)[frame] as number;
    }
  }
}

/** Returns true where the point of a frame is missing. */
export function isMissing(series: PointSeries, frame: number): boolean {
  return Number.isNaN((series.axes[0] as Float64Array)[frame] as number);
}

/** Copies the point of a frame into `point`, shape `[axis]`. */
export function readPoint(series: PointSeries, frame: number, point: Float64Array): void {
  for (let axis = 0; axis < point.length; axis++) point[axis] = (series.axes[axis] as Float64Array)[frame] as number;
}

/** Makes the point of a frame missing; its confidence stays, so that one can see what was taken away. */
export function removePoint(series: PointSeries, frame: number): void {
  for (const axis of series.axes) axis[frame] = Number.NaN;
}

/** Returns the time of a frame in mean frames: the frame itself where the rate is constant. */
export function frameTime(timeBase: TimeBase, frame: number): number {
  return timeBase.timesSec === undefined ? frame : secondsOfFrame(timeBase, frame) * timeBase.fps;
}
