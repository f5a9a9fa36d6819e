import type { VideoSource } from '@zoopraxis/io';
import { openFrames } from '@zoopraxis/io/node';
import type { LocatedVideo } from './locate-video.js';

/** Decoders that stay open between requests, the last used few. */
export interface OpenVideos {
  /** Returns what a function makes of an open video, which is opened where it is not. */
  use<Result>(video: LocatedVideo, work: (source: VideoSource) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

interface Slot {
  readonly source: Promise<VideoSource>;
  users: number;
  /** True where it is closed as soon as nobody uses it. */
  isLeaving: boolean;
  /** Runs while nobody uses it. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Videos whose decoders stay open: two views of a session, and those of the one before. */
const mostOpen = 4;
/** How long a decoder stays that nobody uses, ms: of films that pages decode, only what they are is asked. */
const mostIdleMs = 60_000;

/**
 * Returns a holder of decoders; what is no longer among the last used, or was not used for a while, is closed when its last
 * user is done.
 */
export function createOpenVideos(most = mostOpen, idleMs = mostIdleMs): OpenVideos {
  // In the order of use, the latest last.
  const slots = new Map<string, Slot>();
  const closing = new Set<Promise<void>>();
  let isClosed = false;

  function close(slot: Slot): void {
    const closed = slot.source.then(
      (source) => source.close(),
      () => undefined,
    );
    const kept: Promise<void> = closed.catch(() => undefined).then(() => void closing.delete(kept));
    closing.add(kept);
  }
  function leave(key: string, slot: Slot): void {
    if (slots.get(key) === slot) slots.delete(key);
    slot.isLeaving = true;
    clearTimeout(slot.timer);
    if (slot.users === 0) close(slot);
  }
  return {
    async use({ entry, path, tag }, work) {
      if (isClosed) throw new DOMException('the server is stopping', 'AbortError');
      const key = `${entry.id}/${tag}`;
      const slot: Slot = slots.get(key) ?? {
        source: openFrames(path, { fps: entry.fps }),
        users: 0,
        isLeaving: false,
        timer: undefined,
      };
      clearTimeout(slot.timer);
      slots.delete(key);
      slots.set(key, slot);
      slot.users++;
      for (const [old, other] of [...slots].slice(0, Math.max(0, slots.size - most))) leave(old, other);
      try {
        return await work(await slot.source);
      } catch (error) {
        // What failed to open is tried anew by the next request.
        await slot.source.catch(() => leave(key, slot));
        throw error;
      } finally {
        slot.users--;
        if (slot.isLeaving && slot.users === 0) close(slot);
        else if (slot.users === 0) slot.timer = setTimeout(() => leave(key, slot), idleMs).unref();
      }
    },
    async close() {
      isClosed = true;
      for (const [key, slot] of [...slots]) {
        leave(key, slot);
        // Users that are still waiting for a frame are let go by the source itself.
        if (slot.users > 0) await slot.source.then((source) => source.close()).catch(() => undefined);
      }
      await Promise.all(closing);
    },
  };
}
