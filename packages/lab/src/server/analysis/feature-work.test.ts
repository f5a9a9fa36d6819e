import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearFalsePositions, createFeatureSource } from '@zoopraxis/behavior';
import { createPoseTracks, createSkeleton, Random } from '@zoopraxis/core';
import { readTracksGroups, writeTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchanged } from '../exchanges/exchanged.js';
import { openColumnFile } from './column-file.js';
import { computeFeatures, type FeatureRequest } from './feature-window.js';
import { type FeatureWish, FeatureWork } from './feature-work.js';
import { distanceTo, isCovered, planWindows } from './frame-windows.js';
import { traceSpec } from './trace-features.js';
import { rangesOfBins, withRanges } from './value-ranges.js';

const frameCount = 2500;
const individuals = ['a', 'b', 'c', 'd'];
const exchanges = [{ first: 'a', second: 'c', fromFrame: 1300 }];

/** Four animals that walk at random, with gaps, and points at exactly (0, 0) that mean nothing. */
function walking({ isVariableRate }: { readonly isVariableRate: boolean }) {
  const skeleton = createSkeleton({ name: 'm', keypoints: ['nose', 'tailbase'] });
  const random = new Random(7);
  const points = individuals.length * 2;
  const position = new Float32Array(frameCount * points * 2);
  const confidence = new Float32Array(frameCount * points);
  const places = new Float64Array(points * 2).map(() => 200 * random.uniform());
  for (let i = 0; i < confidence.length; i++) {
    const point = i % points;
    for (const axis of [0, 1]) {
      places[2 * point + axis] = (places[2 * point + axis] as number) + random.uniform() - 0.5;
      position[2 * i + axis] = places[2 * point + axis] as number;
    }
    const draw = random.uniform();
    confidence[i] = draw < 0.01 ? Number.NaN : draw;
    if (draw < 0.01) position.fill(draw < 0.005 ? Number.NaN : 0, 2 * i, 2 * i + 2);
  }
  const timesSec = Float64Array.from({ length: frameCount }, (_, f) => f / 30 + 0.01 * Math.sin(f));
  return createPoseTracks({
    ...{ skeleton, individuals, space: 'image', dimensions: 2, position, confidence },
    timeBase: { frameCount, fps: 30, ...(isVariableRate ? { timesSec } : {}) },
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const compute = (request: FeatureRequest) => computeFeatures(request);

async function begin(name: string, isVariableRate: boolean) {
  const tracks = walking({ isVariableRate });
  const store = new FolderStore(folder);
  await writeTracksFile(store, `${name}.parquet`, tracks);
  const all = traceSpec(tracks.skeleton, individuals, { isCalibrated: false });
  const spec = { ...all, groups: ['speeds', 'partner-motion'] } as FeatureWish['spec'];
  const cleared = clearFalsePositions(exchanged(tracks, exchanges, { firstFrame: 0, frameCount })).tracks;
  const whole = createFeatureSource(cleared, spec);
  const work = await FeatureWork.begin({
    ...{ name, spec, frameCount, isVariableRate, fps: 30, calibration: null, arena: null },
    tracks: { folder, path: `${name}.parquet`, contentHash: '', exchanges },
    columnCount: whole.columns.length,
    out: join(folder, `${name}.columns`),
    leastFrames: 500,
    groupStarts: [0, 1000, 2000],
  });
  return { work, whole };
}

describe('features computed by windows', () => {
  test.each([false, true])(
    'are those of the whole recording, bit for bit; the rate varies: %s',
    async (isVariableRate) => {
      const { work, whole } = await begin(`whole ${isVariableRate}`, isVariableRate);
      work.near = 1999;
      let count = 0;
      for (let request = work.next(); request !== undefined; request = work.next()) {
        // The window that is looked at is computed first.
        if (count++ === 0) expect(request).toMatchObject({ kind: 'feature window', window: { from: 1000, to: 2000 } });
        await work.carryOut(request, compute);
      }
      // Three windows and what lies at their borders.
      expect([count, work.isWhole, work.share]).toEqual([5, true, 1]);
      const file = await openColumnFile(join(folder, `whole ${isVariableRate}.columns`));
      const columns = whole.columns.map(() => new Float32Array(frameCount));
      for await (const { firstFrame, frameCount: length, values } of whole.blocks()) {
        for (const [i, column] of columns.entries()) {
          column.set(values.subarray(i * length, (i + 1) * length), firstFrame);
        }
      }
      for (const [i, column] of columns.entries()) {
        const found = await file?.column(i);
        expect(Buffer.from(found?.buffer ?? new ArrayBuffer(0)).equals(Buffer.from(column.buffer))).toBe(true);
      }
    },
  );

  test('can be read while they come, and nothing of them stays where they are given up', async () => {
    const { work } = await begin('half', false);
    expect([work.covers({ from: 0, to: 1 }), work.share]).toEqual([false, 0]);
    await work.carryOut(work.next() as FeatureRequest, compute);
    const { marginFrames } = work.job;
    expect(work.covers({ from: 0, to: 1000 - marginFrames })).toBe(true);
    expect(work.covers({ from: 0, to: 1000 })).toBe(false);
    expect(work.share).toBeCloseTo((1000 - marginFrames) / 2500, 6);
    const column = await work.column(0);
    expect(column.values.subarray(0, 900).some(Number.isNaN)).toBe(true);
    expect(column.values.subarray(0, 900).some((value) => value > 0)).toBe(true);
    expect(column.values.subarray(1000).every(Number.isNaN)).toBe(true);
    await work.carryOut(work.next() as FeatureRequest, compute);
    const more = await work.column(0);
    const bins = { from: 0, to: frameCount, bins: 37 };
    expect(rangesOfBins(more, bins)).toEqual(rangesOfBins(withRanges(more.values), bins));
    await work.giveUp(new Error('not wanted'));
    expect((await readdir(folder)).filter((name) => name.startsWith('half.columns'))).toEqual([]);
    expect([work.isOver, (work.problem as Error).message]).toEqual([true, 'not wanted']);
  });
});

test('row groups of tracks begin where frames do', async () => {
  const store = new FolderStore(folder);
  const skeleton = createSkeleton({ name: 'm', keypoints: ['nose'] });
  const tracks = createPoseTracks({
    ...{ skeleton, individuals: ['a', 'b', 'c'], space: 'image', dimensions: 2 },
    ...{ timeBase: { frameCount: 30_000, fps: 30 }, position: new Float32Array(180_000) },
    confidence: new Float32Array(90_000),
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
  await writeTracksFile(store, 'three.parquet', tracks);
  // 65,536 rows of three animals are 21,845 frames and a third.
  expect(await readTracksGroups(store, 'three.parquet')).toEqual([0, 21_846]);
  expect(await readTracksGroups(store, 'none.parquet')).toBeUndefined();
});

describe('windows', () => {
  test('begin where row groups do, and none is short', () => {
    expect(planWindows([0, 10, 20, 30, 40], { frameCount: 45, leastFrames: 20 })).toEqual([
      { from: 0, to: 20 },
      { from: 20, to: 45 },
    ]);
    expect(planWindows([0], { frameCount: 5, leastFrames: 20 })).toEqual([{ from: 0, to: 5 }]);
    expect(planWindows([], { frameCount: 0, leastFrames: 20 })).toEqual([]);
  });

  test('hold frames where they touch, in any order', () => {
    const windows = [
      { from: 5, to: 9 },
      { from: 0, to: 5 },
      { from: 12, to: 20 },
    ];
    expect(isCovered(windows, { from: 1, to: 9 })).toBe(true);
    expect(isCovered(windows, { from: 1, to: 10 })).toBe(false);
    expect(isCovered(windows, { from: 13, to: 13 })).toBe(true);
    expect([0, 5, 8, 9].map((frame) => distanceTo(frame, { from: 5, to: 9 }))).toEqual([5, 0, 0, 1]);
  });
});
