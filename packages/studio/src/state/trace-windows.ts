import type { TraceView } from 'zoopraxis';
import { callPartialBytes, type PartialBytes } from '../server/client.js';
import { mayAsk } from './pictures-first.js';

/** Bins that are asked for at once. */
export const blockBins = 4096;

/** Bytes of blocks that are kept. */
const keptBytes = 96 * 2 ** 20;

/** Requests on their way at once, and how many of them ask again for what is being computed: the others do not wait for it. */
const [together, togetherForMore] = [4, 2];

/** Values of one stretch of a curve at one level of detail. */
export interface TraceBlock {
  /** Level 0: one value of each frame, shape `[frame]`; above: least and largest of each bin, shape `[bin, 2]`. NaN = missing. */
  readonly values: Float32Array;
  readonly firstFrame: number;
  /** Frames of one bin. */
  readonly binFrames: number;
  readonly level: number;
}

/** How far the server is with a curve that it computes. */
export type TraceProgress = NonNullable<PartialBytes['underWay']>;

/** Returns the level of detail of a scale: at level n a bin holds 2^n frames, and a px at least one bin, at most about two. */
export function levelFor(framesPerPx: number, frameCount: number): number {
  const wanted = framesPerPx < 2 ? 0 : Math.floor(Math.log2(framesPerPx));
  return Math.min(wanted, coarsestLevel(frameCount));
}

/** Returns the lowest level at which one block holds the whole recording. */
export const coarsestLevel = (frameCount: number): number =>
  Math.max(0, Math.ceil(Math.log2(Math.max(1, frameCount) / blockBins)));

interface Slot {
  block: TraceBlock | undefined;
  /** `part`: some of it is there, and it is asked for again soon. */
  state: 'empty' | 'wanted' | 'coming' | 'kept' | 'part' | 'failed';
  /** The turn in which it was last looked at. */
  turn: number;
  abort: AbortController | undefined;
  /** Whether the last answer was a part. */
  isForMore: boolean;
  /** Failures since the last answer: each doubles the wait before the next try. */
  failures: number;
  readonly trace: TraceView;
  readonly recording: string;
  readonly level: number;
  readonly at: number;
}

/** How blocks are fetched; tests give their own. */
export type FetchBytes = (path: `/api/${string}`, options: { signal: AbortSignal }) => Promise<PartialBytes>;

/** Wait before more is asked of what the server has a part of, and after a failure, ms. */
const [askMoreMs, askAgainMs, longestWaitMs] = [250, 2000, 60_000];

/**
 * Curves by stretch and level of detail. What is looked at is fetched, the newest look first; what nobody looks at any
 * more is called off, and the blocks not looked at for longest are forgotten.
 */
export class TraceWindows {
  readonly #slots = new Map<string, Slot[][]>();
  readonly #listeners = new Set<() => void>();
  readonly #wanted = new Set<Slot>();
  readonly #coming = new Set<Slot>();
  readonly #kept = new Set<Slot>();
  readonly #progress = new Map<string, TraceProgress>();
  readonly #problems = new Map<string, string>();
  readonly #fetch: FetchBytes;
  #turn = 0;
  #bytes = 0;

  /** Takes the way to the server. */
  constructor(fetchBytes: FetchBytes = callPartialBytes) {
    this.#fetch = fetchBytes;
  }

  /** Calls back whenever values have come; returns the way to stop. */
  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Forgets all values: tracks or models were changed. */
  forget(): void {
    for (const slot of this.#coming) slot.abort?.abort();
    this.#slots.clear();
    this.#wanted.clear();
    this.#coming.clear();
    this.#kept.clear();
    this.#progress.clear();
    this.#problems.clear();
    this.#bytes = 0;
    for (const listener of this.#listeners) listener();
  }

  /** Begins a turn of looking: requests of turns before the last one are called off when newer ones wait. */
  beginTurn(): void {
    this.#turn++;
  }

  /** Returns a block, or undefined while it is on its way. */
  look(recording: string, trace: TraceView, level: number, at: number): TraceBlock | undefined {
    const slot = this.#slot(recording, trace, level, at);
    slot.turn = this.#turn;
    if (slot.state === 'empty') {
      slot.state = 'wanted';
      this.#wanted.add(slot);
      queueMicrotask(() => this.#send());
    }
    return slot.block;
  }

  /** Returns a block that is there, without asking for it. */
  peek(recording: string, trace: TraceView, level: number, at: number): TraceBlock | undefined {
    return this.#slots.get(`${recording}/${trace.id}`)?.[level]?.[at]?.block;
  }

  /** Returns how far the server is with a curve, undefined where it is done or has not begun. */
  progressOf(recording: string, trace: TraceView): TraceProgress | undefined {
    return this.#progress.get(`${recording}/${trace.id}`);
  }

  /** Returns why a curve could not be had the last time, undefined where it could. */
  problemOf(recording: string, trace: TraceView): string | undefined {
    return this.#problems.get(`${recording}/${trace.id}`);
  }

  /** Returns the value at a frame, fetched where it is needed; NaN = missing, undefined = on its way. */
  valueAt(recording: string, trace: TraceView, frame: number): number | undefined {
    if (frame < 0 || frame >= trace.frameCount) return Number.NaN;
    const at = Math.floor(frame / blockBins);
    const block = this.look(recording, trace, 0, at);
    const value = block?.values[frame - block.firstFrame];
    // What is not computed yet is not missing.
    const isOpen = value !== undefined && Number.isNaN(value) && this.#slot(recording, trace, 0, at).state !== 'kept';
    return isOpen ? undefined : value;
  }

  #slot(recording: string, trace: TraceView, level: number, at: number): Slot {
    const key = `${recording}/${trace.id}`;
    let levels = this.#slots.get(key);
    if (levels === undefined) {
      levels = [];
      this.#slots.set(key, levels);
    }
    let blocks = levels[level];
    if (blocks === undefined) {
      blocks = [];
      levels[level] = blocks;
    }
    let slot = blocks[at];
    if (slot === undefined) {
      slot = {
        block: undefined,
        state: 'empty',
        turn: 0,
        abort: undefined,
        isForMore: false,
        failures: 0,
        trace,
        recording,
        level,
        at,
      };
      blocks[at] = slot;
    }
    return slot;
  }

  /** What waited for the first picture of the recording is looked at anew. */
  readonly #later = (): void => {
    this.#send();
    for (const listener of this.#listeners) listener();
  };

  #send(): void {
    if (!mayAsk(this.#later)) return;
    for (const slot of this.#wanted) {
      if (slot.turn >= this.#turn - 1) continue;
      slot.state = 'empty';
      this.#wanted.delete(slot);
    }
    if (this.#wanted.size > 0) {
      for (const slot of this.#coming) if (slot.turn < this.#turn - 1) slot.abort?.abort();
    }
    while (this.#coming.size < together && this.#wanted.size > 0) {
      let newest: Slot | undefined;
      const mayAskMore = [...this.#coming].filter(({ isForMore }) => isForMore).length < togetherForMore;
      for (const slot of this.#wanted) {
        if (slot.isForMore && !mayAskMore) continue;
        if (newest === undefined || slot.turn > newest.turn) newest = slot;
      }
      if (newest === undefined) return;
      this.#wanted.delete(newest);
      void this.#bring(newest);
    }
  }

  async #bring(slot: Slot): Promise<void> {
    const { trace, recording, level, at } = slot;
    const span = blockBins * 2 ** level;
    const from = at * span;
    const to = Math.min(trace.frameCount, from + span);
    const bins = Math.ceil((to - from) / 2 ** level);
    const place = `/api/recordings/${encodeURIComponent(recording)}/traces/${encodeURIComponent(trace.id)}` as const;
    const query = `from=${from}&to=${to}&partial=1`;
    slot.state = 'coming';
    slot.abort = new AbortController();
    this.#coming.add(slot);
    const { signal } = slot.abort;
    const key = `${recording}/${trace.id}`;
    try {
      const path = level === 0 ? (`${place}?${query}` as const) : (`${place}/ranges?${query}&bins=${bins}` as const);
      const { bytes, underWay } = await this.#fetch(path, { signal });
      if (signal.aborted || !this.#coming.has(slot)) throw new DOMException('called off', 'AbortError');
      const values = new Float32Array(bytes);
      const binFrames = level === 0 ? 1 : (to - from) / (values.length / 2);
      this.#bytes += values.byteLength - (slot.block?.values.byteLength ?? 0);
      slot.block = { values, firstFrame: from, binFrames, level };
      slot.state = underWay === undefined ? 'kept' : 'part';
      slot.isForMore = underWay !== undefined;
      slot.failures = 0;
      this.#problems.delete(key);
      if (underWay !== undefined) {
        this.#progress.set(key, underWay);
        setTimeout(() => this.#again(slot), askMoreMs);
      } else if (this.#slot(recording, trace, coarsestLevel(trace.frameCount), 0).state === 'kept') {
        // An older answer may have come after the whole did.
        this.#progress.delete(key);
      }
      this.#kept.add(slot);
      this.#forgetOldest();
    } catch (error) {
      slot.state = signal.aborted ? 'empty' : 'failed';
      // After a failure it waits before it is asked for again.
      if (slot.state === 'failed') {
        this.#problems.set(key, error instanceof Error ? error.message : String(error));
        setTimeout(() => this.#again(slot), Math.min(longestWaitMs, askAgainMs * 2 ** slot.failures++));
      }
    }
    slot.abort = undefined;
    this.#coming.delete(slot);
    this.#send();
    for (const listener of this.#listeners) listener();
  }

  #again(slot: Slot): void {
    if (slot.state !== 'part' && slot.state !== 'failed') return;
    slot.state = 'empty';
    for (const listener of this.#listeners) listener();
  }

  #forgetOldest(): void {
    while (this.#bytes > keptBytes) {
      let oldest: Slot | undefined;
      for (const slot of this.#kept) if (oldest === undefined || slot.turn < oldest.turn) oldest = slot;
      if (oldest?.block === undefined) return;
      this.#bytes -= oldest.block.values.byteLength;
      oldest.block = undefined;
      oldest.state = 'empty';
      this.#kept.delete(oldest);
    }
  }
}

/** The curves of the page. */
export const traceWindows = new TraceWindows();
