import type { RecordingView, VideoView } from 'zoopraxis';
import { createStore } from 'zustand/vanilla';
import { callBytes } from '../server/client.js';
import type { FrameClock } from './clock.js';
import { openRecording, openVideos, type StudioState, studio } from './studio-store.js';

/** Times of the frames of videos whose rate varies, by video id, each of shape `[frame]`; filled as they are needed. */
export const frameTimes = createStore<Readonly<Record<string, Float64Array>>>(() => ({}));

const waiting = new Map<string, Promise<Float64Array>>();

/** Returns the times of a video's frames in seconds from the first one, shape `[frame]`; asked for once. */
export function loadFrameTimes(video: string): Promise<Float64Array> {
  const known = frameTimes.getState()[video];
  if (known !== undefined) return Promise.resolve(known);
  let pending = waiting.get(video);
  if (pending === undefined) {
    pending = callBytes(`/api/videos/${encodeURIComponent(video)}/times`)
      .then((bytes) => {
        const times = new Float64Array(bytes);
        frameTimes.setState({ [video]: times });
        return times;
      })
      .finally(() => waiting.delete(video));
    waiting.set(video, pending);
  }
  return pending;
}

/** Returns the clock of a video in the open recording, undefined while the times of a varying rate are on their way. */
export function clockOfVideo(video: VideoView, state: StudioState = studio.getState()): FrameClock | undefined {
  const offsetSec = openRecording(state)?.offsetsSec[video.id] ?? 0;
  const { frameCount, fps, isVariableRate } = video;
  if (!isVariableRate) return { frameCount, fps, offsetSec };
  const timesSec = frameTimes.getState()[video.id];
  if (timesSec !== undefined) return { frameCount: timesSec.length, fps, timesSec, offsetSec };
  // Whoever asks again after it came finds it; a failure is told by what shows the video.
  void loadFrameTimes(video.id).catch(() => undefined);
  return undefined;
}

/**
 * Returns the clock that the open recording counts its frames by: that of its first video, else of its first tracks;
 * undefined where nothing is open, or the times of a varying rate are on their way.
 */
export function recordingClock(state: StudioState = studio.getState()): FrameClock | undefined {
  const [video] = openVideos(state);
  if (video !== undefined) return clockOfVideo(video, state);
  const tracks = state.project?.tracks.find(({ recording }) => recording === state.recordingId);
  return tracks === undefined ? undefined : { frameCount: tracks.frameCount, fps: tracks.fps };
}

/** Returns the clock that any recording counts its frames by, as {@link recordingClock}, after reading what it needs. */
export async function readClock(recording: RecordingView, state: StudioState): Promise<FrameClock | undefined> {
  const video = state.project?.videos.find(({ id }) => id === recording.videos[0]);
  if (video === undefined) {
    const tracks = state.project?.tracks.find((each) => each.recording === recording.id);
    return tracks === undefined ? undefined : { frameCount: tracks.frameCount, fps: tracks.fps };
  }
  const { frameCount, fps, isVariableRate } = video;
  const offsetSec = recording.offsetsSec[video.id] ?? 0;
  if (!isVariableRate) return { frameCount, fps, offsetSec };
  const timesSec = await loadFrameTimes(video.id);
  return { frameCount: timesSec.length, fps, timesSec, offsetSec };
}
