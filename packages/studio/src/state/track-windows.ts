import type { TracksView } from 'zoopraxis';
import { callBytes } from '../server/client.js';

/** Frames that are asked for at once. */
export const windowFrames = 4096;

/** Bytes of windows that are kept. */
const keptBytes = 128 * 2 ** 20;

/** Requests on their way at once: browsers open six connections to a server, and pictures need some. */
const together = 2;

/** A window that was not looked at for so long, ms, is not worth a request while newer ones wait. */
const staleMs = 150;

interface Slot {
  readonly tracks: TracksView;
  readonly firstFrame: number;
  /** When it was looked at last, ms of the page's clock. */
  lookedAt: number;
  readonly state: 'wanted' | 'coming' | 'kept' | 'failed';
  readonly values?: Float32Array;
  readonly abort?: AbortController;
}

/** Positions of one frame: x, y and confidence, shape `[individual, keypoint, 3]`; NaN = missing. */
export type FramePose = Float32Array;

/** How windows are fetched; tests give their own. */
export type FetchWindow = (path: `/api/${string}`, options: { signal: AbortSignal }) => Promise<ArrayBuffer>;

/**
 * Windows of tracks by name, fetched when they are needed, the one that was looked at last first, and the ones used last
 * kept. While newer ones wait, those that nobody looks at any more are called off.
 */
export class TrackWindows {
  /** In the order of use, the latest last. */
  readonly #slots = new Map<string, Slot>();
  readonly #listeners = new Set<() => void>();
  readonly #fetch: FetchWindow;
  #bytes = 0;
  #isSending = false;

  /** Takes the way to the server. */
  constructor(fetchWindow: FetchWindow = callBytes) {
    this.#fetch = fetchWindow;
  }

  /** Calls back whenever a window has come; returns the way to stop. */
  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Forgets tracks that were changed. */
  forget(name: string): void {
    for (const [key, { tracks, values, abort }] of this.#slots) {
      if (tracks.name !== name) continue;
      abort?.abort();
      this.#slots.delete(key);
      this.#bytes -= values?.byteLength ?? 0;
    }
  }

  /** Returns the positions of a frame, shape `[individual, keypoint, 3]`, or undefined while they are on their way. */
  frame(tracks: TracksView, frame: number): FramePose | undefined {
    if (frame < 0 || frame >= tracks.frameCount) return undefined;
    const first = Math.floor(frame / windowFrames) * windowFrames;
    // The next window comes before it is needed.
    if (frame - first > windowFrames * 0.75) this.#look(tracks, first + windowFrames);
    const values = this.#look(tracks, first);
    if (values === undefined) return undefined;
    const size = tracks.individuals.length * tracks.keypoints.length * 3;
    const at = (frame - first) * size;
    return values.subarray(at, at + size);
  }

  #look(tracks: TracksView, firstFrame: number): Float32Array | undefined {
    if (firstFrame >= tracks.frameCount) return undefined;
    const key = `${tracks.name}/${firstFrame}`;
    const slot = this.#slots.get(key) ?? { tracks, firstFrame, lookedAt: 0, state: 'wanted' as const };
    slot.lookedAt = performance.now();
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    if (slot.state === 'wanted' && !this.#isSending) {
      // When all who look at this picture have looked.
      this.#isSending = true;
      queueMicrotask(() => {
        this.#isSending = false;
        this.#send();
      });
    }
    return slot.values;
  }

  /** Asks for the newest of what is wanted; older requests are called off where there are too many. */
  #send(): void {
    const newest = [...this.#slots].reverse();
    const freshMs = performance.now() - staleMs;
    const wanted = newest.filter(([, { state }]) => state === 'wanted');
    const coming = newest.filter(([, { state }]) => state === 'coming');
    for (const [key, slot] of wanted) {
      // Whoever looks at it again asks again.
      if (slot.lookedAt < freshMs) {
        this.#slots.delete(key);
        continue;
      }
      if (coming.length >= together) {
        const [oldest, { lookedAt, abort }] = coming.at(-1) as [string, Slot];
        if (lookedAt >= freshMs) return;
        abort?.abort();
        this.#slots.delete(oldest);
        coming.pop();
      }
      coming.unshift([key, slot]);
      void this.#bring(key, slot).finally(() => this.#send());
    }
  }

  async #bring(key: string, { tracks, firstFrame, lookedAt }: Slot): Promise<void> {
    const to = Math.min(tracks.frameCount, firstFrame + windowFrames);
    const path = `/api/tracks/${encodeURIComponent(tracks.name)}/window?from=${firstFrame}&to=${to}` as const;
    const abort = new AbortController();
    const { signal } = abort;
    this.#slots.set(key, { tracks, firstFrame, lookedAt, state: 'coming', abort });
    try {
      const values = new Float32Array(await this.#fetch(path, { signal }));
      if (signal.aborted) return;
      this.#slots.set(key, { tracks, firstFrame, lookedAt, state: 'kept', values });
      this.#bytes += values.byteLength;
      this.#forgetOldest(key);
    } catch {
      if (signal.aborted) return;
      // After a failure it waits before it is asked for again.
      this.#slots.set(key, { tracks, firstFrame, lookedAt, state: 'failed' });
      setTimeout(() => {
        if (this.#slots.get(key)?.state === 'failed') this.#slots.delete(key);
        this.#tell();
      }, 1000);
      return;
    }
    this.#tell();
  }

  #forgetOldest(latest: string): void {
    for (const [key, { values }] of this.#slots) {
      if (this.#bytes <= keptBytes) return;
      if (values === undefined || key === latest) continue;
      this.#slots.delete(key);
      this.#bytes -= values.byteLength;
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The windows of the page. */
export const trackWindows = new TrackWindows();
