import type { Saved } from 'zoopraxis';
import { ServerRefusal } from '../server/client.js';
import { studio } from './studio-store.js';

interface Waiting {
  readonly send: () => Promise<Saved>;
  readonly mayRepeat: boolean;
  readonly done: (saved: Saved) => void;
  readonly failed: (error: unknown) => void;
}

const queue: Waiting[] = [];
let isSending = false;

/** Waits before tries, ms: the server may be starting again. */
const patienceMs = [300, 1000, 2000, 5000];

const show = (failing: string | null, last: Saved | null) =>
  studio.setState({
    save:
      queue.length === 0
        ? { kind: 'saved', last }
        : failing === null
          ? { kind: 'saving', waiting: queue.length }
          : { kind: 'failing', waiting: queue.length, message: failing },
  });

/** Tells whether an edit may still be taken later: the server is away, broken, or asks for the link of its new start. */
const isAbsence = (status: number) => status === 0 || status === 401 || status >= 500;

async function sendAll(): Promise<void> {
  if (isSending) return;
  isSending = true;
  let tries = 0;
  for (let next = queue[0]; next !== undefined; next = queue[0]) {
    try {
      const saved = await next.send();
      queue.shift();
      tries = 0;
      show(null, saved);
      next.done(saved);
    } catch (error) {
      // Where the door was closed nothing was done; else the server may have died between doing it and saying so.
      const isAway =
        error instanceof ServerRefusal && isAbsence(error.status) && (next.mayRepeat || error.status === 401);
      if (!isAway) {
        queue.shift();
        const { save } = studio.getState();
        show(null, save.kind === 'saved' ? save.last : null);
        next.failed(error);
        continue;
      }
      show(error.hint === null ? error.message : `${error.message}. ${error.hint}`, null);
      await new Promise((resolve) => setTimeout(resolve, patienceMs[Math.min(tries++, patienceMs.length - 1)]));
    }
  }
  isSending = false;
}

/**
 * Sends an edit after those before it, and tries again while the server is away; the page says `saved` only once all are
 * on the disk. Rejects where the server refuses the edit: the caller then shows the old state again.
 * @param options `mayRepeat` false: what would do more if it were done twice, such as undo, is not tried again
 */
export function saveEdit(
  send: () => Promise<Saved>,
  { mayRepeat = true }: { readonly mayRepeat?: boolean } = {},
): Promise<Saved> {
  return new Promise((done, failed) => {
    queue.push({ send, mayRepeat, done, failed });
    const { save } = studio.getState();
    show(save.kind === 'failing' ? save.message : null, null);
    void sendAll();
  });
}

/** Returns how many edits are not on the disk yet. */
export const unsavedCount = (): number => queue.length;
