import { createPoseTracks, createTimeBase, type PoseTracks } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { arenaFromCorners, arenaFromPercentiles } from './arena.js';
import { bodyLengthOf } from './body-length.js';
import { calibrationFromArena, calibrationFromNumber, calibrationFromPoints } from './calibrate.js';
import { clearDoubledAnimals } from './clear-doubled-animals.js';
import { clearFalsePositions } from './clear-false-positions.js';
import { madeTracks } from './made-tracks.test.kit.js';
import { resampleTracks } from './resample-tracks.js';

const x = (tracks: PoseTracks, frame: number, point = 0) => {
  const size = tracks.individuals.length * tracks.skeleton.keypoints.length;
  return tracks.position[(frame * size + point) * 2] as number;
};

/** One point of one animal, whose x is a function of the frame. */
const one = (frameCount: number, at: (frame: number) => number | undefined, fps = 20) =>
  madeTracks({
    frameCount,
    individuals: ['a'],
    keypoints: ['nose'],
    timeBase: { frameCount, fps },
    point: (frame) => {
      const value = at(frame);
      return value === undefined ? undefined : [value, 0.5];
    },
  });

describe('false positions', () => {
  test('zeros, lone likelihoods and half points become missing, each counted once', () => {
    const made = madeTracks({ frameCount: 4, individuals: ['a'], keypoints: ['nose', 'tail'] });
    made.position.set([0, 0], 0);
    made.position.set([Number.NaN, Number.NaN], 2);
    made.position.set([5, Number.POSITIVE_INFINITY], 4);
    made.position.set([0, 3], 6);
    const { tracks, counts } = clearFalsePositions(made);
    expect(counts).toEqual({ atOrigin: 1, withoutPosition: 1, halfKnown: 1, known: 5 });
    expect([...tracks.position.subarray(0, 8)]).toEqual([...Array.from({ length: 6 }, () => Number.NaN), 0, 3]);
    expect([...tracks.confidence.subarray(0, 3)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(tracks.confidence[3]).toBe(made.confidence[3]);
    expect(made.position[0]).toBe(0);
    expect(tracks.provenance).toMatchObject({
      operation: 'clear false positions',
      parameters: counts,
      parents: [made.provenance],
    });
  });

  test('in an arena, (0, 0) is a place', () => {
    const made = { ...madeTracks({ frameCount: 2, individuals: ['a'], keypoints: ['nose'] }), space: 'arena' as const };
    made.position.set([0, 0], 0);
    expect(clearFalsePositions(made).counts).toMatchObject({ atOrigin: 0, known: 2 });
  });
});

test('a body with two names keeps one: the one with more points, then the surer; lone points are not lost', () => {
  const point = (frame: number, animal: number, keypoint: number): readonly [number, number] | undefined => {
    if (frame === 0) return [100 * animal + 10 * keypoint, 5];
    // On one body, a pixel apart; in frame 1 the second lacks the tail, in frame 2 the first lacks the nose.
    if ((frame === 1 && animal === 1 && keypoint === 2) || (frame === 2 && animal === 0 && keypoint === 0))
      return undefined;
    return [10 * keypoint + animal, 5];
  };
  const made = madeTracks({ frameCount: 4, keypoints: ['nose', 'center', 'tailbase'], point });
  made.confidence.fill(0.4).fill(0.9, 21);
  const { tracks, frameCount, pointCount } = clearDoubledAnimals(made, { within: 3 });
  expect([frameCount, pointCount]).toEqual([3, 7]);
  const xs = Array.from({ length: 24 }, (_, i) => tracks.position[2 * i] as number);
  const nan = Number.NaN;
  expect(xs).toEqual([
    ...[0, 10, 20, 100, 110, 120],
    ...[0, 10, 20, nan, nan, nan],
    ...[nan, nan, nan, 1, 11, 21],
    ...[nan, nan, nan, 1, 11, 21],
  ]);
  expect(tracks.confidence[18]).toBeNaN();
  expect(clearDoubledAnimals(made, { within: 0.5 }).frameCount).toBe(0);
  expect(() => clearDoubledAnimals(made, { within: 0 })).toThrow('within must be above 0');
});

describe('resampling', () => {
  test('to a higher rate: straight lines, the same first and last time', () => {
    const result = resampleTracks(
      one(6, (frame) => 3 * frame),
      { fps: 50 },
    );
    expect(result.timeBase).toEqual({ frameCount: 13, fps: 50 });
    for (let frame = 0; frame < 13; frame++) expect(x(result, frame)).toBeCloseTo(3 * frame * 0.4, 5);
  });

  test('to a lower rate a line stays a line, and what the rate cannot hold is damped as stated', () => {
    const line = resampleTracks(
      one(201, (frame) => 2 * frame, 30),
      { fps: 10 },
    );
    expect(line.timeBase.frameCount).toBe(67);
    for (const frame of [1, 30, 65]) expect(x(line, frame)).toBeCloseTo(6 * frame, 4);
    // A tremor at the new rate itself (10 Hz) would be seen as a shift; sinc^2 has a zero there.
    const tremor = resampleTracks(
      one(301, (frame) => 50 + Math.cos((2 * Math.PI * frame) / 3), 30),
      { fps: 10 },
    );
    for (const frame of [5, 50]) expect(x(tremor, frame)).toBeCloseTo(50, 4);
    const plain = one(301, (frame) => 50 + Math.cos((2 * Math.PI * frame) / 12), 120);
    // 10 Hz at a new rate of 20: sinc^2(1/2) = 0.405; for six source frames a new one it is this (Fejer's kernel).
    const half = resampleTracks(plain, { fps: 20 });
    expect(Math.abs(x(half, 20) - 50)).toBeCloseTo(1 / (36 * Math.sin(Math.PI / 12) ** 2), 4);
  });

  test('gaps stay gaps, nothing is drawn across them', () => {
    const gap = one(40, (frame) => (frame >= 10 && frame < 20 ? undefined : frame));
    const up = resampleTracks(gap, { fps: 40 });
    expect(x(up, 18)).toBe(9);
    for (let frame = 19; frame < 40; frame++) expect(x(up, frame)).toBeNaN();
    expect(x(up, 40)).toBe(20);
    const down = resampleTracks(gap, { fps: 10 });
    const known = Array.from({ length: 20 }, (_, frame) => !Number.isNaN(x(down, frame)));
    expect(known.map(Number).join('')).toBe('11111000001111111111');
    expect([...down.confidence].map((value) => !Number.isNaN(value))).toEqual(known);
  });

  test('a variable rate becomes a constant one, at the true times', () => {
    const timesSec = Float64Array.from({ length: 100 }, (_, f) => 5 + f / 30 + 0.01 * Math.sin(f));
    const source = madeTracks({
      frameCount: 100,
      individuals: ['a'],
      keypoints: ['nose'],
      timeBase: createTimeBase({ frameCount: 100, fps: 30, timesSec }),
      point: (frame) => [10 * (timesSec[frame] as number), 1],
    });
    const result = resampleTracks(source, { fps: 60 });
    expect(result.timeBase.timesSec?.[6]).toBeCloseTo(5.1, 9);
    for (const frame of [0, 7, 101]) expect(x(result, frame)).toBeCloseTo(10 * (5 + frame / 60), 3);
    expect(result.provenance.parameters).toEqual({ fps: 60, fromFps: 30, variableRate: true });
  });

  test('the same rate changes nothing, and none or one frame are no error', () => {
    const made = madeTracks({ missing: 0.2 });
    const same = resampleTracks(made, { fps: 20 });
    expect(same.position).toEqual(made.position);
    expect(same.confidence).toEqual(made.confidence);
    expect(
      resampleTracks(
        one(0, () => 1),
        { fps: 7 },
      ).timeBase.frameCount,
    ).toBe(0);
    expect(
      x(
        resampleTracks(
          one(1, () => 4),
          { fps: 7 },
        ),
        0,
      ),
    ).toBe(4);
    expect(() => resampleTracks(made, { fps: 0 })).toThrow('fps must be above 0');
  });
});

describe('calibration and arena', () => {
  test('by number, by two points and by an arena of known size', () => {
    expect(calibrationFromNumber(18.3)).toEqual({ kind: 'plane', pxPerCm: 18.3 });
    expect(
      calibrationFromPoints(
        [
          [10, 10],
          [40, 50],
        ],
        { distanceCm: 25 },
      ).pxPerCm,
    ).toBe(2);
    const corners = [
      [0, 0],
      [400, 0],
      [400, 202],
      [0, 202],
    ] as const;
    const { calibration, worstSide } = calibrationFromArena(corners, { widthCm: 40, heightCm: 20 });
    expect(calibration.pxPerCm).toBeCloseTo(10.05, 9);
    expect(worstSide).toBeCloseTo(0.05 / 10.05, 9);
    expect(() => calibrationFromArena(corners, { widthCm: 20, heightCm: 40 })).toThrow('sides of the arena disagree');
    expect(() =>
      calibrationFromPoints(
        [
          [1, 1],
          [1, 1],
        ],
        { distanceCm: 5 },
      ),
    ).toThrow('0 px per cm');
    expect(() => calibrationFromNumber(Number.NaN)).toThrow('pxPerCm must be above 0');
  });

  test('the arena between percentiles leaves false points out', () => {
    const made = madeTracks({
      frameCount: 1000,
      individuals: ['a'],
      keypoints: ['nose'],
      point: (frame) => (frame === 500 ? [9999, 9999] : [frame % 101, 200 + (frame % 101)]),
    });
    const { shape } = arenaFromPercentiles(made);
    const corners = shape.kind === 'polygon' ? shape.corners : [];
    expect(corners[0]?.map((value) => Math.round(value))).toEqual([1, 201]);
    expect(corners[2]?.map((value) => Math.round(value))).toEqual([99, 299]);
    expect(
      arenaFromCorners([
        [0, 0],
        [1, 0],
        [1, 1],
      ]).space,
    ).toBe('image');
    expect(() => arenaFromPercentiles(one(3, () => undefined))).toThrow('too few points');
  });
});

test('the arena of very long tracks is taken from frames evenly spread', () => {
  const frameCount = 1_200_000;
  const short = madeTracks({ frameCount: 2, individuals: ['a'], keypoints: ['nose'] });
  const position = Float32Array.from({ length: 2 * frameCount }, (_, i) => (i >> 1) % 101);
  const { shape } = arenaFromPercentiles({ ...short, position }, { low: 0, high: 1 });
  expect(shape).toMatchObject({
    corners: [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ],
  });
});

test('body length is the median over frames, for each individual and all', () => {
  const made = madeTracks({
    frameCount: 101,
    keypoints: ['nose', 'tailbase'],
    point: (frame, animal, keypoint) => {
      if (animal === 1 && frame % 2 === 0) return undefined;
      const length = frame === 7 ? 5000 : animal === 0 ? 80 : 100;
      return [keypoint * length, 10];
    },
  });
  expect(bodyLengthOf(made)).toEqual({
    from: 'nose',
    to: 'tailbase',
    length: 80,
    perIndividual: [80, 100],
    frameCounts: [101, 50],
  });
  const bare = createPoseTracks({ ...made, skeleton: { ...made.skeleton, roles: {} } });
  expect(() => bodyLengthOf(bare)).toThrow('no nose (or head) and tail base');
});
