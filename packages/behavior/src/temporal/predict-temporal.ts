import { IntegrityError } from '@zoopraxis/core';
import type { Backend, Session, Tensor, TensorMap } from '@zoopraxis/nn';
import type { FeatureSource } from '../features/feature-block.js';
import { channelCount, scaleBlock } from './input-scaling.js';
import type { TemporalModel } from './temporal-model.js';
import { contextOf } from './temporal-network.js';
import { columnKey } from './temporal-recording.js';

/** Predictions of consecutive frames. */
export interface TemporalBlock {
  readonly firstFrame: number;
  readonly frameCount: number;
  /** Shape `[frame, class]`, 0..1. */
  readonly probability: Float32Array;
}

/** Where and how a temporal network predicts. */
export interface PredictTemporalOptions {
  readonly backend: Backend;
  /** Threads inside one operation; those of the backend by default. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

function checkColumns({ card }: TemporalModel, { columns }: FeatureSource): void {
  const found = columns.map(columnKey);
  const wrong = card.columns.findIndex((key, i) => found[i] !== key);
  if (wrong < 0 && found.length === card.columns.length) return;
  const at = wrong < 0 ? card.columns.length : wrong;
  throw new IntegrityError(
    `the features are not those of the model: column ${at} must be ${card.columns[at] ?? 'absent'}, is ${found[at] ?? 'absent'}`,
    { hint: 'Make the features with the settings that the model was trained with.' },
  );
}

/** The window of inputs that slides over a recording, in the chunks that the network takes. */
class ChunkWindow {
  readonly x: Float32Array;
  readonly mask: Float32Array;
  readonly #channels: number;
  readonly #frames: number;
  /** Frames of the window that are filled, those before the recording included. */
  filled: number;

  constructor(channels: number, frames: number, before: number) {
    this.#channels = channels;
    this.#frames = frames;
    this.x = new Float32Array(channels * frames);
    this.mask = new Float32Array(frames);
    this.filled = before;
  }

  tensors(): TensorMap {
    return {
      x: { dtype: 'float32', shape: [1, this.#channels, 1, this.#frames], data: this.x },
      mask: { dtype: 'float32', shape: [1, 1, 1, this.#frames], data: this.mask },
    };
  }

  /** Moves on by so many frames; the end is empty until it is filled. */
  advance(count: number): void {
    for (let row = 0; row < this.x.length; row += this.#frames) {
      this.x.copyWithin(row, row + count, row + this.#frames);
      this.x.fill(0, row + this.#frames - count, row + this.#frames);
    }
    this.mask.copyWithin(0, count);
    this.mask.fill(0, this.#frames - count);
    this.filled = Math.max(0, this.filled - count);
  }
}

/**
 * Yields the probabilities of all frames in order, in memory that does not grow with the recording. Chunks overlap by what a
 * prediction depends on, and lie where they lie whatever blocks the features come in: the numbers are those of one pass over
 * the whole recording.
 * @throws IntegrityError where the features are not those that the model was trained with.
 */
export async function* predictTemporal(
  model: TemporalModel,
  features: FeatureSource,
  options: PredictTemporalOptions,
): AsyncGenerator<TemporalBlock, void, undefined> {
  checkColumns(model, features);
  const { backend, threads, signal } = options;
  const session = await backend.createSession(model.onnx, threads === undefined ? {} : { threads });
  try {
    yield* predictIn(session, model, features, signal);
  } finally {
    await session.close();
  }
}

async function* predictIn(
  session: Session,
  { card }: TemporalModel,
  features: FeatureSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<TemporalBlock, void, undefined> {
  const { scaling, architecture, chunkFrames, behaviors } = card;
  const { before, after } = contextOf(architecture);
  const given = chunkFrames - before - after;
  const { frameCount } = features.timeBase;
  const window = new ChunkWindow(channelCount(scaling), chunkFrames, before);
  let next = 0;
  const predict = async (): Promise<TemporalBlock> => {
    signal?.throwIfAborted();
    const { data } = (await session.run(window.tensors())).probability as Tensor;
    const count = Math.min(given, frameCount - next);
    const values = (data as Float32Array).slice(before * behaviors.length, (before + count) * behaviors.length);
    const block = { firstFrame: next, frameCount: count, probability: values };
    next += count;
    window.advance(given);
    return block;
  };
  for await (const block of features.blocks(signal ? { signal } : {})) {
    for (let from = 0; from < block.frameCount; ) {
      const to = Math.min(block.frameCount, from + chunkFrames - window.filled);
      scaleBlock(scaling, block, { from, to }, { out: window.x, frames: chunkFrames, at: window.filled });
      window.mask.fill(1, window.filled, window.filled + to - from);
      window.filled += to - from;
      from = to;
      if (window.filled === chunkFrames) yield await predict();
    }
  }
  while (next < frameCount) yield await predict();
}

/** Returns the probabilities of all frames of one recording, shape `[frame, class]`. */
export async function predictTemporalWhole(
  model: TemporalModel,
  features: FeatureSource,
  options: PredictTemporalOptions,
): Promise<Float32Array> {
  const classCount = model.card.behaviors.length;
  const out = new Float32Array(features.timeBase.frameCount * classCount);
  for await (const { firstFrame, probability } of predictTemporal(model, features, options)) {
    out.set(probability, firstFrame * classCount);
  }
  return out;
}
