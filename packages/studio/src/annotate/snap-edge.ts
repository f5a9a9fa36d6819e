import { type FrameClock, frameAt, timeOf } from '../state/clock.js';
import { endOfFrame } from './letters.js';

/** Returns when a frame begins, and for the frame behind the last one when the recording ends; seconds. */
export function boundaryTime(boundary: number, clock: FrameClock): number {
  return boundary < clock.frameCount ? timeOf(boundary, clock) : endOfFrame(clock.frameCount - 1, clock);
}

/** Returns the boundary of frames that is nearest to a time: n lies before frame n, and there is one behind the last frame. */
export function nearestBoundary(timeSec: number, clock: FrameClock): number {
  const frame = frameAt(timeSec, clock);
  const [before, after] = [boundaryTime(frame, clock), boundaryTime(frame + 1, clock)];
  return timeSec - before <= after - timeSec ? frame : frame + 1;
}

/**
 * Returns where an edge that is dragged to a time comes to lie: on the nearest of the edges given (list, seconds) within
 * reach, else on the nearest boundary of frames. Edges that lie on no boundary are taken to the nearest one as well.
 */
export function snapEdge(
  timeSec: number,
  clock: FrameClock,
  { edges, reachSec }: { readonly edges: Iterable<number>; readonly reachSec: number },
): number {
  let best = Number.NaN;
  for (const edge of edges) {
    const distance = Math.abs(edge - timeSec);
    if (distance <= reachSec && !(distance >= Math.abs(best - timeSec))) best = edge;
  }
  return boundaryTime(nearestBoundary(Number.isNaN(best) ? timeSec : best, clock), clock);
}

/**
 * Returns where a bout lies after it was moved by a time, by whole frames: it keeps its number of frames, which at a variable
 * rate may last longer or shorter, and stays inside the recording.
 */
export function movedBy(
  span: { readonly startSec: number; readonly endSec: number },
  bySec: number,
  clock: FrameClock,
): { startSec: number; endSec: number } {
  const [start, end] = [nearestBoundary(span.startSec, clock), nearestBoundary(span.endSec, clock)];
  const isPoint = span.endSec <= span.startSec;
  const wished = nearestBoundary(span.startSec + bySec, clock);
  const length = isPoint ? 0 : end - start;
  const first = Math.max(0, Math.min(wished, clock.frameCount - Math.max(1, length)));
  return { startSec: boundaryTime(first, clock), endSec: boundaryTime(first + length, clock) };
}
