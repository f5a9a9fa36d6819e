import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  bodyLengthOf,
  clearFalsePositions,
  collectFeatures,
  createFeatureSource,
  type FeatureSpec,
  findIdentitySwaps,
  guessBodyRoles,
  planFeatures,
  repairIdentitySwaps,
  undoIdentityRepairs,
} from '@zoopraxis/behavior';
import { createTimeBase, type FeatureTable, type PoseTracks, Random } from '@zoopraxis/core';
import { readPoseFile } from '@zoopraxis/io';
import { expect, test } from 'vitest';

const data = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data');
const file = resolve(data, 'rat-resident-intruder/pose/session01.csv.gz');
const mice = resolve(data, 'amadeusgpt/MABe/EGS8X2MN4SSUGFWAV976.h5');
for (const path of [file, mice]) {
  if (!existsSync(path))
    console.warn(`skipped: features of real animals are tested where ${path} is there (ZOOPRAXIS_DATA)`);
}

async function readTracks(path: string, fps: number): Promise<PoseTracks> {
  const bytes = new Uint8Array(await readFile(path));
  const read = await readPoseFile(path.split('/').at(-1) as string, bytes, { path, report: () => {}, fps });
  return read.tracks[0]?.tracks as PoseTracks;
}

/** Returns the frames of tracks from one on. */
function part(tracks: PoseTracks, first: number, frameCount: number): PoseTracks {
  const size = tracks.individuals.length * tracks.skeleton.keypoints.length;
  return {
    ...tracks,
    timeBase: createTimeBase({ frameCount, fps: tracks.timeBase.fps }),
    position: tracks.position.slice(first * size * 2, (first + frameCount) * size * 2),
    confidence: tracks.confidence.slice(first * size, (first + frameCount) * size),
  };
}

const bits = ({ columns }: FeatureTable) =>
  columns.map(({ values }) => {
    const one = Float32Array.from(values, (value) => (Number.isNaN(value) ? Number.NaN : value));
    return Buffer.from(one.buffer).toString('base64');
  });

test.skipIf(!existsSync(file))('two unnamed rats: features are the same whoever is called what', async () => {
  const whole = await readTracks(file, 30);
  const { tracks, counts } = clearFalsePositions(whole);
  expect(counts).toEqual({ atOrigin: 0, withoutPosition: 24_511, halfKnown: 0, known: 87_024 });
  expect(guessBodyRoles(tracks.skeleton).unsure.map(({ role }) => role)).toEqual([
    'head',
    'center',
    'tailBase',
    'tailMiddle',
    'tailTip',
  ]);
  expect(bodyLengthOf(tracks, { between: [0, 2] }).length).toBeCloseTo(174.1, 1);

  const some = part(tracks, 2000, 1500);
  const random = new Random(1);
  const swaps = Array.from({ length: 1499 }, (_, i) => ({ frame: i + 1, order: [1, 0], gain: 0 })).filter(
    () => random.uniform() < 0.5,
  );
  const spec: FeatureSpec = { set: 'general', symmetric: true, windows: [{ radiusSec: 0.5 }] };
  const features = await collectFeatures(createFeatureSource(some, spec));
  const dealt = await collectFeatures(createFeatureSource(repairIdentitySwaps(some, swaps), spec));
  expect(features.columns.length).toBe(planFeatures(spec, some.skeleton, some.individuals).columnCount);
  const [a, b] = [bits(features), bits(dealt)];
  expect(features.columns.filter((_, i) => a[i] !== b[i]).map(({ name }) => name)).toEqual([]);
});

test.skipIf(!existsSync(file))(
  'two unnamed rats: names change bodies now and then, and repairs are undone',
  async () => {
    const { tracks } = clearFalsePositions(await readTracks(file, 30));
    const swaps = findIdentitySwaps(tracks, { stepLength: 174 / 20 });
    expect(swaps.length).toBeGreaterThan(10);
    expect(swaps.length).toBeLessThan(100);
    const repaired = repairIdentitySwaps(tracks, swaps);
    // A path's cost depends on what it remembers, so the search is near the best path, not always on it.
    expect(findIdentitySwaps(repaired, { stepLength: 174 / 20 }).length).toBeLessThan(swaps.length / 4);
    expect(undoIdentityRepairs(repaired).position).toEqual(tracks.position);
  },
);

test.skipIf(!existsSync(mice))('three mice of twelve points: all groups but regions', async () => {
  const { tracks, counts } = clearFalsePositions(await readTracks(mice, 30));
  expect(counts.atOrigin).toBe(6744);
  const plan = planFeatures({ set: 'general', symmetric: true }, tracks.skeleton, tracks.individuals);
  expect(plan.leftOut.map(({ group }) => group)).toEqual(['regions']);
  const features = await collectFeatures(createFeatureSource(tracks, { set: 'general', symmetric: true }));
  const unknown = features.columns.filter(({ values }) => values.every(Number.isNaN)).map(({ name }) => name);
  // The file has no confidences.
  expect(unknown).toEqual(['confidence.min', 'confidence.max']);
});
