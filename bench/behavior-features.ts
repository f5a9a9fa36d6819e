import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FeatureSource, marsFeatures, marsPoints, marsWindowedFeatures } from '@zoopraxis/behavior';
import { createPoseTracks, createSkeleton, type PoseTracks, Random } from '@zoopraxis/core';
import { openVideo, openVideoEncoder } from '@zoopraxis/io/node';
import { RUNS, runPeer } from './time-runs.js';

const FRAMES = 1_000_000;
const PEER_FRAMES = 10_000;
const VIDEO_FRAMES = 600;
const [widthPx, heightPx] = [1024, 570];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

const body = [
  [30, 0],
  [20, 10],
  [20, -10],
  [10, 0],
  [-20, 10],
  [-20, -10],
  [-40, 0],
] as const;

/** Two mice that wander through the picture. */
function wanderingMice(frameCount: number): PoseTracks {
  const random = new Random('bench features');
  const position = new Float32Array(frameCount * 28);
  let at = 0;
  for (let frame = 0; frame < frameCount; frame++) {
    for (let mouse = 0; mouse < 2; mouse++) {
      const t = frame / 40 + 2 * mouse;
      const [x, y, angle] = [500 + 300 * Math.sin(0.31 * t), 280 + 200 * Math.cos(0.23 * t), 3 * Math.sin(0.7 * t)];
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (const [along, right] of body) {
        position[at++] = x + along * cos - right * sin + random.uniform() - 0.5;
        position[at++] = y + along * sin + right * cos + random.uniform() - 0.5;
      }
    }
  }
  return createPoseTracks({
    skeleton: createSkeleton({ name: 'MARS top', keypoints: [...marsPoints] }),
    individuals: ['resident', 'intruder'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps: 30 },
    position,
    confidence: new Float32Array(frameCount * 14).fill(1),
    provenance: { operation: 'bench', versions: {}, inputs: [], parameters: {} },
  });
}

interface Reading {
  readonly framesPerSec: number;
  /** Frames by the CPU seconds of the process. */
  readonly framesPerCpuSec: number;
  /** How much the process grew after the first tenth, MiB. */
  readonly growthMb: number;
}

async function read(source: FeatureSource): Promise<Reading> {
  const { frameCount } = source.timeBase;
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let [early, most, sum] = [0, 0, 0];
  for await (const { firstFrame, values } of source.blocks()) {
    sum += values[0] as number;
    const { rss } = process.memoryUsage();
    if (firstFrame < frameCount / 10) early = Math.max(early, rss);
    most = Math.max(most, rss);
  }
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if (!Number.isFinite(sum)) throw new Error('bench features: numbers must come');
  return {
    framesPerSec: frameCount / seconds,
    framesPerCpuSec: (1e6 * frameCount) / (user + system),
    growthMb: (most - early) / 2 ** 20,
  };
}

/** Writes a clip of two bodies on a noisy ground, and gives their tracks. */
async function makeVideo(path: string): Promise<PoseTracks> {
  const tracks = wanderingMice(VIDEO_FRAMES);
  const random = new Random('bench features video');
  const noise = Uint8Array.from({ length: widthPx * heightPx + 4096 }, () => 90 + random.integer(16));
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps: 30 });
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let frame = 0; frame < VIDEO_FRAMES; frame++) {
    const shift = random.integer(4096);
    for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
      rgb.fill(noise[pixel + shift] as number, 3 * pixel, 3 * pixel + 3);
    }
    for (let mouse = 0; mouse < 2; mouse++) {
      const first = (frame * 2 + mouse) * 14;
      const [x, y] = [tracks.position[first + 6] as number, tracks.position[first + 7] as number];
      for (let row = Math.max(0, Math.round(y) - 25); row < Math.min(heightPx, y + 25); row++) {
        const from = row * widthPx + Math.max(0, Math.round(x) - 25);
        rgb.fill(mouse === 0 ? 30 : 220, 3 * from, 3 * (from + 50));
      }
    }
    await encoder.write({ widthPx, heightPx, rgb });
  }
  await encoder.finish();
  return tracks;
}

/** Decoding alone, and decoding for the features, in turn: frames a second. */
async function readVideo(): Promise<{ decoder: number; features: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-bench-'));
  try {
    const path = join(folder, 'mice.mp4');
    const tracks = await makeVideo(path);
    const decoder: number[] = [];
    const features: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      for (const [rates, work] of [
        [
          decoder,
          async (video: Awaited<ReturnType<typeof openVideo>>) => {
            for await (const frame of video.frames()) video.recycle?.(frame);
          },
        ],
        [
          features,
          async (video: Awaited<ReturnType<typeof openVideo>>) => {
            const source = marsFeatures(tracks, { mode: 'corrected', lengthUnit: 'px', frames: video });
            for await (const { values } of source.blocks()) if (values.length === 0) throw new Error('no values');
          },
        ],
      ] as const) {
        const video = await openVideo(path);
        const begin = performance.now();
        await work(video);
        rates.push((1000 * VIDEO_FRAMES) / (performance.now() - begin));
        await video.close();
      }
    }
    return { decoder: median(decoder), features: median(features) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the table of features: rates of MARS's features with windows, of NumPy's, and of those that read the video. */
export async function benchBehaviorFeatures(): Promise<string> {
  const tracks = wanderingMice(FRAMES);
  const rows: string[] = [];
  const add = (...cells: readonly string[]): void => {
    rows.push(`| ${cells.join(' | ')} |`);
    process.stderr.write(`${rows.at(-1)}\n`);
  };
  const peer = await runPeer('numpy', 'mars_features.py', [PEER_FRAMES]);
  const numpy = peer === undefined ? undefined : PEER_FRAMES / median(peer.seconds);
  for (const mode of ['corrected', 'mars'] as const) {
    await read(marsWindowedFeatures(wanderingMice(20_000), { mode, pxPerCm: 18 }));
    const { framesPerSec, framesPerCpuSec, growthMb } = await read(marsWindowedFeatures(tracks, { mode, pxPerCm: 18 }));
    add(
      `246 features x 12 windows of ${whole(FRAMES)} frames, \`${mode}\``,
      `${whole(framesPerSec)} frames/s (${whole(framesPerCpuSec)} by CPU time)`,
      '40,000 frames/s',
      framesPerSec >= 40_000 ? 'met' : 'missed',
      numpy === undefined
        ? 'none in this run'
        : `${whole(numpy)} frames/s (NumPy ${peer?.version}, ${whole(PEER_FRAMES)} frames)`,
    );
    add(
      `growth of memory after the first tenth, \`${mode}\``,
      `${whole(growthMb)} MiB`,
      'flat',
      growthMb < 64 ? 'met' : 'missed',
      '',
    );
  }
  const { decoder, features } = await readVideo();
  add(
    `262 features with those of the video, ${widthPx} x ${heightPx}`,
    `${whole(features)} frames/s`,
    '0.8 of the decoder',
    features >= 0.8 * decoder ? 'met' : 'missed',
    `${whole(decoder)} frames/s (our decoder alone)`,
  );
  return `### Features

| work | ours | aim | | beside it |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
