import { type FrameClock, frameAt, timeOf } from '../state/clock.js';
import type { TimeRange } from '../state/studio-store.js';

/** How a ruler is divided. */
export interface RulerSteps {
  /** Distance of labeled ticks: seconds, or frames. */
  readonly major: number;
  /** Distance of the ticks between; divides `major`. */
  readonly minor: number;
}

/** Steps that read well and how many parts each has; seconds. */
const timeSteps: readonly (readonly [major: number, parts: number])[] = [
  [0.001, 2],
  [0.002, 2],
  [0.005, 5],
  [0.01, 5],
  [0.02, 4],
  [0.05, 5],
  [0.1, 5],
  [0.2, 4],
  [0.5, 5],
  [1, 5],
  [2, 4],
  [5, 5],
  [10, 5],
  [15, 3],
  [30, 6],
  [60, 6],
  [120, 4],
  [300, 5],
  [600, 5],
  [900, 3],
  [1800, 6],
  [3600, 6],
  [7200, 4],
  [18_000, 5],
  [36_000, 5],
  [86_400, 4],
];

/** Returns the steps in seconds at which labels keep a distance. */
export function timeRulerSteps(secPerPx: number, gapPx: number): RulerSteps {
  for (const [major, parts] of timeSteps) if (major >= secPerPx * gapPx) return { major, minor: major / parts };
  const days = Math.ceil((secPerPx * gapPx) / 86_400);
  return { major: days * 86_400, minor: 86_400 };
}

/** Returns the steps in frames at which labels keep a distance: 1, 2 or 5 times a power of ten. */
export function frameRulerSteps(framesPerPx: number, gapPx: number): RulerSteps {
  const wanted = Math.max(1, framesPerPx * gapPx);
  const power = 10 ** Math.floor(Math.log10(wanted) + 1e-12);
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= wanted - 1e-9) ?? 10;
  const major = factor * power;
  return { major, minor: Math.max(1, major / (factor === 2 ? 4 : 5)) };
}

/** Returns the words at a tick: `0:40`, `1:02:03`, with as many decimals as the step needs. */
export function tickText(timeSec: number, stepSec: number): string {
  const decimals = stepSec >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(stepSec) - 1e-9));
  const units = Math.round(timeSec * 10 ** decimals);
  const whole = Math.floor(units / 10 ** decimals);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const rest = decimals === 0 ? '' : `.${String(units % 10 ** decimals).padStart(decimals, '0')}`;
  const tail = `${String(seconds).padStart(2, '0')}${rest}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** Calls back for every tick of a range, in seconds; ticks of frames stand where the frames begin. */
export function eachTick(
  range: TimeRange,
  steps: RulerSteps,
  clock: FrameClock | null,
  tick: (timeSec: number, isMajor: boolean, value: number) => void,
): void {
  const parts = Math.max(1, Math.round(steps.major / steps.minor));
  if (clock === null) {
    const first = Math.ceil(range.fromSec / steps.minor - 1e-9);
    for (let at = first; at * steps.minor <= range.toSec; at++)
      tick(at * steps.minor, at % parts === 0, at * steps.minor);
    return;
  }
  const minor = Math.max(1, Math.round(steps.minor));
  const major = Math.round(steps.major);
  const first = Math.floor(frameAt(range.fromSec, clock) / minor) * minor;
  const last = frameAt(range.toSec, clock);
  for (let frame = first; frame <= last; frame += minor) {
    const time = timeOf(frame, clock);
    if (time >= range.fromSec - 1e-9) tick(time, frame % major === 0, frame);
  }
}
