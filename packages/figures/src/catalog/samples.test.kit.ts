import { Random } from '@zoopraxis/core';
import type { ConfusionData } from '../accuracy/confusion-matrix.js';
import type { ErrorDecompositionData } from '../accuracy/error-decomposition.js';
import type { LabelCountCurveData } from '../accuracy/label-count-curve.js';
import type { OksHistogramData } from '../accuracy/oks-histogram.js';
import type { PckCurveData } from '../accuracy/pck-curve.js';
import type { PrecisionRecallData } from '../accuracy/precision-recall.js';
import type { ReliabilityData } from '../accuracy/reliability.js';
import type { RobustnessData } from '../accuracy/robustness.js';
import type { AnnotatorEllipsesData } from '../annotators/annotator-ellipses.js';
import type { AnnotatorScatterData } from '../annotators/annotator-scatter.js';
import type { AnnotatorTotalsData } from '../annotators/annotator-totals.js';
import type { F1ByDurationData } from '../annotators/f1-by-duration.js';
import type { SelfOtherData } from '../annotators/self-other.js';
import type { TimingHistogramData } from '../annotators/timing-histogram.js';
import type { CompositionData } from '../behavior/composition.js';
import type { EthogramRasterData } from '../behavior/ethogram-raster.js';
import type { FigureBout } from '../behavior/raster-layout.js';
import type { TransitionData } from '../behavior/transition-matrix.js';
import type { TriggeredAverageData } from '../behavior/triggered-average.js';
import type { DistributionData } from '../groups/distribution.js';
import type { DoseResponseData } from '../groups/dose-response.js';
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

const keypoints = ['nose', 'right ear', 'left ear', 'neck', 'tail base'];
const people = ['annotator 1', 'annotator 2', 'annotator 3', 'annotator 4'];

/** Values of a normal distribution, cut to 0..1. */
function shares(random: Random, count: number, mean: number, spread: number): number[] {
  return Array.from({ length: count }, () => round(Math.min(1, Math.max(0, mean + spread * random.normal()))));
}

/** OKS of 300 instances with two tables of sigmas. */
export function sampleOks(): OksHistogramData {
  const random = new Random(21);
  return {
    sets: [
      { name: 'MARS sigmas', values: shares(random, 300, 0.86, 0.09) },
      { name: 'sigma 0.025', values: shares(random, 300, 0.7, 0.14) },
    ],
  };
}

/** Curves of two classifiers with operating points and two annotators. */
export function samplePrecisionRecall(): PrecisionRecallData {
  const recall = Array.from({ length: 41 }, (_, i) => i / 40);
  const curve = (power: number) => recall.map((at) => round(1 - at ** power * 0.75));
  return {
    curves: [
      { name: 'attack', recall, precision: curve(6), averagePrecision: 0.893 },
      { name: 'mount', recall, precision: curve(3), averagePrecision: 0.812 },
    ],
    points: [
      { name: 'at 0.5', group: 'attack', recall: 0.83, precision: 0.76 },
      { name: 'person 1', group: 'annotators, attack', recall: 0.9, precision: 0.84 },
      { name: 'person 2', group: 'annotators, attack', recall: 0.78, precision: 0.93 },
    ],
  };
}

/** A detector at ten levels of IoU. */
export function sampleIouFamily(): PrecisionRecallData {
  const recall = Array.from({ length: 41 }, (_, i) => i / 40);
  const levels = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
  return {
    family: 'IoU',
    curves: levels.map((at) => ({
      name: `IoU ${at}`,
      at,
      recall,
      precision: recall.map((value) => round(Math.max(0, 1 - (value / (1.6 - 1.2 * (at - 0.5))) ** 8))),
    })),
  };
}

/** Kinds of errors of five keypoints. */
export function sampleDecomposition(): ErrorDecompositionData {
  return {
    kinds: ['good', 'jitter', 'inversion', 'swap', 'miss'],
    rows: keypoints.map((name, i) => ({
      name,
      counts: [400 - 30 * i, 50 + 8 * i, i === 1 || i === 2 ? 30 : 0, 6 + i, 14 + 10 * i],
    })),
    cost: [
      { kind: 'jitter', apGain: 0.061 },
      { kind: 'inversion', apGain: 0.012 },
      { kind: 'swap', apGain: 0.004 },
      { kind: 'miss', apGain: 0.038 },
    ],
    averagePrecision: 0.874,
  };
}

/** Ten bins of confidence, the lowest empty, too sure of themselves above. */
export function sampleReliability(): ReliabilityData {
  return {
    bins: Array.from({ length: 10 }, (_, i) => {
      const count = i === 0 ? 0 : 20 * i * i;
      const confidence = round((i + 0.5) / 10);
      return {
        low: i / 10,
        high: (i + 1) / 10,
        count,
        confidence: count === 0 ? null : confidence,
        accuracy: count === 0 ? null : round(confidence ** 1.4),
      };
    }),
    expectedError: 0.083,
    right: 'within 5 px',
  };
}

/** Five corruptions at five severities. */
export function sampleRobustness(): RobustnessData {
  const severities = [0, 1, 2, 3, 4, 5];
  return {
    measure: 'PCK@5',
    unit: '%',
    better: 'higher',
    severities,
    curves: ['noise', 'blur', 'compression', 'lighting', 'masks'].map((name, i) => ({
      name,
      values: severities.map((at) => (i === 3 && at === 5 ? null : round(96 - (1 + i) * at ** 1.3, 2))),
      ...(i === 0
        ? { low: severities.map((at) => 95 - 1.2 * at ** 1.3), high: severities.map((at) => 97 - 0.8 * at ** 1.3) }
        : {}),
    })),
  };
}

/** Error by number of labeled frames, three repeats each. */
export function sampleLabelCounts(): LabelCountCurveData {
  const random = new Random(12);
  const counts = [10, 20, 50, 100, 200, 500, 1000];
  const curve = (from: number, to: number) =>
    counts.map((count) => ({
      count,
      values: [0, 1, 2].map(() => round((to + from * count ** -0.5) * (1 + 0.06 * random.normal()))),
    }));
  return {
    measure: 'mean error',
    unit: 'px',
    countName: 'labeled frames',
    curves: [
      { name: 'from ImageNet', points: curve(60, 3) },
      { name: 'from scratch', points: curve(160, 4) },
    ],
    references: [{ name: 'two people', value: 2.7 }],
  };
}

/** Predicted behaviors, one of which never happened. */
export function sampleConfusion(): ConfusionData {
  return {
    classes: [...behaviors, 'other'],
    counts: [
      [812, 14, 60, 0, 92],
      [9, 640, 121, 0, 44],
      [31, 88, 4021, 12, 503],
      [0, 0, 0, 0, 0],
      [77, 20, 611, 33, 20_114],
    ],
  };
}

/** Points of four annotators on five keypoints of a mouse, one missing. */
export function sampleEllipses(): AnnotatorEllipsesData {
  const random = new Random(14);
  const at: [number, number][] = [
    [120, 80],
    [104, 92],
    [112, 70],
    [90, 78],
    [40, 60],
  ];
  const spread = [1.2, 2.4, 2, 3.2, 2.2];
  return {
    keypoints,
    edges: [
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 4],
    ],
    annotators: people,
    points: people.map((_, person) =>
      at.map(([x, y], i): [number, number] =>
        person === 3 && i === 1
          ? [Number.NaN, Number.NaN]
          : [
              round(x + (spread[i] as number) * random.normal()),
              round(y + (spread[i] as number) * 0.6 * random.normal()),
            ],
      ),
    ),
    ellipses: at.map(([x, y], keypoint) => ({
      keypoint,
      x,
      y,
      majorPx: spread[keypoint] as number,
      minorPx: (spread[keypoint] as number) * 0.6,
      angleRad: keypoint * 0.4,
    })),
    widthPx: 200,
    heightPx: 150,
  };
}

/** Precision and recall of four annotators, one of them undefined. */
export function sampleScatter(): AnnotatorScatterData {
  const random = new Random(15);
  return {
    reference: 'the majority of the others',
    points: people.flatMap((annotator, i) =>
      behaviors.map((behavior, k) => ({
        annotator,
        behavior,
        precision: i === 0 && k === 3 ? Number.NaN : (shares(random, 1, 0.85 - 0.06 * k, 0.05)[0] as number),
        recall: shares(random, 1, 0.82 - 0.05 * i, 0.05)[0] as number,
      })),
    ),
  };
}

/** F1 by mean duration of bouts. */
export function sampleDurations(): F1ByDurationData {
  const random = new Random(16);
  return {
    points: people.flatMap((annotator) =>
      behaviors.map((behavior, k) => {
        const meanDurationSec = round(0.6 * 3 ** k * (1 + 0.15 * random.uniform()));
        return { annotator, behavior, meanDurationSec, f1: round(0.55 + 0.12 * k + 0.06 * random.uniform()) };
      }),
    ),
  };
}

/** Agreement within and between annotators. */
export function sampleSelfOther(): SelfOtherData {
  const random = new Random(17);
  return {
    behaviors: behaviors.slice(0, 3).map((name, k) => ({
      name,
      self: shares(random, 4, 0.88 - 0.05 * k, 0.03),
      other: shares(random, 12, 0.74 - 0.07 * k, 0.07),
    })),
  };
}

/** Differences of onsets and offsets, two of them far off. */
export function sampleTiming(): TimingHistogramData {
  const random = new Random(18);
  const list = (mean: number, spread: number) =>
    Array.from({ length: 220 }, () => round(mean + spread * random.normal()));
  return {
    panels: [
      { name: 'onset', differencesSec: [...list(0.04, 0.15), 9, -4] },
      { name: 'offset', differencesSec: list(-0.1, 0.3) },
    ],
    binSec: 1 / 15,
    unmatchedCount: 31,
  };
}

/** Time and bouts of four annotators. */
export function sampleTotals(): AnnotatorTotalsData {
  return {
    behaviors,
    annotators: people,
    timeSec: people.map((_, i) => [40 + 6 * i, 130 - 20 * i, 300 + 25 * i, i === 2 ? Number.NaN : 60]),
    boutCounts: people.map((_, i) => [22 + 9 * i, 14 - i, 80 + 5 * i, i === 2 ? 0 : 11]),
  };
}

/** Behaviors of three sets. */
export function sampleComposition(): CompositionData {
  return {
    unit: 'frames',
    parts: [...behaviors.map((name) => ({ name })), { name: 'other', color: '#c9d1d6' }],
    rows: [
      { name: 'training', counts: [12_000, 30_100, 88_000, 9000, 361_000] },
      { name: 'validation', counts: [3100, 2400, 21_000, 0, 90_100] },
      { name: 'test', counts: [4100, 6400, 26_000, 3100, 83_000] },
    ],
  };
}

/** A signal that rises at the start of a behavior, twelve trials. */
export function sampleTriggered(): TriggeredAverageData {
  const random = new Random(19);
  const timeSec = Array.from({ length: 121 }, (_, i) => round(-10 + i / 4));
  const trials = Array.from({ length: 12 }, (_, trial) =>
    timeSec.map((at) =>
      trial === 11 && at > 15
        ? Number.NaN
        : round((at > 0 ? (1.8 - 0.08 * trial) * Math.exp(-at / 7) : 0) + 0.3 * random.normal()),
    ),
  );
  const mean = timeSec.map((_, i) => {
    const known = trials.map((trial) => trial[i] as number).filter(Number.isFinite);
    return round(known.reduce((a, b) => a + b, 0) / known.length);
  });
  return {
    measure: 'neural activity',
    unit: 'z',
    event: 'start of mounting',
    band: 'SEM',
    timeSec,
    mean,
    low: mean.map((value) => value - 0.12),
    high: mean.map((value) => value + 0.12),
    trials,
    behaviors: [{ name: 'mount' }, { name: 'attack' }],
    patches: trials.map((_, trial) => ({
      trial,
      startSec: 0,
      endSec: 2 + trial / 3,
      behavior: trial % 4 === 3 ? 'attack' : 'mount',
    })),
  };
}

/** Speeds of three groups, one with a single value and one with outliers. */
export function sampleDistribution(shape: 'box' | 'violin'): DistributionData {
  const random = new Random(20);
  const list = (count: number, mean: number) =>
    Array.from({ length: count }, () => round(mean + 1.4 * random.normal()));
  return {
    measure: 'speed',
    unit: 'cm/s',
    shape,
    groups: [
      { name: 'day 1', values: list(120, 6) },
      { name: 'day 2', values: [...list(80, 8), 16, 17.5] },
      { name: 'day 3, one animal', values: [7] },
    ],
  };
}

/** Two groups at five doses, one of them none. */
export function sampleDoses(): DoseResponseData {
  const random = new Random(22);
  const points = (top: number) =>
    [0, 0.3, 1, 3, 10].map((dose) => ({
      dose,
      values: Array.from({ length: 6 }, () => round(4 + (top * dose) / (1 + dose) + 0.7 * random.normal(), 2)),
    }));
  return {
    measure: 'time in open arms',
    unit: 's',
    dose: { name: 'dose', unit: 'mg/kg', logarithmic: true },
    groups: [
      { name: 'male', points: points(6) },
      { name: 'female', points: points(9) },
    ],
    summary: 'mean-sem',
  };
}
