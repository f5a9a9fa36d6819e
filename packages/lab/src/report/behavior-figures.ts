import { type BehaviorEvaluation, type FrameTruth, labelRuns } from '@zoopraxis/behavior';
import { type FrameScores, secondsOfFrame, type TimeBase } from '@zoopraxis/core';
import {
  boutDurationsFigure,
  confusionMatrixFigure,
  ethogramRasterFigure,
  type FigureBout,
  type FigureOptions,
  f1ByDurationFigure,
  formatNumber,
  precisionRecallFigure,
  sessionScoresFigure,
  timingHistogramFigure,
} from '@zoopraxis/figures';

/** A figure with its name and what to say below it. */
export interface NamedFigure {
  readonly name: string;
  readonly svg: string;
  readonly caption: string;
}

/** Labels of one recording as a raster shows them. */
export interface RasterRecording {
  readonly name: string;
  readonly truth: FrameTruth;
  readonly predicted: FrameTruth;
  readonly timeBase: TimeBase;
  readonly scores?: Pick<FrameScores, 'behaviors' | 'probability'>;
}

const numberOf = (value: number | null | undefined) => value ?? Number.NaN;
/** Samples of a probability that one strip of a raster holds. */
const stripSamples = 2000;

/** Returns the bouts of labels in seconds, behaviors in `skipped` left out. */
export function boutsOfLabels(
  { behaviors, label }: FrameTruth,
  timeBase: TimeBase,
  skipped: readonly string[] = [],
): FigureBout[] {
  return labelRuns(label).flatMap(({ behavior, startFrame, endFrame }) => {
    const name = behaviors[behavior] as string;
    if (skipped.includes(name)) return [];
    return [
      { behavior: name, startSec: secondsOfFrame(timeBase, startFrame), endSec: secondsOfFrame(timeBase, endFrame) },
    ];
  });
}

/** Returns curves with the model's own point, and people's points and band where there are any. */
export function precisionRecallOf(evaluation: BehaviorEvaluation, options: FigureOptions = {}): string {
  const { averagedOver, curves, perBehavior, humans } = evaluation;
  return precisionRecallFigure(
    {
      curves: averagedOver.flatMap((name) => {
        const curve = curves[name];
        const ap = perBehavior[name]?.averagePrecision;
        if (curve === undefined) return [];
        return [
          {
            name,
            recall: curve.recall.map(numberOf),
            precision: curve.precision.map(numberOf),
            ...(ap === null || ap === undefined ? {} : { averagePrecision: ap }),
          },
        ];
      }),
      points: [
        ...averagedOver.map((name) => ({
          name: `${name} as predicted`,
          group: name,
          recall: numberOf(perBehavior[name]?.recall),
          precision: numberOf(perBehavior[name]?.precision),
        })),
        ...(humans?.annotators ?? []).flatMap((person) =>
          averagedOver.map((name) => ({
            name: `${person.name}, ${name}`,
            group: `people, ${name}`,
            recall: numberOf(person.versusTruth[name]?.recall),
            precision: numberOf(person.versusTruth[name]?.precision),
          })),
        ),
      ].filter(({ recall, precision }) => Number.isFinite(recall + precision)),
      bands: averagedOver.flatMap((name) => {
        const band = humans?.band[name];
        return band === null || band === undefined ? [] : [{ name, lowF1: band.low, highF1: band.high }];
      }),
    },
    options,
  );
}

/** Returns a raster of one recording: truth, prediction and the probability of each averaged behavior. */
export function predictionRaster(
  { name, truth, predicted, timeBase, scores }: RasterRecording,
  { behaviors, background }: Pick<BehaviorEvaluation, 'behaviors' | 'background'>,
  options: FigureOptions = {},
): string {
  const shown = behaviors.filter((behavior) => !background.includes(behavior));
  const frames = Math.max(truth.label.length, predicted.label.length);
  const each = Math.max(1, Math.ceil(frames / stripSamples));
  const strips = shown.flatMap((behavior) => {
    const column = scores?.behaviors.indexOf(behavior) ?? -1;
    if (scores === undefined || column < 0) return [];
    const width = scores.behaviors.length;
    const count = Math.ceil(scores.probability.length / width / each);
    const values = Array.from({ length: count }, (_, i) => {
      let [sum, known] = [0, 0];
      for (let frame = i * each; frame < (i + 1) * each; frame++) {
        const value = scores.probability[frame * width + column];
        if (value === undefined || Number.isNaN(value)) continue;
        sum += value;
        known++;
      }
      return known === 0 ? Number.NaN : Math.round((1000 * sum) / known) / 1000;
    });
    return [{ name: `p(${behavior})`, behavior, values, stepSec: each / timeBase.fps }];
  });
  return ethogramRasterFigure(
    {
      rows: [
        { name: 'truth', bouts: boutsOfLabels(truth, timeBase, background) },
        { name: 'prediction', bouts: boutsOfLabels(predicted, timeBase, background) },
      ],
      behaviors: shown.map((behavior) => ({ name: behavior })),
      durationSec: secondsOfFrame(timeBase, frames),
      strips,
    },
    { title: name, ...options },
  );
}

/** Returns the figures of an evaluation in the order of a page; those that need scores or several sessions only where there are. */
export function behaviorFigures(evaluation: BehaviorEvaluation, options: FigureOptions = {}): NamedFigure[] {
  const { behaviors, averagedOver, confusion, perBehavior, perRecording, distributions, ranges, curves } = evaluation;
  const occurring = behaviors
    .map((_, b) => b)
    .filter((b) => confusion[b]?.some((n) => n > 0) || confusion.some((row) => (row[b] as number) > 0));
  const figures: NamedFigure[] = [];
  const add = (name: string, svg: string, caption: string) => figures.push({ name, svg, caption });
  if (Object.keys(curves).length > 0) {
    const how = evaluation.settings.thresholds === 'even' ? '100 even thresholds, as MARS' : 'every distinct score';
    const people =
      evaluation.humans === null ? '' : ' Bands and points of people: other annotators against the same truth.';
    add(
      'precision-recall',
      precisionRecallOf(evaluation, options),
      `Frames of all sessions together, over ${how}. AP is exact. Filled marks: the labels as they were predicted, after smoothing.${people}`,
    );
  }
  add(
    'confusion-matrix',
    confusionMatrixFigure(
      {
        classes: occurring.map((b) => behaviors[b] as string),
        counts: occurring.map((b) => occurring.map((c) => confusion[b]?.[c] as number)),
      },
      options,
    ),
    'Frames by truth (rows) and prediction (columns).',
  );
  const scored = perRecording.filter(({ frames }) => frames > 0);
  if (scored.length > 1) {
    add(
      'session-scores',
      sessionScoresFigure(
        {
          measure: 'F1',
          behaviors: averagedOver.map((name) => {
            const range = ranges?.perBehavior[name]?.f1;
            return {
              name,
              pooled: numberOf(perBehavior[name]?.f1),
              ...(range === null || range === undefined ? {} : { low: range.low, high: range.high }),
            };
          }),
          sessions: scored.map(({ recording, perBehavior: own }) => ({
            name: recording,
            scores: averagedOver.map((name) => ((own[name]?.support ?? 0) > 0 ? numberOf(own[name]?.f1) : Number.NaN)),
          })),
        },
        options,
      ),
      'Of frames; sessions in which a behavior never happens have no mark for it.',
    );
    add(
      'f1-by-duration',
      f1ByDurationFigure(
        {
          points: scored.flatMap(({ perBehavior: own }) =>
            averagedOver.flatMap((name) => {
              const of = own[name];
              return of?.meanBoutSec === null || of === undefined
                ? []
                : [{ annotator: 'one session', behavior: name, meanDurationSec: of.meanBoutSec, f1: numberOf(of.f1) }];
            }),
          ),
        },
        options,
      ),
      'Short bouts tend to be harder: F1 of frames of each session over the mean duration of its true bouts.',
    );
  }
  add(
    'bout-durations',
    boutDurationsFigure(
      {
        behaviors: averagedOver.map((name) => ({
          name,
          truthSec: distributions[name]?.truthBoutSec ?? [],
          predictedSec: distributions[name]?.predictedBoutSec ?? [],
        })),
      },
      options,
    ),
    'Many short predicted bouts where the truth has few long ones: the prediction flickers.',
  );
  for (const name of averagedOver) {
    const of = perBehavior[name];
    const lists = distributions[name];
    if (of === undefined || lists === undefined || lists.onsetSec.length === 0) continue;
    const { truePositive, falsePositive, falseNegative } = of.bouts.anyOverlap;
    const spread = Math.max(
      ...[of.onsetSec, of.offsetSec].map((q) => numberOf(q.upperQuartile) - numberOf(q.lowerQuartile)),
    );
    add(
      `timing-${name}`,
      timingHistogramFigure(
        {
          panels: [
            { name: 'onset', differencesSec: lists.onsetSec },
            { name: 'offset', differencesSec: lists.offsetSec },
          ],
          binSec: [1 / 30, 0.1, 0.5, 2].find((bin) => bin >= spread / 8) ?? 10,
          unmatchedCount: falsePositive + falseNegative,
        },
        { ...options, title: `Timing of ${name}` },
      ),
      `${formatNumber(truePositive)} pairs of bouts that overlap; later than the truth is right of zero.`,
    );
  }
  return figures;
}
