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
async function* again(least: number, forMs: number) {
  const started = performance.now();
  for (let i = 0; i < least || performance.now() - started < forMs; i++) {
    yield pictures[i % pictures.length] as (typeof pictures)[number];
  }
}
for await (const _ of predictPictures(predictor, again(3, 0)));
// Two batches are under way at once: rates are told from result to result.
const times: number[] = [];
for await (const _ of predictPictures(predictor, again(5, 1000 * seconds))) times.push(performance.now());
await predictor.close();
const frames = times.length - 1;
process.stdout.write(
  JSON.stringify({
    frames,
    framesPerSec: (1000 * frames) / ((times.at(-1) as number) - (times[0] as number)),
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit();
