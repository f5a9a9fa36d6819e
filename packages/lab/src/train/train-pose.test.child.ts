import { readFile } from 'node:fs/promises';
import type { LabeledFrames } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import { trainPose } from './train-pose.js';

// Trains on the pictures of a folder and says each step; the test that starts it kills it in between.
const folder = process.argv[2] as string;
const { count, position } = JSON.parse(await readFile(`${folder}/labels.json`, 'utf8')) as {
  count: number;
  position: number[];
};
const labels: LabeledFrames = {
  skeleton: { name: 'blobs', keypoints: ['front', 'back'], edges: [], symmetries: [], roles: {} },
  individuals: ['animal'],
  annotators: ['truth'],
  images: Array.from({ length: count }, (_, i) => ({ group: i % 2 ? 'b' : 'a', file: `img${i}.png` })),
  image: Int32Array.from({ length: count }, (_, i) => i),
  individual: new Int32Array(count),
  annotator: new Int32Array(count),
  position: Float64Array.from(position),
  visibility: new Uint8Array(2 * count).fill(2),
};
await trainPose({
  name: 'small',
  labels,
  paths: labels.images.map(({ file }) => `${folder}/${file}`),
  store: new FolderStore(process.argv[3] as string),
  folder: 'models/small',
  network: 'unet',
  preset: { networkOptions: { width: 8, factors: [1, 2, 2], blocks: [0, 0, 1] }, smallestAnimalPx: 0, batchSize: 4 },
  limit: { steps: 20 },
  evaluations: 2,
  seed: 1,
  threads: 1,
  tryForms: false,
  testGroups: ['b'],
  onProgress: ({ stage, step }) => process.stdout.write(`${stage} ${step}\n`),
});
process.stdout.write('done\n');
