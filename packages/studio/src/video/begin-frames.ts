import { expectPicture } from '../state/pictures-first.js';
import { studio } from '../state/studio-store.js';
import { frameFeed } from './frames/frame-feed.js';
import { stagesOf } from './stage.js';
import { videoViews } from './view-store.js';

/** Videos of one recording that are opened ahead. */
const most = 4;

/**
 * Opens the videos of a recording as soon as it is chosen, and asks for their first picture: it is on its way while the
 * page is built. Returns the way to stop.
 */
export function beginFrames(): () => void {
  frameFeed.start();
  return studio.subscribe((state, before) => {
    if (state.recordingId === null || state.recordingId === before.recordingId) return;
    const { hidden } = videoViews.getState();
    const stages = stagesOf(state).filter(({ video }) => video !== '' && !hidden.includes(video));
    if (stages.length > 0) expectPicture();
    for (const stage of stages.slice(0, most)) {
      frameFeed.open(stage.video, stage);
      frameFeed.want(stage.video, state.timeSec, stage.clock, { isPlaying: false, stepSec: 0, direction: 0 });
    }
  });
}
