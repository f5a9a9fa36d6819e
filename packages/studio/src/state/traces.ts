import type { TraceView } from 'zoopraxis';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { call } from '../server/client.js';
import { studio } from './studio-store.js';

/** Curves that the open recording has. */
export interface TracesState {
  readonly recording: string | null;
  readonly isLoading: boolean;
  readonly list: readonly TraceView[];
}

/** The store of the list of curves; their values are in `traceWindows`. */
export const traces = createStore<TracesState>(() => ({ recording: null, isLoading: false, list: [] }));

/** Returns a part of the list of curves; the component renders again when it changes. */
export function useTraces<Part>(pick: (state: TracesState) => Part): Part {
  return useStore(traces, pick);
}

let loading: AbortController | undefined;

/** Reads which curves the open recording has. */
export async function loadTraces(): Promise<void> {
  const { project, recordingId } = studio.getState();
  loading?.abort();
  if (project === null || recordingId === null) {
    traces.setState({ recording: null, isLoading: false, list: [] });
    return;
  }
  loading = new AbortController();
  const { signal } = loading;
  const isOther = traces.getState().recording !== recordingId;
  traces.setState({ recording: recordingId, isLoading: true, ...(isOther ? { list: [] } : {}) });
  try {
    const list = await call('GET /api/recordings/:recording/traces', { path: { recording: recordingId }, signal });
    if (!signal.aborted) traces.setState({ isLoading: false, list });
  } catch (error) {
    if (!signal.aborted) traces.setState({ isLoading: false });
    throw error;
  }
}
