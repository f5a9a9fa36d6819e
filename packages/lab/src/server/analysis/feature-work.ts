import type { PoseTracks } from '@zoopraxis/core';
import type { AnalyzedTracks } from './analyze.js';
import { type ColumnFileWriter, createColumnFile, openColumnPart } from './column-file.js';
import { type FeatureJob, type FeatureRequest, joinedTracks, type WindowEdges } from './feature-window.js';
import { distanceTo, type FrameWindow, isCovered, planWindows } from './frame-windows.js';
import { emptyColumn, type RangedColumn, widenRanges } from './value-ranges.js';

/** What is computed, and into which file. */
export interface FeatureWish extends Omit<FeatureJob, 'partPath' | 'marginFrames'> {
  /** Names the tracks to the page. */
  readonly name: string;
  /** Absolute path of the column file, which is there when all is computed. */
  readonly out: string;
  readonly fps: number;
  /** Frames at which row groups of the tracks begin, ascending list. */
  readonly groupStarts: readonly number[];
  /** A window has at least so many frames, by default 8,192: smaller ones spend their time on beginning. */
  readonly leastFrames?: number;
}

/** Returns the frames at the edge of a window whose features need frames beyond it: more than the longest span. */
function marginOf({ spec, fps }: FeatureWish): number {
  const spans = spec.set === 'general' ? (spec.spansSec ?? [0.2, 0.5, 1]) : [1];
  return 2 * Math.ceil((Math.max(...spans) * fps) / 2) + 4;
}

/** Columns of tracks that are computed window by window, the nearest to what is looked at first, and can be read meanwhile. */
export class FeatureWork {
  readonly job: FeatureJob;
  readonly wish: FeatureWish;
  /** The frame that is looked at: windows near it come first. */
  near = 0;
  /** When somebody asked last, on the clock of `performance.now()`. */
  askedMs = 0;
  waiting = 0;
  readonly #file: ColumnFileWriter;
  readonly #open: Set<FrameWindow>;
  readonly #edges = new Map<number, { tail?: PoseTracks; head?: PoseTracks }>();
  readonly #seams: { readonly border: number; readonly points: PoseTracks }[] = [];
  /** Windows whose values are in the file, in the order in which they came. */
  readonly #written: FrameWindow[] = [];
  readonly #columns = new Map<number, { readonly column: RangedColumn; taken: number; reading: Promise<unknown> }>();
  readonly #listeners = new Set<() => void>();
  #running = 0;
  #framesDone = 0;
  /** What was done after the first window: threads take a while to begin, which says nothing of their speed. */
  #first = { frames: 0, ms: 0 };
  #activeMs = 0;
  #activeSince = 0;
  #state: 'open' | 'whole' | 'failed' = 'open';
  #problem: unknown;

  private constructor(wish: FeatureWish, file: ColumnFileWriter) {
    const marginFrames = marginOf(wish);
    const { tracks, spec, calibration, arena, frameCount, isVariableRate, columnCount } = wish;
    this.wish = wish;
    this.#file = file;
    this.job = {
      ...{ tracks, spec, calibration, arena, frameCount, isVariableRate, columnCount, marginFrames },
      partPath: file.partPath,
    };
    const least = Math.max(wish.leastFrames ?? 8192, 8 * marginFrames);
    this.#open = new Set(planWindows(wish.groupStarts, { frameCount, leastFrames: least }));
  }

  /** Begins the file of a work; nothing is computed before {@link FeatureWork.next} is asked. */
  static async begin(wish: FeatureWish): Promise<FeatureWork> {
    const { frameCount, columnCount } = wish;
    const work = new FeatureWork(wish, await createColumnFile(wish.out, { frameCount, columnCount }));
    if (work.#open.size === 0) {
      await work.#file.close();
      work.#state = 'whole';
    }
    return work;
  }

  /** Tracks that it is about. */
  get tracks(): AnalyzedTracks {
    return this.wish.tracks;
  }

  /** Whether all is computed and in its file. */
  get isWhole(): boolean {
    return this.#state === 'whole';
  }

  /** What went wrong, undefined where nothing did. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Whether nothing is left to begin or to wait for. */
  get isOver(): boolean {
    return this.#state !== 'open';
  }

  /** Share of the frames that are computed, 0..1. */
  get share(): number {
    return this.isWhole ? 1 : Math.min(0.999, this.#framesDone / Math.max(1, this.job.frameCount));
  }

  /** Frames that are computed each second while it runs; null where that is not known yet. */
  get framesPerSec(): number | null {
    const { frames, ms } = this.#first;
    const spentMs = this.#spentMs() - ms;
    return this.#framesDone === frames || spentMs <= 0 ? null : (1000 * (this.#framesDone - frames)) / spentMs;
  }

  #spentMs(): number {
    return this.#activeMs + (this.#running > 0 ? performance.now() - this.#activeSince : 0);
  }

  /** Seconds until all is computed; null where that is not known yet. */
  get secondsLeft(): number | null {
    const rate = this.framesPerSec;
    return rate === null ? null : (this.job.frameCount - this.#framesDone) / rate;
  }

  /** Whether all values from one frame to another (not included) are there. */
  covers(window: FrameWindow): boolean {
    return this.isWhole || isCovered(this.#written, window);
  }

  /** Calls back after each window; returns the way to stop. */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /** Returns what to compute next, which the caller carries out with {@link FeatureWork.carryOut}; undefined where nothing is to begin. */
  next(): FeatureRequest | undefined {
    if (this.#state !== 'open') return undefined;
    const { job } = this;
    const seam = this.#seams.shift();
    if (seam !== undefined) return { kind: 'feature seam', job, ...seam };
    let nearest: FrameWindow | undefined;
    for (const window of this.#open) {
      if (nearest === undefined || distanceTo(this.near, window) < distanceTo(this.near, nearest)) nearest = window;
    }
    if (nearest === undefined) return undefined;
    this.#open.delete(nearest);
    return { kind: 'feature window', job, window: nearest };
  }

  /** Has a thread compute a request of {@link FeatureWork.next} and takes the result. */
  async carryOut(request: FeatureRequest, compute: (request: FeatureRequest) => Promise<WindowEdges | undefined>) {
    if (this.#running++ === 0) this.#activeSince = performance.now();
    try {
      const edges = await compute(request);
      this.#take(request, edges);
      if (this.#open.size === 0 && this.#seams.length === 0 && this.#running === 1) {
        await this.#file.close();
        this.#state = 'whole';
      }
    } catch (error) {
      await this.#fail(error);
    } finally {
      if (--this.#running === 0) this.#activeMs += performance.now() - this.#activeSince;
      for (const listener of [...this.#listeners]) listener();
    }
  }

  #take(request: FeatureRequest, edges: WindowEdges | undefined): void {
    const { marginFrames: margin, frameCount } = this.job;
    if (request.kind === 'feature seam') {
      const { border } = request;
      this.#write({ from: border - margin, to: border + margin });
      return;
    }
    const { from, to } = request.window;
    this.#write({ from: from === 0 ? 0 : from + margin, to: to === frameCount ? to : to - margin });
    if (edges?.head !== undefined) this.#edge(from, { head: edges.head });
    if (edges?.tail !== undefined) this.#edge(to, { tail: edges.tail });
  }

  #write(window: FrameWindow): void {
    this.#written.push(window);
    this.#framesDone += window.to - window.from;
    if (this.#first.frames === 0) this.#first = { frames: this.#framesDone, ms: this.#spentMs() };
  }

  #edge(border: number, side: { tail?: PoseTracks; head?: PoseTracks }): void {
    const { tail, head } = { ...this.#edges.get(border), ...side };
    if (tail === undefined || head === undefined) {
      this.#edges.set(border, { ...(tail === undefined ? {} : { tail }), ...(head === undefined ? {} : { head }) });
      return;
    }
    this.#edges.delete(border);
    this.#seams.push({ border, points: joinedTracks(tail, head) });
  }

  /** Returns what there is of a column: NaN where it is not computed yet. The same arrays are filled on by later calls. */
  async column(index: number): Promise<RangedColumn> {
    const { frameCount, columnCount } = this.job;
    let held = this.#columns.get(index);
    if (held === undefined) {
      held = { column: emptyColumn(frameCount), taken: 0, reading: Promise.resolve() };
      this.#columns.set(index, held);
    }
    const mine = held;
    const read = async () => {
      if (mine.taken === this.#written.length) return;
      const part = await openColumnPart(this.isWhole ? this.wish.out : this.#file.partPath, {
        frameCount,
        columnCount,
      });
      try {
        while (mine.taken < this.#written.length) {
          const { from, to } = this.#written[mine.taken] as FrameWindow;
          await part.read(index, from, mine.column.values.subarray(from, to));
          widenRanges(mine.column, from, to);
          mine.taken++;
        }
      } finally {
        await part.close();
      }
    };
    mine.reading = mine.reading.then(read, read);
    await mine.reading;
    return mine.column;
  }

  async #fail(error: unknown): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#problem = error;
    await this.#file.discard();
  }

  /** Gives it up; nothing of it stays unless it was whole. */
  async giveUp(reason: unknown): Promise<void> {
    await this.#fail(reason);
    for (const listener of [...this.#listeners]) listener();
  }
}
