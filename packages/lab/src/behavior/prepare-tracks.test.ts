import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPoseTracks, createSkeleton } from '@zoopraxis/core';
import { writeTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareTracks, stillExact } from './prepare-tracks.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-prepare-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const context = { report: () => {}, signal: new AbortController().signal };

/** Writes tracks of two animals with three points, `place` giving x of each. */
async function write(
  name: string,
  place: (frame: number, animal: number) => number,
  frameCount = 300,
): Promise<string> {
  const position = new Float32Array(frameCount * 12);
  for (let at = 0; at < frameCount * 6; at++) {
    const x = place(Math.floor(at / 6), Math.floor(at / 3) % 2);
    position[2 * at] = x === 0 || Number.isNaN(x) ? x : x + 10 * (at % 3);
    position[2 * at + 1] = x === 0 || Number.isNaN(x) ? x : 100 + 5 * (at % 3);
  }
  const tracks = createPoseTracks({
    skeleton: createSkeleton({ name: 's', keypoints: ['nose', 'center', 'tailbase'] }),
    individuals: ['individual1', 'individual2'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps: 25 },
    position,
    confidence: Float32Array.from({ length: frameCount * 6 }, (_, at) =>
      Number.isNaN(position[2 * at]) ? Number.NaN : 0.9,
    ),
    provenance: { operation: 'made', versions: {}, inputs: [], parameters: {}, synthetic: true },
  });
  await writeTracksFile(new FolderStore(folder), name, tracks);
  return join(folder, name);
}

test('an animal without a point is told, and tracks without any are refused', async () => {
  const half = await write('half.parquet', (_, animal) => (animal === 0 ? 50 : Number.NaN));
  expect((await prepareTracks(half, {}, context)).notes).toEqual([
    'individual2 has no point in any frame: features about it are not known',
  ]);
  const none = await write('none.parquet', () => Number.NaN);
  await expect(prepareTracks(none, {}, context)).rejects.toThrow(
    /all 300 frames: expected positions of at least one animal, found missing points alone: .*none\.parquet/,
  );
});

test('false positions at (0, 0) are taken away and counted', async () => {
  const path = await write('zero.parquet', (frame, animal) => (frame === 7 ? 0 : 50 + 200 * animal));
  const { tracks, notes } = await prepareTracks(path, {}, context);
  expect(notes).toEqual(['6 points at (0, 0) or half known are taken as missing']);
  expect(Number.isNaN(tracks.position[7 * 12] as number)).toBe(true);
});

test('names that change bodies are told, and put right where that is asked for', async () => {
  const path = await write('swap.parquet', (frame, animal) => (frame < 100 === (animal === 0) ? 50 : 350));
  const told = await prepareTracks(path, {}, context);
  expect(told.notes).toEqual([expect.stringMatching(/seem to change bodies in 1 place \(the first at frame 100\)/)]);
  const mended = await prepareTracks(path, { repairsSwaps: true }, context);
  expect(mended.notes).toEqual([expect.stringContaining('put right')]);
  expect(mended.tracks.position[250 * 12]).toBe(50);
});

test('another rate than the one that is said is refused, the rate that is asked for is made', async () => {
  const path = await write('rate.parquet', (frame, animal) => 50 + 200 * animal + frame / 10);
  await expect(prepareTracks(path, { fps: 30 }, context)).rejects.toThrow(
    /the tracks say 25 frames a second, --fps says 30/,
  );
  const { tracks, sourceFps, notes } = await prepareTracks(path, { assumedFps: 50, targetFps: 50 }, context);
  expect([sourceFps, tracks.timeBase.fps]).toEqual([25, 50]);
  expect(notes).toEqual(['brought from 25 to 50 frames a second']);
});

test('positions in double precision stay where the tracks hold them rounded, and give way where they were moved', () => {
  const exact = Float64Array.of(0.1, 0.2, 0.3, 1);
  const position = Float32Array.from(exact);
  position[2] = 0.35;
  position[3] = Number.NaN;
  expect(stillExact(exact, { position })).toEqual(Float64Array.of(0.1, 0.2, Math.fround(0.35), Number.NaN));
  expect(stillExact(exact, { position: new Float32Array(6) })).toBeUndefined();
});
