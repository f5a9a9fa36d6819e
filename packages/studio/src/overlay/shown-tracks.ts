import type { TracksView } from 'zoopraxis';
import { openTracks, openVideos, type StudioState } from '../state/studio-store.js';
import { looksOf, type TracksLook } from './pose-look.js';

/** Tracks that are shown, and how. */
export interface ShownTracks {
  readonly tracks: TracksView;
  readonly look: TracksLook;
  /** Colors that others have before those of these animals: with one animal each, models are told apart by color as well. */
  readonly colorShift: number;
}

/** Returns the tracks that are shown over a video (empty id: over the ground without one), in the order in which they were chosen. */
export function tracksOver(video: string, state: StudioState): ShownTracks[] {
  const all = openTracks(state);
  const first = openVideos(state)[0]?.id ?? '';
  return state.shownTracks.flatMap((name, place) => {
    const tracks = all.find((candidate) => candidate.name === name);
    if (tracks === undefined || (tracks.video ?? first) !== video) return [];
    return [{ tracks, look: looksOf(place), colorShift: colorShiftOf(tracks, place) }];
  });
}

/** Returns how far the colors of tracks at a place of the list are moved: several animals keep theirs in all models. */
export const colorShiftOf = ({ individuals }: TracksView, place: number): number =>
  individuals.length === 1 ? place : 0;
