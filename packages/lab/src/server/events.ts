import type { StudioEvent } from './api.js';

/** Where what pages should know is told, and heard. */
export interface EventHub {
  /** Tells an event to all who listen. */
  send(event: StudioEvent): void;
  /** Takes a listener, which is called with every event and its number; returns what ends that. */
  listen(listener: (event: StudioEvent, id: number) => void): () => void;
  /** Number of the event sent last; 0 before the first. */
  readonly lastId: number;
}

/** Returns a hub without listeners; one that throws is left out of that event and the others hear it. */
export function createEventHub(): EventHub {
  const listeners = new Set<(event: StudioEvent, id: number) => void>();
  let lastId = 0;
  return {
    send(event) {
      lastId++;
      for (const listener of [...listeners]) {
        try {
          listener(event, lastId);
        } catch {
          // A page that went away at this moment; its stream ends by itself.
        }
      }
    },
    listen(listener) {
      const own: typeof listener = (event, id) => listener(event, id);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    get lastId() {
      return lastId;
    },
  };
}
