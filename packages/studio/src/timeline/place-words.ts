import { frameAt } from '../state/clock.js';
import type { StudioState } from '../state/studio-store.js';
import { openClock, openLimits } from './open-clock.js';

/** Where the clock is, for sliders and their readers. */
export interface PlaceWords {
  /** Frame, or seconds where the recording has no frames. */
  readonly valueNow: number;
  readonly valueMax: number;
  /** `frame 1201 of 27000, 40.03 s`. */
  readonly text: string;
  /** Frame and how many there are; null where the recording has no frames. */
  readonly frame: number | null;
  readonly frameCount: number;
}

/** Returns in words where the clock is. */
export function placeWords(state: StudioState): PlaceWords {
  const clock = openClock(state);
  const seconds = `${state.timeSec.toFixed(2)} s`;
  if (clock === undefined) {
    const valueMax = Math.round(openLimits(state).endSec * 100) / 100;
    return { valueNow: Math.round(state.timeSec * 100) / 100, valueMax, text: seconds, frame: null, frameCount: 0 };
  }
  const { frameCount } = clock;
  const frame = frameAt(state.timeSec, clock);
  const text = `frame ${frame} of ${frameCount}, ${seconds}`;
  return { valueNow: frame, valueMax: Math.max(0, frameCount - 1), text, frame, frameCount };
}
