import type { JumpTarget } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { tell } from '../page/tell.js';
import { call } from '../server/client.js';
import { frameAt } from '../state/clock.js';
import { recordingClock } from '../state/frame-clock.js';
import { jobs } from '../state/jobs.js';
import { openTracks, type StudioState, studio } from '../state/studio-store.js';
import { goToFrame } from './go-to.js';
import { nextTarget, orderTargets, type TargetKind, type TargetOrder } from './target-order.js';

/** Places of one kind. */
export type TargetList =
  | { readonly kind: 'loading' }
  /** The user called it off. */
  | { readonly kind: 'canceled' }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'there'; readonly targets: readonly JumpTarget[] };

/** Places worth a look in the open recording. */
export interface TargetsState {
  /** The kind that the panel lists and that keys walk through. */
  readonly shown: TargetKind;
  readonly order: TargetOrder;
  /** Index into the shown list in its order; -1 = none. */
  readonly current: number;
  /** Recording and tracks that the lists are about. */
  readonly about: string;
  readonly lists: ReadonlyMap<TargetKind, TargetList>;
}

/** The store of places. */
export const targets = createStore<TargetsState>(() => ({
  shown: 'low confidence',
  order: 'score',
  current: -1,
  about: '',
  lists: new Map(),
}));

/** Returns a part of the places; the component renders again when it changes. */
export function useTargets<Part>(pick: (state: TargetsState) => Part): Part {
  return useStore(targets, pick);
}

/** Returns the tracks that places are looked for in: the first that are shown, else the first of the recording. */
export function lookedAtTracks(state: StudioState = studio.getState()): string | undefined {
  const own = openTracks(state);
  return (own.find(({ name }) => state.shownTracks.includes(name)) ?? own[0])?.name;
}

/** Tells whether the lists are about what is open now. */
export const isAboutNow = (): boolean => targets.getState().about === aboutNow();

const aboutNow = () => `${studio.getState().recordingId}\n${lookedAtTracks()}`;
const orders = new WeakMap<readonly JumpTarget[], Map<TargetOrder, readonly JumpTarget[]>>();

/** Returns the places of a kind in the order that is chosen; empty until they are loaded. */
export function orderedTargets(kind: TargetKind, { lists, order }: TargetsState): readonly JumpTarget[] {
  const list = lists.get(kind);
  if (list?.kind !== 'there') return none;
  const known = orders.get(list.targets) ?? new Map<TargetOrder, readonly JumpTarget[]>();
  const ordered = known.get(order) ?? orderTargets(list.targets, order);
  orders.set(list.targets, known.set(order, ordered));
  return ordered;
}
const none: readonly JumpTarget[] = [];

function put(kind: TargetKind, list: TargetList): void {
  targets.setState(({ lists }) => ({ lists: new Map(lists).set(kind, list) }));
}

const asked = new Map<TargetKind, AbortController>();

/** Calls off what is being looked for. */
export function cancelTargets(kind: TargetKind): void {
  asked.get(kind)?.abort();
}

/** Reads the places of a kind from the server unless they are there; `isAgain` reads them in any case. */
export async function loadTargets(kind: TargetKind, { isAgain = false } = {}): Promise<void> {
  const { recordingId, annotator } = studio.getState();
  if (recordingId === null) return;
  const about = aboutNow();
  if (targets.getState().about !== about) {
    // Nobody waits for the places of what was open before.
    for (const stop of asked.values()) stop.abort();
    targets.setState({ about, lists: new Map(), current: -1 });
  }
  const before = targets.getState().lists.get(kind);
  if (!isAgain && (before?.kind === 'there' || before?.kind === 'loading')) return;
  put(kind, { kind: 'loading' });
  const tracks = lookedAtTracks();
  asked.get(kind)?.abort();
  const stop = new AbortController();
  asked.set(kind, stop);
  const putNow = (list: TargetList) => {
    if (targets.getState().about === about && asked.get(kind) === stop) put(kind, list);
  };
  try {
    const found = await call('GET /api/recordings/:recording/targets', {
      path: { recording: recordingId },
      query: {
        kind,
        ...(tracks === undefined ? {} : { tracks }),
        ...(kind === 'disagreement' && annotator !== '' ? { annotator } : {}),
      },
      signal: stop.signal,
    });
    putNow({ kind: 'there', targets: found });
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    putNow(stop.signal.aborted ? { kind: 'canceled' } : { kind: 'failed', sentence });
  }
}

/** Lists a kind of places in the panel, and reads them. */
export async function showTargets(kind: TargetKind): Promise<void> {
  if (targets.getState().shown !== kind) targets.setState({ shown: kind, current: -1 });
  await loadTargets(kind);
}

/** Goes to a place of the list that is shown, by its index in the order that is chosen. */
export function goToTarget(index: number): void {
  const target = orderedTargets(targets.getState().shown, targets.getState())[index];
  if (target === undefined) return;
  targets.setState({ current: index });
  goToFrame(target.frame, target.individual, target.keypoint);
}

/** Goes to the next or previous place of a kind, by default the shown one; says so where there is none. */
export async function goToNextTarget(step: 1 | -1, kind = targets.getState().shown): Promise<void> {
  await showTargets(kind);
  const state = targets.getState();
  const list = state.lists.get(kind);
  if (list?.kind === 'failed') throw new Error(list.sentence);
  const ordered = orderedTargets(kind, state);
  if (ordered.length === 0) {
    if (list?.kind === 'there') tell(`Nothing of the kind “${kind}” was found in this recording`, { topic: 'target' });
    return;
  }
  const clock = recordingClock();
  const frame = clock === undefined ? 0 : frameAt(studio.getState().timeSec, clock);
  const { order, current } = state;
  const next = nextTarget(ordered, { order, current, frame, step });
  goToTarget(next);
  const at = ordered[next];
  if (at !== undefined) tell(`${next + 1} of ${ordered.length}: ${at.text}`, { topic: 'target' });
}

/** Forgets all places when the recording, the tracks or what was found by a job changes, and reads the shown kind again. */
export function followTargets(isShown: () => boolean): () => void {
  const again = () => {
    if (isShown()) void loadTargets(targets.getState().shown);
  };
  const stopStudio = studio.subscribe(() => {
    if (targets.getState().about !== aboutNow()) again();
  });
  const doneCount = () => jobs.getState().list.filter(({ state }) => state === 'done').length;
  let done = doneCount();
  const stopJobs = jobs.subscribe(() => {
    const now = doneCount();
    if (now === done) return;
    done = now;
    targets.setState({ lists: new Map(), current: -1 });
    again();
  });
  again();
  return () => {
    stopStudio();
    stopJobs();
  };
}
