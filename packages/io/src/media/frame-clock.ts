/** A fraction. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** Largest denominator of a frame rate: 30000/1001 and its kin fit. */
const MAX_DENOMINATOR = 1_001_000;

/** Returns the simplest fraction that equals a frame rate to one part in 10^10, or the nearest that fits 32 bits. */
export function rateFraction(fps: number): Fraction {
  let [before, numerator] = [0, 1];
  let [belowBefore, denominator] = [1, 0];
  let rest = fps;
  for (let step = 0; step < 40; step++) {
    const whole = Math.floor(rest);
    const next = whole * numerator + before;
    const belowNext = whole * denominator + belowBefore;
    if (next >= 2 ** 31 || belowNext > MAX_DENOMINATOR) break;
    [before, numerator] = [numerator, next];
    [belowBefore, denominator] = [denominator, belowNext];
    if (Math.abs(numerator / denominator - fps) <= fps * 1e-10 || rest === whole) break;
    rest = 1 / (rest - whole);
  }
  return { numerator, denominator };
}

/** Ticks per second for frames at uneven times, as MPEG has them. */
export const UNEVEN_TICKS_PER_SEC = 90_000;

/** When frames are shown: ticks of `tick` seconds, one function from frame to its tick. */
export interface FrameClock {
  readonly tick: Fraction;
  readonly fps: number;
  tickOf(frame: number): number;
}

/** Returns the clock of a constant rate; throws RangeError where the rate is none. */
export function steadyClock(fps: number): FrameClock {
  if (!(fps > 0) || fps > 1e6) throw new RangeError(`fps must be above 0 and at most 1000000, got ${fps}`);
  const { numerator, denominator } = rateFraction(fps);
  return { tick: { numerator: denominator, denominator: numerator }, fps, tickOf: (frame) => frame };
}

/** Returns the clock of given times (seconds, ascending); the last distance goes on behind the end. Throws RangeError where two frames share a tick. */
export function unevenClock(timesSec: ArrayLike<number>): FrameClock {
  const { length } = timesSec;
  if (length === 0) throw new RangeError('timesSec must not be empty');
  const first = timesSec[0] as number;
  const ticks = Array.from(timesSec, (time) => Math.round((time - first) * UNEVEN_TICKS_PER_SEC));
  for (let frame = 0; frame < length; frame++) {
    const tick = ticks[frame] as number;
    if (!Number.isSafeInteger(tick) || (frame > 0 && tick <= (ticks[frame - 1] as number))) {
      throw new RangeError(`timesSec must increase by 1/90000 s or more, got ${timesSec[frame]} at frame ${frame}`);
    }
  }
  const span = (ticks[length - 1] as number) / UNEVEN_TICKS_PER_SEC;
  return {
    tick: { numerator: 1, denominator: UNEVEN_TICKS_PER_SEC },
    fps: length > 1 ? (length - 1) / span : 1,
    tickOf(frame) {
      const tick = ticks[frame];
      if (tick === undefined) throw new RangeError(`timesSec must have a time for every frame, got ${length}`);
      return tick;
    },
  };
}
