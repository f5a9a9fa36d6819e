import { useSyncExternalStore } from 'react';
import { labels } from '../state/labels.js';
import { studio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { presentLabeled } from './actions.js';
import type { Labeled } from './gestures.js';
import { labeling } from './label-store.js';
import { presentFrame } from './present-frame.js';

let key: readonly unknown[] = [];
let made: Labeled | null = null;
let windowsSeen = 0;

function snapshot(): Labeled | null {
  const { annotator, project, recordingId, shownTracks } = studio.getState();
  const { individual, keypoint, shownFrame, draft, mode, added, suggestionsShown } = labeling.getState();
  const now = [
    shownFrame ?? presentFrame(),
    labels.getState(),
    ...[annotator, project, recordingId, shownTracks, windowsSeen],
    ...[individual, keypoint, draft, mode, added, suggestionsShown],
  ];
  if (now.length === key.length && now.every((part, at) => part === key[at])) return made;
  key = now;
  made = presentLabeled();
  return made;
}

function subscribe(changed: () => void): () => void {
  const stops = [
    studio.subscribe(changed),
    labels.subscribe(changed),
    labeling.subscribe(changed),
    trackWindows.subscribe(() => {
      windowsSeen++;
      changed();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Returns what is labeled in the present frame; the component renders again when any of it changes. */
export const useLabeled = (): Labeled | null => useSyncExternalStore(subscribe, snapshot);
