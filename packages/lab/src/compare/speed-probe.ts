import { basename, dirname } from 'node:path';
import type { Picture } from '@zoopraxis/core';
import { FolderStore, readPicture } from '@zoopraxis/io/node';
import { workerBackend } from '@zoopraxis/nn/node';
import { openPosePredictor, predictPictures, readPoseModel } from '@zoopraxis/pose';

// Run as a process of its own, so that its peak memory is that of one model and nothing else.
const { folder, paths, device, threads, seconds } = JSON.parse(process.argv[2] as string) as {
  folder: string;
  paths: string[];
  device: 'cpu' | 'webgpu' | 'cuda';
  threads?: number;
  seconds: number;
};
const model = await readPoseModel(new FolderStore(dirname(folder)), basename(folder));
const predictor = openPosePredictor(model, {
  backend: workerBackend(device),
  ...(threads === undefined ? {} : { threads }),
});
const all: Picture[] = [];
for (const path of paths) all.push(await readPicture(path));
// A network is made for each size of picture; its making is no part of the speed.
const pictures = all.filter((one) => one.widthPx === all[0]?.widthPx && one.heightPx === all[0]?.heightPx);
const started = performance.now();
async function* again() {
  for (let i = 0; i < 3 || performance.now() - started < 1000 * seconds; i++) {
    yield pictures[i % pictures.length] as (typeof pictures)[number];
  }
}
const gaps: number[] = [];
let last = Number.NaN;
for await (const _ of predictPictures(predictor, again())) {
  const now = performance.now();
  gaps.push(now - last);
  last = now;
}
await predictor.close();
// The first results wait for the network to be made.
const usual = gaps.slice(3).sort((a, b) => a - b);
const total = usual.reduce((sum, gap) => sum + gap, 0);
process.stdout.write(
  JSON.stringify({
    frames: usual.length,
    framesPerSec: usual.length === 0 ? null : (1000 * usual.length) / total,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit();
