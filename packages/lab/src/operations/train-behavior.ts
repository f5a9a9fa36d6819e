import { formatNumber, formatPercent } from '@zoopraxis/figures';
import { z } from 'zod';
import { familyField, familyOf } from '../behavior/family-options.js';
import { featureFields, readsPixels } from '../behavior/feature-options.js';
import { curveKinds, learningCurveSchema } from '../behavior/learning-curves.js';
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
import { userWrote } from './filter.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { alignRows } from './text-table.js';

const evaluationSchema = z.looseObject({
  macroF1: z.number(),
  accuracy: z.number(),
  macroBoutF1: z.number().nullable(),
  averagedOver: z.array(z.string()),
  behaviors: z.array(z.string()),
  perBehavior: z.record(z.string(), behaviorScoresSchema),
});

/** Trains a classifier of behavior on tracks and annotations. */
export const trainBehaviorOperation = defineOperation({
  name: 'train behavior',
  summary: 'Train a classifier of behavior on tracks and annotations',
  details:
    'Tracks and annotations are matched by their names without endings: session01.csv.gz and session01.txt. Scores are cross-validated: whole recordings (or animals, with --groups) are held out, and everything that is fitted is fitted without them. With a single recording no honest test is possible; the model is trained and no score is given. The model folder gets model.json, training.json and report.html.',
  examples: [
    'zoopraxis train behavior --tracks tracks --annotations annotations --stream S1 --unscored base --fps 30 --out models/social',
    'zoopraxis train behavior --tracks pose --annotations annotations --fps 30 --set mars --map sniff_face=investigation --out models/mars',
  ],
  input: z.object({
    tracks: z
      .string()
      .min(1)
      .meta({ description: 'folder of tracks: Parquet, DeepLabCut, SLEAP, NWB, MARS', placeholder: 'folder' }),
    annotations: z
      .string()
      .min(1)
      .meta({ description: 'folder of annotations, or one table of all', placeholder: 'folder' }),
    fps: z.number().positive().max(10_000).describe('frames per second of the videos'),
    out: z.string().min(1).meta({ description: 'folder for the model', placeholder: 'folder' }),
    ...boutFields(),
    classes: z.array(z.string().min(1)).optional().describe('behaviors to learn, by default all that are annotated'),
    groups: z.string().min(1).optional().meta({
      description:
        'table that names the animal of each recording (columns recording and animal), so that no animal is on both sides of a test',
      placeholder: 'file',
    }),
    ...featureFields(),
    filter: z.string().min(1).optional().meta({
      description: 'steps of zoopraxis filter before features, such as likelihood=0.5,fill=5',
      placeholder: 'steps',
    }),
    repairSwaps: z.boolean().default(false).describe('put right names that change from one animal to another'),
    family: familyField(),
    strategy: z
      .enum(['multi-class', 'one-vs-rest'])
      .optional()
      .describe('one classifier for all behaviors, or one for each as in MARS'),
    trees: z.int().min(1).max(100_000).optional().describe('most boosted trees (rounds), or trees of the forest'),
    smoother: z
      .array(z.enum(['none', 'mars', 'hmm', 'semi-markov', 'min-bout']))
      .optional()
      .describe('how labels are smoothed; of several the one that does best inside the training folds'),
    videos: z.string().min(1).optional().meta({
      description:
        'folder of the videos: cut clips of found, wrong and missed bouts for the page and, of the set mars, learn from features that read pixels',
      placeholder: 'folder',
    }),
    clips: z.int().min(0).max(20).default(3).describe('clips of each kind and behavior, with --videos; 0 for none'),
    folds: z
      .int()
      .min(0)
      .max(100)
      .refine((count) => count !== 1, 'must be 0, for no cross-validation, or 2 or more')
      .default(5)
      .describe('parts of the cross-validation; 0 leaves it out'),
    learningCurve: z
      .array(z.enum(curveKinds))
      .default([])
      .describe(
        'also train on growing parts and show what more scoring would bring: parts of the recordings, of the bouts, or of single frames',
      ),
    threads: z.int().min(1).max(256).optional().describe('threads of the processor, by default all'),
    overwrite: z.boolean().default(false).describe('replace a model of other settings or files'),
    seed: seedField(),
  }),
  output: z.object({
    model: z.string(),
    state: z.enum(['trained', 'unchanged']),
    report: z.string(),
    recordings: z.array(z.string()),
    behaviors: z.array(z.string()),
    counts: z.array(z.object({ name: z.string(), frameCount: z.int(), boutCount: z.int(), groupCount: z.int() })),
    columns: z.int(),
    folds: z.int(),
    smoother: z.string(),
    /** Null where no honest test was possible. */
    crossValidation: z
      .object({ folds: z.int(), seed: z.int(), groups: z.int(), evaluation: evaluationSchema })
      .nullable(),
    learningCurves: z.array(learningCurveSchema),
    leaks: z.array(z.string()),
    notes: z.array(z.string()),
    tracksAlone: z.array(z.string()),
    annotationsAlone: z.array(z.string()),
    problems: z.array(problemSchema),
    failed: z.array(failedSchema),
  }),
  resume: 'Start the same command again to go on behind the last finished fold.',
  async run(input, context) {
    const [{ trainFolder }, { groupsOf }, { parseFilterSteps }, { writeTrainingPage }] = await Promise.all([
      import('../behavior/train-folder.js'),
      import('../behavior/recording-tables.js'),
      import('@zoopraxis/pose'),
      import('../report/behavior-training-page.js'),
    ]);
    const { problems, report } = collectProblems();
    const groupOf = input.groups === undefined ? undefined : await groupsOf(input.groups);
    const trained = await trainFolder(
      {
        tracks: [input.tracks],
        annotations: [input.annotations],
        truth: await truthSettingsOf(input),
        features: { ...input, pixels: (input.set === 'mars' || input.coat !== undefined) && readsPixels(input) },
        ...(input.videos === undefined ? {} : { videos: input.videos }),
        clips: input.clips,
        fps: input.fps,
        ...(input.filter === undefined ? {} : { filter: userWrote(() => parseFilterSteps(input.filter as string)) }),
        repairsSwaps: input.repairSwaps,
        ...(groupOf === undefined ? {} : { groupOf }),
        out: input.out,
        family: familyOf(input),
        ...(input.smoother === undefined ? {} : { smoothers: input.smoother }),
        folds: input.folds,
        learningCurves: [...new Set(input.learningCurve)],
        seed: input.seed,
        ...(input.threads === undefined ? {} : { threads: input.threads }),
        overwrite: input.overwrite,
        report,
        writePage: writeTrainingPage,
      },
      context,
    );
    const { record, model } = trained;
    return {
      model: trained.out,
      state: trained.isUnchanged ? ('unchanged' as const) : ('trained' as const),
      report: trained.report,
      recordings: record.inputs.map(({ id }) => id),
      behaviors: [...model.behaviors],
      counts: model.card.counts.map((count) => ({ ...count })),
      columns: model.columns.length,
      folds: input.folds,
      smoother: model.decision.smoother.kind,
      crossValidation:
        record.crossValidation === null
          ? null
          : { ...record.crossValidation, evaluation: evaluationSchema.parse(record.crossValidation.evaluation) },
      learningCurves: record.learningCurves,
      leaks: record.leaks,
      notes: record.notes,
      tracksAlone: record.tracksAlone,
      annotationsAlone: record.annotationsAlone,
      problems,
      failed: [...trained.failed],
    };
  },
  text: (output) => {
    const { crossValidation, counts } = output;
    const score = (value: unknown) => (typeof value === 'number' ? value.toFixed(3) : '–');
    const rangeOf = (value: unknown): string => {
      const range = value as { low?: number; high?: number } | undefined;
      return typeof range?.low === 'number' && typeof range.high === 'number'
        ? `${score(range.low)} to ${score(range.high)}`
        : '–';
    };
    const lines = [
      ...problemLines(output.problems),
      ...noteLines(output.notes),
      ...(output.tracksAlone.length === 0 ? [] : [`tracks without annotations: ${someNames(output.tracksAlone)}`]),
      ...(output.annotationsAlone.length === 0
        ? []
        : [`annotations without tracks: ${someNames(output.annotationsAlone)}`]),
      '',
    ];
    if (crossValidation === null) {
      lines.push(
        ...alignRows([
          ['behavior', 'frames', 'bouts'],
          ...counts.map(({ name, frameCount, boutCount }) => [name, formatNumber(frameCount), formatNumber(boutCount)]),
        ]),
        '',
        output.folds === 0
          ? 'No score: it was not asked for (--folds 0). Measure the classifier on other recordings with zoopraxis evaluate behavior.'
          : 'No score: all recordings are of one group, and no honest test is possible. Score recordings of at least one more animal or session.',
      );
    } else {
      const { evaluation, folds, groups } = crossValidation;
      const ranges = evaluation.ranges as {
        macroF1?: unknown;
        perBehavior?: Record<string, { f1?: unknown; boutF1?: unknown }>;
      } | null;
      lines.push(
        ...alignRows([
          ['behavior', 'F1', '95 % range', 'precision', 'recall', 'bout F1', 'frames', 'bouts'],
          ...evaluation.behaviors.map((name) => {
            const own = evaluation.perBehavior[name];
            const bouts = counts.find((count) => count.name === name)?.boutCount;
            return [
              evaluation.averagedOver.includes(name) ? name : `(${name})`,
              score(own?.f1),
              rangeOf(ranges?.perBehavior?.[name]?.f1),
              score(own?.precision),
              score(own?.recall),
              score(own?.boutF1),
              formatNumber(own?.support ?? 0),
              bouts === undefined ? '–' : formatNumber(bouts),
            ];
          }),
        ]),
        '',
        `cross-validated macro F1 ${score(evaluation.macroF1)} (${rangeOf(ranges?.macroF1)}, sessions resampled), accuracy ${formatPercent(evaluation.accuracy)}, macro bout F1 ${score(evaluation.macroBoutF1)}; ${folds} folds of ${groups} groups`,
      );
    }
    return [
      ...lines,
      ...output.learningCurves.map(
        ({ by, points }) =>
          `learning from parts of the ${by}: macro F1 ${points.map(({ share, macroF1 }) => `${score(macroF1)} with ${formatPercent(share)}`).join(', ')}`,
      ),
      ...output.leaks.map((text) => `leaks: ${text}`),
      `${output.state === 'unchanged' ? 'trained before' : 'model'}: ${output.model} (${formatNumber(output.columns)} features, ${output.smoother} smoother)`,
      `report: ${output.report}`,
      `next: zoopraxis classify <tracks folder> --model ${output.model} --out <folder>`,
    ].join('\n');
  },
  failures: ({ failed }) => failureLines('not trained on', failed),
});
