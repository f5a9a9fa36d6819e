import { type FrameClock, frameAt } from '../state/clock.js';

/**
 * Returns the frame that words mean: a number counts frames from 0, a text with a colon is a time as `1:02:03.4`, a number with
 * `s` behind it seconds, one with `%` a share of the recording. Returns a sentence where they mean none.
 */
export function frameOfWords(words: string, clock: FrameClock): number | string {
  const text = words.trim().toLowerCase().replace(',', '.');
  const last = clock.frameCount - 1;
  const inside = (frame: number) =>
    frame >= 0 && frame <= last ? frame : `There are frames 0 to ${last}, this would be frame ${frame}`;
  if (/^\d+$/.test(text)) return inside(Number(text));
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (share !== null) return inside(Math.round((Number(share[1]) / 100) * last));
  const seconds = /^(\d+(?:\.\d+)?)\s*s$/.exec(text);
  const parts = /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  if (seconds === null && parts === null) return 'Write a frame such as 1200, or a time such as 1:23.4, 83.4 s or 50 %';
  const time =
    parts === null
      ? Number(seconds?.[1])
      : Number(parts[1] ?? 0) * 3600 + Number(parts[2]) * 60 + Number(parts[3] as string);
  const endSec = (clock.timesSec?.[last] ?? last / clock.fps) + 1 / clock.fps - (clock.offsetSec ?? 0);
  return time < endSec ? frameAt(time, clock) : `The recording ends at ${endSec.toFixed(2)} s`;
}
