import type { ChunkSink } from '@zoopraxis/core';
import type { FollowCarry } from './follow.js';
import type { PosePoints } from './predictor.js';

/** Points of a stretch of frames, written at once. */
export interface TrackChunk {
  readonly firstFrame: number;
  readonly frameCount: number;
  /** Shape `[frame, keypoint, 2]`, px of the image, center of the top-left pixel at (0, 0). */
  readonly position: Float32Array;
  /** Shape `[frame, keypoint]`, 0..1. */
  readonly confidence: Float32Array;
  /** 1 where the decoder reported damage, shape `[frame]`. */
  readonly corrupt: Uint8Array;
  /** Where the following box is to go on; only where one follows. */
  readonly carry?: FollowCarry;
}

/** A place for tracks that can say where following stopped. */
export interface TrackSink extends ChunkSink<TrackChunk> {
  /** Returns what the last durable chunk carried; needed only for runs whose box follows the animal. */
  lastCarry?(): Promise<FollowCarry | undefined>;
}

/** Gathers batches into chunks of a fixed number of frames; a chunk is written while the next frames are predicted. */
export class ChunkWriter {
  #index: number;
  #firstFrame: number;
  #filled = 0;
  #position: Float32Array;
  #confidence: Float32Array;
  #corrupt: Uint8Array;
  #writing: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | undefined;

  constructor(
    readonly sink: ChunkSink<TrackChunk>,
    readonly keypoints: number,
    readonly chunkFrames: number,
    firstChunk: number,
  ) {
    this.#index = firstChunk;
    this.#firstFrame = firstChunk * chunkFrames;
    this.#position = new Float32Array(2 * keypoints * chunkFrames);
    this.#confidence = new Float32Array(keypoints * chunkFrames);
    this.#corrupt = new Uint8Array(chunkFrames);
  }

  /** Takes the points of the next frames; a full chunk begins to be written. */
  async add(points: PosePoints, corrupt: readonly boolean[], carry: FollowCarry | undefined): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    this.#position.set(points.position, 2 * this.keypoints * this.#filled);
    this.#confidence.set(points.confidence, this.keypoints * this.#filled);
    for (const [at, isCorrupt] of corrupt.entries()) this.#corrupt[this.#filled + at] = isCorrupt ? 1 : 0;
    this.#filled += corrupt.length;
    if (this.#filled === this.chunkFrames) await this.#write(carry);
  }

  /** Writes what is left and waits until all is durable. */
  async finish(carry: FollowCarry | undefined): Promise<void> {
    if (this.#filled > 0) await this.#write(carry);
    await this.settle();
    if (this.#failure) throw this.#failure.error;
  }

  /** Waits for a chunk that is being written, without judging it. */
  settle(): Promise<void> {
    return this.#writing;
  }

  async #write(carry: FollowCarry | undefined): Promise<void> {
    await this.settle();
    if (this.#failure) throw this.#failure.error;
    const frames = this.#filled;
    const chunk: TrackChunk = {
      firstFrame: this.#firstFrame,
      frameCount: frames,
      position: this.#position.slice(0, 2 * this.keypoints * frames),
      confidence: this.#confidence.slice(0, this.keypoints * frames),
      corrupt: this.#corrupt.slice(0, frames),
      ...(carry ? { carry } : {}),
    };
    this.#writing = this.sink.put(this.#index, chunk).catch((error: unknown) => {
      this.#failure = { error };
    });
    this.#index++;
    this.#firstFrame += frames;
    this.#filled = 0;
  }
}
