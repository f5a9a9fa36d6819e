import type { TracksView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { tell } from '../page/tell.js';
import { call } from '../server/client.js';
import { reloadProject } from '../state/session.js';
import { openTracks, studio } from '../state/studio-store.js';
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

/** Whether an exchange is on its way. */
export interface SwapState {
  readonly isSending: boolean;
}

/** The store of exchanges. */
export const swaps = createStore<SwapState>(() => ({ isSending: false }));

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
  studio.setState({ lastEdited: 'identities' });
  tell(
    `${exchange.first} and ${exchange.second} are exchanged in ${made.name}; the tracks they come from are as they were`,
  );
  return made;
}

/** Returns the tracks of the open recording in which animals are exchanged: those that are shown, else the first. */
export function exchangedTracks(): TracksView | undefined {
  const made = openTracks().filter(({ exchanges }) => exchanges.length > 0);
  const { shownTracks } = studio.getState();
  return made.find(({ name }) => shownTracks.includes(name)) ?? made[0];
}

/** Takes back the last exchange, also one of an earlier day: the same exchange again restores what was. */
export async function takeBackExchange(tracks = exchangedTracks()): Promise<void> {
  const last = tracks?.exchanges.at(-1);
  if (tracks === undefined || last === undefined || swaps.getState().isSending) {
    tell('There is no exchange of animals to take back.');
    return;
  }
  const { toFrame, ...exchange } = last;
  await send(tracks.name, { ...exchange, ...(toFrame === undefined ? {} : { toFrame }) });
  tell(`${exchange.first} and ${exchange.second} are as they were from frame ${exchange.fromFrame} on`);
}
