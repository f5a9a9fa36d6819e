import * as figures from '../index.js';
import { grayPicture } from '../plots/figures.test.kit.js';

type Options = figures.FigureOptions;

/** Draws one figure at the edges of what it may be given. */
export interface EdgeFigure {
  /** Without any data. */
  none(options?: Options): string;
  /** With one value. */
  one(options?: Options): string;
  /** With this in place of one value of several. */
  hole(value: number, options?: Options): string;
}

function edges<Data>(
  draw: (data: Data, options?: Options) => string,
  none: NoInfer<Data>,
  one: NoInfer<Data>,
  hole: (value: number) => NoInfer<Data>,
): EdgeFigure {
  return {
    none: (options) => draw(none, options),
    one: (options) => draw(one, options),
    hole: (value, options) => draw(hole(value), options),
  };
}

const size = { widthPx: 100, heightPx: 80 };
const grouped = { measure: 'time', summary: 'mean-ci' } as const;
const speed = { unit: 'cm/s' };
const compared = (values: (number | null)[]) => ({
  models: values.map((_, i) => `model ${i}`),
  metrics: [{ name: 'error', unit: 'px', better: 'lower' as const, values }],
});
const transitions = (value: number) => ({
  behaviors: ['rear', 'groom'],
  counts: [
    [0, 4],
    [3, 0],
  ],
  probability: [
    [0, value],
    [1, 0],
  ],
});
const oneTransition = { behaviors: ['rear'], counts: [[2]], probability: [[1]] };
const noTransition = { behaviors: [], counts: [], probability: [] };
const path = (position: number[]) => ({ position, timeSec: position.slice(position.length / 2), ...size });
const ellipses = (value: number): figures.AnnotatorEllipsesData => ({
  keypoints: ['nose', 'tail'],
  annotators: ['ann', 'ben'],
  points: [
    [
      [5, 6],
      [40, 30],
    ],
    [
      [8, 6],
      [value, value],
    ],
  ],
  ellipses: [
    { keypoint: 0, x: 6.5, y: 6, majorPx: 2, minorPx: 1, angleRad: 0 },
    { keypoint: 1, x: 40, y: 30, majorPx: value, minorPx: value, angleRad: value },
  ],
  ...size,
});
const blurred = (value: number): figures.RobustnessData => ({
  measure: 'PCK',
  better: 'higher',
  severities: [0, 1, 2],
  curves: [{ name: 'blur', values: [90, value, 70] }],
});
const bins = (accuracy: number) => ({
  bins: [
    { low: 0, high: 0.5, confidence: 0.3, accuracy, count: 4 },
    { low: 0.5, high: 0.75, confidence: 0.6, accuracy: 0.7, count: 9 },
    { low: 0.75, high: 1, confidence: accuracy, accuracy: 0.9, count: 5 },
  ],
});

/** Every kind of the catalog without data, with one value, and with a value missing. */
export const edgeFigures: Readonly<Record<string, EdgeFigure>> = {
  'annotator-ellipses': edges(
    figures.annotatorEllipsesFigure,
    { keypoints: [], annotators: [], points: [], ellipses: [], ...size },
    { keypoints: ['nose'], annotators: ['ann'], points: [[[5, 6]]], ellipses: [], ...size },
    ellipses,
  ),
  'annotator-scatter': edges(
    figures.annotatorScatterFigure,
    { points: [] },
    { points: [{ annotator: 'ann', behavior: 'rear', precision: 1, recall: 0 }] },
    (value) => ({
      points: [
        { annotator: 'ann', behavior: 'rear', precision: 0.6, recall: 0.5 },
        { annotator: 'ben', behavior: 'rear', precision: value, recall: 0.5 },
      ],
    }),
  ),
  'annotator-totals': edges(
    figures.annotatorTotalsFigure,
    { behaviors: [], annotators: [], timeSec: [], boutCounts: [] },
    { behaviors: ['rear'], annotators: ['ann'], timeSec: [[12]], boutCounts: [[1]] },
    (value) => ({ behaviors: ['rear'], annotators: ['ann', 'ben'], timeSec: [[12], [value]], boutCounts: [[1], [4]] }),
  ),
  'bout-durations': edges(
    figures.boutDurationsFigure,
    { behaviors: [{ name: 'rear', truthSec: [], predictedSec: [] }] },
    { behaviors: [{ name: 'rear', truthSec: [2], predictedSec: [] }] },
    (value) => ({ behaviors: [{ name: 'rear', truthSec: [2, value, 4], predictedSec: [3] }] }),
  ),
  'comparison-bars': edges(figures.comparisonBarsFigure, { models: [], metrics: [] }, compared([3]), (value) =>
    compared([3, 4, value]),
  ),
  'comparison-heatmap': edges(figures.comparisonHeatmapFigure, { models: [], metrics: [] }, compared([3]), (value) =>
    compared([3, 4, value]),
  ),
  composition: edges(
    figures.compositionFigure,
    { unit: 'frames', parts: [], rows: [] },
    { unit: 'frames', parts: [{ name: 'rear' }], rows: [{ name: 'test', counts: [1] }] },
    (value) => ({
      unit: 'frames',
      parts: [{ name: 'rear' }, { name: 'groom' }],
      rows: [{ name: 'test', counts: [5, value] }],
    }),
  ),
  confidence: edges(
    figures.confidenceFigure,
    { keypoints: [], confidence: [], timeSec: [] },
    { keypoints: ['nose'], confidence: [0.7], timeSec: [0] },
    (value) => ({ keypoints: ['nose'], confidence: [0.7, value, 0.9, 0.8], timeSec: [0, 1, 2, 3] }),
  ),
  'confusion-matrix': edges(
    figures.confusionMatrixFigure,
    { classes: [], counts: [] },
    { classes: ['rear'], counts: [[1]] },
    (value) => ({
      classes: ['rear', 'groom'],
      counts: [
        [5, value],
        [1, 7],
      ],
    }),
  ),
  ...Object.fromEntries(
    (['box', 'violin'] as const).map((shape) => [
      shape,
      edges(
        figures.distributionFigure,
        { measure: 'speed', groups: [], shape },
        { measure: 'speed', groups: [{ name: 'day 1', values: [4] }], shape },
        (value) => ({ measure: 'speed', groups: [{ name: 'day 1', values: [4, 5, 6, value] }], shape }),
      ),
    ]),
  ),
  'dose-response': edges(
    figures.doseResponseFigure,
    { ...grouped, dose: { name: 'dose', logarithmic: true }, groups: [] },
    {
      ...grouped,
      dose: { name: 'dose', logarithmic: true },
      groups: [{ name: 'a', points: [{ dose: 0, values: [3] }] }],
    },
    (value) => ({
      ...grouped,
      dose: { name: 'dose', logarithmic: true },
      groups: [
        {
          name: 'a',
          points: [
            { dose: 0, values: [3, value] },
            { dose: 1, values: [value] },
            { dose: 3, values: [5, 6] },
          ],
        },
      ],
    }),
  ),
  'error-decomposition': edges(
    figures.errorDecompositionFigure,
    { kinds: [], rows: [] },
    { kinds: ['good'], rows: [{ name: 'nose', counts: [1] }] },
    (value) => ({
      kinds: ['good', 'miss'],
      rows: [{ name: 'nose', counts: [5, 2] }],
      cost: [
        { kind: 'miss', apGain: value },
        { kind: 'jitter', apGain: 0.1 },
      ],
    }),
  ),
  'error-distribution': edges(
    figures.errorDistributionFigure,
    { keypoints: [], errors: [] },
    { keypoints: ['nose'], errors: [[2]] },
    (value) => ({ keypoints: ['nose'], errors: [[2, 3, value, 4]] }),
  ),
  'ethogram-raster': edges(
    figures.ethogramRasterFigure,
    { rows: [], behaviors: [], durationSec: 60 },
    {
      rows: [{ name: 'm1', bouts: [{ startSec: 3, endSec: 3, behavior: 'rear' }] }],
      behaviors: [{ name: 'rear' }],
      durationSec: 60,
    },
    (value) => ({
      rows: [
        {
          name: 'm1',
          bouts: [
            { startSec: 3, endSec: 9, behavior: 'rear' },
            { startSec: value, endSec: 20, behavior: 'rear' },
          ],
        },
      ],
      behaviors: [{ name: 'rear' }],
      durationSec: 60,
    }),
  ),
  'f1-by-duration': edges(
    figures.f1ByDurationFigure,
    { points: [] },
    { points: [{ annotator: 'ann', behavior: 'rear', meanDurationSec: 2, f1: 0 }] },
    (value) => ({
      points: [
        { annotator: 'ann', behavior: 'rear', meanDurationSec: 2, f1: 0.5 },
        { annotator: 'ben', behavior: 'rear', meanDurationSec: 4, f1: value },
      ],
    }),
  ),
  'feature-bars': edges(
    figures.featureBarsFigure,
    { measure: 'gain', features: [] },
    { measure: 'gain', features: [{ name: 'speed', values: [3] }] },
    (value) => ({
      measure: 'gain',
      features: [
        { name: 'speed', values: [3] },
        { name: 'angle', values: [value] },
      ],
    }),
  ),
  'grouped-points': edges(
    figures.groupedPointsFigure,
    { ...grouped, groups: [] },
    { ...grouped, groups: [{ name: 'a', values: [4] }] },
    (value) => ({
      ...grouped,
      paired: true,
      groups: [
        { name: 'a', values: [4, 5] },
        { name: 'b', values: [6, value] },
      ],
    }),
  ),
  'keypoint-errors': edges(
    figures.keypointErrorFigure,
    { keypoints: [], errors: [] },
    { keypoints: ['nose'], errors: [[2]] },
    (value) => ({ keypoints: ['nose', 'tail'], errors: [[2, 3, value], [value]] }),
  ),
  'label-count-curve': edges(
    figures.labelCountCurveFigure,
    { measure: 'error', countName: 'frames', curves: [] },
    { measure: 'error', countName: 'frames', curves: [{ name: 'a', points: [{ count: 10, values: [4] }] }] },
    (value) => ({
      measure: 'error',
      countName: 'frames',
      curves: [
        {
          name: 'a',
          points: [
            { count: 10, values: [4, value] },
            { count: 20, values: [value] },
            { count: 50, values: [3] },
          ],
        },
      ],
    }),
  ),
  'learning-curve': edges(
    figures.learningCurveFigure,
    { loss: [], heldOut: [] },
    { loss: [{ step: 1, loss: 2 }], heldOut: [] },
    (value) => ({
      loss: [1, 0.5].map((loss, i) => ({ step: i + 1, loss })),
      heldOut: [4, value, 3].map((errorPx, i) => ({ step: i + 1, errorPx })),
    }),
  ),
  occupancy: edges(
    figures.occupancyFigure,
    path([]),
    { position: [5, 6, 5, 6], timeSec: [0, 1], ...size },
    (value) => ({
      position: [5, 6, value, value, 50, 60],
      timeSec: [0, 1, 2],
      ...size,
    }),
  ),
  'oks-histogram': edges(figures.oksHistogramFigure, { sets: [] }, { sets: [{ name: 'a', values: [1] }] }, (value) => ({
    sets: [{ name: 'a', values: [0.5, 0.6, value] }],
  })),
  'pck-curve': edges(
    figures.pckCurveFigure,
    { radius: [], curves: [] },
    { radius: [5], curves: [{ name: 'a', share: [0.5] }] },
    (value) => ({ radius: [0, 1, 2, 3], curves: [{ name: 'a', share: [0.1, value, 0.5, 0.9] }] }),
  ),
  'picture-sheet': edges(
    figures.pictureSheetFigure,
    { keypoints: [], pictures: [] },
    { keypoints: ['nose'], pictures: [{ address: grayPicture, ...size, caption: 'a', predicted: [5, 5] }] },
    (value) => ({
      keypoints: ['nose', 'tail'],
      pictures: [{ address: grayPicture, ...size, caption: 'a', predicted: [5, 5, value, value] }],
    }),
  ),
  'precision-recall': edges(
    figures.precisionRecallFigure,
    { curves: [] },
    { curves: [{ name: 'a', recall: [0.5], precision: [0.5] }] },
    (value) => ({ curves: [{ name: 'a', recall: [0.1, 0.2, 0.3, 0.4], precision: [1, value, 0.8, 0.7] }] }),
  ),
  reliability: edges(
    figures.reliabilityFigure,
    { bins: [] },
    { bins: [{ low: 0, high: 1, confidence: 0.6, accuracy: 0.5, count: 1 }] },
    bins,
  ),
  robustness: edges(
    figures.robustnessFigure,
    { measure: 'PCK', better: 'higher', severities: [], curves: [] },
    { measure: 'PCK', better: 'higher', severities: [1], curves: [{ name: 'blur', values: [90] }] },
    blurred,
  ),
  'self-other': edges(
    figures.selfOtherFigure,
    { behaviors: [] },
    { behaviors: [{ name: 'rear', self: [0.8], other: [] }] },
    (value) => ({ behaviors: [{ name: 'rear', self: [0.8, value], other: [0.7, 0.6] }] }),
  ),
  'session-scores': edges(
    figures.sessionScoresFigure,
    { measure: 'F1', behaviors: [], sessions: [] },
    { measure: 'F1', behaviors: [{ name: 'rear' }], sessions: [{ name: 'm1', scores: [0.5] }] },
    (value) => ({
      measure: 'F1',
      behaviors: [{ name: 'rear', pooled: 0.6 }],
      sessions: [
        { name: 'm1', scores: [0.5] },
        { name: 'm2', scores: [value] },
      ],
    }),
  ),
  'shap-beeswarm': edges(
    figures.shapBeeswarmFigure,
    { output: 'log-odds', features: [] },
    { output: 'log-odds', features: [{ name: 'speed', shap: [0.4], values: [2] }] },
    (value) => ({
      output: 'log-odds',
      features: [{ name: 'speed', shap: [0.4, value, -0.2], values: [2, 3, 4] }],
    }),
  ),
  'probability-strips': edges(
    figures.ethogramRasterFigure,
    { rows: [], behaviors: [], durationSec: 4, strips: [{ name: 'p', values: [], stepSec: 1 }] },
    {
      rows: [{ name: 'm1', bouts: [{ startSec: 1, endSec: 3, behavior: 'rear' }] }],
      behaviors: [{ name: 'rear' }],
      durationSec: 4,
      strips: [{ name: 'p', behavior: 'rear', values: [0.5], stepSec: 4 }],
    },
    (value) => ({
      rows: [{ name: 'm1', bouts: [{ startSec: 1, endSec: 3, behavior: 'rear' }] }],
      behaviors: [{ name: 'rear' }],
      durationSec: 4,
      strips: [{ name: 'p', behavior: 'rear', values: [0.5, value, 0.7, 0.2], stepSec: 1 }],
    }),
  ),
  speed: edges(
    figures.speedFigure,
    { ...speed, speed: [], timeSec: [] },
    { ...speed, speed: [4], timeSec: [0] },
    (value) => ({ ...speed, speed: [4, 5, value, 7], timeSec: [0, 1, 2, 3] }),
  ),
  'time-course': edges(
    figures.timeCourseFigure,
    { measure: 'speed', binSec: 60, groups: [] },
    { measure: 'speed', binSec: 60, groups: [{ name: 'a', mean: [4], low: [3], high: [5] }] },
    (value) => ({
      measure: 'speed',
      binSec: 60,
      groups: [{ name: 'a', mean: [4, value, 6], low: [3, value, 5], high: [5, value, 7] }],
    }),
  ),
  'timing-histogram': edges(
    figures.timingHistogramFigure,
    { panels: [], binSec: 0.1 },
    { panels: [{ name: 'onset', differencesSec: [0.2] }], binSec: 0.1 },
    (value) => ({ panels: [{ name: 'onset', differencesSec: [0.2, 0.5, value] }], binSec: 0.1 }),
  ),
  trajectory: edges(figures.trajectoryFigure, path([]), path([5, 6]), (value) => ({
    position: [5, 6, value, value, 50, 60],
    timeSec: [0, 1, 2],
    ...size,
  })),
  'transition-graph': edges(figures.transitionGraphFigure, noTransition, oneTransition, transitions),
  'transition-matrix': edges(figures.transitionMatrixFigure, noTransition, oneTransition, transitions),
  'triggered-average': edges(
    figures.triggeredAverageFigure,
    { measure: 'activity', event: 'start', timeSec: [], mean: [], low: [], high: [], trials: [] },
    { measure: 'activity', event: 'start', timeSec: [0], mean: [1], low: [0], high: [2], trials: [[1]] },
    (value) => ({
      measure: 'activity',
      event: 'start',
      timeSec: [-1, 0, 1, 2],
      mean: [1, value, 3, 2],
      low: [0, value, 2, 1],
      high: [2, value, 4, 3],
      trials: [
        [1, value, 3, 2],
        [1, 2, 3, 2],
      ],
    }),
  ),
};
