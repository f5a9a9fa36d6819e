import { UnavailableError } from '@zoopraxis/core';
import { ThreadCalls } from '@zoopraxis/core/node';
import type { StudioEvent } from '../api.js';
import type { ServerContext } from '../server-context.js';
import type { AnalysisRequest } from './analyze.js';

const workerModule = new URL('./analyze.worker.node.js', import.meta.url);

/** Milliseconds between looks at how far work is. */
const lookMs = 300;

/** Milliseconds that work goes on although nobody waits: a page that was loaded again asks anew. */
const graceMs = 4000;

/** Milliseconds after which an idle thread ends and gives its memory back. */
const idleMs = 60_000;

/** Computes what the page asks for in a thread beside the server, one thing after another. */
export interface Analyzer {
  /**
   * Returns what a request makes. Those with the same key share one computation, which ends when nobody has waited for it
   * for a while.
   * @param told what it is, and of which tracks, for the page
   */
  run(key: string, told: Told, request: AnalysisRequest, signal: AbortSignal): Promise<unknown>;
}

/** What is computed, and of what, in the words of `computing` events. */
export interface Told {
  readonly what: Computing['what'];
  readonly name: string;
}

type Computing = Extract<StudioEvent, { kind: 'computing' }>;

interface Work {
  readonly result: Promise<unknown>;
  readonly stop: AbortController;
  waiting: number;
}

/** Threads of their own: looking at films takes long, and tracks are asked about meanwhile. */
const lanes = ['tracks', 'films'] as const;

const all = new WeakMap<ServerContext, Map<(typeof lanes)[number], Analyzer>>();

/** Returns the analyzer of a server, for what is about tracks or about films. */
export function analyzerOf(context: ServerContext, lane: (typeof lanes)[number] = 'tracks'): Analyzer {
  const own = all.get(context) ?? new Map<(typeof lanes)[number], Analyzer>();
  all.set(context, own);
  const known = own.get(lane);
  if (known !== undefined) return known;
  const made = createAnalyzer(context);
  own.set(lane, made);
  return made;
}

function createAnalyzer({ events, signal: stopping, onClose }: ServerContext): Analyzer {
  const works = new Map<string, Work>();
  let queue: Promise<unknown> = Promise.resolve();
  let thread: ThreadCalls<unknown> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;

  async function endThread(): Promise<void> {
    clearTimeout(idle);
    const ended = thread;
    thread = undefined;
    await ended?.close();
  }

  async function compute(
    { what, name: tracks }: Told,
    request: AnalysisRequest,
    signal: AbortSignal,
  ): Promise<unknown> {
    signal.throwIfAborted();
    const progress = new Int32Array(new SharedArrayBuffer(4));
    const startMs = performance.now();
    const tell = (share: number) => {
      const sec = (performance.now() - startMs) / 1000;
      const secondsLeft = share > 0.02 ? (sec * (1 - share)) / share : null;
      events.send({ kind: 'computing', what, tracks, share, secondsLeft, framesPerSec: null });
    };
    clearTimeout(idle);
    thread ??= new ThreadCalls<unknown>(workerModule, { label: 'the analysis of tracks' });
    const end = () => void endThread();
    signal.addEventListener('abort', end);
    let told = -1;
    const look = setInterval(() => {
      const share = Atomics.load(progress, 0) / 1000;
      if (share === told) return;
      told = share;
      tell(Math.min(share, 0.999));
    }, lookMs);
    look.unref();
    try {
      return await thread.call({ request, progress });
    } catch (error) {
      signal.throwIfAborted();
      // A thread that ended by itself takes no more calls.
      if (error instanceof UnavailableError) await endThread();
      throw error;
    } finally {
      clearInterval(look);
      signal.removeEventListener('abort', end);
      if (told >= 0) tell(1);
      idle = setTimeout(end, idleMs);
      idle.unref();
    }
  }

  function begin(key: string, told: Told, request: AnalysisRequest): Work {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, stopping]);
    const result = queue.then(() => compute(told, request, signal));
    const work: Work = { result, stop, waiting: 0 };
    const done = () => {
      if (works.get(key) === work) works.delete(key);
    };
    queue = result.then(done, done);
    return work;
  }
  onClose(async () => {
    for (const { stop } of works.values()) stop.abort();
    await queue;
    await endThread();
  });
  return {
    async run(key, told, request, signal) {
      signal.throwIfAborted();
      let work = works.get(key);
      if (work === undefined || work.stop.signal.aborted) {
        work = begin(key, told, request);
        works.set(key, work);
      }
      const mine = work;
      mine.waiting++;
      let leave = () => {};
      try {
        const left = new Promise<never>((_, reject) => {
          leave = () => reject(signal.reason);
          signal.addEventListener('abort', leave);
        });
        return await Promise.race([mine.result, left]);
      } finally {
        signal.removeEventListener('abort', leave);
        mine.waiting--;
        if (mine.waiting === 0) {
          const leaveAlone = setTimeout(() => {
            if (mine.waiting === 0) mine.stop.abort();
          }, graceMs);
          leaveAlone.unref();
        }
      }
    },
  };
}
