import type { PoseTracks } from '@zoopraxis/core';
import { smoothByKalman } from '../filter/kalman.js';
import { isMissing, type PointSeries, readSeries } from '../filter/point-series.js';

/** Yields each keypoint of each individual. */
function* seriesOf(tracks: PoseTracks): Generator<PointSeries> {
  for (let individual = 0; individual < tracks.individuals.length; individual++) {
    for (let keypoint = 0; keypoint < tracks.skeleton.keypoints.length; keypoint++) {
      yield readSeries(tracks, { individual, keypoint });
    }
  }
}

/**
 * Returns how unsure the network is in each frame, shape `[frame]`: 1 minus the lowest confidence of a keypoint of an
 * individual that is there at all; 0 where nobody is there.
 */
export function scoreUncertainty(tracks: PoseTracks): Float32Array {
  const scores = new Float32Array(tracks.timeBase.frameCount);
  const points = tracks.skeleton.keypoints.length;
  const animals = tracks.individuals.length;
  for (let frame = 0; frame < scores.length; frame++) {
    for (let animal = 0; animal < animals; animal++) {
      const first = (frame * animals + animal) * points;
      let [lowest, isThere] = [1, false];
      for (let at = first; at < first + points; at++) {
        const confidence = tracks.confidence[at] as number;
        if (!Number.isNaN(tracks.position[at * tracks.dimensions] as number)) isThere = true;
        if (confidence < lowest) lowest = confidence;
      }
      if (isThere) scores[frame] = Math.max(scores[frame] as number, 1 - lowest);
    }
  }
  return scores;
}

/**
 * Returns the longest way that a keypoint made from the frame before, shape `[frame]`, in the unit of the tracks; 0 in
 * the first frame and where points are missing on either side.
 */
export function scoreJumps(tracks: PoseTracks): Float32Array {
  const scores = new Float32Array(tracks.timeBase.frameCount);
  for (const series of seriesOf(tracks)) {
    for (let frame = 1; frame < scores.length; frame++) {
      let squares = 0;
      for (const axis of series.axes) squares += ((axis[frame] as number) - (axis[frame - 1] as number)) ** 2;
      const way = Math.sqrt(squares);
      if (way > (scores[frame] as number)) scores[frame] = way;
    }
  }
  return scores;
}

/**
 * Returns the largest distance of a keypoint from its smooth path (Kalman smoother, with outliers left out of the path),
 * shape `[frame]`, in the unit of the tracks; the signal's reason is thrown when it is aborted.
 */
export async function scoreFitResiduals(
  tracks: PoseTracks,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Float32Array> {
  const scores = new Float32Array(tracks.timeBase.frameCount);
  for (const series of seriesOf(tracks)) {
    // Lets the signal be set between keypoints.
    await new Promise<void>((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    const measured = series.axes.map((axis) => axis.slice());
    smoothByKalman(series, {
      model: 'velocity',
      measurementStd: 'auto',
      processDensity: 'auto',
      gateSigma: 6,
      restartFrames: 5,
      fillFrames: 30,
      bridgeFrames: 30,
    });
    for (let frame = 0; frame < scores.length; frame++) {
      if (isMissing(series, frame)) continue;
      let squares = 0;
      for (const [a, axis] of series.axes.entries()) {
        squares += ((axis[frame] as number) - ((measured[a] as Float64Array)[frame] as number)) ** 2;
      }
      const residual = Math.sqrt(squares);
      if (residual > (scores[frame] as number)) scores[frame] = residual;
    }
  }
  return scores;
}
