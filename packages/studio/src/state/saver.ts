import type { Saved, StudioApi } from 'zoopraxis';
import { type CallOptions, call, ServerRefusal } from '../server/client.js';
import { studio } from './studio-store.js';
import { newName, type UnsentEdit, type UnsentEdits } from './unsent.js';

/** Routes that change labels or bouts, and do the same edit once. */
export type EditRoute =
  | 'POST /api/labels/:video'
  | 'POST /api/labels-undo'
  | 'POST /api/labels-conflicts'
  | 'POST /api/bouts'
  | 'POST /api/bouts-undo'
  | 'POST /api/bouts-import';

interface Waiting {
  readonly edit: string;
  readonly send: () => Promise<unknown>;
  readonly done: (answer: unknown) => void;
  readonly failed: (error: unknown) => void;
}

const queue: Waiting[] = [];
let isSending = false;
let unsent: UnsentEdits | undefined;
/** Names of the edits of this page, the latest last. */
const own = new Set<string>();
const mostNames = 1000;

/** Waits before tries, ms: the server may be starting again. */
const patienceMs = [300, 1000, 2000, 5000];
/** Tries of an edit that the server meets a fault with: those behind it must not wait for ever. */
const mostFaults = 6;
/** Longest wait for an answer, ms: a connection that died unnoticed, as while a computer slept, never answers. */
const longestMs = 120_000;

const show = (failing: string | null, last: Saved | null) =>
  studio.setState({
    save:
      queue.length === 0
        ? { kind: 'saved', last }
        : failing === null
          ? { kind: 'saving', waiting: queue.length }
          : { kind: 'failing', waiting: queue.length, message: failing },
  });

/** Tells whether an edit may still be taken later: the server is away, its disk refuses, or it asks for its new link. */
const isAbsence = ({ status }: ServerRefusal) => status === 0 || status === 401 || status > 500;

const savedOf = (answer: unknown): Saved => (answer as { saved?: Saved }).saved ?? (answer as Saved);

async function sendAll(): Promise<void> {
  if (isSending) return;
  isSending = true;
  let [tries, faults] = [0, 0];
  for (let next = queue[0]; next !== undefined; next = queue[0]) {
    try {
      const answer = await next.send();
      queue.shift();
      [tries, faults] = [0, 0];
      unsent?.drop(next.edit);
      show(null, savedOf(answer));
      next.done(answer);
    } catch (error) {
      const mayCome =
        error instanceof ServerRefusal && (isAbsence(error) || (error.status === 500 && ++faults < mostFaults));
      if (!mayCome) {
        queue.shift();
        [tries, faults] = [0, 0];
        unsent?.drop(next.edit);
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

function enqueue({ edit, route, options }: UnsentEdit): Promise<unknown> {
  const { path, body } = options as { readonly path?: Readonly<Record<string, string>>; readonly body: object };
  const send = () =>
    call(
      route as EditRoute,
      {
        ...(path === undefined ? {} : { path }),
        body: { ...body, edit },
        signal: AbortSignal.timeout(longestMs),
      } as CallOptions<EditRoute>,
    );
  own.add(edit);
  for (const oldest of own) {
    if (own.size <= mostNames) break;
    own.delete(oldest);
  }
  return new Promise((done, failed) => {
    queue.push({ edit, send, done, failed });
    const { save } = studio.getState();
    show(save.kind === 'failing' ? save.message : null, null);
    void sendAll();
  });
}

/**
 * Sends an edit after those before it, under a name of its own, and again while the server is away: it is done once, whether
 * or not an answer was lost. The page says `saved` only once all are on the disk. Rejects where the server refuses the edit:
 * the caller then shows the old state again.
 */
export function saveEdit<Route extends EditRoute>(
  route: Route,
  options: CallOptions<Route>,
): Promise<StudioApi[Route]['response']> {
  const edit: UnsentEdit = { edit: newName(), route, options };
  unsent?.keep(edit);
  return enqueue(edit) as Promise<StudioApi[Route]['response']>;
}

/** Returns how many edits are not on the disk yet. */
export const unsavedCount = (): number => queue.length;

/** Tells whether an edit of this name, of the last thousand, was made by this page. */
export const isOwnEdit = (edit: string): boolean => own.has(edit);

/**
 * Keeps edits until they are on the disk, also over the end of the page, and sends what pages that are gone left behind.
 * Returns how many of those are on the disk now, and what was refused.
 */
export async function keepUnsent(
  edits: UnsentEdits,
  livingTabs: ReadonlySet<string>,
): Promise<{ readonly savedCount: number; readonly refused: readonly unknown[] }> {
  unsent = edits;
  const results = await Promise.allSettled(edits.left(livingTabs).map(enqueue));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  return { savedCount: results.length - refused.length, refused };
}
