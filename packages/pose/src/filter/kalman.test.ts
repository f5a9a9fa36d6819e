import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createTimeBase, Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { type KalmanSettings, smoothByKalman } from './kalman.js';
import { estimateMotionNoise } from './motion-noise.js';
import type { PointSeries } from './point-series.js';

interface KalmanReference {
  model: 'velocity' | 'acceleration';
  densityPerFrame: number;
  measurementStd: number;
  varies: boolean;
  x: number[];
  y: number[];
}

const references = JSON.parse(readFileSync(resolve('test/reference/pose/kalman.json'), 'utf8')) as KalmanReference[];

const settings: KalmanSettings = {
  model: 'velocity',
  measurementStd: 'auto',
  processDensity: 'auto',
  gateSigma: 6,
  restartFrames: 5,
  fillFrames: 0,
  bridgeFrames: 30,
};

function makeSeries(
  frameCount: number,
  point: (frame: number) => readonly [number, number] | undefined,
  options: { fps?: number; timesSec?: Float64Array; confidence?: (frame: number) => number } = {},
): PointSeries {
  const { fps = 30, timesSec, confidence = () => 1 } = options;
  const points = Array.from({ length: frameCount }, (_, frame) => point(frame) ?? [Number.NaN, Number.NaN]);
  return {
    axes: [0, 1].map((axis) => Float64Array.from(points, (p) => p[axis] as number)),
    confidence: Float64Array.from({ length: frameCount }, (_, frame) => confidence(frame)),
    timeBase: createTimeBase({ frameCount, fps, ...(timesSec === undefined ? {} : { timesSec }) }),
  };
}

const missingFrames = (series: PointSeries): number[] =>
  [...(series.axes[0] as Float64Array).entries()].filter(([, x]) => Number.isNaN(x)).map(([frame]) => frame);

for (const reference of references) {
  test(`the smoother is that of full matrices: ${reference.model}${reference.varies ? ', uneven times' : ''}`, () => {
    const fps = 25;
    const timesSec = Float64Array.from({ length: 80 }, (_, k) => (k + 0.25 * Math.sin(1.1 * k)) / fps);
    const series = makeSeries(
      80,
      (k) =>
        (k >= 10 && k <= 13) || k === 40
          ? undefined
          : [
              3 * Math.sin(0.21 * k) + 0.4 * k + 0.3 * Math.cos(5.1 * k),
              20 * Math.cos(0.13 * k) + 0.2 * Math.sin(7.7 * k),
            ],
      { fps, ...(reference.varies ? { timesSec } : {}), confidence: (k) => 0.5 + 0.5 * Math.cos(0.9 * k) ** 2 },
    );
    smoothByKalman(series, {
      ...settings,
      model: reference.model,
      measurementStd: reference.measurementStd,
      processDensity: reference.densityPerFrame * fps ** (reference.model === 'velocity' ? 3 : 5),
      gateSigma: null,
      fillFrames: 10,
    });
    for (const [axis, expected] of [reference.x, reference.y].entries()) {
      const worst = Math.max(
        ...expected.map((value, k) => Math.abs(((series.axes[axis] as Float64Array)[k] as number) - value)),
      );
      // The start a million times wider than the noise costs both ways of computing about six digits.
      expect(worst).toBeLessThan(1e-6);
    }
    expect([10, 13, 40].every((frame) => Number.isNaN(series.confidence[frame]))).toBe(true);
    expect(series.confidence[9]).not.toBeNaN();
  });
}

/** A point that wanders, measured with noise of 2 px and now and then far off. */
function wandering(frameCount: number, { falseShare = 0 } = {}) {
  const random = new Random('wandering');
  const truth: [number, number][] = [];
  let [x, y, vx, vy] = [300, 200, 0, 0];
  const isFalse: boolean[] = [];
  const measured = Array.from({ length: frameCount }, (): [number, number] => {
    vx += random.normal() * 0.3 - vx * 0.01;
    vy += random.normal() * 0.3 - vy * 0.01;
    x += vx;
    y += vy;
    truth.push([x, y]);
    isFalse.push(random.uniform() < falseShare);
    if (isFalse.at(-1)) return [x + random.between(60, 200), y - random.between(60, 200)];
    return [x + random.normal() * 2, y + random.normal() * 2];
  });
  return { truth, measured, isFalse };
}

function meanError(series: PointSeries, truth: readonly (readonly number[])[]): number {
  let [sum, count] = [0, 0];
  for (const [frame, [x, y]] of truth.entries()) {
    const distance = Math.hypot(
      ((series.axes[0] as Float64Array)[frame] as number) - (x as number),
      ((series.axes[1] as Float64Array)[frame] as number) - (y as number),
    );
    if (Number.isNaN(distance)) continue;
    sum += distance;
    count++;
  }
  return sum / count;
}

test('noise is estimated from the points, with one in ten false too', () => {
  for (const falseShare of [0, 0.1]) {
    const { measured } = wandering(4000, { falseShare });
    const noise = estimateMotionNoise(
      makeSeries(4000, (frame) => measured[frame]),
      'velocity',
    );
    expect(noise?.measurementStd).toBeGreaterThan(falseShare === 0 ? 1.9 : 1.7);
    expect(noise?.measurementStd).toBeLessThan(falseShare === 0 ? 2.1 : 2.6);
    if (falseShare === 0) {
      expect(noise?.densityPerFrame).toBeGreaterThan(0.07);
      expect(noise?.densityPerFrame).toBeLessThan(0.12);
    }
  }
});

test('smoothing brings points nearer to the truth', () => {
  const { truth, measured } = wandering(3000);
  const series = makeSeries(3000, (frame) => measured[frame]);
  const before = meanError(series, truth);
  smoothByKalman(series, settings);
  expect(missingFrames(series)).toEqual([]);
  expect(meanError(series, truth)).toBeLessThan(0.62 * before);
});

test('false points are removed and hardly touch their neighbors', () => {
  const { truth, measured, isFalse } = wandering(3000, { falseShare: 0.05 });
  const series = makeSeries(3000, (frame) => measured[frame]);
  smoothByKalman(series, settings);
  const removed = new Set(missingFrames(series));
  const falseFrames = isFalse.flatMap((value, frame) => (value ? [frame] : []));
  expect(falseFrames.filter((frame) => !removed.has(frame))).toEqual([]);
  expect(removed.size - falseFrames.length).toBeLessThan(6);
  expect(meanError(series, truth)).toBeLessThan(1.7);
});

test('a point that moves elsewhere for good is followed, and nothing is drawn between the places', () => {
  const random = new Random('move');
  const series = makeSeries(200, (frame) => [(frame < 100 ? 100 : 400) + random.normal(), 50 + random.normal()]);
  smoothByKalman(series, settings);
  expect(missingFrames(series)).toEqual([]);
  const x = series.axes[0] as Float64Array;
  expect(Math.abs((x[99] as number) - 100)).toBeLessThan(4);
  expect(Math.abs((x[100] as number) - 400)).toBeLessThan(4);
});

test('a limb that rests and makes quick steps keeps them', () => {
  const random = new Random('paw');
  let [x, rest] = [100, 0];
  const truth = Array.from({ length: 4000 }, () => {
    if (rest > 0) rest--;
    else if (random.uniform() < 0.3) rest = 30 + random.integer(60);
    else x += random.between(8, 14);
    return x;
  });
  const series = makeSeries(4000, (frame) => [
    (truth[frame] as number) + random.normal() * 0.4,
    50 + random.normal() * 0.4,
  ]);
  smoothByKalman(series, settings);
  expect(missingFrames(series).length).toBeLessThan(8);
  const errors = truth.map((value, frame) => Math.abs(((series.axes[0] as Float64Array)[frame] as number) - value));
  expect(errors.filter((error) => error > 6).length).toBeLessThan(8);
});

test('gaps stay gaps unless filling is asked for, ends always', () => {
  const present = (frame: number) =>
    frame > 2 && frame < 95 && !(frame > 20 && frame < 24) && !(frame > 50 && frame < 70);
  const make = () => makeSeries(100, (frame) => (present(frame) ? [2 * frame, 30 + (frame % 2) * 0.1] : undefined));
  const gaps = Array.from({ length: 100 }, (_, frame) => frame).filter((frame) => !present(frame));
  const plain = make();
  smoothByKalman(plain, settings);
  expect(missingFrames(plain)).toEqual(gaps);
  const filled = make();
  smoothByKalman(filled, { ...settings, fillFrames: 3 });
  expect(missingFrames(filled)).toEqual(gaps.filter((frame) => frame < 20 || frame > 24));
  expect(Math.abs(((filled.axes[0] as Float64Array)[22] as number) - 44)).toBeLessThan(0.1);
});

test('a long series is smoothed block by block as a short one is', () => {
  const { measured } = wandering(10_000);
  const fixed = { ...settings, measurementStd: 2, processDensity: 0.09 * 30 ** 3, gateSigma: null };
  const long = makeSeries(10_000, (frame) => measured[frame]);
  smoothByKalman(long, fixed);
  // Frames 3000 away from the ends of a piece do not feel them.
  const piece = makeSeries(7000, (frame) => measured[frame + 1000]);
  smoothByKalman(piece, fixed);
  let worst = 0;
  for (let frame = 3000; frame < 4500; frame++) {
    const difference =
      ((long.axes[0] as Float64Array)[frame + 1000] as number) - ((piece.axes[0] as Float64Array)[frame] as number);
    worst = Math.max(worst, Math.abs(difference));
  }
  expect(worst).toBeLessThan(1e-9);
});

test('few points, points that stand still and no points at all change nothing or nearly so', () => {
  const none = makeSeries(50, () => undefined);
  expect(smoothByKalman(none, settings)).toBeUndefined();
  const few = makeSeries(50, (frame) => (frame % 10 === 0 ? [frame, 1] : undefined));
  expect(smoothByKalman(few, settings)).toBeUndefined();
  expect((few.axes[0] as Float64Array)[10]).toBe(10);
  const still = makeSeries(50, () => [7, 8]);
  smoothByKalman(still, settings);
  expect(missingFrames(still)).toEqual([]);
  for (const value of still.axes[0] as Float64Array) expect(Math.abs(value - 7)).toBeLessThan(1e-9);
});
