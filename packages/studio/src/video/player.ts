import { frameAt, timeOf } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import type { Motion } from './frames/wanted-frames.js';
import { type PlayAnchor, playMoment, strideOf } from './play-clock.js';

/** Longest gap between two pictures of the display, ms: behind it the page was hidden, and playing goes on where it was. */
const longestGapMs = 1000;

let direction: Motion['direction'] = 0;

/** Returns how the clock moves now. */
export function presentMotion(): Motion {
  const { isPlaying, speed } = studio.getState();
  const fps = recordingClock()?.fps ?? 30;
  return { isPlaying, stepSec: strideOf(fps, speed) / fps, direction };
}

/** Shows a frame of the recording, kept inside it. */
export function seekFrame(frame: number): void {
  const clock = recordingClock();
  if (clock === undefined || clock.frameCount === 0) return;
  studio.setState({ timeSec: timeOf(Math.max(0, Math.min(clock.frameCount - 1, frame)), clock) });
}

/** Steps by frames; playing ends. */
export function stepBy(frames: number): void {
  const clock = recordingClock();
  if (clock === undefined || clock.frameCount === 0) return;
  studio.setState({ isPlaying: false });
  seekFrame(frameAt(studio.getState().timeSec, clock) + frames);
}

/** Plays, or stands still; at the end playing begins anew. */
export function togglePlay(): void {
  const { isPlaying, timeSec } = studio.getState();
  const clock = recordingClock();
  if (clock === undefined || clock.frameCount === 0) return;
  if (isPlaying) studio.setState({ isPlaying: false });
  else {
    const isAtEnd = frameAt(timeSec, clock) >= clock.frameCount - 1;
    studio.setState({ isPlaying: true, ...(isAtEnd ? { timeSec: timeOf(0, clock) } : {}) });
  }
}

/** Lets the clock run while `isPlaying`; returns the way to stop. */
export function startPlayer(): () => void {
  let anchor: PlayAnchor | undefined;
  let shownSec = Number.NaN;
  let lastMs = 0;
  let request = 0;
  const tick = (nowMs: number) => {
    const { isPlaying, speed, timeSec } = studio.getState();
    if (!isPlaying) {
      anchor = undefined;
      request = 0;
      return;
    }
    request = requestAnimationFrame(tick);
    const clock = recordingClock();
    if (clock === undefined) return;
    const isMoved = timeSec !== shownSec || anchor?.speed !== speed || nowMs - lastMs > longestGapMs;
    if (anchor === undefined || isMoved) anchor = { timeSec, atMs: nowMs, speed };
    lastMs = nowMs;
    const moment = playMoment(anchor, nowMs, clock, strideOf(clock.fps, speed));
    shownSec = moment.timeSec;
    if (moment.isAtEnd) studio.setState({ timeSec: moment.timeSec, isPlaying: false });
    else if (moment.timeSec !== timeSec) studio.setState({ timeSec: moment.timeSec });
  };
  const follow = () => {
    if (studio.getState().isPlaying && request === 0) request = requestAnimationFrame(tick);
  };
  const stop = studio.subscribe((state, before) => {
    if (state.timeSec !== before.timeSec && !state.isPlaying) {
      const frames = (state.timeSec - before.timeSec) * (recordingClock()?.fps ?? 30);
      direction = Math.abs(frames) > 12 ? 0 : frames > 0 ? 1 : -1;
    }
    follow();
  });
  follow();
  return () => {
    stop();
    cancelAnimationFrame(request);
  };
}
