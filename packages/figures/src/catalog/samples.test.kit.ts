import { Random } from '@zoopraxis/core';
import type { PckCurveData } from '../accuracy/pck-curve.js';
import type { EthogramRasterData } from '../behavior/ethogram-raster.js';
import type { FigureBout } from '../behavior/raster-layout.js';
import type { TransitionData } from '../behavior/transition-matrix.js';
import type { GroupedPointsData } from '../groups/grouped-points.js';
import type { TimeCourseData } from '../groups/time-course.js';
import type { ComparisonData } from '../models/comparison.js';

/** Behaviors of the samples. */
export const behaviors = ['attack', 'mount', 'investigation', 'grooming'];

const round = (value: number, digits = 3) => Number(value.toFixed(digits));

/** Shares of points within radii of 0 to 20 px for three models, with the envelope of annotators. */
export function samplePck(): PckCurveData {
  const radius = Array.from({ length: 41 }, (_, i) => i / 2);
  const share = (scale: number) => radius.map((at) => round(1 - Math.exp(-((at / scale) ** 2))));
  return {
    radius,
    curves: [
      { name: 'hourglass', share: share(3), low: share(3.4), high: share(2.7) },
      { name: 'MobileNetV2', share: share(4.2) },
      { name: 'without cable augmentation', share: share(5.5) },
    ],
    humans: { closest: share(1.8), mean: share(3.1), furthest: share(5) },
    marks: [5],
  };
}

/** One value for each of a few animals of three groups with two tests. */
export function sampleGroups(): GroupedPointsData {
  const random = new Random(3);
  const values = (mean: number, count: number) =>
    Array.from({ length: count }, () => round(Math.max(0, mean + 1.6 * random.normal()), 2));
  return {
    measure: 'time spent in close investigation',
    unit: 'min',
    groups: [
      { name: 'wild type', values: values(4, 8) },
      { name: 'heterozygous', values: values(5, 10) },
      { name: 'knock-out', values: values(8, 9) },
    ],
    brackets: [
      { groups: [0, 1], p: 0.21, stars: 'n.s.' },
      { groups: [1, 2], p: 0.00312, stars: '**' },
      { groups: [0, 2], p: 0.000044, stars: '***' },
    ],
    summary: 'mean-sem',
  };
}

/** The same animals on two days. */
export function samplePairs(): GroupedPointsData {
  const random = new Random(8);
  const before = Array.from({ length: 9 }, () => round(20 + 4 * random.normal(), 2));
  return {
    measure: 'distance moved',
    unit: 'm',
    groups: [
      { name: 'vehicle', values: before },
      { name: 'diazepam', values: before.map((value) => round(value * 0.8 + random.normal(), 2)) },
    ],
    paired: true,
    brackets: [{ groups: [0, 1], p: 0.0123, stars: '*' }],
    summary: 'mean-ci',
  };
}

/** Speed of two groups in minutes of a recording, the first bin of one missing. */
export function sampleTimeCourse(): TimeCourseData {
  const random = new Random(4);
  const line = (from: number, to: number) =>
    Array.from({ length: 20 }, (_, i) => round(to + (from - to) * Math.exp(-i / 5) + 0.2 * random.normal()));
  const [first, second] = [line(12, 5), line(9, 7)];
  second[0] = Number.NaN;
  return {
    measure: 'speed',
    unit: 'cm/s',
    binSec: 60,
    band: 'SEM',
    groups: [
      { name: 'group-housed', mean: first, low: first.map((v) => v - 0.8), high: first.map((v) => v + 0.8) },
      { name: 'single-housed', mean: second, low: second.map((v) => v - 0.6), high: second.map((v) => v + 0.6) },
    ],
  };
}

/** Transitions among four behaviors, the last of which is never left. */
export function sampleTransitions(): TransitionData {
  const counts = [
    [0, 4, 38, 2],
    [1, 0, 55, 9],
    [61, 70, 0, 33],
    [0, 0, 0, 0],
  ];
  return {
    behaviors,
    counts,
    probability: counts.map((row) => {
      const total = row.reduce((a, b) => a + b, 0);
      return row.map((value) => (total === 0 ? Number.NaN : value / total));
    }),
  };
}

/** Bouts that follow one another. */
export function sampleBouts(count: number, durationSec: number, seed = 1): FigureBout[] {
  const random = new Random(seed);
  const mean = durationSec / count;
  let at = 0;
  return Array.from({ length: count }, () => {
    const startSec = round(at + mean * 0.5 * random.uniform(), 2);
    const endSec = round(startSec + mean * (0.1 + 0.6 * random.uniform()), 2);
    at += mean;
    return { startSec, endSec, behavior: behaviors[Math.floor(random.uniform() * 4)] as string };
  });
}

/** Five annotators of ten minutes; one marks two behaviors at a time, one marks points. */
export function sampleRaster(): EthogramRasterData {
  const base = sampleBouts(40, 600);
  const shifted = (sec: number) => base.map((bout) => ({ ...bout, startSec: bout.startSec + sec }));
  return {
    rows: [
      { name: 'annotator 1', bouts: base },
      { name: 'annotator 2', bouts: shifted(1.5) },
      { name: 'annotator 3', bouts: base.filter((_, i) => i % 3 > 0) },
      { name: 'two at a time', bouts: [...base, { startSec: 100, endSec: 300, behavior: 'grooming' }] },
      { name: 'point events', bouts: base.map((bout) => ({ ...bout, endSec: bout.startSec })) },
    ],
    behaviors: [
      { name: 'attack', color: '#d55e00' },
      { name: 'mount' },
      { name: 'investigation' },
      { name: 'grooming' },
    ],
    durationSec: 600,
  };
}

/** Four models by six measures, one of them not measured for all and one equal for all. */
export function sampleComparison(): ComparisonData {
  return {
    models: ['ResNet-50', 'ResNet-101', 'MobileNetV2', 'DLCRNet_ms5'],
    metrics: [
      {
        name: 'RMSE',
        unit: 'px',
        better: 'lower',
        values: [3.21, 3.04, 3.58, 2.8],
        intervals: [{ low: 3.1, high: 3.35 }, { low: 2.95, high: 3.2 }, { low: 3.4, high: 3.8 }, null],
      },
      { name: 'PCK@5', unit: '%', better: 'higher', values: [93.1, 94.35, 90.7, 95.9] },
      { name: 'mAP', unit: '%', better: 'higher', values: [87.9, 88.81, 85.63, 91.07] },
      { name: 'occlusion score', better: 'higher', values: [2.9, 3.07, 2.33, null] },
      { name: 'frames/s', better: 'higher', values: [46, 39, 74, 33] },
      { name: 'keypoints', better: 'higher', values: [8, 8, 8, 8] },
    ],
  };
}
