import { open, rename, unlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Picture } from '@zoopraxis/core';
import { ThreadCalls } from '@zoopraxis/core/node';
import { makeFolder, syncFolder } from '../bytes/durable.node.js';
import { storageProblem } from '../bytes/storage-problem.node.js';
import { sweepTemporaries, temporaryName } from '../bytes/temporary.node.js';
import { BufferPool } from './buffer-pool.js';
import type { EncodeRequest } from './encode.worker.node.js';
import { steadyClock, unevenClock } from './frame-clock.js';
import { outputSize } from './output-size.js';

/** What a video is encoded from: a constant `fps`, or the time of every frame in `timesSec` (seconds, ascending, shape `[frame]`). */
export interface VideoEncoderOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps?: number;
  readonly timesSec?: ArrayLike<number>;
  /** From 1 (small file) to 100 (hardly any loss); 75 by default. */
  readonly quality?: number;
  /** Threads of the encoder; all of the machine by default. */
  readonly threads?: number;
}

/** A video file that is being written. Nothing stands under its name before `finish`. */
export interface VideoEncoder {
  /** Adds a picture; resolves as soon as the next may come, which keeps few of them in memory. The pixels are copied at once. */
  write(picture: Picture): Promise<void>;
  /** Completes the file and gives it its name, durably. */
  finish(): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
}

/** Pictures that wait for the encoder. */
const MAX_PENDING = 4;

class ThreadEncoder implements VideoEncoder {
  readonly #path: string;
  readonly #temporary: string;
  readonly #size: { widthPx: number; heightPx: number };
  readonly #tickOf: (frame: number) => number;
  readonly #thread: ThreadCalls<EncodeRequest>;
  readonly #pool: BufferPool;
  readonly #pending = new Set<Promise<void>>();
  #frameCount = 0;
  #failure: unknown;
  #isDone = false;

  constructor(
    path: string,
    temporary: string,
    size: { widthPx: number; heightPx: number },
    tickOf: (frame: number) => number,
    thread: ThreadCalls<EncodeRequest>,
  ) {
    this.#path = path;
    this.#temporary = temporary;
    this.#size = size;
    this.#tickOf = tickOf;
    this.#thread = thread;
    this.#pool = new BufferPool(size.widthPx * size.heightPx * 3, MAX_PENDING);
  }

  async write({ rgb, widthPx, heightPx }: Picture): Promise<void> {
    this.#checkUsable();
    const { widthPx: wide, heightPx: high } = this.#size;
    if (widthPx !== wide || heightPx !== high || rgb.length !== wide * high * 3) {
      throw new RangeError(
        `picture must be ${wide} x ${high} with 3 bytes a pixel, got ${widthPx} x ${heightPx} and ${rgb.length} bytes`,
      );
    }
    const tick = this.#tickOf(this.#frameCount++);
    const memory = this.#pool.take() ?? new ArrayBuffer(rgb.length);
    new Uint8Array(memory).set(rgb);
    const job = this.#thread.call<ArrayBuffer>({ kind: 'write', rgb: memory, tick }, [memory]).then(
      (used) => this.#pool.give(new Uint8Array(used)),
      (cause) => {
        this.#failure ??= cause;
      },
    );
    this.#pending.add(job);
    void job.then(() => this.#pending.delete(job));
    if (this.#pending.size >= MAX_PENDING) await Promise.race(this.#pending);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async finish(): Promise<void> {
    this.#checkUsable();
    if (this.#frameCount === 0) throw new RangeError('video encoder: must be given one picture or more before finish');
    try {
      await Promise.all(this.#pending);
      if (this.#failure !== undefined) throw this.#failure;
      await this.#thread.call({ kind: 'finish' });
      const handle = await open(this.#temporary, 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(this.#temporary, this.#path);
      this.#isDone = true;
      await this.#thread.close({ kind: 'close' });
      await syncFolder(dirname(this.#path));
    } catch (cause) {
      await this.abort();
      throw storageProblem(cause, 'write', this.#path);
    }
  }

  async abort(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    await this.#thread.close({ kind: 'close' });
    await unlink(this.#temporary).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  #checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isDone) throw new TypeError('video encoder: it is finished or aborted');
  }
}

/**
 * Returns an encoder that writes an MP4 file with H.264 that browsers play: a constant rate or the given times
 * of frames, index in front, odd sizes enlarged by one repeated row or column. Encoding runs in a thread. The
 * file takes its name in one step when it is complete; a crash or `abort` leaves what stood there before.
 * @throws RangeError for a wrong option, StorageError where the folder cannot be written, UnavailableError without node-av.
 */
export async function openVideoEncoder(path: string, options: VideoEncoderOptions): Promise<VideoEncoder> {
  const { widthPx, heightPx, fps, timesSec, quality = 75, threads = availableParallelism() } = options;
  outputSize(widthPx, heightPx, { widthPx, heightPx });
  if ((fps === undefined) === (timesSec === undefined))
    throw new RangeError('give either fps or timesSec, and not both');
  if (!(quality >= 1 && quality <= 100)) throw new RangeError(`quality must be from 1 to 100, got ${quality}`);
  const clock = timesSec === undefined ? steadyClock(fps as number) : unevenClock(timesSec);
  const file = resolve(path);
  const folder = dirname(file);
  try {
    await makeFolder(folder);
    await sweepTemporaries(folder);
  } catch (cause) {
    throw storageProblem(cause, 'write', file);
  }
  const temporary = join(folder, temporaryName());
  const thread = new ThreadCalls<EncodeRequest>(new URL('./encode.worker.node.js', import.meta.url), { label: file });
  try {
    const crf = Math.round(45 - 0.33 * quality);
    const settings = { path: temporary, widthPx, heightPx, tick: clock.tick, fps: clock.fps, crf, threads };
    await thread.call({ kind: 'open', settings });
  } catch (cause) {
    await thread.close({ kind: 'close' });
    await unlink(temporary).catch(() => undefined);
    throw cause;
  }
  return new ThreadEncoder(file, temporary, { widthPx, heightPx }, (frame) => clock.tickOf(frame), thread);
}
