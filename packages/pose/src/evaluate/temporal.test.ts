import { readFileSync } from 'node:fs';
import { quantile, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { madeTracks } from '../filter/made-tracks.test.kit.js';
import { quantileInPlace } from './quantile-in-place.js';
import { createArcLengthMeter, spectralArcLength } from './spectral-arc-length.js';
import { measureTemporal } from './temporal.js';

const reference = JSON.parse(readFileSync('test/reference/pose/temporal.json', 'utf8')) as {
  cases: { kind: string; count: number; fps: number; arcLength: number }[];
};

function profile(kind: string, count: number, fps: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const [time, part] = [i / fps, i / count];
    if (kind === 'minimum jerk') return 30 * part ** 2 * (1 - part) ** 2;
    if (kind === 'two movements') return Math.abs(Math.sin(2 * Math.PI * part)) * 30 * part * (1 - part);
    return 1 + 0.5 * Math.sin(18 * Math.PI * time) + 0.3 * Math.sin(28 * Math.PI * time);
  });
}

describe('spectral arc length', () => {
  test.each(reference.cases)(
    '$kind, $count samples at $fps per second: as numpy has it',
    ({ kind, count, fps, arcLength }) => {
      expect(spectralArcLength(profile(kind, count, fps), fps)).toBeCloseTo(arcLength, 9);
    },
  );

  test('is further from 0 for a tremor than for one smooth movement, and knows no unit of speed', () => {
    const smooth = profile('minimum jerk', 60, 60);
    expect(spectralArcLength(profile('tremor', 60, 60), 60)).toBeLessThan(spectralArcLength(smooth, 60));
    expect(
      spectralArcLength(
        smooth.map((value) => 1000 * value),
        60,
      ),
    ).toBeCloseTo(spectralArcLength(smooth, 60), 12);
    expect(spectralArcLength([0, 0, 0], 30)).toBeNaN();
    expect(() => spectralArcLength([1], 30)).toThrow(/two samples or more, got 1/);
    expect(() => spectralArcLength([1, 2], 0)).toThrow(/fps must be above 0/);
  });
});

describe('windows measured in pairs', () => {
  test('have the number of each alone, whatever the sizes of the two; one of zeros has none', () => {
    const [large, small] = [profile('tremor', 30, 30).map((value) => 1e9 * value), profile('minimum jerk', 30, 30)];
    const meter = createArcLengthMeter(30, 30);
    const [first, second] = meter.measure(large, small);
    expect(first).toBeCloseTo(spectralArcLength(large, 30), 12);
    expect(second).toBeCloseTo(spectralArcLength(small, 30), 12);
    expect(meter.measure(new Float64Array(30), small)).toEqual([Number.NaN, spectralArcLength(small, 30)]);
    expect(meter.measure(small, new Float64Array(30))[1]).toBeNaN();
    expect(() => meter.measure([1, 2])).toThrow(/a window must have 30 samples, got 2/);
  });
});

test('a quantile in place is that of sorting, with ties and in any order', () => {
  const rng = new Random('quantiles');
  for (let i = 0; i < 200; i++) {
    const values = Float64Array.from({ length: 1 + rng.integer(60) }, () => rng.integer(i % 2 ? 5 : 1000));
    if (i % 3 === 0) values.sort();
    for (const share of [0, 0.25, 0.5, 0.95, 1]) {
      expect(quantileInPlace(values.slice(), share)).toBe(quantile(values, share));
    }
  }
  expect(quantileInPlace(new Float64Array(0), 0.5)).toBeNaN();
});

describe('jumps', () => {
  test('are steps above the threshold; one frame that leaves and comes back is two jumps and one spike', () => {
    const tracks = madeTracks({ frameCount: 61, point: (frame) => [frame === 20 ? 100 : frame < 40 ? 0 : 50, 0] });
    const { perKeypoint, all, durationSec } = measureTemporal(tracks, { jumpThreshold: 30 });
    expect(perKeypoint[0]).toMatchObject({
      frames: 61,
      steps: 60,
      jumps: 3,
      spikes: 1,
      medianStep: 0,
      jumpShare: 0.05,
    });
    // Sixty steps at 30 per second are two seconds.
    expect(all.jumpsPerMinute).toBeCloseTo(90, 9);
    expect(durationSec).toBeCloseTo(61 / 30, 9);
    expect(measureTemporal(tracks, { jumpThreshold: 100 }).all).toMatchObject({ jumps: 0, spikes: 0 });
  });

  test('a gap is no jump, however far the point is on its other side', () => {
    const tracks = madeTracks({
      frameCount: 30,
      point: (frame) => (frame === 10 ? undefined : [frame < 10 ? 0 : 500, 0]),
    });
    const { perKeypoint } = measureTemporal(tracks, { jumpThreshold: 5 });
    expect(perKeypoint[0]).toMatchObject({ frames: 29, steps: 27, jumps: 0, rmsSecondDifference: 0 });
  });

  test('where a camera drops frames, the longer pause allows a longer step', () => {
    const kept = Array.from({ length: 100 }, (_, i) => i).filter((frame) => frame % 10 < 7);
    const timesSec = Float64Array.from(kept, (frame) => frame / 30);
    const tracks = madeTracks({
      frameCount: kept.length,
      fps: 30,
      timesSec,
      point: (i) => [4 * (kept[i] as number), 0],
    });
    const { perKeypoint } = measureTemporal(tracks, { jumpThreshold: 5 });
    expect(perKeypoint[0]).toMatchObject({ jumps: 0 });
    // An even movement has no second difference, whatever the times.
    expect(perKeypoint[0]?.rmsSecondDifference).toBeLessThan(1e-4);
    expect(perKeypoint[0]?.medianStep).toBeCloseTo(4, 5);
  });

  test('in body lengths the threshold follows each animal; frames can be chosen', () => {
    const tracks = madeTracks({
      frameCount: 20,
      individualCount: 2,
      point: (frame, _, animal) => [frame === 15 ? 40 : 0, animal],
    });
    const options = { jumpThreshold: 0.5, unit: 'body lengths', bodyLength: [50, 100] } as const;
    expect(measureTemporal(tracks, options).perKeypoint.map(({ jumps }) => jumps)).toEqual([2, 0]);
    expect(measureTemporal(tracks, { ...options, end: 15 }).all.jumps).toBe(0);
  });
});

describe('jitter', () => {
  test('of white noise is its standard deviation, and the second difference root 12 times it; jumps move only the latter', () => {
    const rng = new Random('noise');
    const std = 1.5;
    const xy = Array.from({ length: 12_000 }, () => [std * rng.normal(), std * rng.normal()] as const);
    const noisy = measureTemporal(madeTracks({ frameCount: xy.length, point: (frame) => xy[frame] }), {
      jumpThreshold: 50,
    });
    // 12,000 frames tell a standard deviation to about one percent.
    expect(noisy.all.restNoise).toBeGreaterThan(1.44);
    expect(noisy.all.restNoise).toBeLessThan(1.56);
    expect(noisy.all.rmsSecondDifference).toBeGreaterThan(0.96 * Math.sqrt(12) * std);
    expect(noisy.all.rmsSecondDifference).toBeLessThan(1.04 * Math.sqrt(12) * std);
    const jumping = measureTemporal(
      madeTracks({
        frameCount: xy.length,
        point: (frame) => [(xy[frame]?.[0] as number) + (frame % 100 === 50 ? 300 : 0), xy[frame]?.[1] as number],
      }),
      { jumpThreshold: 50 },
    );
    expect(jumping.all.restNoise).toBeLessThan(1.65);
    expect(jumping.all.rmsSecondDifference).toBeGreaterThan(30);
    expect(jumping.all.spikes).toBe(120);
  });

  test('of an even acceleration is that acceleration, at any frame rate', () => {
    for (const fps of [25, 100]) {
      const tracks = madeTracks({ frameCount: 50, fps, point: (frame) => [0.5 * 40 * (frame / fps) ** 2, 3] });
      const { perKeypoint } = measureTemporal(tracks, { jumpThreshold: 1000 });
      // Positions are 32-bit numbers.
      expect(perKeypoint[0]?.rmsAccelerationPerSec2 as number).toBeCloseTo(40, 1);
      expect(perKeypoint[0]?.rmsSecondDifference as number).toBeCloseTo(40 / fps ** 2, 5);
    }
  });
});

test('too little to tell is null, and what cannot be is refused', () => {
  const none = madeTracks({ frameCount: 5, point: () => undefined });
  expect(measureTemporal(none, { jumpThreshold: 5 })).toMatchObject({
    perKeypoint: [
      { frames: 0, steps: 0, jumpShare: null, rmsSecondDifference: null, restNoise: null, spectralArcLength: null },
    ],
    all: { steps: 0, jumpShare: null, restNoise: null },
  });
  expect(() => measureTemporal(none, { jumpThreshold: 0 })).toThrow(/jumpThreshold must be above 0, got 0/);
  expect(() => measureTemporal(none, { jumpThreshold: 5, unit: 'cm' })).toThrow(/unit must be px or body lengths/);
  expect(() => measureTemporal(none, { jumpThreshold: 5, unit: 'body lengths' })).toThrow(/bodyLength must be above 0/);
  expect(() => measureTemporal(none, { jumpThreshold: 5, end: 6 })).toThrow(/frames must be within 0..5, got 0..6/);
});
