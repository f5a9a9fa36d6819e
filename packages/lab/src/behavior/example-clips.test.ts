import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Frame, type FrameSource, StorageError } from '@zoopraxis/core';
import { openVideo } from '@zoopraxis/io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExampleBout } from './choose-examples.js';
import { type ClipRecording, writeExampleClips } from './example-clips.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-clips-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Gray frames, each brighter than the one before, of an odd size. */
function grayVideo(frameCount: number, closed: () => void): FrameSource {
  const frame = async (index: number): Promise<Frame> => ({
    ...{ index, timeSec: index / 10, corrupt: index === 21, widthPx: 181, heightPx: 101 },
    rgb: new Uint8Array(181 * 101 * 3).fill(2 * index),
  });
  return {
    ...{ frameCount, widthPx: 181, heightPx: 101, fps: 10, frame },
    async *frames(start = 0, end = frameCount) {
      for (let index = start; index < end; index++) yield await frame(index);
    },
    close: async () => closed(),
  };
}

const behaviors = ['rear', 'other'];
const label = (from: number, to: number) => Uint8Array.from({ length: 60 }, (_, i) => (i >= from && i < to ? 0 : 1));
const bout = (of: Partial<ExampleBout>): ExampleBout => ({
  ...{ behavior: 'rear', kind: 'true positive', recording: 'm1', startFrame: 20, endFrame: 30, margin: 0.5 },
  ...of,
});

test('clips hold the bout with what is before and after it, and lanes of truth and model', async () => {
  let closed = 0;
  const recording: ClipRecording = {
    ...{
      name: 'm1',
      fps: 10,
      truth: { behaviors, label: label(20, 30) },
      predicted: { behaviors, label: label(25, 35) },
    },
    open: async () => grayVideo(60, () => closed++),
  };
  const { clips, notes } = await writeExampleClips(
    [
      bout({}),
      bout({ behavior: 'rear/up', kind: 'false positive', startFrame: 2, endFrame: 50 }),
      bout({ recording: 'm9' }),
    ],
    [recording],
    { folder, beforeSec: 0.5, afterSec: 0.4, longestSec: 3, quality: 90 },
  );
  expect(closed).toBe(1);
  expect(notes).toEqual(['m9: no clip, for no video was given.']);
  expect(
    clips.map(({ path, firstFrame, frameCount, corruptFrameCount }) => [
      basename(path),
      firstFrame,
      frameCount,
      corruptFrameCount,
    ]),
  ).toEqual([
    ['rear-true-positive-1.mp4', 15, 19, 1],
    ['rear-up-false-positive-1.mp4', 0, 30, 1],
  ]);
  const video = await openVideo(clips[0]?.path as string);
  expect([video.widthPx, video.heightPx, video.frameCount]).toEqual([180, 100, 19]);
  const frame = await video.frame(0);
  const at = (x: number, y: number) => [0, 1, 2].map((c) => frame.rgb[(y * 180 + x) * 3 + c] as number);
  // Frame 15 is gray 30; the encoder loses a little.
  for (const value of at(90, 70)) expect(Math.abs(value - 30)).toBeLessThan(6);
  // The clip holds frames 15 to 33 over px 37 to 175: truth from 20 on is blue, the model's bout from 25 on orange.
  const [truth, early, model] = [at(110, 6), at(48, 6), at(160, 15)];
  expect((truth[2] as number) - (truth[0] as number)).toBeGreaterThan(80);
  expect(Math.max(...early) - Math.min(...early)).toBeLessThan(40);
  expect((model[0] as number) - (model[2] as number)).toBeGreaterThan(80);
  await video.close();
});

test('a video that cannot be opened or ends too early is told, and leaves nothing half-written', async () => {
  const own = join(folder, 'broken');
  const labels = { truth: { behaviors, label: label(0, 0) }, predicted: { behaviors, label: label(20, 30) } };
  const { clips, notes } = await writeExampleClips(
    [bout({ recording: 'short' }), bout({ recording: 'gone' })],
    [
      { name: 'short', fps: 10, ...labels, open: async () => grayVideo(5, () => {}) },
      {
        ...{ name: 'gone', fps: 10, ...labels },
        open: async () => {
          throw new StorageError('no such file');
        },
      },
    ],
    { folder: own },
  );
  expect(clips).toEqual([]);
  expect(notes).toEqual([
    'short, frame 20: no clip: the video of 5 frames ends before the bout',
    'gone: no clip, for the video cannot be read: no such file',
  ]);
  expect(await readdir(own).catch(() => [])).toEqual([]);
});
