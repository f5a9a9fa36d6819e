import type { TracksView, VideoView } from 'zoopraxis';
import type { FrameClock } from '../state/clock.js';
import { clockOfVideo } from '../state/frame-clock.js';
import { openRecording, openTracks, openVideos, type StudioState } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import type { Size } from './picture-view.js';

/** What one pane shows. */
export interface Stage extends Size {
  /** Video id; empty for tracks without a video. */
  readonly video: string;
  readonly title: string;
  readonly clock: FrameClock;
}

/** Returns the clock of a video; at the mean rate where the times of its frames cannot be had. */
function stageClock(video: VideoView, state: StudioState): FrameClock | undefined {
  if (video.isThere || !video.isVariableRate) return clockOfVideo(video, state);
  const { frameCount, fps, id } = video;
  return { frameCount, fps, offsetSec: openRecording(state)?.offsetsSec[id] ?? 0 };
}

/** Returns what is looked at in the open recording, one entry for each pane; a video whose times are on their way is left out. */
export function stagesOf(state: StudioState): Stage[] {
  const videos = openVideos(state);
  if (videos.length === 0) {
    const [tracks] = openTracks(state);
    return tracks === undefined ? [] : [tracksStage(tracks, state)];
  }
  return videos.flatMap((video) => {
    const clock = stageClock(video, state);
    const { id, fileName, view, widthPx, heightPx } = video;
    const title = view === 'other' ? fileName : `${fileName}, ${view}`;
    return clock === undefined ? [] : [{ video: id, title, widthPx, heightPx, clock }];
  });
}

const sizes = new Map<string, Size>();

/** Returns the ground on which tracks without a video lie: as far as the arena or the animals in some frames reach. */
function tracksStage(tracks: TracksView, state: StudioState): Stage {
  const { name, frameCount, fps } = tracks;
  const size = sizes.get(name) ?? measureGround(tracks, state);
  return { video: '', title: `${name}, without video`, clock: { frameCount, fps }, ...size };
}

function measureGround(tracks: TracksView, state: StudioState): Size {
  let [right, bottom, isComplete] = [0, 0, true];
  for (let i = 0; i < 64; i++) {
    const pose = trackWindows.frame(tracks, Math.min(tracks.frameCount - 1, i * 16));
    if (pose === undefined) isComplete = false;
    for (let at = 0; at + 2 < (pose?.length ?? 0); at += 3) {
      const [x, y] = [pose?.[at] as number, pose?.[at + 1] as number];
      if (x > right) right = x;
      if (y > bottom) bottom = y;
    }
  }
  const arena = openRecording(state)?.arena;
  if (arena?.space === 'image' && arena.shape.kind === 'polygon') {
    for (const [x, y] of arena.shape.corners) [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  }
  const size = { widthPx: Math.ceil(right * 1.05) || 1024, heightPx: Math.ceil(bottom * 1.05) || 768 };
  if (isComplete) sizes.set(tracks.name, size);
  return size;
}
