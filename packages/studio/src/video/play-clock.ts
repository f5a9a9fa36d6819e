import { type FrameClock, frameAt, timeOf } from '../state/clock.js';

/** From where and how fast it is played. */
export interface PlayAnchor {
  readonly timeSec: number;
  /** Time of the display's clock when that time was shown, ms. */
  readonly atMs: number;
  /** Times of real time. */
  readonly speed: number;
}

/** Speeds that are chosen among, times of real time; list. */
export const speeds: readonly number[] = [0.25, 0.5, 1, 2, 4, 8];

/** Returns the next speed up or down, the last one where there is none. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const found = direction > 0 ? speeds.find((one) => one > speed) : speeds.findLast((one) => one < speed);
  return found ?? (direction > 0 ? (speeds.at(-1) as number) : (speeds[0] as number));
}

/** Returns how many frames lie between pictures while playing, so that a display shows each for one refresh at least. */
export function strideOf(fps: number, speed: number, displayHz = 60): number {
  return Math.max(1, Math.ceil((fps * speed) / displayHz - 0.05));
}

/** What is shown at a moment of playing. */
export interface PlayMoment {
  /** Beginning of the frame that is shown, seconds of the recording. */
  readonly timeSec: number;
  readonly isAtEnd: boolean;
}

/** Returns what is shown at a moment: never later than real time allows; frames between strides are left out. */
export function playMoment(anchor: PlayAnchor, nowMs: number, clock: FrameClock, stride = 1): PlayMoment {
  const timeSec = anchor.timeSec + ((nowMs - anchor.atMs) / 1000) * anchor.speed;
  const last = clock.frameCount - 1;
  const endSec = timeOf(last, clock) + 1 / clock.fps;
  if (timeSec >= endSec) return { timeSec: timeOf(last, clock), isAtEnd: true };
  const first = frameAt(anchor.timeSec, clock);
  const frame = first + Math.floor(Math.max(0, frameAt(timeSec, clock) - first) / stride) * stride;
  return { timeSec: timeOf(Math.min(frame, last), clock), isAtEnd: false };
}
