import { type FrameClock, frameAt, timeOf } from '../state/clock.js';

/**
 * Returns the time that a person wrote, seconds: a whole number is a frame, `12.5s` or anything with a colon or a decimal
 * point a time (`1:02`, `1:02:03.5`, `40.03`). Null where it is neither, or lies outside the recording.
 */
export function parsePlace(text: string, clock: FrameClock | undefined, endSec: number): number | null {
  const words = text.trim().toLowerCase().replace(',', '.');
  if (/^#?\d+$/.test(words)) {
    const frame = Number(words.replace('#', ''));
    if (clock === undefined || frame >= clock.frameCount) return null;
    return Math.max(0, timeOf(frame, clock));
  }
  const match = /^(?:(?:(\d+):)?(\d{1,4}):)?(\d+(?:\.\d*)?|\.\d+)\s*s?$/.exec(words);
  if (match === null) return null;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  const timeSec = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (!Number.isFinite(timeSec) || timeSec > endSec) return null;
  if (clock === undefined) return timeSec;
  // A time that was rounded on its way to the person means the frame that begins there.
  const frame = frameAt(timeSec + 0.005, clock);
  const begin = timeOf(frame, clock);
  return Math.max(0, Math.abs(begin - timeSec) <= 0.005 ? begin : timeOf(frameAt(timeSec, clock), clock));
}
