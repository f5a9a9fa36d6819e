import { polynomialWeights, runningMedian, savitzkyGolay } from '@zoopraxis/core';
import { frameTime, isMissing, type PointSeries } from './point-series.js';

/** Replaces each coordinate by the median over a window of frames; missing points stay missing and are left out beside. */
export function smoothByMedian(series: PointSeries, { windowFrames }: { windowFrames: number }): void {
  for (const axis of series.axes) axis.set(runningMedian(axis, windowFrames));
}

/** Frames count as equally spaced where their times stray from a straight line by less than this share of a frame. */
const evenFrames = 0.1;

/**
 * Replaces each coordinate by a polynomial fitted to a window of frames (Savitzky and Golay 1964), within each stretch
 * without missing points. Where the times of a window are uneven, the polynomial is fitted over the true times.
 */
export function smoothBySavitzkyGolay(
  series: PointSeries,
  { windowFrames, order }: { windowFrames: number; order: number },
): void {
  const { timeBase } = series;
  const smooth = series.axes.map((axis) => savitzkyGolay(axis, { window: windowFrames, order }));
  if (timeBase.timesSec !== undefined) {
    const count = series.confidence.length;
    for (let start = 0; start < count; start++) {
      if (isMissing(series, start)) continue;
      let end = start;
      while (end < count && !isMissing(series, end)) end++;
      const length = Math.min(windowFrames, end - start);
      if (length > order) {
        const half = Math.floor((length - 1) / 2);
        for (let frame = start; frame < end; frame++) {
          const first = Math.min(Math.max(frame - half, start), end - length);
          const times = Float64Array.from({ length }, (_, i) => frameTime(timeBase, first + i));
          if (isEven(times)) continue;
          const weights = polynomialWeights(times, { order, at: times[frame - first] as number });
          for (const [a, axis] of series.axes.entries()) {
            let sum = 0;
            for (let i = 0; i < length; i++) sum += (weights[i] as number) * (axis[first + i] as number);
            (smooth[a] as Float64Array)[frame] = sum;
          }
        }
      }
      start = end;
    }
  }
  for (const [a, axis] of series.axes.entries()) axis.set(smooth[a] as Float64Array);
}

function isEven(times: Float64Array): boolean {
  const [first, last] = [times[0] as number, times[times.length - 1] as number];
  const spacing = (last - first) / (times.length - 1);
  return times.every((time, i) => Math.abs(time - first - i * spacing) <= evenFrames * spacing);
}
