import { type FrameClock, frameAt, timeOf } from '../state/clock.js';

/** Returns the offset of a video with which a frame of its own is on the screen at a time of the recording, seconds. */
export function offsetThatShows(frame: number, timeSec: number, clock: FrameClock): number {
  const { offsetSec: _, ...own } = clock;
  return roundedSec(timeOf(frame, own) - timeSec);
}

/**
 * Returns the offset of a video with which its picture of an event comes together with that of another video, seconds: the event is
 * on the screen of the one at `timeSec`, and on that of the other at `eventSec`, both times of the recording as it is now.
 */
export function offsetThatAligns(
  eventSec: number,
  timeSec: number,
  { reference, clock }: { readonly reference: FrameClock; readonly clock: FrameClock },
): number {
  const event = timeOf(frameAt(eventSec, reference), reference);
  return offsetThatShows(frameAt(timeSec, clock), event, clock);
}

/** Returns the offset that moves the picture of a video by frames: 1 shows the frame behind the present one. */
export function offsetMovedBy(frames: number, timeSec: number, clock: FrameClock): number {
  const frame = Math.max(0, Math.min(clock.frameCount - 1, frameAt(timeSec, clock) + frames));
  return offsetThatShows(frame, timeSec, clock);
}

/** Microseconds are enough for any camera. */
const roundedSec = (sec: number) => Math.round(sec * 1e6) / 1e6 + 0;
