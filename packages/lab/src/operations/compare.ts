import { basename, dirname, resolve } from 'node:path';
import { formatMeasure, formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import { showRange } from '../compare/show-range.js';
import { cacheFolder } from '../jobs/cache-folder.js';
import { deepLabCutLabels, projectLabels } from '../jobs/labeled-images.js';
import { requireFolder } from '../jobs/project-folder.js';
import { projectField, seedField } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { alignRows } from './text-table.js';

const numbers = z.array(z.number().nullable());
const range = z.looseObject({ low: z.number(), high: z.number() }).nullable();

/** Measures several models on the same unseen images and says which to use for what. */
export const compareOperation = defineOperation({
  name: 'compare',
  summary: 'Compare models on images that none of them has seen, with tests, and say which to use',
  details:
    'Errors, PCK, mAP, occlusion score, speed, memory and size of each model, each also from 0 (worst) to 1 (best); paired tests frame by frame, whole recordings together, corrected by Holm; and a recommendation for accuracy, for speed and for both. Models that were trained on a test image of another are refused, or the image is left out with a warning. docs/compare.md explains every number.',
  examples: [
    'zoopraxis compare openfield --models resnet50,mobilenet --report comparison.html',
    'zoopraxis compare openfield --models resnet50,mobilenet --seeds 1,2,3 --csv comparison.csv',
  ],
  input: z.object({
    project: projectField(),
    models: z.array(z.string().min(1)).describe('names of models of the project, or model folders'),
    seeds: z
      .array(z.string().regex(/^\d+$/, 'must be whole numbers'))
      .optional()
      .describe('compare means over trainings named <model>-seed1, <model>-seed2, ...'),
    labels: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'DeepLabCut project folder to measure on', placeholder: 'folder' }),
    annotator: z.string().min(1).optional().describe('whose labels, where there are several'),
    radius: z
      .number()
      .positive()
      .default(5)
      .describe('px within which a point is right, for PCK and the occlusion score'),
    cameraRate: z.number().positive().optional().describe('frames per second that the chosen model must keep up with'),
    speedSeconds: z
      .number()
      .min(0)
      .max(600)
      .default(10)
      .describe('time each model for so long; 0 leaves speed and memory out'),
    seed: seedField(),
    device: z.enum(['cpu', 'webgpu', 'cuda']).default('cpu').describe('where to compute'),
    threads: z.int().min(1).optional().describe('threads of the processor, by default all'),
    out: z.string().min(1).optional().meta({ description: 'write everything as JSON', placeholder: 'file.json' }),
    csv: z.string().min(1).optional().meta({ description: 'write the table as CSV', placeholder: 'file.csv' }),
    report: z.string().min(1).optional().meta({ description: 'write an HTML page', placeholder: 'file.html' }),
  }),
  output: z.looseObject({
    models: z.array(z.string()),
    source: z.enum(['measured', 'published']),
    images: z.int(),
    recordings: z.int(),
    sameSplit: z.boolean(),
    metrics: z.array(
      z.looseObject({
        key: z.string(),
        name: z.string(),
        unit: z.string().optional(),
        better: z.enum(['lower', 'higher']),
        values: numbers,
        intervals: z.array(range).optional(),
      }),
    ),
    normalized: z.array(numbers),
    tests: z.array(
      z.looseObject({
        key: z.string(),
        name: z.string(),
        comparisons: z.array(
          z.looseObject({
            models: z.tuple([z.int(), z.int()]),
            frames: z.int(),
            recordings: z.int(),
            meanDifference: z.number(),
            interval: range,
            adjustedP: z.number().nullable(),
            adjustedFramesP: z.number(),
          }),
        ),
      }),
    ),
    recommendations: z.object({
      recommendations: z.array(z.object({ purpose: z.string(), model: z.string().optional(), reason: z.string() })),
      alike: z.array(z.string()),
      cautions: z.array(z.string()),
    }),
    warnings: z.array(z.string()),
    files: z.array(z.string()),
    problems: z.array(problemSchema),
  }),
  resume: 'Start the same command again: what was predicted is kept.',
  async run(input, { signal, progress }) {
    const { models, seeds, labels, annotator, radius, cameraRate, speedSeconds, seed, device, threads } = input;
    const folder = await requireFolder(input.project, 'project');
    const { problems, report } = collectProblems();
    const images =
      labels === undefined
        ? await projectLabels(folder, annotator)
        : await deepLabCutLabels(await requireFolder(labels, 'labels'), report, signal);
    const [{ compareModels }, { modelTableCsv }, { FolderStore }] = await Promise.all([
      import('../compare/compare-models.js'),
      import('../compare/comparison.js'),
      import('@zoopraxis/io/node'),
    ]);
    const comparison = await compareModels({
      project: folder,
      models,
      ...(seeds === undefined ? {} : { seeds: seeds.map(Number) }),
      images,
      otherLabels: labels !== undefined,
      radiusPx: radius,
      seed,
      device,
      ...(threads === undefined ? {} : { threads }),
      speedSeconds,
      ...(cameraRate === undefined ? {} : { framesPerSec: cameraRate }),
      cache: cacheFolder(),
      signal,
      onProgress: (event) => progress({ kind: 'work', ...event }),
    });
    const result = JSON.parse(JSON.stringify(comparison));
    const files: string[] = [];
    const write = async (path: string | undefined, text: () => string | Promise<string>) => {
      if (path === undefined) return;
      const whole = resolve(path);
      await new FolderStore(dirname(whole)).write(basename(whole), new TextEncoder().encode(await text()));
      files.push(whole);
    };
    await write(input.out, () => `${JSON.stringify({ ...result, problems }, null, 2)}\n`);
    await write(input.csv, () => modelTableCsv(comparison));
    await write(input.report, async () => {
      const { comparisonReport } = await import('../compare/comparison-report.js');
      return comparisonReport(comparison, { project: folder });
    });
    return { ...result, files, problems };
  },
  text(result) {
    const { models, metrics, normalized, tests, recommendations } = result;
    const show = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);
    const title = ({ name, unit }: (typeof metrics)[number]) => (unit === undefined ? name : `${name}, ${unit}`);
    const lines = [
      ...problemLines(result.problems),
      ...result.warnings.map((warning) => `warning: ${warning}`),
      `${formatNumber(result.images)} ${result.images === 1 ? 'image' : 'images'} of ${formatNumber(result.recordings)} ${result.recordings === 1 ? 'recording' : 'recordings'} (${result.source})`,
      '',
      ...alignRows([
        ['', ...models],
        ...metrics.map((metric) => [
          title(metric),
          ...metric.values.map((value, i) => {
            const interval = metric.intervals?.[i];
            return interval ? `${show(value)} (${showRange(interval)})` : show(value);
          }),
        ]),
      ]),
      '',
      'from 0 (worst here) to 1 (best here):',
      ...alignRows([
        ['', ...models],
        ...metrics.map((metric, i) => [
          metric.name,
          ...(normalized[i] ?? []).map((value) => (value === null ? '–' : value.toFixed(2))),
        ]),
      ]),
    ];
    for (const { name, comparisons } of tests) {
      lines.push(
        '',
        `differences in ${name} (first minus second):`,
        ...alignRows([
          ['', 'difference', '95 % range', 'frames', 'p by recording', 'p by frame'],
          ...comparisons.map(({ models: [a, b], meanDifference, interval, frames, adjustedP, adjustedFramesP }) => [
            `${models[a]} – ${models[b]}`,
            show(meanDifference),
            interval === null ? '–' : showRange(interval),
            String(frames),
            adjustedP === null ? '–' : showP(adjustedP),
            showP(adjustedFramesP),
          ]),
        ]),
      );
    }
    lines.push('', ...recommendations.recommendations.map(({ purpose, reason }) => `${purpose}: ${reason}`));
    lines.push(...recommendations.cautions.map((caution) => `note: ${caution}`));
    lines.push(...result.files.map((file) => `written: ${file}`));
    return lines.join('\n');
  },
});

const showP = (p: number) => (p < 0.001 ? '< 0.001' : p.toFixed(3));
