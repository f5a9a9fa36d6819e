import type { BehaviorEvaluation } from '@zoopraxis/behavior';
import { StorageError } from '@zoopraxis/core';
import { formatNumber, formatPercent } from '@zoopraxis/figures';
import { z } from 'zod';
import {
  behaviorScoresSchema,
  boutFields,
  failedSchema,
  failureLines,
  noteLines,
  someNames,
  truthSettingsOf,
} from './behavior-fields.js';
import { seedField } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { alignRows } from './text-table.js';

/** Points of each curve in the output: enough to draw it. */
const curvePoints = 64;

/** Returns a curve with few points, evenly chosen, its ends among them; values to four digits. */
function thinnedCurve(curve: BehaviorEvaluation['curves'][string]): BehaviorEvaluation['curves'][string] {
  const last = curve.threshold.length - 1;
  const count = Math.min(curvePoints, last + 1);
  const chosen = Array.from({ length: count }, (_, i) => (count < 2 ? 0 : Math.round((i * last) / (count - 1))));
  const short = (value: number | null | undefined) =>
    value === null || value === undefined ? null : Number(value.toPrecision(4));
  return {
    threshold: chosen.map((i) => short(curve.threshold[i]) as number),
    precision: chosen.map((i) => short(curve.precision[i])),
    recall: chosen.map((i) => short(curve.recall[i])),
  };
}

const rangeSchema = z.object({ low: z.number(), high: z.number() }).loose();

/** Measures predicted behavior against the truth. */
export const evaluateBehaviorOperation = defineOperation({
  name: 'evaluate behavior',
  summary: 'Measure predicted behavior against what a person scored',
  details:
    'Files of the two folders are matched by their names without endings. Frames that the truth leaves unscored never count, and frames without a bout are "other", which enters no mean. Ranges come from resampled sessions. Recordings that the model was trained on are named: their scores are no test.',
  examples: [
    'zoopraxis evaluate behavior --predicted behavior --truth annotations --stream S1 --unscored base',
    'zoopraxis evaluate behavior --predicted behavior --truth annotations --report behavior.html --videos videos',
    'zoopraxis evaluate behavior --predicted behavior --truth annotations --map sniff_face=sniff,sniff_body=sniff --json',
  ],
  input: z.object({
    predicted: z
      .string()
      .min(1)
      .meta({ description: 'folder of predictions, as classify writes them', placeholder: 'folder' }),
    truth: z.string().min(1).meta({ description: 'folder of annotations', placeholder: 'folder' }),
    ...boutFields(),
    classes: z.array(z.string().min(1)).optional().describe('behaviors to measure, by default all that are annotated'),
    fps: z
      .number()
      .positive()
      .optional()
      .describe('frames per second of the video, where no record of classify says it'),
    tolerance: z.number().positive().default(0.5).describe('seconds by which the ends of two bouts may differ'),
    overlap: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('overlap (shared over joint time) from which bouts are one'),
    resamples: z.int().min(0).max(100_000).default(1000).describe('resamples for ranges; 0 leaves them out'),
    groups: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'table that names the animal of each recording', placeholder: 'file' }),
    report: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'write a page with figures to this HTML file', placeholder: 'file' }),
    people: z
      .array(z.string().min(1))
      .default([])
      .meta({ description: "folders of other people's annotations, to stand beside the model", placeholder: 'folder' }),
    videos: z.string().min(1).optional().meta({
      description: 'folder of videos: cut clips of found, wrong and missed bouts for the page',
      placeholder: 'folder',
    }),
    clips: z.int().min(1).max(20).default(3).describe('clips of each kind and behavior, with --videos'),
    seed: seedField(),
  }),
  output: z.looseObject({
    macroF1: z.number(),
    accuracy: z.number(),
    perBehavior: z.record(z.string(), behaviorScoresSchema),
    averagedOver: z.array(z.string()),
    macroBoutF1: z.number().nullable(),
    macroAveragePrecision: z.number().nullable(),
    behaviors: z.array(z.string()),
    confusion: z.array(z.array(z.number())),
    frames: z.looseObject({ counted: z.int(), unscored: z.int() }),
    recordings: z.array(z.string()),
    predictedAlone: z.array(z.string()),
    truthAlone: z.array(z.string()),
    trainedOn: z.array(z.string()),
    notes: z.array(z.string()),
    report: z.string().nullable(),
    problems: z.array(problemSchema),
    failed: z.array(failedSchema),
  }),
  async run(input, { signal, progress }) {
    const [{ evaluateFolders }, { groupsOf }] = await Promise.all([
      import('../behavior/evaluate-folders.js'),
      import('../behavior/recording-tables.js'),
    ]);
    if (input.videos !== undefined && input.report === undefined) {
      throw new StorageError('clips are shown on a page, and no page was asked for', {
        hint: 'Name one with --report, such as --report behavior.html.',
      });
    }
    const { problems, report } = collectProblems();
    const groups = input.groups === undefined ? undefined : await groupsOf(input.groups);
    const found = await evaluateFolders(input.predicted, input.truth, {
      ...(await truthSettingsOf(input)),
      ...(input.fps === undefined ? {} : { fps: input.fps }),
      ...(groups === undefined ? {} : { groupOf: groups }),
      people: input.people,
      toleranceSec: input.tolerance,
      minimumOverlap: input.overlap,
      resampleCount: input.resamples,
      seed: input.seed,
      report,
      signal,
      onRecording: (done, total) =>
        progress({ kind: 'work', task: 'comparing recordings', done, total, unit: 'recordings' }),
    });
    const { evaluation } = found;
    let page: string | null = null;
    if (input.report !== undefined) {
      const [{ writeBehaviorReport }, { drawnOf }] = await Promise.all([
        import('../report/behavior-report.js'),
        import('../report/behavior-training-page.js'),
      ]);
      const clips =
        input.videos === undefined
          ? undefined
          : await (await import('../behavior/clip-videos.js')).cutExamples(found.recordings, {
              videos: input.videos,
              folder: input.report.replace(/(\.html?)?$/i, '-clips'),
              background: evaluation.background,
              perKind: input.clips,
              synthetic: found.recordings.some(({ record }) => record?.synthetic === true),
              signal,
              onClip: (done, total) => progress({ kind: 'work', task: 'cutting clips', done, total, unit: 'clips' }),
            });
      const models = new Set(found.recordings.flatMap(({ record }) => record?.model.name ?? []));
      const by = models.size === 0 ? '' : `, classified by ${[...models].join(', ')}`;
      page = await writeBehaviorReport(input.report, {
        title: 'Predicted behavior against what was scored',
        lead:
          found.trainedOn.length === 0
            ? `${found.recordings.length} recordings${by}.`
            : `THIS IS NO TEST: the model was trained on ${found.trainedOn.length} of these ${found.recordings.length} recordings.`,
        synthetic: found.recordings.some(({ record }) => record?.synthetic === true),
        evaluation,
        ...(clips === undefined ? {} : { clips }),
        recordings: drawnOf(
          evaluation,
          found.recordings.map(({ stem, ...own }) => ({ name: stem, ...own })),
        ),
        notes: found.notes,
      });
    }
    const { curves, distributions: _distributions, notes, ...rest } = evaluation;
    return {
      ...rest,
      curves: Object.fromEntries(Object.entries(curves).map(([name, curve]) => [name, thinnedCurve(curve)])),
      perBehavior: Object.fromEntries(Object.entries(evaluation.perBehavior).map(([name, own]) => [name, { ...own }])),
      averagedOver: [...evaluation.averagedOver],
      behaviors: [...evaluation.behaviors],
      confusion: evaluation.confusion.map((row) => [...row]),
      frames: { ...evaluation.frames },
      recordings: found.recordings.map(({ stem }) => stem),
      predictedAlone: [...found.predictedAlone],
      truthAlone: [...found.truthAlone],
      trainedOn: [...found.trainedOn],
      notes: [...found.notes, ...notes],
      report: page,
      problems,
      failed: [...found.failed],
    };
  },
  text: (output) => {
    const { perBehavior, behaviors, averagedOver, macroF1, accuracy, frames, recordings, trainedOn } = output;
    const score = (value: number | null | undefined) =>
      value === null || value === undefined ? '–' : value.toFixed(3);
    const ranges = output.ranges as { macroF1?: unknown } | null | undefined;
    const range = rangeSchema.safeParse(ranges?.macroF1);
    const rows = [
      ['behavior', 'F1', 'precision', 'recall', 'bout F1', 'average precision', 'frames'],
      ...behaviors.map((name) => {
        const own = perBehavior[name];
        return [
          averagedOver.includes(name) ? name : `(${name})`,
          score(own?.f1),
          score(own?.precision),
          score(own?.recall),
          score(own?.boutF1),
          score(own?.averagePrecision as number | null | undefined),
          formatNumber(own?.support ?? 0),
        ];
      }),
    ];
    const isAll = trainedOn.length === recordings.length;
    return [
      ...problemLines(output.problems),
      ...noteLines(output.notes),
      ...(output.predictedAlone.length === 0
        ? []
        : [`predictions without a truth: ${someNames(output.predictedAlone)}`]),
      ...(output.truthAlone.length === 0 ? [] : [`truth without a prediction: ${someNames(output.truthAlone)}`]),
      '',
      ...alignRows(rows),
      '',
      `macro F1 ${score(macroF1)}${range.success ? ` (95 % range ${score(range.data.low)} to ${score(range.data.high)}, sessions resampled)` : ''} over ${averagedOver.join(', ')}; accuracy ${formatPercent(accuracy)}; macro bout F1 ${score(output.macroBoutF1)}`,
      `${formatNumber(frames.counted)} scored frames of ${recordings.length} ${recordings.length === 1 ? 'recording' : 'recordings'}`,
      ...(trainedOn.length === 0
        ? []
        : [
            `THIS IS NO TEST: the model was trained on ${isAll ? 'all' : formatNumber(trainedOn.length)} of these recordings (${someNames(trainedOn)}). Scores on new recordings are lower; those of its cross-validation are in its report.html.`,
          ]),
      ...(output.report === null ? [] : [`report: ${output.report}`]),
    ].join('\n');
  },
  failures: ({ failed }) => failureLines('not compared', failed),
});
