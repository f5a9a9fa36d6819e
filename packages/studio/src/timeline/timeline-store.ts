import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { studio } from '../state/studio-store.js';
import { defaultNamesPx, keepNamesWidth } from './names-width.js';
import { noChoice, parseChoice, type RowChoice } from './row-order.js';
import type { FollowMode } from './scale.js';

/** What the timeline remembers for itself. */
export interface TimelineState {
  readonly choice: RowChoice;
  readonly follow: FollowMode;
  readonly ruler: 'time' | 'frames';
  /** Width of the names at the left, CSS px. */
  readonly namesPx: number;
  /** Id of the row whose name has the focus or had it last. */
  readonly focusedRow: string | null;
}

/** The store of the timeline. */
export const timeline = createStore<TimelineState>(() => ({
  choice: noChoice,
  follow: 'page',
  ruler: 'time',
  namesPx: defaultNamesPx,
  focusedRow: null,
}));

/** Returns a part of the timeline's state; the component renders again when it changes. */
export function useTimeline<Part>(pick: (state: TimelineState) => Part): Part {
  return useStore(timeline, pick);
}

/** Changes what is chosen of the rows. */
export const choose = (change: Partial<RowChoice>): void =>
  timeline.setState(({ choice }) => ({ choice: { ...choice, ...change } }));

const followAt = 'zoopraxis.timeline.follow';
const rulerAt = 'zoopraxis.timeline.ruler';
const namesAt = 'zoopraxis.timeline.names';
const choiceAt = (project: string) => `zoopraxis.timeline.rows/${project}`;

/** Reads what earlier visits chose, for each project its own, and keeps what is chosen now; returns the way to stop. */
export function rememberChoices(storage: Pick<Storage, 'getItem' | 'setItem'>): () => void {
  let project: string | undefined;
  const keep = (key: string, value: string) => {
    try {
      storage.setItem(key, value);
    } catch {
      // A full or forbidden storage costs the memory of this choice alone.
    }
  };
  const open = () => {
    const view = studio.getState().project;
    const name = view === null ? undefined : `${view.folder}/${view.name}`;
    if (name === project) return;
    project = name;
    timeline.setState({ choice: name === undefined ? noChoice : parseChoice(storage.getItem(choiceAt(name))) });
  };
  const follow = storage.getItem(followAt);
  if (follow === 'page' || follow === 'center' || follow === 'off') timeline.setState({ follow });
  const ruler = storage.getItem(rulerAt);
  if (ruler === 'time' || ruler === 'frames') timeline.setState({ ruler });
  timeline.setState({ namesPx: keepNamesWidth(Number.parseFloat(storage.getItem(namesAt) ?? '')) });
  open();
  const stops = [
    studio.subscribe((state, before) => {
      if (state.project !== before.project) open();
    }),
    timeline.subscribe((state, before) => {
      if (state.choice !== before.choice && project !== undefined)
        keep(choiceAt(project), JSON.stringify(state.choice));
      if (state.follow !== before.follow) keep(followAt, state.follow);
      if (state.ruler !== before.ruler) keep(rulerAt, state.ruler);
      if (state.namesPx !== before.namesPx) keep(namesAt, `${state.namesPx}`);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
