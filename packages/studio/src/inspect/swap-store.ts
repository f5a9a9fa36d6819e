import type { TracksView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { tell } from '../page/tell.js';
import { call } from '../server/client.js';
import { reloadProject } from '../state/session.js';
import { studio } from '../state/studio-store.js';
import { traceWindows } from '../state/trace-windows.js';
import { trackWindows } from '../state/track-windows.js';

/** One exchange of two animals in a copy of tracks. */
export interface Exchange {
  readonly first: string;
  readonly second: string;
  readonly fromFrame: number;
  /** Frame past the last one; left out = to the end. */
  readonly toFrame?: number;
}

/** What was exchanged since the page was opened. */
export interface SwapState {
  /** The newest last; list. */
  readonly done: readonly (Exchange & { readonly tracks: string })[];
  readonly isSending: boolean;
}

/** The store of exchanges. */
export const swaps = createStore<SwapState>(() => ({ done: [], isSending: false }));

/** Returns a part of the exchanges; the component renders again when it changes. */
export function useSwaps<Part>(pick: (state: SwapState) => Part): Part {
  return useStore(swaps, pick);
}

async function send(tracks: string, exchange: Exchange): Promise<TracksView> {
  swaps.setState({ isSending: true });
  try {
    const made = await call('POST /api/tracks/:tracks/exchange', { path: { tracks }, body: exchange });
    trackWindows.forget(made.name);
    traceWindows.forget();
    await reloadProject();
    // The edited tracks take the place of those they come from; where those are not shown, they are added.
    studio.setState(({ shownTracks }) => ({
      shownTracks: [made.name, ...shownTracks.filter((name) => name !== made.name && name !== tracks)],
    }));
    return made;
  } finally {
    swaps.setState({ isSending: false });
  }
}

/** Exchanges two animals in a copy of the tracks, and shows that copy. */
export async function exchangeAnimals(tracks: string, exchange: Exchange): Promise<TracksView> {
  const made = await send(tracks, exchange);
  swaps.setState(({ done }) => ({ done: [...done, { ...exchange, tracks: made.name }] }));
  tell(
    `${exchange.first} and ${exchange.second} are exchanged in ${made.name}; the tracks they come from are as they were`,
  );
  return made;
}

/** Takes back the last exchange: the same exchange again restores what was. */
export async function takeBackExchange(): Promise<void> {
  const last = swaps.getState().done.at(-1);
  if (last === undefined) return;
  const { tracks, ...exchange } = last;
  await send(tracks, exchange);
  swaps.setState(({ done }) => ({ done: done.slice(0, -1) }));
  tell(`${exchange.first} and ${exchange.second} are as they were`);
}
