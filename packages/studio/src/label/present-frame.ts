import type { VideoView } from 'zoopraxis';
import { useStore } from 'zustand';
import { frameAt, timeOf } from '../state/clock.js';
import { clockOfVideo, frameTimes } from '../state/frame-clock.js';
import { labels } from '../state/labels.js';
import { openVideos, type StudioState, studio } from '../state/studio-store.js';

/** Returns the video that is labeled: the chosen one of the open recording, else its first; undefined where it has none. */
export function labeledVideo(state: StudioState = studio.getState()): VideoView | undefined {
  const videos = openVideos(state);
  return videos.find(({ id }) => id === labels.getState().video) ?? videos[0];
}

function frameOf(state: StudioState): number | null {
  const video = labeledVideo(state);
  const clock = video === undefined ? undefined : clockOfVideo(video, state);
  return clock === undefined || clock.frameCount === 0 ? null : frameAt(state.timeSec, clock);
}

/** Returns the frame of the labeled video that the clock is at, or null where there is none. */
export const presentFrame = (): number | null => frameOf(studio.getState());

/** Returns the same as {@link presentFrame}; the component renders again when the frame changes. */
export function usePresentFrame(): number | null {
  useStore(frameTimes);
  useStore(labels, ({ video }) => video);
  return useStore(studio, frameOf);
}

/** Moves the clock to a frame of the labeled video, kept inside it; playing stops. */
export function goToFrame(frame: number): void {
  const video = labeledVideo();
  const clock = video === undefined ? undefined : clockOfVideo(video);
  if (clock === undefined) return;
  const inside = Math.max(0, Math.min(clock.frameCount - 1, Math.round(frame)));
  studio.setState({ timeSec: timeOf(inside, clock), isPlaying: false });
}
