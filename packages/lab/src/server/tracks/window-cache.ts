import { UnavailableError } from '@zoopraxis/core';
import { ThreadCalls } from '@zoopraxis/core/node';
import type { TracksFooter } from '@zoopraxis/io';
import { originalTracks } from '../../track/edited-names.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { editedTracksOf, footerOfTracks } from './edited-tracks.js';
import type { PointRequest } from './read-points.js';

const workerModule = new URL('./points.worker.node.js', import.meta.url);

/** Points of consecutive frames as the page takes them. */
export interface PointBlock {
  readonly firstFrame: number;
  /** Shape `[frame, individual, keypoint, 3]`: x, y, confidence; NaN = missing. */
  readonly values: Float32Array;
}

/** Blocks of points that were read, the last used few. */
export interface WindowCache {
  /**
   * Returns points of the frames from `from` to `to` (not included), shape `[frame, individual, keypoint, 3]`: x, y,
   * confidence; NaN = missing. Whoever asked last is served first; what all gave up before its turn is not read.
   */
  window(
    name: string,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<{ readonly values: Float32Array; readonly tag: string }>;
}

/** Rows in a row group of the tables that we write: blocks begin where those begin. */
const rowsPerBlock = 65_536;

/** Memory for blocks that nobody asks for at this moment. */
const mostBytes = 256 * 2 ** 20;

/** Returns the first frame of a block, whose rows begin in a row group of their own as far as frames allow. */
const startOf = (block: number, animals: number): number => Math.ceil((block * rowsPerBlock) / animals);

const blockOf = (frame: number, animals: number): number => {
  const guess = Math.floor((frame * animals) / rowsPerBlock);
  return startOf(guess + 1, animals) <= frame ? guess + 1 : guess;
};

/** Returns a cache of the points of all tracks of a project. */
export function createWindowCache(context: ServerContext, { most = mostBytes } = {}): WindowCache {
  // In the order of use, the latest last.
  const blocks = new Map<string, Promise<PointBlock>>();
  const sizes = new Map<string, number>();
  let held = 0;
  /** Who waits for blocks that are not read yet; null = somebody who does not give up. */
  const waiting = new Map<string, Set<AbortSignal | null>>();
  const turns = createTurns();
  let thread: ThreadCalls<PointRequest | 'start'> | undefined;
  const startThread = () => {
    thread ??= new ThreadCalls(workerModule, { label: 'the reading of tracks' });
    return thread;
  };
  context.onClose(() => thread?.close());
  // Its modules are there when the first points are asked for.
  startThread()
    .call('start')
    .catch(() => undefined);

  /** Reads points in a thread: the server goes on streaming videos meanwhile. */
  async function decode(
    name: string,
    frames: Pick<PointRequest, 'frameCount' | 'startFrame' | 'endFrame'>,
  ): Promise<Float32Array> {
    const exchanges = (await editedTracksOf(context)).exchangesOf(name);
    const path = context.project.tracksName(exchanges === undefined ? name : originalTracks(name));
    const used = startThread();
    try {
      return await used.call({ folder: context.folder, path, exchanges: exchanges ?? [], ...frames });
    } catch (error) {
      // A thread that ended by itself takes no more calls: the next request starts another.
      if (error instanceof UnavailableError && thread === used) thread = undefined;
      throw error;
    }
  }

  function shrink(): void {
    for (const [key] of blocks) {
      if (held <= most || blocks.size <= 2) return;
      blocks.delete(key);
      held -= sizes.get(key) ?? 0;
      sizes.delete(key);
    }
  }
  function read(
    name: string,
    tag: string,
    block: number,
    footer: TracksFooter,
    signal: AbortSignal | null,
  ): Promise<PointBlock> {
    const key = `${name}/${tag}/${block}`;
    const known = blocks.get(key);
    waiting.get(key)?.add(signal);
    if (known !== undefined) {
      blocks.delete(key);
      blocks.set(key, known);
      return known;
    }
    const animals = footer.individuals.length;
    const startFrame = startOf(block, animals);
    const endFrame = Math.min(footer.frameCount, startOf(block + 1, animals));
    const waiters = new Set([signal]);
    waiting.set(key, waiters);
    const reading = turns(async () => {
      waiting.delete(key);
      if ([...waiters].every((one) => one?.aborted)) {
        blocks.delete(key);
        throw new DOMException('nobody waits any more', 'AbortError');
      }
      return decode(name, { frameCount: footer.frameCount, startFrame, endFrame });
    }).then((values): PointBlock => {
      if (blocks.get(key) === reading) {
        sizes.set(key, values.byteLength);
        held += values.byteLength;
        shrink();
      }
      return { firstFrame: startFrame, values };
    });
    blocks.set(key, reading);
    reading.catch(() => blocks.get(key) === reading && blocks.delete(key));
    return reading;
  }
  return {
    async window(name, from, to, signal) {
      const found = await footerOfTracks(context, name);
      if (found === undefined) throw refusal(404, `the project has no tracks ${name.slice(0, 200)}`);
      const { footer, tag } = found;
      const [first, last] = [Math.min(from, footer.frameCount), Math.min(to, footer.frameCount)];
      const animals = footer.individuals.length;
      const perFrame = animals * footer.skeleton.keypoints.length * 3;
      const values = new Float32Array(Math.max(0, last - first) * perFrame);
      if (last > first) {
        const [low, high] = [blockOf(first, animals), blockOf(last - 1, animals)];
        for (let block = low; block <= high; block++) {
          const { firstFrame, values: own } = await read(name, tag, block, footer, signal ?? null);
          const start = Math.max(first, firstFrame);
          const end = Math.min(last, firstFrame + own.length / perFrame);
          values.set(
            own.subarray((start - firstFrame) * perFrame, (end - firstFrame) * perFrame),
            (start - first) * perFrame,
          );
        }
        // Playing goes on into the next block: it is read before it is asked for.
        const blockEnd = startOf(high + 1, animals);
        const nears = last > blockEnd - (blockEnd - startOf(high, animals)) / 4;
        if (nears && blockEnd < footer.frameCount) read(name, tag, high + 1, footer, null).catch(() => undefined);
      }
      return { values, tag };
    },
  };
}

/** Returns a function that does one work at a time, what was asked for last first. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const line: (() => void)[] = [];
  let isBusy = false;
  return async (work) => {
    if (isBusy) await new Promise<void>((resolve) => line.push(resolve));
    isBusy = true;
    try {
      return await work();
    } finally {
      const next = line.pop();
      if (next === undefined) isBusy = false;
      else next();
    }
  };
}
