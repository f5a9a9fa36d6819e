import {
  createLabeledFrames,
  createSkeleton,
  type LabeledFrames,
  MemoryStore,
  type Picture,
  Random,
} from '@zoopraxis/core';
import { datasetBatches } from '@zoopraxis/nn';
import { directBackend, openTrainer, TrainingEngine } from '@zoopraxis/nn/node';
import { poseDataset } from '../dataset/pose-dataset.js';
import { splitImages } from '../dataset/split.js';
import { type PosePreset, posePreset } from './preset.js';
import type { PoseTrainingOptions } from './training-options.js';
import type { TrainingRuntime } from './training-runtime.js';

const SIZE = 64;
/** The front is bright, the back dark, 16 px from one another in any direction, on a noisy gray ground. */
const LEVELS = [230, 30];

function points(index: number): number[] {
  const rng = new Random(index).fork('place');
  const [x, y, angle] = [rng.between(18, 46), rng.between(18, 46), rng.between(0, 2 * Math.PI)];
  const [dx, dy] = [8 * Math.cos(angle), 8 * Math.sin(angle)];
  return [x + dx, y + dy, x - dx, y - dy];
}

/** Returns the picture of an index: two soft blobs. */
export function blobPicture(index: number): Picture {
  const rng = new Random(index).fork('noise');
  const [ax = 0, ay = 0, bx = 0, by = 0] = points(index);
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  for (let at = 0; at < SIZE * SIZE; at++) {
    const [x, y] = [at % SIZE, Math.floor(at / SIZE)];
    const front = Math.exp(-((x - ax) ** 2 + (y - ay) ** 2) / 18);
    const back = Math.exp(-((x - bx) ** 2 + (y - by) ** 2) / 18);
    const level = 128 + ((LEVELS[0] as number) - 128) * front + ((LEVELS[1] as number) - 128) * back + 4 * rng.normal();
    rgb.fill(Math.min(255, Math.max(0, level)), 3 * at, 3 * at + 3);
  }
  return { widthPx: SIZE, heightPx: SIZE, rgb };
}

/** Returns labels of a number of pictures, half of them in each of two groups. */
export function blobLabels(count: number): LabeledFrames {
  return createLabeledFrames({
    skeleton: createSkeleton({ name: 'blobs', keypoints: ['front', 'back'] }),
    individuals: ['animal'],
    annotators: ['truth'],
    images: Array.from({ length: count }, (_, i) => ({ group: i % 2 ? 'b' : 'a', file: `img${i}.png`, frame: i })),
    image: Int32Array.from({ length: count }, (_, i) => i),
    individual: new Int32Array(count),
    annotator: new Int32Array(count),
    position: Float64Array.from(Array.from({ length: count }, (_, i) => points(i)).flat()),
    visibility: new Uint8Array(2 * count).fill(2),
  });
}

/** A network that learns the blobs in a second or two. */
export const smallPreset: PosePreset = {
  ...posePreset('unet'),
  networkOptions: { width: 8, factors: [1, 2, 2], blocks: [0, 0, 1] },
  smallestAnimalPx: 0,
  batchSize: 4,
  warmUpSteps: 5,
};

/** Training in this thread, or in a thread of its own where asked. */
export function smallRuntime(read: PoseTrainingOptions['read'], inThread = false): TrainingRuntime {
  const backend = directBackend('cpu');
  return {
    backend,
    threads: 1,
    openTrainer: (job) => (inThread ? openTrainer(job) : TrainingEngine.open({ ...job, backend })),
    openBatches: async (samples, sampling, plan) => {
      const source = datasetBatches(poseDataset(samples, read, sampling), { ...plan, last: 'fill' });
      return { ...source, stepsPerEpoch: source.stepsPerEpoch as number };
    },
    versions: { test: '1' },
  };
}

/** Returns the options of a training on the blobs. */
export function blobTraining(more: Partial<PoseTrainingOptions> = {}): PoseTrainingOptions {
  const labels = more.labels ?? blobLabels(24);
  const read = more.read ?? (async (image: number) => blobPicture(image));
  return {
    name: 'small',
    labels,
    split: more.split ?? splitImages(labels, { testGroups: ['b'], seed: 1 }),
    sizes: labels.images.map(() => ({ widthPx: SIZE, heightPx: SIZE })),
    preset: smallPreset,
    limit: { steps: 24 },
    evaluations: 3,
    seed: 1,
    runtime: smallRuntime(read),
    read,
    store: new MemoryStore(),
    folder: 'models/small',
    ...more,
  };
}
