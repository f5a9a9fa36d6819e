import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@zoopraxis/core';
import { openVideo, openVideoEncoder } from '@zoopraxis/io/node';
import { describeMachine } from '@zoopraxis/nn/node';
import { writeBetweenMarks } from './results.js';

const widthPx = 1280;
const heightPx = 1024;
const frameCount = 300;
const PAIRS = 3;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** Writes a clip of a moving bright body on a noisy ground, as a camera above a cage sees it. */
async function makeRecording(path: string): Promise<number> {
  const random = new Random(1);
  const noise = Uint8Array.from({ length: widthPx * heightPx + 4096 }, () => 90 + random.integer(16));
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps: 30 });
  let painting = 0;
  const begin = performance.now();
  for (let frame = 0; frame < frameCount; frame++) {
    const started = performance.now();
    const shift = random.integer(4096);
    const [x0, y0] = [640 + 400 * Math.cos(frame / 40), 512 + 300 * Math.sin(frame / 25)];
    for (let y = 0, pixel = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++, pixel++) {
        const isBody = (x - x0) ** 2 + 2 * (y - y0) ** 2 < 5000;
        rgb.fill(isBody ? 230 : (noise[pixel + shift] as number), pixel * 3, pixel * 3 + 3);
      }
    }
    painting += performance.now() - started;
    await encoder.write({ widthPx, heightPx, rgb });
  }
  await encoder.finish();
  return (performance.now() - begin - painting) / 1000;
}

async function ours(path: string, size: { widthPx?: number } = {}): Promise<number> {
  const video = await openVideo(path, size);
  const begin = performance.now();
  let count = 0;
  for await (const frame of video.frames()) {
    count++;
    video.recycle?.(frame);
  }
  const seconds = (performance.now() - begin) / 1000;
  await video.close();
  if (count !== frameCount) throw new Error(`bench media: ${count} frames came`);
  return count / seconds;
}

/** Returns frames a second that come out of an ffmpeg's pipe, or undefined where it is not installed. */
async function pipe(path: string, filter: readonly string[] = []): Promise<number | undefined> {
  const begin = performance.now();
  const args = ['-v', 'error', '-i', path, ...filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const started = await Promise.race([once(child, 'spawn').then(() => true), once(child, 'error').then(() => false)]);
  if (!started) return undefined;
  let bytes = 0;
  for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) bytes += chunk.length;
  const seconds = (performance.now() - begin) / 1000;
  return bytes === 0 ? undefined : frameCount / seconds;
}

async function jumps(path: string): Promise<number> {
  const video = await openVideo(path);
  const random = new Random(2);
  const times: number[] = [];
  for (let jump = 0; jump < 40; jump++) {
    const begin = performance.now();
    const frame = await video.frame(random.integer(frameCount));
    times.push(performance.now() - begin);
    video.recycle?.(frame);
  }
  await video.close();
  return median(times);
}

/** Compares decoding with ffmpeg's pipe, in turn; `--write` puts the table into docs/results/media.md. */
export async function benchMedia(args: readonly string[]): Promise<void> {
  const machine = describeMachine();
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-bench-'));
  try {
    const path = join(folder, 'recording.mp4');
    const encodeSec = await makeRecording(path);
    const rows: string[] = [];
    for (const [title, size, filter] of [
      [`${widthPx}x${heightPx} h264 to RGB`, {}, []],
      ['the same, scaled to 256 wide', { widthPx: 256 }, ['-vf', 'scale=256:205:flags=bicubic']],
    ] as const) {
      const pairs: [number, number | undefined][] = [];
      for (let pair = 0; pair < PAIRS; pair++) pairs.push([await ours(path, size), await pipe(path, filter)]);
      const mine = median(pairs.map(([rate]) => rate));
      const others = pairs.flatMap(([rate, other]) => (other === undefined ? [] : [[rate, other] as const]));
      const theirs = others.length ? median(others.map(([, other]) => other)).toFixed(0) : 'absent';
      const ratio = others.length
        ? `${median(others.map(([rate, other]) => rate / other)).toFixed(2)}x (aim 1.0x)`
        : '';
      rows.push(`| ${title} | ${mine.toFixed(0)} | ${theirs} | ${ratio} |`);
      process.stderr.write(`${rows.at(-1)}\n`);
    }
    const text = `Medians of ${PAIRS} runs each, ours and ffmpeg's pipe (read by Node) in turn; ${frameCount} frames made by our encoder.

- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.platform}; Node ${machine.node}

| decoding, frames/s | ours | ffmpeg pipe | ratio |
|---|---|---|---|
${rows.join('\n')}

- One frame at random, by its index: ${(await jumps(path)).toFixed(0)} ms (groups of 60 frames)
- Encoding h264 at the same size: ${(frameCount / encodeSec).toFixed(0)} frames/s beside painting the frames
`;
    process.stdout.write(text);
    if (args.includes('--write')) await writeBetweenMarks('docs/results/media.md', text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
