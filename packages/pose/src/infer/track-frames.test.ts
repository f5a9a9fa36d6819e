import type { FrameSource } from '@zoopraxis/core';
import { exportModel, type Tensor } from '@zoopraxis/nn';
import { directBackend, workerBackend } from '@zoopraxis/nn/node';
import { describe, expect, it } from 'vitest';
import { findPeaks } from '../decode/peaks.js';
import { pointsOfPeaks } from '../decode/points.js';
import { poseInferenceNetwork } from '../network/pose-network.js';
import { inputFiller } from './fill-input.js';
import {
  blobModel,
  brightness,
  drawnSource,
  failingBackend,
  MemorySink,
  noisePicture,
  noiseSource,
  tinyCard,
  tinyModel,
} from './infer.test.kit.js';
import { imageFromInput, placeRegion } from './placement.js';
import type { PoseModel } from './pose-graph.js';
import { predictPictures } from './predict-pictures.js';
import { openPosePredictor } from './predictor.js';
import { type TrackFramesOptions, trackFrames } from './track-frames.js';

const backend = workerBackend('cpu');
const options = { backend, threads: 1 };

/** One frame after the other, whole maps, nothing overlapped. */
async function naive(
  model: PoseModel,
  source: FrameSource,
  region?: { leftPx: number; topPx: number; widthPx: number; heightPx: number },
) {
  const { card, weights } = model;
  const at = region ?? { leftPx: 0, topPx: 0, widthPx: source.widthPx, heightPx: source.heightPx };
  const placement = placeRegion(at, card.preprocessing);
  const { inputWidthPx: widthPx, inputHeightPx: heightPx } = placement;
  const direct = directBackend('cpu');
  const network = poseInferenceNetwork(card, { batch: 1, widthPx, heightPx });
  const session = await direct.createSession(await exportModel(network, weights, { backend: direct }), { threads: 1 });
  const write = inputFiller(placement, card.preprocessing.fill);
  const position: number[] = [];
  const confidence: number[] = [];
  for await (const frame of source.frames()) {
    const data = new Float32Array(3 * widthPx * heightPx).fill(card.preprocessing.fill);
    write(frame, at, data, 0);
    const results = await session.run({
      image: { dtype: 'float32', shape: [1, 3, heightPx, widthPx], data },
    });
    const { scoremap, locref } = results as { scoremap: Tensor; locref?: Tensor };
    const [, mapCount, rows, columns] = scoremap.shape as [number, number, number, number];
    const maps = { scores: scoremap.data as Float32Array, mapCount, rows, columns };
    const peaks = findPeaks(locref ? { ...maps, locref: locref.data as Float32Array } : maps);
    const points = pointsOfPeaks(peaks, card.decoding);
    for (let map = 0; map < mapCount; map++) {
      position.push(
        ...imageFromInput(placement, at, points[2 * map] as number, points[2 * map + 1] as number).map(Math.fround),
      );
      confidence.push(peaks.score[map] as number);
    }
  }
  await session.close();
  return { position, confidence };
}

async function tracked(
  model: PoseModel,
  changes: Partial<TrackFramesOptions> & Pick<TrackFramesOptions, 'source'>,
  batchSize = 1,
) {
  const predictor = openPosePredictor(model, { ...options, batchSize });
  const sink = new MemorySink();
  await trackFrames({ predictor, sink, ...changes });
  await predictor.close();
  return sink;
}

describe('tracking frames', () => {
  it.each(['locref', 'gaussian'] as const)('gives the bits of a plain loop (%s)', async (kind) => {
    const model = tinyModel(tinyCard(3, { preprocessing: { scale: 0.7, fill: 30 }, decoding: { kind } }));
    const source = noiseSource(61, 43, 23, [4, 9]);
    const expected = await naive(model, source);
    for (const [batchSize, chunkFrames] of [
      [1, 5],
      [4, 10],
    ] as const) {
      const sink = await tracked(model, { source, chunkFrames }, batchSize);
      expect(sink.position).toEqual(expected.position);
      expect(sink.confidence).toEqual(expected.confidence);
      expect(sink.chunks.flatMap(({ corrupt }) => [...corrupt]).flatMap((flag, at) => (flag ? [at] : []))).toEqual([
        4, 9,
      ]);
    }
    expect(source.recycled).toBe(46);
    expect(new Set(expected.position).size).toBeGreaterThan(60);
  });

  it('writes chunks of whole batches and says where they begin', async () => {
    const sink = await tracked(tinyModel(tinyCard(1)), { source: noiseSource(16, 16, 23), chunkFrames: 10 }, 4);
    expect(sink.chunks.map(({ firstFrame, frameCount }) => [firstFrame, frameCount])).toEqual([
      [0, 12],
      [12, 11],
    ]);
  });

  it.each([
    { leftPx: 9, topPx: 4, widthPx: 33, heightPx: 21 },
    { leftPx: -6, topPx: 30, widthPx: 40, heightPx: 24 },
  ])('looks at a part of the frame ($leftPx, $topPx) and answers in px of the frame', async (region) => {
    const model = tinyModel(tinyCard(2));
    const source = noiseSource(60, 40, 6);
    const sink = await tracked(model, { source, region });
    expect(sink.position).toEqual((await naive(model, source, region)).position);
  });

  it('goes on after the durable chunks with the same bits', async () => {
    const model = tinyModel(tinyCard(2));
    const whole = await tracked(model, { source: noiseSource(40, 32, 29), chunkFrames: 8 }, 4);
    for (const kept of [1, 2, 4]) {
      const predictor = openPosePredictor(model, { ...options, batchSize: 4 });
      const sink = new MemorySink();
      sink.chunks.push(...whole.chunks.slice(0, kept));
      await trackFrames({ source: noiseSource(40, 32, 29), predictor, sink, chunkFrames: 8 });
      await predictor.close();
      expect(sink.chunks).toEqual(whole.chunks);
    }
  });

  it('reports each batch as it is done', async () => {
    const seen: number[] = [];
    await tracked(
      tinyModel(tinyCard(1)),
      {
        source: noiseSource(16, 16, 7),
        onProgress: ({ frame, frameCount }) => seen.push(frame, frameCount),
      },
      3,
    );
    expect(seen).toEqual([3, 7, 6, 7, 7, 7]);
  });

  it('stops at an abort with whole chunks and lets the source go', async () => {
    const model = tinyModel(tinyCard(1));
    const predictor = openPosePredictor(model, options);
    const sink = new MemorySink();
    const source = noiseSource(16, 16, 1000);
    const abort = new AbortController();
    const run = trackFrames({
      source,
      predictor,
      sink,
      chunkFrames: 8,
      signal: abort.signal,
      onProgress: ({ frame }) => frame === 20 && abort.abort(),
    });
    await expect(run).rejects.toThrow(/abort/);
    expect(sink.chunks.map(({ frameCount }) => frameCount)).toEqual([8, 8]);
    expect(source.closedAt).toBeLessThan(30);
    await predictor.close();
  });

  it('names the frames at which the network failed', async () => {
    const predictor = openPosePredictor(tinyModel(tinyCard(1)), {
      backend: failingBackend(directBackend('cpu'), 3),
      batchSize: 4,
      threads: 1,
    });
    const sink = new MemorySink();
    const run = trackFrames({ source: noiseSource(16, 16, 40), predictor, sink, chunkFrames: 8 });
    await expect(run).rejects.toThrow('the pose network failed at frames 12 to 15: device lost');
    await predictor.close();
  });

  it('names the frame at which the model gives no numbers', async () => {
    const model = tinyModel(tinyCard(1));
    model.weights.get('score.bias')?.fill(Number.NaN);
    await expect(tracked(model, { source: noiseSource(16, 16, 4) })).rejects.toThrow(/not finite, at frame 0/);
  });

  it('hands on what the sink throws', async () => {
    const predictor = openPosePredictor(tinyModel(tinyCard(1)), options);
    const sink = new MemorySink();
    sink.put = async () => {
      throw new Error('disk full');
    };
    const run = trackFrames({ source: noiseSource(16, 16, 100), predictor, sink, chunkFrames: 4 });
    await expect(run).rejects.toThrow('disk full');
    await predictor.close();
  });

  it('refuses a source that ends early, and one whose pictures change size', async () => {
    const model = tinyModel(tinyCard(1));
    const short = { ...noiseSource(16, 16, 9), frameCount: 12 };
    const source = noiseSource(16, 16, 9);
    short.frames = () => source.frames();
    await expect(tracked(model, { source: short })).rejects.toThrow(/at frame 9: expected 12 frames/);
    const changing = noiseSource(16, 16, 9);
    const plain = changing.frames.bind(changing);
    changing.frames = async function* (start, end, signal) {
      for await (const frame of plain(start, end, signal)) {
        yield frame.index < 5 ? frame : { ...frame, index: frame.index, ...noisePicture(8, 8, 1) };
      }
    };
    await expect(tracked(model, { source: changing })).rejects.toThrow(
      /expected frame 5 of 16x16 px, found frame 5 of 8x8/,
    );
  });

  it('refuses weights that are not those of the card', async () => {
    const model = tinyModel(tinyCard(2));
    const run = tracked({ ...model, card: tinyCard(3) }, { source: noiseSource(16, 16, 2) });
    await expect(run).rejects.toThrow(/weights and the card of model tiny do not fit/);
  });
});

describe('a box that follows the animal', () => {
  const size = { widthPx: 200, heightPx: 120 };
  /** Middle of the blob: it circles, is away from frame 60 to 69, and comes back elsewhere. */
  const middle = (index: number): [number, number] | undefined => {
    if (index >= 60 && index < 70) return undefined;
    const turn = index / 12 + (index >= 70 ? 2 : 0);
    return [Math.round(100 + 70 * Math.cos(turn)), Math.round(60 + 40 * Math.sin(turn))];
  };
  const frameCount = 100;
  const draw = (index: number): Uint8Array => {
    const rgb = new Uint8Array(3 * size.widthPx * size.heightPx);
    const at = middle(index);
    if (at === undefined) return rgb;
    for (let dy = -5; dy <= 5; dy++) {
      for (let dx = -5; dx <= 5; dx++) {
        const level = 250 - 12 * (Math.abs(dx) + Math.abs(dy));
        rgb.fill(
          level,
          3 * ((at[1] + dy) * size.widthPx + at[0] + dx),
          3 * ((at[1] + dy) * size.widthPx + at[0] + dx) + 3,
        );
      }
    }
    return rgb;
  };
  const follow = { widthPx: 64, heightPx: 64, minConfidence: 0.5, minSeen: 0.5 };

  async function followed(batchSize: number, chunks: readonly unknown[] = []) {
    const sizes: string[] = [];
    const predictor = openPosePredictor(blobModel(), { ...options, network: brightness, batchSize });
    const counting = {
      ...predictor,
      open: (region: { widthPx: number; heightPx: number }) => {
        sizes.push(`${region.widthPx}x${region.heightPx}`);
        return predictor.open(region);
      },
    };
    const sink = new MemorySink();
    sink.chunks.push(...(chunks as MemorySink['chunks']));
    await trackFrames({
      source: drawnSource({ ...size, frameCount }, draw),
      predictor: counting,
      sink,
      follow,
      chunkFrames: 16,
    });
    await predictor.close();
    return { sink, sizes };
  }

  it.each([1, 4])(
    'sees the blob wherever it goes and seeks it in the whole frame when it is lost (batch %i)',
    async (batchSize) => {
      const { sink, sizes } = await followed(batchSize);
      const { position, confidence } = sink;
      const away = Array.from({ length: frameCount }, (_, index) => index).filter(
        (index) => middle(index) === undefined,
      );
      for (let index = 0; index < frameCount; index++) {
        const at = middle(index);
        if (at === undefined) {
          expect(confidence[index]).toBe(0);
          continue;
        }
        // The box that was chosen before the blob came back need not hold it.
        if (index >= 70 && index < 70 + 3 * batchSize) continue;
        // Half a cell of the 4 px map on each axis, and half a cell of the blob's slope.
        expect(
          Math.hypot((position[2 * index] as number) - at[0], (position[2 * index + 1] as number) - at[1]),
        ).toBeLessThan(4);
      }
      expect(away.length).toBe(10);
      const wholeFrames = sizes.filter((text) => text === '200x120').length;
      // Two batches at the start, and those of the absence.
      expect(wholeFrames).toBeGreaterThanOrEqual(2 + Math.floor(10 / batchSize) - 2);
      expect(wholeFrames).toBeLessThanOrEqual(2 + Math.ceil(10 / batchSize) + 2);
      expect(sizes.filter((text) => text === '64x64').length).toBe(sizes.length - wholeFrames);
    },
  );

  it.each([1, 4])('goes on from every chunk with the same bits (batch %i)', async (batchSize) => {
    const { sink } = await followed(batchSize);
    for (const kept of [1, 3, 4, 5]) {
      const resumed = await followed(batchSize, sink.chunks.slice(0, kept));
      expect(resumed.sink.chunks).toEqual(sink.chunks);
    }
  });
});

describe('predicting pictures', () => {
  it('answers in order for mixed sizes as for each alone', async () => {
    const model = tinyModel(tinyCard(2));
    const sizes: [number, number][] = [
      [40, 32],
      [40, 32],
      [40, 32],
      [24, 56],
      [40, 32],
      [33, 21],
      [33, 21],
    ];
    const pictures = sizes.map(([width, height], at) => noisePicture(width, height, at));
    const predictor = openPosePredictor(model, { ...options, batchSize: 2 });
    const found = [];
    for await (const pose of predictPictures(predictor, pictures)) found.push(pose);
    await predictor.close();
    expect(found.length).toBe(pictures.length);
    for (const [at, picture] of pictures.entries()) {
      const source = drawnSource({ ...picture, frameCount: 1 }, () => picture.rgb);
      const { position, confidence } = await naive(model, source);
      expect([...(found[at]?.position ?? [])]).toEqual(position);
      expect([...(found[at]?.confidence ?? [])]).toEqual(confidence);
    }
  });

  it('gives no place to a keypoint that no training image showed', async () => {
    const model = tinyModel({ ...tinyCard(3), unlearned: ['point1'] });
    const predictor = openPosePredictor(model, options);
    const poses = [];
    for await (const pose of predictPictures(predictor, [noisePicture(40, 32, 1)])) poses.push(pose);
    const [pose] = poses;
    await predictor.close();
    expect([...(pose?.position ?? [])].map(Number.isNaN)).toEqual([false, false, true, true, false, false]);
    expect(pose?.confidence[1]).toBe(0);
    expect(pose?.confidence[0]).toBeGreaterThan(0);
  });
});
