import { type Frame, type FrameSource, type Picture, Random } from '@zoopraxis/core';
import { averagePool2d, type Backend, buildNetwork, concat, initialWeights, mean, mul, scale } from '@zoopraxis/nn';
import type { ModelCard } from '../model/card.js';
import { poseInferenceNetwork } from '../network/pose-network.js';
import type { TrackChunk, TrackSink } from './chunk-writer.js';
import type { FollowCarry } from './follow.js';
import type { PoseModel, PoseNetworkBuilder } from './pose-graph.js';

/** Returns a card of a tiny compact network; parts of it can be replaced. */
export function tinyCard(
  keypoints: number,
  changes: { preprocessing?: Partial<ModelCard['preprocessing']>; decoding?: Partial<ModelCard['decoding']> } = {},
): ModelCard {
  return {
    format: 'zoopraxis-pose-model',
    version: 1,
    name: 'tiny',
    skeleton: {
      name: 'points',
      keypoints: Array.from({ length: keypoints }, (_, at) => `point${at}`),
      edges: [],
      symmetries: [],
      roles: {},
    },
    network: { name: 'unet', options: { width: 4, factors: [1, 2], blocks: [0, 0] } },
    preprocessing: {
      scale: 1,
      multiple: 8,
      fill: 0,
      mean: [120, 120, 120],
      std: [60, 60, 60],
      trainedWidthPx: 64,
      trainedHeightPx: 48,
      ...changes.preprocessing,
    },
    decoding: { kind: 'locref', stride: 2, locrefStdPx: 7.2801, ...changes.decoding },
    training: {},
    data: {},
    metrics: {},
    versions: {},
  };
}

/** Returns a model with random weights whose heads differ from place to place. */
export function tinyModel(card: ModelCard, seed = 1): PoseModel {
  const network = poseInferenceNetwork(card, { batch: 1, widthPx: 64, heightPx: 64 });
  const weights = initialWeights(network, seed);
  const rng = new Random(seed).fork('heads');
  for (const [name, values] of weights) {
    if (/^(score|locref)\.weight/.test(name)) for (const at of values.keys()) values[at] = rng.normal();
  }
  return { card, weights };
}

/** A network without weights whose score is the mean brightness of 4x4 px: it finds the brightest blob exactly. */
export const brightness: PoseNetworkBuilder = (card, { batch, widthPx, heightPx }) =>
  buildNetwork((scope) => {
    const image = scope.input('image', [batch, 3, heightPx, widthPx]);
    const gray = mean(averagePool2d(image, { kernel: 4, stride: 4 }), { axes: [1], keepAxes: true });
    const score = scale(gray, 1 / 255);
    const scoremap = concat(
      card.skeleton.keypoints.map(() => score),
      1,
    );
    const zero = mul(scoremap, scale(scoremap, 0));
    return { scoremap, locref: concat([zero, zero], 1) };
  });

/** Returns the model that {@link brightness} is the network of. */
export function blobModel(): PoseModel {
  return { card: tinyCard(1, { preprocessing: { multiple: 4 }, decoding: { stride: 4 } }), weights: new Map() };
}

/** Returns a picture of seeded noise, 0..255. */
export function noisePicture(widthPx: number, heightPx: number, seed: number): Picture {
  const rng = new Random(seed);
  return { widthPx, heightPx, rgb: Uint8Array.from({ length: 3 * widthPx * heightPx }, () => rng.integer(256)) };
}

/** Returns a source over a function that draws frames; `corrupt` lists damaged frames. */
export function drawnSource(
  size: { widthPx: number; heightPx: number; frameCount: number },
  draw: (index: number) => Uint8Array,
  corrupt: readonly number[] = [],
): FrameSource & { recycled: number; closedAt: number | undefined } {
  const make = (index: number): Frame => ({
    index,
    timeSec: index / 30,
    corrupt: corrupt.includes(index),
    widthPx: size.widthPx,
    heightPx: size.heightPx,
    rgb: draw(index),
  });
  const source = {
    ...size,
    fps: 30,
    recycled: 0,
    closedAt: undefined as number | undefined,
    async frame(index: number) {
      return make(index);
    },
    async *frames(start = 0, end = size.frameCount, signal?: AbortSignal) {
      let at = start;
      try {
        for (; at < end; at++) {
          signal?.throwIfAborted();
          yield make(at);
        }
      } finally {
        source.closedAt = at;
      }
    },
    recycle(frame: Frame) {
      source.recycled++;
      // Whoever still reads a frame that was given back sees this.
      frame.rgb.fill(255);
    },
    async close() {},
  };
  return source;
}

/** Returns a source of noise. */
export function noiseSource(widthPx: number, heightPx: number, frameCount: number, corrupt: readonly number[] = []) {
  const draw = (index: number) => noisePicture(widthPx, heightPx, index).rgb;
  return drawnSource({ widthPx, heightPx, frameCount }, draw, corrupt);
}

/** A sink in memory. */
export class MemorySink implements TrackSink {
  readonly chunks: TrackChunk[] = [];

  async count() {
    return this.chunks.length;
  }

  async put(index: number, chunk: TrackChunk) {
    if (index !== this.chunks.length) throw new RangeError(`sink: chunk ${this.chunks.length} is next, got ${index}`);
    // As a file would: what the writer does with its arrays later must not matter, and the carry is plain data.
    this.chunks.push(structuredClone(chunk));
  }

  async lastCarry() {
    const { carry } = this.chunks.at(-1) ?? {};
    return carry && (JSON.parse(JSON.stringify(carry)) as FollowCarry);
  }

  async close() {}

  get position(): number[] {
    return this.chunks.flatMap(({ position }) => [...position]);
  }

  get confidence(): number[] {
    return this.chunks.flatMap(({ confidence }) => [...confidence]);
  }
}

/** Returns a backend over another whose sessions fail at a run, counted from 0. */
export function failingBackend(backend: Backend, at: number): Backend {
  return {
    target: backend.target,
    async createSession(model, options) {
      const session = await backend.createSession(model, options);
      let runs = 0;
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        run: async (feeds, into) => {
          if (runs++ === at) throw new Error('device lost');
          return session.run(feeds, into);
        },
        close: () => session.close(),
      };
    },
  };
}
