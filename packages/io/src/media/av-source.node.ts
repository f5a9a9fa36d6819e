import type { Frame } from '@zoopraxis/core';
import { ThreadCalls } from '@zoopraxis/core/node';
import { BufferPool } from './buffer-pool.js';
import { checkFrame, checkRange, readAheadOf, readInOrder } from './frame-stream.js';
import type { WantedSize } from './output-size.js';
import type { VideoInformation, VideoSource } from './video-information.js';
import type { DecodeRequest, OpenedVideo, ReadReply } from './video-readers.node.js';

/** A flag that a thread reads while it works. */
class Cancel {
  readonly shared = new SharedArrayBuffer(4);
  raise = (): void => void Atomics.store(new Int32Array(this.shared), 0, 1);
}

/** Size and decoding of an opened video. */
export interface AvSourceOptions extends WantedSize {
  /** Threads of the codec; 0, the default, leaves the choice to FFmpeg. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** A video that a thread decodes with FFmpeg's libraries. */
export class AvSource implements VideoSource {
  readonly information: VideoInformation;
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  /** Seconds from the first frame, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
  readonly #thread: ThreadCalls<DecodeRequest>;
  readonly #pool: BufferPool;
  readonly #readAhead: number;
  readonly #running = new Set<Cancel>();
  readonly #corrupt = new Set<number>();
  #lastReader = 0;

  private constructor(thread: ThreadCalls<DecodeRequest>, { information, widthPx, heightPx }: OpenedVideo) {
    this.information = information;
    this.frameCount = information.frameCount;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.fps = information.fps;
    if (information.timesSec !== undefined) this.timesSec = information.timesSec;
    this.#thread = thread;
    this.#readAhead = readAheadOf(widthPx, heightPx);
    this.#pool = new BufferPool(widthPx * heightPx * 3, 2 * this.#readAhead);
  }

  /** Opens a file in a thread of its own; rejects with UnavailableError where node-av does not load. */
  static async open(path: string, { signal, threads = 0, widthPx, heightPx }: AvSourceOptions): Promise<AvSource> {
    signal?.throwIfAborted();
    const thread = new ThreadCalls<DecodeRequest>(new URL('./decode.worker.node.js', import.meta.url), {
      label: path,
      hint: 'If memory ran out, close other programs or decode at a smaller size, then try again.',
    });
    const cancel = new Cancel();
    signal?.addEventListener('abort', cancel.raise, { once: true });
    try {
      const size = { ...(widthPx === undefined ? {} : { widthPx }), ...(heightPx === undefined ? {} : { heightPx }) };
      const request: DecodeRequest = { kind: 'open', path, threads, cancel: cancel.shared, ...size };
      return new AvSource(thread, await thread.call<OpenedVideo>(request));
    } catch (cause) {
      await thread.close({ kind: 'close' });
      signal?.throwIfAborted();
      throw cause;
    } finally {
      signal?.removeEventListener('abort', cancel.raise);
    }
  }

  get corruptFrameCount(): number {
    return this.#corrupt.size;
  }

  async frame(index: number, signal?: AbortSignal): Promise<Frame> {
    checkFrame(index, this.frameCount);
    return this.#cancelable(signal, (cancel) => this.#read(0, index, cancel));
  }

  keyFrameOf(index: number): Promise<number> {
    checkFrame(index, this.frameCount);
    return this.#thread.call<number>({ kind: 'key', frame: index });
  }

  async *frames(start = 0, end = this.frameCount, signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    checkRange(start, end, this.frameCount);
    const reader = ++this.#lastReader;
    const cancel = this.#begin(signal);
    try {
      yield* readInOrder((frame) => this.#read(reader, frame, cancel), start, end, this.#readAhead, signal);
    } catch (cause) {
      signal?.throwIfAborted();
      throw cause;
    } finally {
      this.#end(cancel, signal);
      cancel.raise();
      await this.#thread.call({ kind: 'release', reader }).catch(() => undefined);
    }
  }

  recycle(frame: Frame): void {
    this.#pool.give(frame.rgb);
  }

  close(): Promise<void> {
    for (const cancel of this.#running) cancel.raise();
    return this.#thread.close({ kind: 'close' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #cancelable<T>(signal: AbortSignal | undefined, job: (cancel: Cancel) => Promise<T>): Promise<T> {
    const cancel = this.#begin(signal);
    try {
      return await job(cancel);
    } catch (cause) {
      signal?.throwIfAborted();
      throw cause;
    } finally {
      this.#end(cancel, signal);
    }
  }

  #begin(signal: AbortSignal | undefined): Cancel {
    signal?.throwIfAborted();
    const cancel = new Cancel();
    signal?.addEventListener('abort', cancel.raise, { once: true });
    this.#running.add(cancel);
    return cancel;
  }

  #end(cancel: Cancel, signal: AbortSignal | undefined): void {
    signal?.removeEventListener('abort', cancel.raise);
    this.#running.delete(cancel);
  }

  async #read(reader: number, index: number, cancel: Cancel): Promise<Frame> {
    const buffer = this.#pool.take();
    const request: DecodeRequest = { kind: 'read', reader, frame: index, cancel: cancel.shared };
    const { widthPx, heightPx } = this;
    const reply = await (buffer === undefined
      ? this.#thread.call<ReadReply>(request)
      : this.#thread.call<ReadReply>({ ...request, buffer }, [buffer]));
    if (reply.corrupt) this.#corrupt.add(index);
    const timeSec = this.timesSec?.[index] ?? index / this.fps;
    return { index, timeSec, corrupt: reply.corrupt, widthPx, heightPx, rgb: new Uint8Array(reply.buffer) };
  }
}
