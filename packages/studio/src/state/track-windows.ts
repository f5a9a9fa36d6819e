import type { TracksView } from 'zoopraxis';
import { callBytes } from '../server/client.js';

/** Frames that are asked for at once. */
export const windowFrames = 4096;

/** Bytes of windows that are kept. */
const keptBytes = 128 * 2 ** 20;

interface Kept {
  readonly values: Float32Array;
  readonly firstFrame: number;
}

/** Positions of one frame: x, y and confidence, shape `[individual, keypoint, 3]`; NaN = missing. */
export type FramePose = Float32Array;

/** Windows of tracks by name, fetched when they are needed, the ones used last kept. */
export class TrackWindows {
  readonly #kept = new Map<string, Kept>();
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #bytes = 0;

  /** Calls back whenever a window has come; returns the way to stop. */
  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Forgets tracks that were changed. */
  forget(name: string): void {
    for (const [key, { values }] of this.#kept) {
      if (!key.startsWith(`${name}/`)) continue;
      this.#kept.delete(key);
      this.#bytes -= values.byteLength;
    }
  }

  /** Returns the positions of a frame, shape `[individual, keypoint, 3]`, or undefined while they are on their way. */
  frame(tracks: TracksView, frame: number): FramePose | undefined {
    if (frame < 0 || frame >= tracks.frameCount) return undefined;
    const first = Math.floor(frame / windowFrames) * windowFrames;
    const key = `${tracks.name}/${first}`;
    const kept = this.#kept.get(key);
    const size = tracks.individuals.length * tracks.keypoints.length * 3;
    // The next window comes before it is needed.
    if (frame - first > windowFrames * 0.75) this.#fetch(tracks, first + windowFrames);
    if (kept === undefined) {
      this.#fetch(tracks, first);
      return undefined;
    }
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const at = (frame - first) * size;
    return kept.values.subarray(at, at + size);
  }

  #fetch(tracks: TracksView, firstFrame: number): void {
    const key = `${tracks.name}/${firstFrame}`;
    if (firstFrame >= tracks.frameCount || this.#kept.has(key) || this.#waiting.has(key)) return;
    const to = Math.min(tracks.frameCount, firstFrame + windowFrames);
    const fetched = callBytes(`/api/tracks/${encodeURIComponent(tracks.name)}/window?from=${firstFrame}&to=${to}`)
      .then((bytes) => {
        const values = new Float32Array(bytes);
        this.#kept.set(key, { values, firstFrame });
        this.#bytes += values.byteLength;
        for (const [oldest, { values: gone }] of this.#kept) {
          if (this.#bytes <= keptBytes || oldest === key) break;
          this.#kept.delete(oldest);
          this.#bytes -= gone.byteLength;
        }
      })
      // After a failure it waits before it is asked for again.
      .catch(() => new Promise<void>((resolve) => setTimeout(resolve, 1000)))
      .finally(() => {
        this.#waiting.delete(key);
        for (const listener of this.#listeners) listener();
      });
    this.#waiting.set(key, fetched);
  }
}

/** The windows of the page. */
export const trackWindows = new TrackWindows();
