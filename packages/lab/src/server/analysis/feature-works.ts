import { availableParallelism } from 'node:os';
import { UnavailableError } from '@zoopraxis/core';
import { ThreadCalls } from '@zoopraxis/core/node';
import type { ServerContext } from '../server-context.js';
import type { AnalysisRequest } from './analyze.js';
import type { FeatureRequest, WindowEdges } from './feature-window.js';
import { type FeatureWish, FeatureWork } from './feature-work.js';
import type { FrameWindow } from './frame-windows.js';

const workerModule = new URL('./analyze.worker.node.js', import.meta.url);

/** One core is left to the server and the page. */
const mostThreads = Math.max(1, Math.min(4, availableParallelism() - 1));

/** Milliseconds that work goes on although nobody waits: a page asks again about every second. */
const graceMs = 4000;

/** Milliseconds after which idle threads end and give their memory back. */
const idleMs = 60_000;

/** Works that are kept, so that one that was left is taken up again where it was. */
const mostWorks = 12;

/** Milliseconds between two words to the page. */
const tellMs = 300;

/** What somebody waits for. */
export interface FeatureWait {
  /** Until these frames are there; left out: until all are. */
  readonly frames?: FrameWindow;
  /** At most so long, ms; then what is there is enough. */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
}

/** Features that are being computed in threads: what is looked at first, nothing that nobody wants. */
export interface FeatureWorks {
  /**
   * Waits for a work, which is begun or gone on with, and returns it as far as it is.
   * @throws what computing it threw
   */
  wait(key: string, wish: () => Promise<FeatureWish>, wait: FeatureWait): Promise<FeatureWork>;
}

interface Thread {
  readonly calls: ThreadCalls<unknown>;
  isBusy: boolean;
}

const all = new WeakMap<ServerContext, FeatureWorks>();

/** Returns the features that are computed for a server. */
export function featureWorksOf(context: ServerContext): FeatureWorks {
  const known = all.get(context);
  if (known !== undefined) return known;
  const made = createFeatureWorks(context);
  all.set(context, made);
  return made;
}

function createFeatureWorks({ events, signal: stopping, onClose }: ServerContext): FeatureWorks {
  const works = new Map<string, Promise<FeatureWork>>();
  const begun = new Map<string, FeatureWork>();
  const threads: Thread[] = [];
  let idle: ReturnType<typeof setTimeout> | undefined;

  async function endThreads(): Promise<void> {
    clearTimeout(idle);
    await Promise.all(threads.splice(0).map(({ calls }) => calls.close()));
  }
  onClose(async () => {
    await endThreads();
    const reason = new DOMException('the server is stopping', 'AbortError');
    for (const work of begun.values()) await work.giveUp(reason);
  });

  const isWanted = (work: FeatureWork) => work.waiting > 0 || performance.now() - work.askedMs < graceMs;

  function freeThread(): Thread | undefined {
    const free = threads.find(({ isBusy }) => !isBusy);
    if (free !== undefined || threads.length >= mostThreads) return free;
    const made = {
      calls: new ThreadCalls<unknown>(workerModule, { label: 'the computing of features' }),
      isBusy: false,
    };
    threads.push(made);
    return made;
  }

  /** Gives free threads something to do: what was asked for last comes first. */
  function pump(): void {
    if (stopping.aborted) return;
    clearTimeout(idle);
    const wanted = [...begun.values()].filter(isWanted).sort((a, b) => b.askedMs - a.askedMs);
    for (const work of wanted) {
      for (let thread = freeThread(); thread !== undefined; thread = freeThread()) {
        const request = work.next();
        if (request === undefined) break;
        void carryOut(work, request, thread);
      }
    }
    if (!threads.some(({ isBusy }) => isBusy)) {
      idle = setTimeout(() => void endThreads(), idleMs);
      idle.unref();
    }
  }

  async function carryOut(work: FeatureWork, request: FeatureRequest, thread: Thread): Promise<void> {
    thread.isBusy = true;
    await work.carryOut(request, async (asked) => {
      const progress = new Int32Array(new SharedArrayBuffer(4));
      const call: { request: AnalysisRequest; progress: Int32Array } = { request: asked, progress };
      try {
        return await thread.calls.call<WindowEdges | undefined>(call);
      } catch (error) {
        if (stopping.aborted) throw new DOMException('the server is stopping', 'AbortError');
        // A thread that ended by itself takes no more calls.
        if (error instanceof UnavailableError) threads.splice(threads.indexOf(thread), 1);
        throw error;
      }
    });
    thread.isBusy = false;
    tell(work);
    pump();
  }

  const told = new Map<FeatureWork, number>();
  function tell(work: FeatureWork): void {
    const now = performance.now();
    if (!work.isOver && now - (told.get(work) ?? Number.NEGATIVE_INFINITY) < tellMs) return;
    told.set(work, now);
    const { share, secondsLeft, framesPerSec, wish } = work;
    events.send({
      kind: 'computing',
      what: 'curves',
      tracks: wish.name,
      share: work.isOver ? 1 : share,
      secondsLeft,
      framesPerSec,
    });
    if (work.isOver) told.delete(work);
  }

  function find(key: string, wish: () => Promise<FeatureWish>): Promise<FeatureWork> {
    const known = works.get(key);
    if (known !== undefined && begun.get(key)?.isOver !== true) return known;
    const made = wish().then(async (wished) => {
      const work = await FeatureWork.begin(wished);
      begun.set(key, work);
      for (const [old, other] of [...begun].slice(0, Math.max(0, begun.size - mostWorks))) {
        if (isWanted(other)) continue;
        begun.delete(old);
        works.delete(old);
        await other.giveUp(new DOMException('nobody waits for it', 'AbortError'));
      }
      return work;
    });
    works.set(key, made);
    made.catch(() => works.delete(key));
    return made;
  }

  return {
    async wait(key, wish, { frames, patienceMs, signal }) {
      signal.throwIfAborted();
      const work = await find(key, wish);
      work.askedMs = performance.now();
      // The whole says nothing about where somebody looks.
      if (frames !== undefined && frames.to - frames.from < work.job.frameCount / 2) work.near = frames.from;
      const isThere = () => work.isOver || (frames !== undefined && work.covers(frames));
      work.waiting++;
      pump();
      let stop = () => {};
      let timer: ReturnType<typeof setTimeout> | undefined;
      try {
        if (!isThere()) {
          await new Promise<void>((resolve, reject) => {
            const left = () => reject(signal.reason);
            const unlisten = work.listen(() => isThere() && resolve());
            signal.addEventListener('abort', left);
            if (patienceMs !== undefined) timer = setTimeout(resolve, patienceMs);
            stop = () => {
              unlisten();
              signal.removeEventListener('abort', left);
            };
          });
        }
      } finally {
        stop();
        clearTimeout(timer);
        work.waiting--;
        work.askedMs = performance.now();
      }
      if (work.problem !== undefined) {
        works.delete(key);
        begun.delete(key);
        throw work.problem;
      }
      return work;
    },
  };
}
