import type { Frame } from '@zoopraxis/core';
import { checkFrame, checkRange, readAheadOf, readInOrder } from './frame-stream.js';
import type { VideoInformation, VideoSource } from './video-information.js';

/** Pixels of one frame as a reader gives them. */
export interface ReadPixels {
  /** Interleaved red, green, blue, shape `[heightPx, widthPx, 3]`. */
  readonly rgb: Uint8Array;
  readonly corrupt: boolean;
}

/** What a {@link ReadSource} reads from. */
export interface ReadSourceParts {
  readonly information: VideoInformation;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Returns the pixels of a frame; may be called again before it has answered. */
  read(frame: number): Promise<ReadPixels>;
  close(): Promise<void>;
}

/** Frames of a recording whose every frame is read by itself: images of a folder, records of a file. */
export class ReadSource implements VideoSource {
  readonly information: VideoInformation;
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  /** Seconds from the first frame, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
  readonly #parts: ReadSourceParts;
  readonly #corrupt = new Set<number>();
  #isClosed = false;

  constructor(parts: ReadSourceParts) {
    const { information, widthPx, heightPx } = parts;
    this.information = information;
    this.frameCount = information.frameCount;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.fps = information.fps;
    if (information.timesSec !== undefined) this.timesSec = information.timesSec;
    this.#parts = parts;
  }

  get corruptFrameCount(): number {
    return this.#corrupt.size;
  }

  async frame(index: number, signal?: AbortSignal): Promise<Frame> {
    checkFrame(index, this.frameCount);
    signal?.throwIfAborted();
    const frame = await this.#read(index);
    signal?.throwIfAborted();
    return frame;
  }

  async *frames(start = 0, end = this.frameCount, signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    checkRange(start, end, this.frameCount);
    const readAhead = Math.min(8, readAheadOf(this.widthPx, this.heightPx));
    yield* readInOrder((frame) => this.#read(frame), start, end, readAhead, signal);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#parts.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(index: number): Promise<Frame> {
    if (this.#isClosed) throw new TypeError('video: it is closed');
    const { rgb, corrupt } = await this.#parts.read(index);
    if (corrupt) this.#corrupt.add(index);
    const timeSec = this.timesSec?.[index] ?? index / this.fps;
    return { index, timeSec, corrupt, widthPx: this.widthPx, heightPx: this.heightPx, rgb };
  }
}
