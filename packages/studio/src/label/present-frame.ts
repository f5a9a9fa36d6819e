import { useStore } from 'zustand';
import { frameAt, timeOf } from '../state/clock.js';
import { clockOfVideo, frameTimes } from '../state/frame-clock.js';
import { openVideos, type StudioState, studio } from '../state/studio-store.js';

function frameOf(state: StudioState): number | null {
  const [video] = openVideos(state);
  const clock = video === undefined ? undefined : clockOfVideo(video, state);
  return clock === undefined || clock.frameCount === 0 ? null : frameAt(state.timeSec, clock);
}

/** Returns the frame of the open recording's first video that the clock is at, or null where there is none. */
export const presentFrame = (): number | null => frameOf(studio.getState());

/** Returns the same as {@link presentFrame}; the component renders again when the frame changes. */
export function usePresentFrame(): number | null {
  useStore(frameTimes);
  return useStore(studio, frameOf);
}

/** Moves the clock to a frame of the open recording's first video, kept inside it; playing stops. */
export function goToFrame(frame: number): void {
  const [video] = openVideos();
  const clock = video === undefined ? undefined : clockOfVideo(video);
  if (clock === undefined) return;
  const inside = Math.max(0, Math.min(clock.frameCount - 1, Math.round(frame)));
  studio.setState({ timeSec: timeOf(inside, clock), isPlaying: false });
}
