import { endOf, type FrameClock, frameAt, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { openRecording, openVideos, type StudioState, studio } from '../state/studio-store.js';
import type { TimeLimits } from './scale.js';

/** Returns the clock that the open recording is counted by; by the mean rate while the times of a varying one are read. */
export function openClock(state: StudioState = studio.getState()): FrameClock | undefined {
  const clock = recordingClock(state);
  if (clock !== undefined) return clock;
  const [video] = openVideos(state);
  if (video === undefined) return undefined;
  const offsetSec = openRecording(state)?.offsetsSec[video.id] ?? 0;
  return { frameCount: video.frameCount, fps: video.fps, offsetSec };
}

/** Returns how far the time of the open recording reaches, and the shortest stretch that is shown: a few frames. */
export function openLimits(state: StudioState = studio.getState()): TimeLimits {
  const clock = openClock(state);
  const endSec = Math.max(openRecording(state)?.durationSec ?? 0, clock === undefined ? 0 : endOf(clock), 0.01);
  const shortestSec = Math.min(endSec, clock === undefined ? 0.1 : 6 / clock.fps);
  return { endSec, shortestSec };
}

/** Returns the time of the frame that is shown at a time, so that the clock stands at the beginning of frames. */
export function snapToFrame(timeSec: number, state: StudioState = studio.getState()): number {
  const clock = openClock(state);
  const { endSec } = openLimits(state);
  if (clock === undefined) return Math.max(0, Math.min(endSec, timeSec));
  return Math.max(0, timeOf(frameAt(timeSec, clock), clock));
}
