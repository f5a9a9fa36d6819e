import type { BoutView, ProjectView, RecordingView, Saved, StreamKey, TracksView, VideoView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** What keys and pointer mean: letters are behaviors in `annotate` alone. */
export type Mode = 'view' | 'label' | 'annotate';

/** What is chosen; one thing at a time in all panels. */
export type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'point'; readonly individual: string; readonly keypoint: string }
  | { readonly kind: 'individual'; readonly individual: string }
  | { readonly kind: 'bout'; readonly stream: StreamKey; readonly bout: BoutView }
  | { readonly kind: 'stretch'; readonly fromSec: number; readonly toSec: number }
  | { readonly kind: 'region'; readonly name: string };

/** A part of the recording's time, seconds; the end is not included. */
export interface TimeRange {
  readonly fromSec: number;
  readonly toSec: number;
}

/** Whether all edits are on the disk. */
export type SaveState =
  | { readonly kind: 'saved'; readonly last: Saved | null }
  | { readonly kind: 'saving'; readonly waiting: number }
  | { readonly kind: 'failing'; readonly waiting: number; readonly message: string };

/** All that panels share. Parts of one panel alone live in stores of its folder. */
export interface StudioState {
  readonly project: ProjectView | null;
  /** Sentence for the whole page where the server cannot be reached or refused. */
  readonly trouble: string | null;
  readonly recordingId: string | null;
  readonly mode: Mode;
  /** The one clock: seconds in the recording, at the beginning of the frame that is shown. */
  readonly timeSec: number;
  readonly isPlaying: boolean;
  /** Times of real time, 0.25 to 8. */
  readonly speed: number;
  /** What the timeline shows. */
  readonly range: TimeRange;
  readonly selection: Selection;
  /** Whose labels and bouts are made. */
  readonly annotator: string;
  /** The stream that letters write into. */
  readonly activeStream: StreamKey | null;
  /** Names of the tracks that are drawn over the video; several to compare models. */
  readonly shownTracks: readonly string[];
  /** Points with a lower confidence are drawn faint. */
  readonly confidenceCutoff: number;
  readonly save: SaveState;
  /** Which kind of edit came last: what undo takes back where the mode does not tell. */
  readonly lastEdited: 'labels' | 'bouts' | 'outlines' | 'identities';
  /** Ids of the dialogs that are open, the topmost last. */
  readonly dialogs: readonly string[];
  readonly theme: 'dark' | 'light' | 'system';
  /** Name of the preset of keys. */
  readonly keyPreset: string;
}

const empty: StudioState = {
  project: null,
  trouble: null,
  recordingId: null,
  mode: 'view',
  timeSec: 0,
  isPlaying: false,
  speed: 1,
  range: { fromSec: 0, toSec: 20 },
  selection: { kind: 'none' },
  annotator: '',
  activeStream: null,
  shownTracks: [],
  confidenceCutoff: 0.6,
  save: { kind: 'saved', last: null },
  lastEdited: 'labels',
  dialogs: [],
  theme: 'dark',
  keyPreset: 'Zoopraxis',
};

/** The one store of the page. */
export const studio = createStore<StudioState>(() => empty);

/** Returns a part of the shared state; the component renders again when it changes. */
export function useStudio<Part>(pick: (state: StudioState) => Part): Part {
  return useStore(studio, pick);
}

/** Returns the recording that is open, or undefined. */
export function openRecording(state: StudioState = studio.getState()): RecordingView | undefined {
  return state.project?.recordings.find(({ id }) => id === state.recordingId);
}

/** Returns the videos of the open recording, the one that frames are counted in first; list. */
export function openVideos(state: StudioState = studio.getState()): VideoView[] {
  return (openRecording(state)?.videos ?? []).flatMap(
    (id) => state.project?.videos.find((video) => video.id === id) ?? [],
  );
}

/**
 * Returns the tracks of the open recording that say most: those of the model that was made last, and of tracks and their copy
 * with exchanged identities the copy; the first where no model is known. Undefined where there are none.
 */
export function newestTracks(state: StudioState = studio.getState()): TracksView | undefined {
  const all = openTracks(state);
  const madeAt = new Map((state.project?.models ?? []).map((model) => [model.name, model.madeAt ?? '']));
  const ageOf = ({ source }: TracksView) => madeAt.get(source) ?? '';
  const [newest] = [...all].sort((a, b) => (ageOf(a) < ageOf(b) ? 1 : ageOf(a) > ageOf(b) ? -1 : 0));
  return all.find(({ name }) => name === `${newest?.name}-edited`) ?? newest;
}

/** Tells whether a recording is a folder of images, whose frames have numbers and no times. */
export function isImageFolder(recording: RecordingView | undefined, state: StudioState = studio.getState()): boolean {
  const first = recording?.videos[0];
  return first !== undefined && state.project?.videos.find(({ id }) => id === first)?.isImages === true;
}

/** Returns the tracks of the open recording, list. */
export function openTracks(state: StudioState = studio.getState()): TracksView[] {
  return state.project?.tracks.filter(({ recording }) => recording === state.recordingId) ?? [];
}
