import type { BoutEdit, BoutView, Saved, StreamKey, StreamView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { call } from '../server/client.js';
import { saveEdit } from './saver.js';
import { studio } from './studio-store.js';

/** Bouts of one animal by one annotator, ascending by start. */
export interface BoutStream extends StreamView {
  readonly bouts: readonly BoutView[];
}

/** Bouts of the open recording. */
export interface BoutsState {
  readonly recording: string | null;
  readonly isLoading: boolean;
  /** By set, then as the project lists them. */
  readonly streams: readonly BoutStream[];
}

/** The store of bouts; {@link editBouts} changes it. */
export const bouts = createStore<BoutsState>(() => ({ recording: null, isLoading: false, streams: [] }));

/** Returns a part of the bouts; the component renders again when it changes. */
export function useBouts<Part>(pick: (state: BoutsState) => Part): Part {
  return useStore(bouts, pick);
}

/** Returns a text that is the same for the same stream alone. */
export const streamId = ({ set, recording, subject, target, annotator, channel }: StreamKey): string =>
  JSON.stringify([set, recording, subject, target ?? null, annotator, channel]);

const byStart = (a: BoutView, b: BoutView) => a.startSec - b.startSec || a.endSec - b.endSec;

/** Returns streams after an edit; a stream that was not there is added. Pure: what is shown before the server answers. */
export function applyBoutEdits(streams: readonly BoutStream[], edits: readonly BoutEdit[]): BoutStream[] {
  const result = [...streams];
  for (const { stream, remove, add } of edits) {
    const at = result.findIndex((candidate) => streamId(candidate) === streamId(stream));
    const before = result[at] ?? { ...stream, isHuman: true, behaviors: [], boutCount: 0, bouts: [] };
    const gone = new Set([...remove, ...add.map(({ id }) => id)]);
    const after = [...before.bouts.filter(({ id }) => !gone.has(id)), ...add].sort(byStart);
    const behaviors = [...new Set([...before.behaviors, ...add.map(({ behavior }) => behavior)])];
    const next = { ...before, behaviors, bouts: after, boutCount: after.length };
    if (at < 0) result.push(next);
    else result[at] = next;
  }
  return result;
}

let loading: AbortController | undefined;

/** Reads the bouts of the open recording from the server, of all sets. */
export async function loadBouts(): Promise<void> {
  const { project, recordingId } = studio.getState();
  loading?.abort();
  if (project === null || recordingId === null) {
    bouts.setState({ recording: null, isLoading: false, streams: [] });
    return;
  }
  loading = new AbortController();
  const { signal } = loading;
  const isOther = bouts.getState().recording !== recordingId;
  bouts.setState({ recording: recordingId, isLoading: true, ...(isOther ? { streams: [] } : {}) });
  const sets = [
    ...new Set(project.annotations.filter(({ recording }) => recording === recordingId).map(({ set }) => set)),
  ];
  const read = await Promise.all(
    sets.map((set) => call('GET /api/bouts', { query: { set, recording: recordingId }, signal })),
  );
  if (!signal.aborted) bouts.setState({ isLoading: false, streams: read.flat() });
}

/** Changes bouts: shown at once, then sent; one call is one step of undo. Shows the server's state again where it refuses. */
export async function editBouts(title: string, edits: readonly BoutEdit[]): Promise<Saved | undefined> {
  const { annotator } = studio.getState();
  bouts.setState(({ streams }) => ({ streams: applyBoutEdits(streams, edits) }));
  studio.setState({ lastEdited: 'bouts' });
  try {
    return await saveEdit(() => call('POST /api/bouts', { body: { annotator, title, edits } }));
  } catch (error) {
    await loadBouts();
    throw error;
  }
}

/** Takes back the annotator's last edit of bouts, or does it again. */
export async function undoBouts(direction: 'undo' | 'redo'): Promise<void> {
  const { annotator } = studio.getState();
  await saveEdit(() => call('POST /api/bouts-undo', { body: { annotator, direction } }));
  await loadBouts();
}
