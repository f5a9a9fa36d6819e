import type { StudioEvent } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** What the server tells of something that it computes. */
export type Computing = Extract<StudioEvent, { kind: 'computing' }>;

/** What the server computes now. */
export interface ComputingState {
  /** By what it is and of which tracks or video. */
  readonly works: ReadonlyMap<string, Computing>;
}

/** The store of what is computed; {@link takeComputing} fills it. */
export const computing = createStore<ComputingState>(() => ({ works: new Map() }));

const keyOf = (what: Computing['what'], of: string): string => `${what}\n${of}`;

/** Takes what the server told. */
export function takeComputing(event: Computing): void {
  computing.setState(({ works }) => {
    const next = new Map(works);
    if (event.share >= 1) next.delete(keyOf(event.what, event.tracks));
    else next.set(keyOf(event.what, event.tracks), event);
    return { works: next };
  });
}

/** Forgets all of it: the server was away, and nobody told the end. */
export function forgetComputing(): void {
  computing.setState({ works: new Map() });
}

/** Returns how far the server is with something, undefined where it is not computed; the component renders again with it. */
export const useComputing = (what: Computing['what'], of: string | null | undefined): Computing | undefined =>
  useStore(computing, ({ works }) => works.get(keyOf(what, of ?? '')));

/** Returns seconds that are left in words, such as `12 s left`, `3 min left`; empty where they are not known. */
export function leftWords(secondsLeft: number | null): string {
  if (secondsLeft === null) return '';
  if (secondsLeft < 90) return `${Math.max(1, Math.ceil(secondsLeft))} s left`;
  return secondsLeft < 5400 ? `${Math.round(secondsLeft / 60)} min left` : `${(secondsLeft / 3600).toFixed(1)} h left`;
}
