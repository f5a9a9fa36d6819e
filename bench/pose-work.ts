import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Picture, Random } from '@zoopraxis/core';
import { FolderStore, openVideo } from '@zoopraxis/io/node';
import { buildNetwork, compileTraining, initialWeights, trainingGraph } from '@zoopraxis/nn';
import { chooseForms, openTrainer, workerBackend } from '@zoopraxis/nn/node';
import {
  type ModelCard,
  openPosePredictor,
  type PoseModel,
  type PosePredictor,
  type PoseSamples,
  planTraining,
  poseDataset,
  poseInferenceNetwork,
  poseLoss,
  posePreset,
  sampleFrames,
  type TrackSink,
  trackFrames,
} from '@zoopraxis/pose';
import { benchVideo, drawnVideo, firstFrames } from './pose-video.js';

/** One measurement, as a JSON line on standard output; numbers by name. */
export interface PoseWorkResult {
  readonly work: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly peakMiB: number;
}

const keypoints = ['snout', 'leftear', 'rightear', 'tailbase'];
const skeleton = { name: 'mouse', keypoints, edges: [], symmetries: [[1, 2]] as [number, number][], roles: {} };

/** Labels like those of an open field: four points of a mouse of 100 px, for what a preset makes of a recording. */
function samplesLike(count: number, widthPx: number, heightPx: number): PoseSamples {
  const rng = new Random(1);
  const position = new Float64Array(count * keypoints.length * 2);
  for (let sample = 0; sample < count; sample++) {
    const [x, y] = [rng.between(80, widthPx - 80), rng.between(80, heightPx - 80)];
    const turn = rng.between(0, 2 * Math.PI);
    for (const [point, along] of [50, 30, 30, -50].entries()) {
      const aside = point === 1 ? 12 : point === 2 ? -12 : 0;
      const at = 2 * (sample * keypoints.length + point);
      position[at] = x + along * Math.cos(turn) - aside * Math.sin(turn);
      position[at + 1] = y + along * Math.sin(turn) + aside * Math.cos(turn);
    }
  }
  return {
    keypoints,
    symmetries: skeleton.symmetries,
    names: Array.from({ length: count }, (_, at) => `bench/${at}.png`),
    image: Int32Array.from({ length: count }, (_, at) => at),
    position,
    visibility: new Uint8Array(count * keypoints.length).fill(2),
  };
}

function planOf(network: string) {
  const sizes = Array.from({ length: 64 }, () => ({ widthPx: 640, heightPx: 480 }));
  return planTraining(samplesLike(64, 640, 480), sizes, posePreset(network));
}

/** Returns the network as its preset makes it for 640x480, with random weights: speed does not depend on them. */
function modelOf(network: string): PoseModel {
  const { network: built, preprocessing, decoding } = planOf(network);
  const card: ModelCard = {
    format: 'zoopraxis-pose-model',
    version: 1,
    name: network,
    skeleton,
    network: built,
    preprocessing,
    decoding,
    training: {},
    data: {},
    metrics: {},
    versions: {},
  };
  return { card, weights: initialWeights(poseInferenceNetwork(card, { batch: 1, widthPx: 64, heightPx: 64 }), 1) };
}

/** Forgets what it is given. */
const nowhere = (): TrackSink => ({
  count: async () => 0,
  put: async () => undefined,
  close: async () => undefined,
  lastCarry: async () => undefined,
});

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

async function openPredictor(network: string, precision: string, batchSize: number, threads: number, path: string) {
  const model = modelOf(network);
  const options = { backend: workerBackend('cpu'), batchSize, threads };
  if (precision !== 'int8') return openPosePredictor(model, options);
  const video = await openVideo(path);
  const calibration = [];
  for await (const { widthPx, heightPx, rgb } of sampleFrames(video, 8)) {
    calibration.push({ picture: { widthPx, heightPx, rgb } });
  }
  await video.close();
  return openPosePredictor(model, { ...options, precision: { kind: 'int8', calibration, calibrationKey: path } });
}

/** Frames per second of the network alone: its input stays as it is, and two runs are always under way. */
async function networkRate(predictor: PosePredictor, frames: number): Promise<number> {
  const network = await predictor.open({ widthPx: 640, heightPx: 480 });
  const runs = Math.ceil(frames / predictor.batchSize);
  const start = performance.now();
  let earlier = network.run(network.begin());
  for (let run = 1; run < runs; run++) {
    const next = network.run(network.begin());
    await earlier;
    earlier = next;
  }
  await earlier;
  return (1000 * runs * predictor.batchSize) / (performance.now() - start);
}

async function trackRate(predictor: PosePredictor, path: string, frames: number): Promise<number> {
  const video = await openVideo(path);
  const source = firstFrames(video, frames);
  const start = performance.now();
  await trackFrames({ source, predictor, sink: nowhere() });
  const rate = (1000 * source.frameCount) / (performance.now() - start);
  await video.close();
  return rate;
}

/** The network alone and tracking in turn, in one process. */
async function track(
  network: string,
  precision: string,
  batchSize: number,
  frames: number,
  rounds: number,
  threads: number,
) {
  const { path } = await benchVideo();
  const predictor = await openPredictor(network, precision, batchSize, threads, path);
  await networkRate(predictor, Math.min(frames, 8 * batchSize));
  const alone: number[] = [];
  const tracked: number[] = [];
  for (let round = 0; round < rounds; round++) {
    alone.push(await networkRate(predictor, frames));
    tracked.push(await trackRate(predictor, path, frames));
  }
  await predictor.close();
  const share = median(tracked.map((rate, at) => rate / (alone[at] as number)));
  return { networkFramesPerSec: median(alone), framesPerSec: median(tracked), share, frames };
}

async function decodeOurs(frames: number): Promise<Record<string, number>> {
  const path = await drawnVideo(1280, 1024, frames);
  const video = await openVideo(path);
  const start = performance.now();
  let count = 0;
  for await (const frame of video.frames()) {
    count++;
    video.recycle?.(frame);
  }
  const seconds = (performance.now() - start) / 1000;
  await video.close();
  return { framesPerSec: count / seconds, frames: count };
}

async function decodeFfmpeg(frames: number): Promise<Record<string, number>> {
  const path = await drawnVideo(1280, 1024, frames);
  const start = performance.now();
  const child = spawn('ffmpeg', ['-v', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let bytes = 0;
  child.stdout.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${code}`))));
  });
  const count = bytes / (3 * 1280 * 1024);
  return { framesPerSec: (1000 * count) / (performance.now() - start), frames: count };
}

/** Ms of making one training sample in one thread, and of a training step per sample of its batch. */
async function augmentation(network: string, samples: number, threads: number): Promise<Record<string, number>> {
  const plan = planOf(network);
  const { path } = await benchVideo();
  const video = await openVideo(path);
  const pictures: Picture[] = [];
  for await (const { widthPx, heightPx, rgb } of sampleFrames(video, 64)) pictures.push({ widthPx, heightPx, rgb });
  await video.close();
  const read = async (image: number) => pictures[image % pictures.length] as Picture;
  const dataset = poseDataset(samplesLike(64, 640, 480), read, plan.sampling);
  for (let at = 0; at < 64; at++) await dataset.sample(at, new Random(at));
  const start = performance.now();
  for (let at = 0; at < samples; at++) await dataset.sample(at % 64, new Random(1000 + at));
  const sampleMs = (performance.now() - start) / samples;

  const { targets } = plan.sampling;
  const size = { batch: plan.batchSize, widthPx: targets.widthPx, heightPx: targets.heightPx };
  const built = buildNetwork((scope) => ({ ...poseLoss(scope, { skeleton, ...plan }, size, plan.loss) }), {
    training: true,
  });
  const graph = trainingGraph(built);
  const forms = await chooseForms(graph.outputs.values(), { threads, cache: new FolderStore('.cache/bench') });
  const program = compileTraining(built, { target: 'cpu', forms });
  const weights = initialWeights(built, 1);
  const trainer = await openTrainer({ program, optimizer: plan.optimizer, weights, move: true, seed: 1, threads });
  const batch = await Promise.all(
    Array.from({ length: plan.batchSize }, (_, at) => dataset.sample(at, new Random(at))),
  );
  const inputs = Object.fromEntries(
    program.inputs.map(({ name, shape, dtype }) => {
      const parts = batch.map((tensors) => tensors[name]?.data as Float32Array | Uint8Array);
      const length = parts.reduce((total, part) => total + part.length, 0);
      const data = dtype === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
      let at = 0;
      for (const part of parts) {
        data.set(part, at);
        at += part.length;
      }
      return [name, { dtype, shape, data }];
    }),
  );
  const times: number[] = [];
  for (let step = 0; step < 7; step++) {
    const from = performance.now();
    await trainer.step(inputs);
    if (step > 1) times.push(performance.now() - from);
  }
  await trainer.close();
  const stepMs = median(times);
  return { sampleMs, stepMs, stepMsPerSample: stepMs / plan.batchSize, batchSize: plan.batchSize };
}

async function main(): Promise<void> {
  const work = process.argv[2] ?? '';
  const threads = Number(process.argv[3] ?? availableParallelism());
  const [what, ...rest] = work.split(':');
  const [name = '', precision = '', batch = '1', frames = '100', rounds = '3'] = rest;
  let numbers: Record<string, number>;
  if (what === 'track') numbers = await track(name, precision, Number(batch), Number(frames), Number(rounds), threads);
  else if (what === 'decode') numbers = await (name === 'ffmpeg' ? decodeFfmpeg : decodeOurs)(Number(precision));
  else if (what === 'augment') numbers = await augmentation(name, Number(precision), threads);
  else throw new RangeError(`work: must begin with track, decode or augment, got ${work}`);
  const line: PoseWorkResult = { work, numbers, peakMiB: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
