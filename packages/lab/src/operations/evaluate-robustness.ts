import { basename, dirname, resolve } from 'node:path';
import { formatMeasure, formatPercent } from '@zoopraxis/figures';
import { type CorruptionKind, corruptionKinds } from '@zoopraxis/pose';
import { z } from 'zod';
import { cacheFolder } from '../jobs/cache-folder.js';
import { findModel, heldOutOf, labeledOnly } from '../jobs/find-model.js';
import { deepLabCutLabels, projectLabels } from '../jobs/labeled-images.js';
import { requireFolder } from '../jobs/project-folder.js';
import { projectField, seedField } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { alignRows } from './text-table.js';

const share = z.number().nullable();

const reliability = z.looseObject({
  count: z.int(),
  accuracy: share,
  meanConfidence: share,
  brier: share,
  equalWidth: z.looseObject({ expected: share, maximum: share }),
  equalMass: z.looseObject({ expected: share, maximum: share }),
});

/** Names of conditions as the command line takes them. */
const conditionNames = ['occlusion', ...corruptionKinds.map((kind) => kind.replaceAll(' ', '-'))] as const;

/** Measures how a model stands occlusion and worse pictures. */
export const evaluateRobustnessOperation = defineOperation({
  name: 'evaluate robustness',
  summary: 'Measure how a model stands occlusion, noise, blur, compression and light',
  details:
    'The held-out images are predicted again under five severities of each condition. Accuracy is the share of labeled points found within the radius. The occlusion score, 1 to 5, is defined in docs/occlusion-score.md, the other conditions in docs/robustness.md.',
  examples: [
    'zoopraxis evaluate robustness openfield --model first --report robustness.html',
    'zoopraxis evaluate robustness openfield --model first --conditions occlusion,noise --radius 0.1 --unit body-lengths --json',
  ],
  input: z.object({
    project: projectField(),
    model: z.string().min(1).describe('name of a model of the project, or a model folder'),
    labels: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'DeepLabCut project folder to measure on', placeholder: 'folder' }),
    annotator: z.string().min(1).optional().describe('whose labels, where there are several'),
    conditions: z.array(z.enum(conditionNames)).optional().describe('what is done to the pictures, by default all'),
    radius: z.number().positive().default(5).describe('a point nearer than this to its label is right'),
    unit: z.enum(['px', 'body-lengths']).default('px').describe('unit of the radius'),
    seed: seedField(),
    device: z.enum(['cpu', 'webgpu', 'cuda']).default('cpu').describe('where to compute'),
    threads: z.int().min(1).optional().describe('threads of the processor, by default all'),
    out: z.string().min(1).optional().meta({ description: 'write the numbers as JSON', placeholder: 'file.json' }),
    report: z.string().min(1).optional().meta({
      description: 'write an HTML page with curves, a reliability diagram and what the model was shown',
      placeholder: 'file.html',
    }),
  }),
  output: z.looseObject({
    model: z.string(),
    measuredOn: z.string(),
    images: z.int(),
    seed: z.int(),
    occlusion: z
      .looseObject({
        version: z.int(),
        radius: z.number(),
        unit: z.string(),
        score: z.number().nullable(),
        reason: z.string().optional(),
        interval: z.object({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
        flaggedTakesPart: z.boolean(),
        curve: z.array(
          z.looseObject({
            condition: z.union([z.int(), z.literal('flagged')]),
            points: z.int(),
            accuracy: share,
            constantAccuracy: share,
            skill: share,
            retention: share,
            meanErrorPx: z.number().nullable(),
            coveredShare: share,
            hiddenShare: share,
            accuracyHidden: share,
            accuracySeen: share,
          }),
        ),
      })
      .nullable(),
    corruptions: z
      .looseObject({
        radius: z.number(),
        unit: z.string(),
        points: z.int(),
        meanRelativeLoss: z.number().nullable(),
        curves: z.array(
          z.looseObject({
            kind: z.string(),
            accuracy: z.array(share),
            meanErrorPx: z.array(z.number().nullable()),
            relativeLoss: z.number().nullable(),
          }),
        ),
      })
      .nullable(),
    calibration: reliability,
    out: z.string().optional(),
    report: z.string().optional(),
    problems: z.array(problemSchema),
  }),
  resume: 'Start the same command again: conditions that were finished are kept.',
  async run(input, { signal, progress }) {
    const { model, labels, annotator, radius, seed, device, threads } = input;
    const folder = await requireFolder(input.project, 'project');
    const modelFolder = await findModel(folder, model);
    const { problems, report } = collectProblems();
    const [{ FolderStore }, { readPoseModel, robustnessConditions }, { sweepConditions }, { measureRobustness }] =
      await Promise.all([
        import('@zoopraxis/io/node'),
        import('@zoopraxis/pose'),
        import('../robustness/sweep.js'),
        import('../robustness/measure-robustness.js'),
      ]);
    const stored = await readPoseModel(new FolderStore(dirname(modelFolder)), basename(modelFolder));
    const images =
      labels === undefined
        ? heldOutOf(stored.card, await projectLabels(folder, annotator))
        : labeledOnly(await deepLabCutLabels(await requireFolder(labels, 'labels'), report, signal));
    const wanted = (input.conditions ?? conditionNames).map((name) => name.replaceAll('-', ' '));
    const swept = await sweepConditions({
      model: stored,
      images,
      conditions: robustnessConditions([...new Set(wanted)] as ('occlusion' | CorruptionKind)[]),
      seed,
      device,
      ...(threads === undefined ? {} : { threads }),
      cache: cacheFolder(),
      signal,
      onProgress: ({ condition, done, total }) =>
        progress({ kind: 'work', task: `predicting (${condition})`, done, total, unit: 'images' }),
    });
    const unit = input.unit === 'px' ? 'px' : 'body lengths';
    const measured = await measureRobustness(swept, { radius, unit, seed });
    const result = {
      model: modelFolder,
      measuredOn: labels === undefined ? 'held-out' : resolve(labels),
      images: images.paths.length,
      seed,
      ...JSON.parse(JSON.stringify(measured)),
      problems,
    };
    const write = async (wanted: string | undefined, text: () => string | Promise<string>) => {
      if (wanted === undefined) return undefined;
      const path = resolve(wanted);
      await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(await text()));
      return path;
    };
    const out = await write(input.out, () => `${JSON.stringify(result, null, 2)}\n`);
    const page = await write(input.report, async () => {
      const { robustnessReport } = await import('../robustness/robustness-report.js');
      return robustnessReport(measured, swept, {
        modelName: basename(modelFolder),
        modelFolder,
        against: labels === undefined ? 'the labels that training held out' : `the labels of ${basename(labels)}`,
        synthetic: stored.card.synthetic === true,
        images,
        seed,
      });
    });
    return { ...result, ...(out === undefined ? {} : { out }), ...(page === undefined ? {} : { report: page }) };
  },
  text(result) {
    const { occlusion, corruptions, calibration } = result;
    const radius = occlusion ?? corruptions;
    const percent = (value: number | null) => (value === null ? '–' : formatPercent(value));
    const severities = ['0', '1', '2', '3', '4', '5'];
    const lines = [
      ...problemLines(result.problems),
      `${result.images} images (${result.measuredOn})${radius === null ? '' : `, a point is right within ${radius.radius} ${radius.unit}`}`,
    ];
    if (occlusion !== null) {
      const { score, interval, curve, reason } = occlusion;
      const range =
        interval === null ? '' : ` (95 % range ${formatMeasure(interval.low)} to ${formatMeasure(interval.high)})`;
      lines.push(
        '',
        score === null
          ? `occlusion score: not to be told, ${reason}`
          : `occlusion score, 1 to 5: ${formatMeasure(score)}${range}`,
        ...alignRows([
          [
            'severity',
            'points',
            'right',
            'constant',
            'skill',
            'kept',
            'mean px',
            'covered',
            'hidden',
            'right hidden',
            'right seen',
          ],
          ...curve.map((one) => [
            String(one.condition),
            String(one.points),
            ...[one.accuracy, one.constantAccuracy, one.skill, one.retention].map(percent),
            formatMeasure(one.meanErrorPx ?? Number.NaN),
            ...[one.coveredShare, one.hiddenShare, one.accuracyHidden, one.accuracySeen].map(percent),
          ]),
        ]),
      );
    }
    if (corruptions !== null) {
      lines.push(
        '',
        `mean relative loss by corruptions: ${percent(corruptions.meanRelativeLoss)}`,
        ...alignRows([
          ['right at severity', ...severities, 'loss'],
          ...corruptions.curves.map(({ kind, accuracy, relativeLoss }) => [
            kind,
            ...accuracy.map(percent),
            percent(relativeLoss),
          ]),
        ]),
      );
    }
    const { equalWidth, equalMass, brier } = calibration;
    lines.push(
      '',
      `calibration of confidence: ECE ${percent(equalWidth.expected)} (equal width), ${percent(equalMass.expected)} (equal mass), largest ${percent(equalWidth.maximum)}, Brier ${formatMeasure(brier ?? Number.NaN)}`,
    );
    for (const file of [result.out, result.report]) if (file !== undefined) lines.push(`written: ${file}`);
    return lines.join('\n');
  },
});
