import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFeatureSource, planFeatures } from '@zoopraxis/behavior';
import { createPoseTracks, createSkeleton, type PoseTracks, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { createColumnFile, openColumnFile, shrinkFolder } from './column-file.js';
import { spreadPeaks } from './spread-peaks.js';
import { columnsOf, traceSpec } from './trace-features.js';
import { trackTargets } from './track-targets.js';
import { rangesOfBins, withRanges } from './value-ranges.js';

const inFolder = async (work: (folder: string) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

describe('ranges of bins', () => {
  test('are those of a plain look at every value, whatever the stretch and the gaps', () => {
    const random = new Random(3);
    const values = Float32Array.from({ length: 5000 }, (_, i) =>
      random.uniform() < 0.2 || (i > 1000 && i < 1400) ? Number.NaN : random.normal(),
    );
    const column = withRanges(values);
    for (const [from, to, bins] of [
      [0, 5000, 7],
      [0, 5000, 5000],
      [13, 4777, 100],
      [990, 1500, 9],
      [4900, 6000, 11],
      [10, 20, 40],
    ] as const) {
      const found = rangesOfBins(column, { from, to, bins });
      const expected: number[] = [];
      for (let bin = 0; bin < bins; bin++) {
        const first = from + Math.floor((bin * (to - from)) / bins);
        const past = Math.max(first + 1, from + Math.floor(((bin + 1) * (to - from)) / bins));
        const known = [...values.subarray(first, past)].filter((value) => !Number.isNaN(value));
        expected.push(...(known.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...known), Math.max(...known)]));
      }
      expect([...found], `${from} to ${to} in ${bins}`).toEqual(expected);
    }
  });
});

describe('peaks', () => {
  test('are the highest scores, none near another or what is taken', () => {
    const scores = new Float32Array(100);
    for (const [frame, score] of [
      [10, 5],
      [12, 9],
      [14, 6],
      [40, 8],
      [49, 7],
      [51, 7.5],
      [90, 1],
    ] as const) {
      scores[frame] = score;
    }
    expect(spreadPeaks(scores, { apart: 10, most: 9, least: 1 })).toEqual([12, 40, 51]);
    expect(spreadPeaks(scores, { apart: 10, most: 1, least: 0 })).toEqual([12]);
    expect(spreadPeaks(scores, { apart: 10, most: 9, least: 0, taken: [45] })).toEqual([12, 90]);
    expect(spreadPeaks(Float32Array.of(Number.NaN, 0), { apart: 5, most: 3, least: 0 })).toEqual([]);
  });
});

describe('a column file', () => {
  test('gives back what blocks wrote, and is there only when it is whole', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'deep', 'a.columns');
      const file = await createColumnFile(path, { frameCount: 5, columnCount: 2 });
      await file.put(0, 3, Float32Array.of(1, 2, 3, -1, -2, -3));
      expect(await openColumnFile(path)).toBeUndefined();
      await file.put(3, 2, Float32Array.of(4, Number.NaN, -4, -5));
      await file.close();
      const read = await openColumnFile(path);
      expect(await read?.column(0)).toEqual(Float32Array.of(1, 2, 3, 4, Number.NaN));
      expect(await read?.column(1)).toEqual(Float32Array.of(-1, -2, -3, -4, -5));
      await expect(read?.column(2)).rejects.toThrow(/column must be below 2/);
      await truncate(path, 4100);
      expect(await openColumnFile(path)).toBeUndefined();
      await writeFile(path, 'something else');
      expect(await openColumnFile(path)).toBeUndefined();
    }));

  test('leaves nothing behind where it is given up', () =>
    inFolder(async (folder) => {
      const file = await createColumnFile(join(folder, 'a.columns'), { frameCount: 5, columnCount: 2 });
      await file.discard();
      expect(await readdir(folder)).toEqual([]);
    }));

  test('goes when others were used later and there is no room', () =>
    inFolder(async (folder) => {
      for (const [i, name] of ['old', 'new', 'mid'].entries()) {
        await writeFile(join(folder, name), Buffer.alloc(100));
        await utimes(join(folder, name), 1000 + [0, 20, 10][i]!, 1000 + [0, 20, 10][i]!);
      }
      await shrinkFolder(folder, 250);
      expect((await readdir(folder)).sort()).toEqual(['mid', 'new']);
    }));
});

function makeTracks(
  frameCount: number,
  at: (frame: number, animal: number, keypoint: number) => [number, number, number],
) {
  const skeleton = createSkeleton({ name: 'm', keypoints: ['nose', 'neck', 'tailbase'] });
  const individuals = ['black', 'white'];
  const position = new Float32Array(frameCount * 12);
  const confidence = new Float32Array(frameCount * 6);
  for (let i = 0; i < confidence.length; i++) {
    const [x, y, sure] = at(Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3);
    position.set([x, y], 2 * i);
    confidence[i] = sure;
  }
  const provenance = { operation: 'test', versions: {}, inputs: [], parameters: {} };
  const common = { skeleton, individuals, space: 'image', dimensions: 2, provenance } as const;
  return createPoseTracks({ ...common, timeBase: { frameCount, fps: 10 }, position, confidence });
}

/** Two mice that walk side by side, and meet between frames 200 and 220. */
const walking = (): PoseTracks =>
  makeTracks(400, (frame, animal, keypoint) => {
    const near = frame >= 200 && frame < 220 ? 0 : 100;
    return [0.5 * frame + 10 * keypoint, animal * near, 0.9];
  });

describe('targets of tracks', () => {
  test('name the points that are unsure, the least sure first', () => {
    const tracks = walking();
    tracks.confidence[6 * 50 + 4] = 0.1;
    tracks.confidence[6 * 52 + 4] = 0.3;
    tracks.confidence[6 * 300] = 0.4;
    tracks.confidence[6 * 350] = 0.7;
    expect(trackTargets(tracks, 'low confidence')).toMatchObject([
      { frame: 50, individual: 'white', keypoint: 'neck', text: 'neck of white: confidence 10 %' },
      { frame: 300, individual: 'black', keypoint: 'nose', text: 'nose of black: confidence 40 %' },
    ]);
  });

  test('leave out animals of which nothing was found', () => {
    const tracks = walking();
    tracks.position.fill(Number.NaN, 12 * 70, 12 * 70 + 6);
    tracks.confidence.fill(0, 6 * 70, 6 * 70 + 3);
    expect(trackTargets(tracks, 'low confidence')).toEqual([]);
  });

  test('name jumps and their length', () => {
    const tracks = walking();
    for (let frame = 200; frame < 220; frame++)
      tracks.position.set([0.5 * frame, 100, 0.5 * frame + 10, 100, 0.5 * frame + 20, 100], 12 * frame + 6);
    tracks.position[12 * 120 + 2] = (tracks.position[12 * 120 + 2] as number) + 30;
    const [first, ...others] = trackTargets(tracks, 'large jump');
    expect(first).toMatchObject({
      frame: 120,
      individual: 'black',
      keypoint: 'neck',
      text: 'neck of black: 31 px in one frame',
    });
    expect(others).toEqual([]);
  });

  test('name exchanged animals before mere encounters', () => {
    const meeting = trackTargets(walking(), 'identity crossing');
    expect(meeting[0]?.text).toMatch(/on top of each other/);
    expect(meeting[0]?.frame).toBeGreaterThanOrEqual(200);
    const tracks = walking();
    for (let frame = 300; frame < 400; frame++) {
      const [a, b] = [
        tracks.position.slice(12 * frame, 12 * frame + 6),
        tracks.position.slice(12 * frame + 6, 12 * frame + 12),
      ];
      tracks.position.set(b, 12 * frame);
      tracks.position.set(a, 12 * frame + 6);
    }
    expect(trackTargets(tracks, 'identity crossing')[0]).toMatchObject({
      frame: 300,
      text: 'black and white look exchanged from here on',
    });
  });
});

describe('places in tracks at random are those of a plain look at every point', () => {
  const random = new Random(11);
  const tracks = makeTracks(3000, (frame, animal, keypoint) => {
    const isLost = random.uniform() < 0.01;
    const off = random.uniform() < 0.003 ? 50 * random.uniform() : 0;
    const [x, y] = [0.1 * frame + 10 * keypoint + off, 100 * animal + off];
    return isLost ? [Number.NaN, Number.NaN, Number.NaN] : [x, y, 1 - 0.8 * random.uniform() ** 20];
  });
  const names = ['nose', 'neck', 'tailbase'];
  const pointsOf = (frame: number) =>
    [0, 1, 2, 3, 4, 5].map((point) => ({
      x: tracks.position[12 * frame + 2 * point] as number,
      y: tracks.position[12 * frame + 2 * point + 1] as number,
      sure: tracks.confidence[6 * frame + point] as number,
      name: `${names[point % 3]} of ${point < 3 ? 'black' : 'white'}`,
    }));
  /** Takes the highest scores one after another, none within a second of another. */
  const ranked = (scores: readonly { frame: number; score: number; name: string }[]) => {
    const chosen: { frame: number; score: number; name: string }[] = [];
    for (const one of [...scores].sort((a, b) => b.score - a.score || a.frame - b.frame)) {
      if (!chosen.some(({ frame }) => Math.abs(frame - one.frame) < 10)) chosen.push(one);
    }
    return chosen;
  };
  const found = (kind: 'low confidence' | 'large jump') =>
    trackTargets(tracks, kind).map(({ frame, score, individual, keypoint }) => ({
      frame,
      score,
      name: `${keypoint} of ${individual}`,
    }));

  test('unsure points', () => {
    const plain = Array.from({ length: 3000 }, (_, frame) =>
      pointsOf(frame).reduce(
        (worst, { sure, name }) => (1 - sure > worst.score ? { frame, score: Math.fround(1 - sure), name } : worst),
        { frame, score: 0, name: '' },
      ),
    ).filter(({ score }) => score > 0.4);
    const expected = ranked(plain);
    expect(expected.length).toBeGreaterThan(20);
    // The best of each second is looked at, so that of a crowd a few may be others; the worst are the same.
    expect(found('low confidence').slice(0, 10)).toEqual(expected.slice(0, 10));
    expect(
      found('low confidence').every((target) =>
        plain.some(({ frame, name }) => frame === target.frame && name === target.name),
      ),
    ).toBe(true);
  });

  test('jumps, which are told in the frame in which the point has jumped', () => {
    const plain = Array.from({ length: 2999 }, (_, i) => {
      const [before, now] = [pointsOf(i), pointsOf(i + 1)];
      return now.reduce(
        (worst, { x, y, name }, point) => {
          const from = before[point] as (typeof before)[number];
          const score = Math.fround(Math.hypot(x - from.x, y - from.y));
          return score > worst.score ? { frame: i + 1, score, name } : worst;
        },
        { frame: i + 1, score: 0, name: '' },
      );
    });
    const expected = ranked(plain.filter(({ score }) => score > 2));
    const jumps = found('large jump');
    expect(jumps.length).toBeGreaterThan(10);
    for (const [i, { frame, score, name }] of jumps.slice(0, 10).entries()) {
      expect([frame, name]).toEqual([expected[i]?.frame, expected[i]?.name]);
      expect(score).toBeCloseTo(expected[i]?.score as number, 3);
    }
  });
});

describe('features of traces', () => {
  const skeletons = [
    createSkeleton({ name: 'one', keypoints: ['center'] }),
    createSkeleton({ name: 'two', keypoints: ['nose', 'tailbase'] }),
    createSkeleton({ name: 'unnamed', keypoints: ['1', '2', '3', '4', '5'] }),
    createSkeleton({ name: 'many', keypoints: Array.from({ length: 40 }, (_, i) => `p${i}`) }),
    createSkeleton({
      name: 'mars',
      keypoints: ['nose', 'leftear', 'rightear', 'neck', 'lefthip', 'righthip', 'tailbase'],
    }),
  ];
  test.each(skeletons.flatMap((skeleton) => [1, 2, 3].map((animals) => [skeleton.name, animals, skeleton] as const)))(
    'of skeleton %s and %s animals are some, not too many, and those that tracks then have',
    (_, animals, skeleton) => {
      const individuals = Array.from({ length: animals }, (_, i) => `m${i}`);
      const spec = traceSpec(skeleton, individuals, { isCalibrated: false });
      const columns = columnsOf(skeleton, individuals, spec);
      expect(columns.length).toBeGreaterThan(0);
      expect(columns.length).toBeLessThanOrEqual(Math.max(100, planFeatures(spec, skeleton, individuals).columnCount));
      const points = individuals.length * skeleton.keypoints.length;
      const random = new Random(1);
      const tracks = createPoseTracks({
        skeleton,
        individuals,
        space: 'image',
        dimensions: 2,
        timeBase: { frameCount: 50, fps: 25 },
        position: Float32Array.from({ length: 100 * points }, () => 100 * random.uniform()),
        confidence: new Float32Array(50 * points).fill(1),
        provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
      });
      const source = createFeatureSource(tracks, spec);
      expect(source.columns.map(({ name, subject, partner }) => [name, subject, partner])).toEqual(
        columns.map(({ name, subject, partner }) => [name, subject, partner]),
      );
    },
  );
});
