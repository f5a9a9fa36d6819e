// What other programs' libraries saw in our files (test/reference/formats/samples.json, made by read_samples.py), and
// that we still write the very files that they opened.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LabeledFrames, PoseTracks } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { sampleFiles, samplePoses } from './pandas-samples.js';

interface TableSeen {
  shape: number[];
  levels: string[];
  columns: string[][];
  index: (number | string | string[])[];
  rowLevels: number;
  dtypes: string[];
  values: (number | null)[];
  sum: number;
  sameByName: boolean;
}

interface Entry {
  sha256: string;
  seen: TableSeen & Record<string, unknown>;
  store?: { key: string; isTable: boolean; part: number[]; where?: number[] };
}

const reference = JSON.parse(readFileSync('test/reference/formats/samples.json', 'utf8')) as Record<string, Entry>;
const files = sampleFiles();
const entry = (name: string) => reference[name] as Entry;
const orNull = (value: number) => (Number.isNaN(value) ? null : value);

test('the files that pandas, sleap-io and pycocotools opened are those that we write today', () => {
  expect(Object.keys(reference).sort()).toEqual(Object.keys(files).sort());
  for (const [name, bytes] of Object.entries(files)) {
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect(hash, `${name} changed: run test/reference/formats/read_samples.py again`).toBe(entry(name).sha256);
  }
});

/** Returns rows of a table of tracks as pandas should see it: the columns in our order, unique body parts for single. */
function trackRows({ individuals, skeleton, timeBase, position, confidence }: PoseTracks) {
  const points = individuals.flatMap((individual, i) =>
    skeleton.keypoints.flatMap((keypoint, k) => {
      const unique = individuals.length > 1 && keypoint === skeleton.keypoints[3];
      return (individual === 'single') === unique
        ? [{ individual, keypoint, at: i * skeleton.keypoints.length + k }]
        : [];
    }),
  );
  const columns = points.flatMap(({ individual, keypoint }) =>
    ['x', 'y', 'likelihood'].map((coordinate) =>
      individuals.length > 1
        ? ['DLC_Resnet50_x', individual, keypoint, coordinate]
        : ['DLC_Resnet50_x', keypoint, coordinate],
    ),
  );
  const rows = Array.from({ length: timeBase.frameCount }, (_, frame) =>
    points.flatMap(({ at }) => {
      const point = frame * individuals.length * skeleton.keypoints.length + at;
      return [position[2 * point], position[2 * point + 1], confidence[point]].map((value) => orNull(value as number));
    }),
  );
  return { columns, rows };
}

describe.each([
  ['tracks-one.csv', samplePoses.oneTrack, 3],
  ['tracks-one.table.h5', samplePoses.oneTrack, 3],
  ['tracks-one.fixed.h5', samplePoses.oneTrack, 3],
  ['tracks-late.csv', samplePoses.lateTrack, 0],
  ['tracks-long.table.h5', samplePoses.longTrack, 3],
  ['tracks-many.csv', samplePoses.manyTracks, 0],
  ['tracks-many.table.h5', samplePoses.manyTracks, 0],
  ['tracks-many.fixed.h5', samplePoses.manyTracks, 0],
])('pandas saw in %s', (name, tracks, first) => {
  const { seen, store } = entry(name);
  const { columns, rows } = trackRows(tracks);

  test('the columns, rows and numbers of the tracks', () => {
    expect(seen.shape).toEqual([rows.length, columns.length]);
    expect(seen.columns).toEqual(columns);
    expect(seen.levels).toEqual(
      tracks.individuals.length > 1
        ? ['scorer', 'individuals', 'bodyparts', 'coords']
        : ['scorer', 'bodyparts', 'coords'],
    );
    const shown = rows.length <= 50 ? rows : [...rows.slice(0, 3), ...rows.slice(-3)];
    const frames = rows.map((_, row) => first + row);
    expect(seen.index).toEqual(rows.length <= 50 ? frames : [...frames.slice(0, 3), ...frames.slice(-3)]);
    expect(seen.values).toEqual(shown.flat());
    expect(seen.dtypes).toEqual(['float64']);
    expect(seen.sameByName).toBe(true);
    const sum = rows.flat().reduce<number>((total, value) => total + (value ?? 0), 0);
    // Python adds in another order: 16 digits of a sum of 60,000 numbers differ in the last few.
    expect(Math.abs(seen.sum / sum - 1)).toBeLessThan(1e-12);
  });

  if (name.endsWith('.h5')) {
    test('a store it can select rows from', () => {
      const isTable = name.includes('.table.');
      expect(store).toEqual({
        key: '/df_with_missing',
        isTable,
        part: [2, columns.length],
        ...(isTable ? { where: [frameCountBelow(5, first, rows.length), columns.length] } : {}),
      });
    });
  }
});

const frameCountBelow = (limit: number, first: number, count: number) => Math.max(0, Math.min(count, limit - first));

describe.each([
  ['labels-one.csv', samplePoses.oneLabeled],
  ['labels-one.path.csv', samplePoses.oneLabeled],
  ['labels-one.fixed.h5', samplePoses.oneLabeled],
  ['labels-one.path.fixed.h5', samplePoses.oneLabeled],
  ['labels-one.path.table.h5', samplePoses.oneLabeled],
  ['labels-many.csv', samplePoses.manyLabeled],
  ['labels-many.fixed.h5', samplePoses.manyLabeled],
])('pandas saw in %s', (name, labels: LabeledFrames) => {
  const { seen } = entry(name);

  test('every image, labeled or not, and every point', () => {
    const names = labels.images.map(({ group, file }) => ['labeled-data', group, file]);
    expect(seen.index).toEqual(name.includes('.path.') ? names.map((parts) => parts.join('/')) : names);
    expect(seen.rowLevels).toBe(3);
    const points = labels.skeleton.keypoints.length;
    const value = new Map<string, number | null>();
    for (let row = 0; row < labels.image.length; row++) {
      for (let k = 0; k < points; k++) {
        for (const [d, coordinate] of ['x', 'y'].entries()) {
          const key = [
            labels.image[row],
            labels.individuals[labels.individual[row] as number],
            labels.skeleton.keypoints[k],
            coordinate,
          ];
          value.set(key.join('|'), orNull(labels.position[2 * (row * points + k) + d] as number));
        }
      }
    }
    const expected = labels.images.flatMap((_, image) =>
      seen.columns.map((column) => {
        const [individual, keypoint, coordinate] =
          column.length === 4 ? column.slice(1) : ['animal', ...column.slice(1)];
        return value.get([image, individual, keypoint, coordinate].join('|')) ?? null;
      }),
    );
    expect(seen.columns.every((column) => column[0] === 'Änn')).toBe(true);
    expect(seen.values).toEqual(expected);
    expect(seen.values.filter((number) => number !== null).length).toBeGreaterThan(20);
  });
});

test('sleap-io saw the tracks of the analysis file', () => {
  const { seen } = entry('tracks.analysis.h5');
  const { individuals, skeleton, timeBase, position } = samplePoses.manyTracks;
  expect(seen).toMatchObject({
    tracks: individuals,
    nodes: skeleton.keypoints,
    edges: skeleton.edges,
    frames: Array.from({ length: timeBase.frameCount }, (_, frame) => frame + 2),
    video: 'videos/a.mp4',
  });
  expect((seen.points as (number | null)[][]).flat()).toEqual(Array.from(position, orNull));
});

test('pycocotools saw the labels of the COCO file', () => {
  const { seen } = entry('labels.coco.json');
  const { oneLabeled, manyLabeled } = samplePoses;
  expect(seen.images).toBe(oneLabeled.images.length);
  expect(seen.categories).toEqual([oneLabeled.skeleton.keypoints, manyLabeled.skeleton.keypoints]);
  const flat = [oneLabeled, manyLabeled].flatMap(({ position, visibility }) =>
    Array.from(visibility, (flag, i) => (flag === 0 ? [0, 0, 0] : [position[2 * i], position[2 * i + 1], flag])),
  );
  expect((seen.keypoints as number[][]).flat()).toEqual(flat.flat());
});
