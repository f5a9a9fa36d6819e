import { basename, dirname } from 'node:path';
import type { BehaviorEvaluation, FrameTruth } from '@zoopraxis/behavior';
import { secondsOfFrame, type TimeBase } from '@zoopraxis/core';
import {
  boutDurationsFigure,
  confusionMatrixFigure,
  ethogramRasterFigure,
  type FigureBout,
  type FigureOptions,
  formatDuration,
  formatNumber,
  formatPercent,
  precisionRecallFigure,
  sessionScoresFigure,
} from '@zoopraxis/figures';
import { FolderStore } from '@zoopraxis/io/node';
import { programVersion } from '../jobs/program-version.js';
import type { Cell, Report, ReportBlock, ReportSection } from '../report/blocks.js';
import { reportPage } from '../report/page.js';
import type { FoldersEvaluation } from './evaluate-folders.js';

/** One recording as pages draw it. */
export interface DrawnRecording {
  readonly stem: string;
  readonly truth: FrameTruth;
  readonly predicted: FrameTruth;
  readonly timeBase: TimeBase;
}

/** Recordings that are drawn one by one: the best, those between, and the worst. */
const mostDrawn = 5;

const score = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(3);

/** Returns a score with its range, as text. */
function withRange(value: number | null | undefined, range: { low: number; high: number } | undefined | null): string {
  return range === undefined || range === null || !Number.isFinite(range.low)
    ? score(value)
    : `${score(value)} (${score(range.low)} to ${score(range.high)})`;
}

/** Returns the bouts of labels, for figures; the background has none. */
export function boutsOfLabels(
  { behaviors, label }: FrameTruth,
  timeBase: TimeBase,
  background: readonly string[],
): FigureBout[] {
  const bouts: FigureBout[] = [];
  for (let from = 0; from < label.length; ) {
    let to = from + 1;
    while (to < label.length && label[to] === label[from]) to++;
    const behavior = behaviors[label[from] as number];
    if (behavior !== undefined && !background.includes(behavior)) {
      bouts.push({ behavior, startSec: secondsOfFrame(timeBase, from), endSec: secondsOfFrame(timeBase, to) });
    }
    from = to;
  }
  return bouts;
}

/** Returns what pages show of an evaluation: scores, what was taken for what, curves, sessions, ethograms. */
export function evaluationSections(
  evaluation: BehaviorEvaluation,
  recordings: readonly DrawnRecording[],
  {
    badge,
    truthName = 'truth',
    predictedName = 'prediction',
  }: { badge?: string; truthName?: string; predictedName?: string } = {},
): ReportSection[] {
  const { behaviors, averagedOver, background, perBehavior, ranges, confusion, curves, distributions, perRecording } =
    evaluation;
  const look: FigureOptions = badge === undefined ? {} : { badge };
  const rows = behaviors.map((name): Cell[] => {
    const own = perBehavior[name];
    const range = ranges?.perBehavior[name];
    return [
      averagedOver.includes(name) ? name : `${name} (in no mean)`,
      withRange(own?.f1, range?.f1),
      score(own?.precision),
      score(own?.recall),
      score(own?.averagePrecision),
      withRange(own?.boutF1, range?.boutF1),
      formatNumber(own?.support ?? 0),
      `${formatNumber(own?.boutCount.truth ?? 0)} / ${formatNumber(own?.boutCount.predicted ?? 0)}`,
      `${formatDuration(own?.timeSec.truth ?? 0)} / ${formatDuration(own?.timeSec.predicted ?? 0)}`,
    ];
  });
  const scores: ReportBlock[] = [
    {
      kind: 'table',
      columns: [
        'behavior',
        'F1',
        'precision',
        'recall',
        'average precision',
        'bout F1',
        'frames',
        `bouts (${truthName} / ${predictedName})`,
        'time',
      ],
      rows,
      caption:
        ranges === null
          ? 'Scores of frames, and of bouts that overlap by half or more.'
          : `Scores of frames, and of bouts that overlap by half or more; in brackets the ${formatPercent(ranges.level)} range over ${ranges.groupCount} resampled sessions.`,
    },
    ...(evaluation.notes.length === 0
      ? []
      : [
          {
            kind: 'details',
            summary: `${evaluation.notes.length} notes on these scores`,
            text: evaluation.notes.join('\n'),
          } as const,
        ]),
    {
      kind: 'figure',
      name: 'confusion-matrix',
      svg: confusionMatrixFigure(
        { classes: behaviors, counts: confusion, rowName: truthName, columnName: predictedName },
        look,
      ),
    },
  ];
  const named = averagedOver.filter((name) => curves[name] !== undefined);
  if (named.length > 0) {
    scores.push({
      kind: 'figure',
      name: 'precision-recall',
      svg: precisionRecallFigure(
        {
          curves: named.map((name) => ({
            name,
            recall: (curves[name]?.recall ?? []).map((value) => value ?? Number.NaN),
            precision: (curves[name]?.precision ?? []).map((value) => value ?? Number.NaN),
            ...(typeof perBehavior[name]?.averagePrecision === 'number'
              ? { averagePrecision: perBehavior[name]?.averagePrecision as number }
              : {}),
          })),
          points: named.flatMap((name) => {
            const own = perBehavior[name];
            return typeof own?.precision === 'number' && typeof own.recall === 'number'
              ? [{ name, precision: own.precision, recall: own.recall, group: 'as predicted' }]
              : [];
          }),
        },
        look,
      ),
      caption: 'Curves over the threshold on the probability; points are the bouts as they were predicted.',
    });
  }
  const sessions: ReportBlock[] = [];
  if (perRecording.length > 1) {
    sessions.push({
      kind: 'figure',
      name: 'session-scores',
      svg: sessionScoresFigure(
        {
          measure: 'F1',
          behaviors: averagedOver.map((name) => ({
            name,
            ...(typeof perBehavior[name]?.f1 === 'number' ? { pooled: perBehavior[name]?.f1 as number } : {}),
          })),
          sessions: perRecording.map(({ recording, perBehavior: own }) => ({
            name: recording,
            scores: averagedOver.map((name) => own[name]?.f1 ?? Number.NaN),
          })),
        },
        look,
      ),
    });
  }
  sessions.push({
    kind: 'figure',
    name: 'bout-durations',
    svg: boutDurationsFigure(
      {
        truthName,
        predictedName,
        behaviors: averagedOver.map((name) => ({
          name,
          truthSec: distributions[name]?.truthBoutSec ?? [],
          predictedSec: distributions[name]?.predictedBoutSec ?? [],
        })),
      },
      look,
    ),
  });
  const drawn = drawnOf(evaluation, recordings).map(({ recording, words }): ReportBlock => {
    const { stem, truth, predicted, timeBase } = recording;
    return {
      kind: 'figure',
      name: `ethogram-${stem}`,
      svg: ethogramRasterFigure(
        {
          behaviors: behaviors.filter((name) => !background.includes(name)).map((name) => ({ name })),
          durationSec: secondsOfFrame(timeBase, timeBase.frameCount),
          rows: [
            { name: truthName, bouts: boutsOfLabels(truth, timeBase, background) },
            { name: predictedName, bouts: boutsOfLabels(predicted, timeBase, background) },
          ],
        },
        { title: `${stem}${words}`, ...look },
      ),
    };
  });
  return [
    { title: 'Scores', blocks: scores },
    { title: 'Ethograms', blocks: drawn },
    { title: 'Sessions and bouts', blocks: sessions },
  ];
}

/** Returns the best, the worst and some recordings between, with their scores in words. */
function drawnOf(
  { perRecording }: BehaviorEvaluation,
  recordings: readonly DrawnRecording[],
): { recording: DrawnRecording; words: string }[] {
  const ranked = perRecording
    .flatMap((own) => {
      const recording = recordings.find(({ stem }) => stem === own.recording);
      return recording === undefined || own.frames === 0 ? [] : [{ recording, f1: own.macroF1 ?? Number.NaN }];
    })
    .sort((a, b) => b.f1 - a.f1);
  const count = Math.min(mostDrawn, ranked.length);
  const places = new Set(
    Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (ranked.length - 1)) / (count - 1)))),
  );
  return [...places].map((place) => {
    const { recording, f1 } = ranked[place] as (typeof ranked)[number];
    const rank =
      ranked.length <= 2 ? '' : place === 0 ? ', the best' : place === ranked.length - 1 ? ', the worst' : '';
    return { recording, words: `${rank}: macro F1 ${score(f1)}` };
  });
}

/** Returns the numbers that a page shows large. */
export function evaluationHighlights({
  macroF1,
  accuracy,
  macroBoutF1,
  frames,
  averagedOver,
  ranges,
}: BehaviorEvaluation): Report['highlights'] {
  const range =
    ranges?.macroF1 == null
      ? ''
      : `, ${score(ranges.macroF1.low)} to ${score(ranges.macroF1.high)} over resampled sessions`;
  return [
    { value: score(macroF1), label: `macro F1 over ${averagedOver.join(', ')}${range}` },
    { value: score(macroBoutF1), label: 'macro bout F1' },
    { value: formatPercent(accuracy), label: 'of the scored frames named right' },
    { value: formatNumber(frames.counted), label: 'scored frames' },
  ];
}

/** Writes the page of an evaluation of folders. */
export async function writeEvaluationPage(
  path: string,
  { evaluation, recordings, trainedOn, notes }: FoldersEvaluation,
  { predicted, truth }: { readonly predicted: string; readonly truth: string },
): Promise<void> {
  const synthetic = recordings.some(({ record }) => record?.synthetic === true);
  const models = [...new Set(recordings.flatMap(({ record }) => (record === undefined ? [] : [record.model.name])))];
  const page = reportPage({
    title: 'Predicted behavior against what was scored',
    lead:
      trainedOn.length === 0
        ? `${recordings.length} recordings${models.length === 0 ? '' : `, classified by ${models.join(', ')}`}.`
        : `THIS IS NO TEST: the model was trained on ${trainedOn.length} of these ${recordings.length} recordings.`,
    synthetic,
    highlights: evaluationHighlights(evaluation),
    sections: [
      ...evaluationSections(evaluation, recordings, synthetic ? { badge: 'synthetic' } : {}),
      {
        title: 'What was compared',
        blocks: [
          {
            kind: 'facts',
            entries: [
              ['predictions', basename(predicted)],
              ['truth', basename(truth)],
              ['recordings', recordings.map(({ stem }) => stem).join(', ')],
            ],
          },
          ...(notes.length === 0
            ? []
            : [
                {
                  kind: 'details',
                  summary: `${notes.length} notes on single recordings`,
                  text: notes.join('\n'),
                } as const,
              ]),
        ],
      },
    ],
    foot: `Zoopraxis ${programVersion}.`,
  });
  await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(page));
}
