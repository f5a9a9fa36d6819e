import type { TracksView } from 'zoopraxis';
import { openTracks, openVideos, type StudioState } from '../state/studio-store.js';
import { looksOf, type TracksLook } from './pose-look.js';

/** Tracks that are shown, and how. */
export interface ShownTracks {
  readonly tracks: TracksView;
  readonly look: TracksLook;
}

/** Returns the tracks that are shown over a video (empty id: over the ground without one), in the order in which they were chosen. */
export function tracksOver(video: string, state: StudioState): ShownTracks[] {
  const all = openTracks(state);
  const first = openVideos(state)[0]?.id ?? '';
  return state.shownTracks.flatMap((name, place) => {
    const tracks = all.find((candidate) => candidate.name === name);
    if (tracks === undefined || (tracks.video ?? first) !== video) return [];
    return [{ tracks, look: looksOf(place) }];
  });
}
