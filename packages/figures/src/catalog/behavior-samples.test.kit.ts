import { Random } from '@zoopraxis/core';
import type { PrecisionRecallData } from '../accuracy/precision-recall.js';
import type { BoutDurationsData } from '../behavior/bout-durations.js';
import type { EthogramRasterData } from '../behavior/ethogram-raster.js';
import type { FeatureBarsData } from '../behavior/feature-bars.js';
import type { SessionScoresData } from '../behavior/session-scores.js';
import type { ShapBeeswarmData } from '../behavior/shap-beeswarm.js';
import { sampleBouts, samplePrecisionRecall } from './samples.test.kit.js';

const round = (value: number, digits = 3) => Number(value.toFixed(digits));
const featureNames = [
  'distance between noses',
  'speed of the resident',
  'facing angle',
  'area of the intruder’s ellipse',
  'distance nose to tail base, SD over 0.37 s',
  'overlap of boxes',
];

/** Durations of bouts of four behaviors, one of them never predicted, some without length. */
export function sampleBoutDurations(): BoutDurationsData {
  const random = new Random(31);
  const list = (median: number, count: number) =>
    Array.from({ length: count }, () => round(median * Math.exp(0.8 * random.normal())));
  return {
    behaviors: [
      { name: 'attack', truthSec: list(1.4, 160), predictedSec: list(0.7, 290) },
      { name: 'mount', truthSec: list(6, 60), predictedSec: list(5, 70) },
      { name: 'close investigation', truthSec: [...list(2.4, 500), 0, 0], predictedSec: list(2, 560) },
      { name: 'grooming', truthSec: list(12, 9), predictedSec: [] },
    ],
  };
}

/** Importance of 30 features for three behaviors. */
export function sampleFeatureBars(): FeatureBarsData {
  const random = new Random(32);
  return {
    measure: 'mean |SHAP|',
    unit: 'log-odds',
    parts: ['attack', 'mount', 'investigation'],
    features: Array.from({ length: 30 }, (_, i) => ({
      name: featureNames[i] ?? `feature ${i + 1}`,
      values: [0, 1, 2].map(() => round((2 * random.uniform()) / (i + 1))),
    })),
    most: 12,
  };
}

/** SHAP values of 600 frames for six features, one of them missing at times. */
export function sampleShap(): ShapBeeswarmData {
  const random = new Random(33);
  return {
    output: 'log-odds of attack',
    features: featureNames.map((name, i) => {
      const values = Array.from({ length: 600 }, () => round(random.normal(), 2));
      return {
        name,
        shap: values.map((value) => round((value * (i % 2 === 0 ? -1 : 1) + 0.5 * random.normal()) / (i + 1))),
        values: values.map((value) => (i === 2 && value > 1 ? Number.NaN : value)),
      };
    }),
  };
}

/** F1 of three behaviors in 24 sessions, some without a behavior. */
export function sampleSessionScores(): SessionScoresData {
  const random = new Random(34);
  const means = [0.72, 0.86, 0.91];
  return {
    measure: 'F1',
    behaviors: ['attack', 'mount', 'investigation'].map((name, b) => ({
      name,
      pooled: means[b] as number,
      low: round((means[b] as number) - 0.05),
      high: round((means[b] as number) + 0.03),
    })),
    sessions: Array.from({ length: 24 }, (_, s) => ({
      name: `session ${String(s + 1).padStart(2, '0')}`,
      scores: means.map((mean, b) =>
        s % 7 === b ? Number.NaN : round(Math.min(1, Math.max(0, mean + 0.12 * random.normal()))),
      ),
    })),
  };
}

/** Truth above prediction above the probability of two behaviors, ten minutes at 30 Hz. */
export function samplePredictionRaster(): EthogramRasterData {
  const random = new Random(35);
  const truth = sampleBouts(40, 600);
  const predicted = truth
    .filter((_, i) => i % 6 > 0)
    .map((bout) => ({
      ...bout,
      startSec: round(bout.startSec + 0.4 * random.normal(), 2),
      endSec: round(bout.endSec + 0.6 * random.uniform(), 2),
    }));
  const values = (behavior: string) => {
    const list = Array.from({ length: 18_000 }, (_, i) => (i > 9000 && i < 9600 ? Number.NaN : 0.04));
    for (const { startSec, endSec, behavior: own } of predicted) {
      if (own !== behavior) continue;
      for (let i = Math.round(startSec * 30); i < endSec * 30 && i < list.length; i++) list[i] = 0.86;
    }
    return list;
  };
  return {
    rows: [
      { name: 'truth', bouts: truth },
      { name: 'prediction', bouts: predicted },
    ],
    behaviors: [{ name: 'attack' }, { name: 'mount' }, { name: 'investigation' }, { name: 'grooming' }],
    durationSec: 600,
    strips: ['attack', 'mount'].map((behavior) => ({
      name: `p(${behavior})`,
      ...{ behavior, values: Float32Array.from(values(behavior)), stepSec: 1 / 30, threshold: 0.5 },
    })),
  };
}

/** Curves of two behaviors with people's points and the band between the worst and the best of them. */
export function samplePeopleBand(): PrecisionRecallData {
  return {
    ...samplePrecisionRecall(),
    bands: [
      { name: 'attack', lowF1: 0.84, highF1: 0.89 },
      { name: 'mount', lowF1: 0.7, highF1: 0.78 },
    ],
  };
}
