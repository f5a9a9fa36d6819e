import { frameTime, isMissing, type PointSeries, removePoint } from './point-series.js';

/** Removes points whose confidence is below `minimum`; a confidence that is not given (NaN) takes nothing away. */
export function cutLikelihood(series: PointSeries, { minimum }: { minimum: number }): void {
  for (let frame = 0; frame < series.confidence.length; frame++) {
    if ((series.confidence[frame] as number) < minimum) removePoint(series, frame);
  }
}

/** Returns how far a point is from the one of an earlier frame. */
function distance(series: PointSeries, from: number, to: number): number {
  let squares = 0;
  for (const axis of series.axes) squares += ((axis[to] as number) - (axis[from] as number)) ** 2;
  return Math.sqrt(squares);
}

/**
 * Removes points that the animal cannot have reached. Two points in a row are torn apart where they are farther from
 * each other than `maximumPerFrame` (unit of the tracks) times the mean frames between them; pieces of at most
 * `longestFrames` points between two tears, or between a tear and an end, are removed. So a false point goes although it
 * makes two jumps, and a lasting change of place stays. Where a whole series is torn into such pieces, the longest stays.
 */
export function cutJumps(
  series: PointSeries,
  { maximumPerFrame, longestFrames }: { maximumPerFrame: number; longestFrames: number },
): void {
  const pieces: { points: number[]; count: number }[] = [];
  let previous = -1;
  for (let frame = 0; frame < series.confidence.length; frame++) {
    if (isMissing(series, frame)) continue;
    const elapsed = previous < 0 ? 0 : frameTime(series.timeBase, frame) - frameTime(series.timeBase, previous);
    const torn = previous < 0 || distance(series, previous, frame) > maximumPerFrame * elapsed;
    if (torn) pieces.push({ points: [], count: 0 });
    const piece = pieces.at(-1) as { points: number[]; count: number };
    piece.count++;
    // The frames of a piece that stays anyway need not be kept.
    if (piece.count <= longestFrames) piece.points.push(frame);
    previous = frame;
  }
  if (pieces.length < 2) return;
  const longest = pieces.reduce((best, piece) => (piece.count > best.count ? piece : best));
  for (const piece of pieces) {
    if (piece === longest || piece.count > longestFrames) continue;
    for (const frame of piece.points) removePoint(series, frame);
  }
}
