import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@zoopraxis/core';
import { FolderStore, openVideoEncoder } from '@zoopraxis/io/node';
import { exportModel, float32Tensor, initialWeights, writeSafetensors } from '@zoopraxis/nn';
import { directBackend } from '@zoopraxis/nn/node';
import { type ModelCard, poseInferenceNetwork, writePoseModel } from '@zoopraxis/pose';

/** Writes a model with random weights into a folder. */
export async function writeTinyModel(folder: string, name: string, seed = 1): Promise<void> {
  const card: ModelCard = {
    format: 'zoopraxis-pose-model',
    version: 1,
    name,
    skeleton: { name: 'mouse', keypoints: ['nose', 'tailbase'], edges: [[0, 1]], symmetries: [], roles: { nose: 0 } },
    network: { name: 'unet', options: { width: 4, factors: [1, 2], blocks: [0, 0] } },
    preprocessing: {
      scale: 0.5,
      multiple: 8,
      fill: 0,
      mean: [120, 120, 120],
      std: [60, 60, 60],
      trainedWidthPx: 32,
      trainedHeightPx: 24,
    },
    decoding: { kind: 'locref', stride: 2, locrefStdPx: 7.2801 },
    training: {},
    data: {},
    metrics: {},
    versions: {},
  };
  const network = poseInferenceNetwork(card, { batch: 1, widthPx: 32, heightPx: 24 });
  const weights = initialWeights(network, seed);
  const rng = new Random(seed);
  for (const [key, values] of weights) {
    if (/^(score|locref)\.weight/.test(key)) for (const at of values.keys()) values[at] = rng.normal();
  }
  const tensors = new Map(
    [...network.parameters, ...network.buffers].map(([key, { shape }]) => [
      key,
      float32Tensor(shape, weights.get(key) as Float32Array),
    ]),
  );
  const onnx = await exportModel(network, weights, { backend: directBackend('cpu') });
  await writePoseModel(new FolderStore(folder), name, { card, weights: writeSafetensors(tensors), onnx });
}

/** Writes a video of smooth seeded noise. */
export async function writeNoiseVideo(
  path: string,
  frameCount: number,
  size: { widthPx: number; heightPx: number } = { widthPx: 64, heightPx: 48 },
): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const { widthPx, heightPx } = size;
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps: 30 });
  for (let index = 0; index < frameCount; index++) {
    const rng = new Random(index);
    const rgb = new Uint8Array(3 * widthPx * heightPx);
    const tiles = Array.from({ length: 48 }, () => rng.integer(256));
    for (let at = 0; at < widthPx * heightPx; at++) {
      const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
      rgb.fill(tiles[(x >> 3) + 8 * (y >> 3)] as number, 3 * at, 3 * at + 3);
    }
    await encoder.write({ widthPx, heightPx, rgb });
  }
  await encoder.finish();
}

/** Options of the runs that are killed and of those they are compared with; a side in px for a box that follows. */
export function killOptions(follow: string) {
  const box = follow === '' ? {} : { follow: Number(follow) };
  return { device: 'cpu', threads: 1, batchSize: 2, chunkFrames: 6, ...box } as const;
}
