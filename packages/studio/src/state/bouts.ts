import type { BoutChanges, BoutEdit, BoutView, Saved, StreamKey, StreamView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { call, ServerRefusal } from '../server/client.js';
import { saveEdit } from './saver.js';
import { studio } from './studio-store.js';

/** Bouts of one animal by one annotator, ascending by start. */
export interface BoutStream extends StreamView {
  readonly bouts: readonly BoutView[];
  /** What was watched, from and to; left out: the whole recording, as far as is known. */
  readonly observedSec?: readonly [number, number];
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

/** Returns streams with what changed in them; those in which nothing did keep their list of bouts, and what was made of it. */
export function mergeBouts(before: readonly BoutStream[], { streams }: BoutChanges): BoutStream[] {
  const known = new Map(before.map((stream) => [streamId(stream), stream]));
  return streams.map(({ isWhole, removed, bouts: told, ...head }): BoutStream => {
    const old = known.get(streamId(head))?.bouts ?? [];
    if (isWhole) return { ...head, bouts: told };
    if (told.length + removed.length === 0) return { ...head, bouts: old };
    const gone = new Set([...removed, ...told.map(({ id }) => id)]);
    return { ...head, bouts: [...old.filter(({ id }) => !gone.has(id)), ...told].sort(byStart) };
  });
}

/** What the server said last of each set, without edits that are on their way: what changed is added to it. */
let base: { recording: string; sets: ReadonlyMap<string, { version: string; streams: readonly BoutStream[] }> } = {
  recording: '',
  sets: new Map(),
};

/** Edits that the server's answer to a question may not hold yet. */
interface RecentEdit {
  readonly edits: readonly BoutEdit[];
  isSaved: boolean;
}

let recent: readonly RecentEdit[] = [];
let loading: AbortController | undefined;

/**
 * Reads the bouts of the open recording from the server, of all sets; edits that are on their way stay on the page, for the
 * answer may be from before them.
 */
export async function loadBouts(): Promise<void> {
  const { project, recordingId } = studio.getState();
  loading?.abort();
  if (project === null || recordingId === null) {
    bouts.setState({ recording: null, isLoading: false, streams: [] });
    return;
  }
  loading = new AbortController();
  const { signal } = loading;
  recent = recent.filter(({ isSaved }) => !isSaved);
  const isOther = bouts.getState().recording !== recordingId;
  bouts.setState({ recording: recordingId, isLoading: true, ...(isOther ? { streams: [] } : {}) });
  // A set that an edit has just begun is not in the project's view yet.
  const known = [...project.annotations, ...bouts.getState().streams].filter(
    ({ recording }) => recording === recordingId,
  );
  const sets = [...new Set(known.map(({ set }) => set))];
  const told = base.recording === recordingId ? base.sets : new Map<string, never>();
  const read = await Promise.all(
    sets.map(async (set) => {
      const earlier = told.get(set);
      const query = { set, recording: recordingId, ...(earlier === undefined ? {} : { since: earlier.version }) };
      const answer = await call('GET /api/bout-changes', { query, signal }).catch((error) => {
        if (error instanceof ServerRefusal && error.status === 404) return undefined;
        throw error;
      });
      if (answer === undefined) return [];
      return [[set, { version: answer.version, streams: mergeBouts(earlier?.streams ?? [], answer) }] as const];
    }),
  ).catch((error) => {
    // A newer question took its place.
    if (signal.aborted) return undefined;
    bouts.setState({ isLoading: false });
    throw error;
  });
  if (read === undefined || signal.aborted) return;
  base = { recording: recordingId, sets: new Map(read.flat()) };
  let streams: readonly BoutStream[] = [...base.sets.values()].flatMap((set) => set.streams);
  for (const { edits } of recent) {
    streams = applyBoutEdits(
      streams,
      edits.filter(({ stream }) => stream.recording === recordingId),
    );
  }
  bouts.setState({ isLoading: false, streams });
}

/** Changes bouts: shown at once, then sent; one call is one step of undo. Shows the server's state again where it refuses. */
export async function editBouts(title: string, edits: readonly BoutEdit[]): Promise<Saved | undefined> {
  const { annotator, recordingId } = studio.getState();
  const here = edits.filter(({ stream }) => stream.recording === recordingId);
  bouts.setState(({ streams }) => ({ streams: applyBoutEdits(streams, here) }));
  studio.setState({ lastEdited: 'bouts' });
  const edit: RecentEdit = { edits, isSaved: false };
  recent = [...recent, edit];
  try {
    const saved = await saveEdit('POST /api/bouts', { body: { annotator, title, edits } });
    edit.isSaved = true;
    return saved;
  } catch (error) {
    recent = recent.filter((other) => other !== edit);
    await loadBouts();
    throw error;
  }
}

/** Takes back the annotator's last edit of bouts, or does it again; returns what it was about. */
export async function undoBouts(direction: 'undo' | 'redo'): Promise<Saved['reversed']> {
  const { annotator } = studio.getState();
  const { reversed } = await saveEdit('POST /api/bouts-undo', { body: { annotator, direction } });
  await loadBouts();
  return reversed;
}
