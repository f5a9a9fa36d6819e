import { type FrameClock, frameAt, timeOf } from '../state/clock.js';
import type { TimeRange } from '../state/studio-store.js';

/** How far time reaches: it begins at 0. */
export interface TimeLimits {
  readonly endSec: number;
  /** The shortest stretch that can be shown. */
  readonly shortestSec: number;
}

/** How the range goes with the cursor. */
export type FollowMode = 'page' | 'center' | 'off';

/** Returns CSS px from the left of a plot. */
export const xOf = (timeSec: number, { fromSec, toSec }: TimeRange, widthPx: number): number =>
  ((timeSec - fromSec) / (toSec - fromSec)) * widthPx;

/** Returns the time at CSS px from the left of a plot, seconds. */
export const timeAt = (x: number, { fromSec, toSec }: TimeRange, widthPx: number): number =>
  fromSec + (x / widthPx) * (toSec - fromSec);

/** Returns a range of a length that begins at a time, moved and cut so that it lies in the recording. */
export function rangeFrom(fromSec: number, lengthSec: number, { endSec, shortestSec }: TimeLimits): TimeRange {
  const length = Math.min(endSec, Math.max(shortestSec, lengthSec));
  const from = Math.max(0, Math.min(endSec - length, fromSec));
  return { fromSec: from, toSec: from + length };
}

/** Returns a range `factor` times as long in which a time stays where it is. */
export function zoomAt(range: TimeRange, pivotSec: number, factor: number, limits: TimeLimits): TimeRange {
  const length = range.toSec - range.fromSec;
  const wanted = Math.min(limits.endSec, Math.max(limits.shortestSec, length * factor));
  const share = (pivotSec - range.fromSec) / length;
  return rangeFrom(pivotSec - share * wanted, wanted, limits);
}

/** Returns a range of a length around the cursor: where it is seen it stays where it is, else it comes to the middle. */
export function zoomTo(range: TimeRange, lengthSec: number, cursorSec: number, limits: TimeLimits): TimeRange {
  const isSeen = cursorSec >= range.fromSec && cursorSec < range.toSec;
  if (!isSeen) return rangeFrom(cursorSec - lengthSec / 2, lengthSec, limits);
  return zoomAt(range, cursorSec, lengthSec / (range.toSec - range.fromSec), limits);
}

/** Returns a range moved by seconds. */
export const panBy = (range: TimeRange, bySec: number, limits: TimeLimits): TimeRange =>
  rangeFrom(range.fromSec + bySec, range.toSec - range.fromSec, limits);

/** Returns a range that shows a stretch whole, with some room at its sides. */
export function showWhole({ fromSec, toSec }: TimeRange, limits: TimeLimits): TimeRange {
  const length = Math.max(toSec - fromSec, limits.shortestSec) * 1.3;
  return rangeFrom((fromSec + toSec - length) / 2, length, limits);
}

/**
 * Returns the range after the cursor moved; the same object where nothing changes. By page: while playing a new page
 * begins when the cursor leaves, a jump comes to the middle, a step turns just as far as is needed. Centered: the cursor
 * stays in the middle while it plays. Off: nothing while it plays, a jump is still shown.
 */
export function follow(
  range: TimeRange,
  { timeSec, isPlaying, mode }: { readonly timeSec: number; readonly isPlaying: boolean; readonly mode: FollowMode },
  limits: TimeLimits,
): TimeRange {
  const length = range.toSec - range.fromSec;
  if (isPlaying && mode === 'center') {
    const next = rangeFrom(timeSec - length / 2, length, limits);
    return next.fromSec === range.fromSec && next.toSec === range.toSec ? range : next;
  }
  if ((timeSec >= range.fromSec && timeSec < range.toSec) || (isPlaying && mode === 'off')) return range;
  const beyond = timeSec < range.fromSec ? range.fromSec - timeSec : timeSec - range.toSec;
  const isFar = beyond > length / 2;
  const share = isFar ? 0.5 : timeSec < range.fromSec ? (isPlaying ? 0.05 : 0.9) : isPlaying ? 0.05 : 0.1;
  const next = rangeFrom(timeSec - share * length, length, limits);
  return next.fromSec === range.fromSec && next.toSec === range.toSec ? range : next;
}

/** Returns the stretch of whole frames that two times, in any order, lie in; the end is that of the later frame. */
export function stretchOf(
  aSec: number,
  bSec: number,
  clock: FrameClock | undefined,
  { endSec }: TimeLimits,
): TimeRange {
  const [low, high] = [Math.max(0, Math.min(aSec, bSec)), Math.min(endSec, Math.max(aSec, bSec))];
  if (clock === undefined) return { fromSec: low, toSec: high };
  const last = frameAt(high, clock);
  const toSec = last + 1 < clock.frameCount ? timeOf(last + 1, clock) : timeOf(last, clock) + 1 / clock.fps;
  return { fromSec: Math.max(0, timeOf(frameAt(low, clock), clock)), toSec: Math.min(endSec, toSec) };
}

/**
 * Returns the stretch after its start or end was set to the frame that is shown: it begins with that frame, or ends after
 * it. The other end stays where it was; where that lies on the wrong side, or there was no stretch, it is this frame alone.
 */
export function setStretchEdge(
  before: TimeRange | null,
  edge: 'start' | 'end',
  timeSec: number,
  clock: FrameClock | undefined,
  limits: TimeLimits,
): TimeRange {
  const frame = stretchOf(timeSec, timeSec, clock, limits);
  if (edge === 'start')
    return before !== null && before.toSec > frame.fromSec ? { ...before, fromSec: frame.fromSec } : frame;
  return before !== null && before.fromSec < frame.toSec ? { ...before, toSec: frame.toSec } : frame;
}

/** Part of the window in the overview that a pointer is on. */
export type WindowPart = 'start' | 'end' | 'body' | null;

/** Returns which part of the window an x of the overview is on; a narrow window keeps a body between its edges. */
export function windowPartAt(
  x: number,
  window: { readonly left: number; readonly right: number },
  reachPx = 6,
): WindowPart {
  const { left, right } = window;
  const inside = Math.min(reachPx, (right - left) / 4);
  if (x >= left - reachPx && x <= left + inside) return 'start';
  if (x >= right - inside && x <= right + reachPx) return 'end';
  return x > left && x < right ? 'body' : null;
}

/** Returns the window after one of its edges was dragged to a time; the other stays. */
export function dragEdge(range: TimeRange, part: 'start' | 'end', timeSec: number, limits: TimeLimits): TimeRange {
  const { endSec, shortestSec } = limits;
  if (part === 'start')
    return { fromSec: Math.max(0, Math.min(range.toSec - shortestSec, timeSec)), toSec: range.toSec };
  return { fromSec: range.fromSec, toSec: Math.min(endSec, Math.max(range.fromSec + shortestSec, timeSec)) };
}
