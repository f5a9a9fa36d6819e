import { hermite, pchipSlopes } from '@zoopraxis/core';
import { frameTime, isMissing, type PointSeries } from './point-series.js';

/** Returns the up to four frames with points around a gap: two before (the nearest last) and two after. */
function knotsAround(series: PointSeries, before: number, after: number): number[] {
  const knots = [before, after];
  // Beyond another gap a point says little about the slope here.
  if (before > 0 && !isMissing(series, before - 1)) knots.unshift(before - 1);
  if (after + 1 < series.confidence.length && !isMissing(series, after + 1)) knots.push(after + 1);
  return knots;
}

/**
 * Fills gaps of at most `maximumFrames` frames between two points, over the true times of the frames: `linear`, or the
 * monotone cubic `pchip`, which takes its slopes from the points next to the gap and never leaves the two values. Longer
 * gaps and both ends stay missing. Filled points have no confidence (NaN): no network gave one.
 */
export function fillGaps(
  series: PointSeries,
  { method, maximumFrames }: { method: 'linear' | 'pchip'; maximumFrames: number },
): void {
  const { axes, confidence, timeBase } = series;
  let before = -1;
  const gaps: { before: number; after: number; knots: number[] }[] = [];
  for (let frame = 0; frame < confidence.length; frame++) {
    if (isMissing(series, frame)) continue;
    const gap = frame - before - 1;
    if (before >= 0 && gap > 0 && gap <= maximumFrames) {
      gaps.push({ before, after: frame, knots: knotsAround(series, before, frame) });
    }
    before = frame;
  }
  for (const axis of axes) {
    for (const { before, after, knots } of gaps) {
      const times = knots.map((knot) => frameTime(timeBase, knot));
      const values = knots.map((knot) => axis[knot] as number);
      const left = knots.indexOf(before);
      const [t0, t1] = [times[left] as number, times[left + 1] as number];
      const [y0, y1] = [values[left] as number, values[left + 1] as number];
      const rise = (y1 - y0) / (t1 - t0);
      const slopes = method === 'pchip' ? pchipSlopes(times, values) : undefined;
      const ends = { y0, y1, slope0: slopes?.[left] ?? rise, slope1: slopes?.[left + 1] ?? rise };
      for (let frame = before + 1; frame < after; frame++) {
        const part = (frameTime(timeBase, frame) - t0) / (t1 - t0);
        axis[frame] = method === 'pchip' ? hermite(part, t1 - t0, ends) : y0 + part * (y1 - y0);
      }
    }
  }
  for (const { before, after } of gaps) confidence.fill(Number.NaN, before + 1, after);
}
