import type { StreamKey } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { streamId } from '../state/bouts.js';
import { studio } from '../state/studio-store.js';
import type { OverlapRule } from './exclusions.js';
import type { OpenBout } from './letters.js';
import { restoreAnnotator } from './who.js';

/** Bouts of one stream that were begun and not ended. */
export interface OpenStream {
  readonly stream: StreamKey;
  /** The one begun last at the end. */
  readonly bouts: readonly OpenBout[];
}

/** What annotating knows beside the bouts themselves. */
export interface AnnotateState {
  readonly open: readonly OpenStream[];
  /** False where letters are switched off, so that a slip of the hand marks nothing. */
  readonly hasLetters: boolean;
  readonly overlap: OverlapRule;
  /** What was done last, in words for screen readers. */
  readonly said: string;
  /** Where the menu of a bout is open, CSS px of the page. */
  readonly menu: { readonly x: number; readonly y: number } | null;
}

/** The store of annotating. */
export const annotate = createStore<AnnotateState>(() => ({
  open: [],
  hasLetters: true,
  overlap: 'ethogram',
  said: '',
  menu: null,
}));

/** Returns a part of the state of annotating; the component renders again when it changes. */
export function useAnnotate<Part>(pick: (state: AnnotateState) => Part): Part {
  return useStore(annotate, pick);
}

/** Returns the bouts of a stream that go on, the one begun last at the end. */
export function openBoutsOf(
  stream: StreamKey | null,
  { open }: AnnotateState = annotate.getState(),
): readonly OpenBout[] {
  if (stream === null) return none;
  const id = streamId(stream);
  return open.find((each) => streamId(each.stream) === id)?.bouts ?? none;
}

const none: readonly OpenBout[] = [];

/** Sets the bouts of a stream that go on. */
export function setOpenBouts(stream: StreamKey, bouts: readonly OpenBout[]): void {
  const id = streamId(stream);
  annotate.setState(({ open }) => {
    const others = open.filter((each) => streamId(each.stream) !== id);
    return { open: bouts.length === 0 ? others : [...others, { stream, bouts }] };
  });
}

let turn = false;

/** Tells screen readers what was done; the same words twice are said twice. */
export function say(words: string): void {
  turn = !turn;
  annotate.setState({ said: turn ? words : `${words}\u00a0` });
}

const settingsKey = (project: string) => `zoopraxis.annotate/${project}`;
const openKey = (project: string) => `zoopraxis.open-bouts/${project}`;

function isOpenStream(value: unknown): value is OpenStream {
  const { stream, bouts } = (value ?? {}) as Partial<OpenStream>;
  return (
    typeof stream?.recording === 'string' &&
    typeof stream.set === 'string' &&
    typeof stream.annotator === 'string' &&
    Array.isArray(bouts) &&
    bouts.every(({ behavior, frame }) => typeof behavior === 'string' && Number.isSafeInteger(frame))
  );
}

function readStored(storage: Storage, key: string): unknown {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** Reads what this browser kept of a project: settings, and bouts that were open when the page was loaded again. */
export function restoreAnnotating(project: string): void {
  const settings = readStored(localStorage, settingsKey(project)) as Partial<AnnotateState> | null;
  const open = readStored(sessionStorage, openKey(project));
  restoreAnnotator(project);
  annotate.setState({
    hasLetters: settings?.hasLetters !== false,
    overlap: settings?.overlap === 'one' || settings?.overlap === 'many' ? settings.overlap : 'ethogram',
    open: Array.isArray(open) ? open.filter(isOpenStream) : [],
  });
}

let started = false;

/** Keeps settings and open bouts with the browser, and asks before a page with open bouts is left. */
export function startAnnotating(): void {
  if (started) return;
  started = true;
  const nameOf = () => {
    const { project } = studio.getState();
    return project === null ? null : `${project.folder}/${project.name}`;
  };
  let restored = nameOf();
  if (restored !== null) restoreAnnotating(restored);
  studio.subscribe(() => {
    const name = nameOf();
    if (name === null || name === restored) return;
    restored = name;
    restoreAnnotating(name);
  });
  annotate.subscribe(({ open, hasLetters, overlap }, before) => {
    if (restored === null) return;
    if (open !== before.open) sessionStorage.setItem(openKey(restored), JSON.stringify(open));
    if (hasLetters !== before.hasLetters || overlap !== before.overlap) {
      localStorage.setItem(settingsKey(restored), JSON.stringify({ hasLetters, overlap }));
    }
  });
  addEventListener('beforeunload', (event) => {
    if (annotate.getState().open.length > 0) event.preventDefault();
  });
}
