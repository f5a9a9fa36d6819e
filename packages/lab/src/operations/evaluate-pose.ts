import { basename, dirname, resolve } from 'node:path';
import { type Calibration, UnavailableError } from '@zoopraxis/core';
import { formatMeasure, formatNumber, formatPercent } from '@zoopraxis/figures';
import type { CorrectKeypoints, PosePairs } from '@zoopraxis/pose';
import { z } from 'zod';
import { type EvaluatedModel, evaluateModel } from '../jobs/evaluate-model.js';
import { findModel, heldOutOf, labeledOnly } from '../jobs/find-model.js';
import { deepLabCutLabels, projectLabels } from '../jobs/labeled-images.js';
import { requireFolder, withProject } from '../jobs/project-folder.js';
import { projectField } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { alignRows } from './text-table.js';

const statistics = {
  labeledPoints: z.int(),
  missedPoints: z.int(),
  meanErrorPx: z.number().nullable(),
  medianErrorPx: z.number().nullable(),
  rmsePx: z.number().nullable(),
  p95ErrorPx: z.number().nullable(),
  pck: z.record(z.string(), z.number().nullable()),
};

/** Measures a model on labeled images that it has not seen. */
export const evaluatePoseOperation = defineOperation({
  name: 'evaluate pose',
  summary: 'Measure a model on images that it was not trained on',
  details:
    'Without --labels the images that the training held out are used, as the card of the model names them. With --labels those of another DeepLabCut folder are, keypoints matched by name. Errors are Euclidean distances in px of the images; pck is the share of labeled points found within a radius.',
  examples: [
    'zoopraxis evaluate pose openfield --model first',
    'zoopraxis evaluate pose openfield --model first --labels other-lab/openfield --json',
    'zoopraxis evaluate pose openfield --model first --radii 1,2,5 --unit mm --px-per-cm 8.2',
  ],
  input: z.object({
    project: projectField(),
    model: z.string().min(1).describe('name of a model of the project, or a model folder'),
    labels: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'DeepLabCut project folder to measure on', placeholder: 'folder' }),
    annotator: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'whose labels, where several labeled; of several names each image counts as the first of them labeled it',
      ),
    cutoff: z.number().min(0).max(1).default(0.6).describe('confidence for the figures with a cutoff'),
    device: z.enum(['cpu', 'webgpu', 'cuda']).default('cpu').describe('where to compute'),
    threads: z.int().min(1).optional().describe('threads of the processor, by default all'),
    radii: z
      .array(z.string().regex(/^\d+(\.\d+)?$/, 'must be numbers from 0'))
      .optional()
      .describe('share of points found within each of these, in the unit'),
    unit: z.enum(['px', 'mm', 'body-lengths']).optional().describe('unit of the radii, by default px'),
    pxPerCm: z
      .number()
      .positive()
      .optional()
      .describe('scale of the images for mm, by default the calibration of the project’s videos'),
    report: z.string().min(1).optional().meta({
      description: 'write an HTML page with error figures and the worst images',
      placeholder: 'file.html',
    }),
    sheet: z.string().min(1).optional().meta({
      description: 'write a picture with the worst images, predictions as rings and labels as crosses',
      placeholder: 'file.png',
    }),
  }),
  output: z.looseObject({
    model: z.string(),
    /** `held-out` images of the training, or those of the named `labels`. */
    measuredOn: z.string(),
    frames: z.int(),
    ...statistics,
    perKeypoint: z.record(z.string(), z.looseObject(statistics)),
    cutoff: z.looseObject(statistics),
    /** Share within the radii that were asked for. */
    within: z
      .looseObject({
        unit: z.string(),
        radii: z.array(z.number()),
        points: z.int(),
        share: z.array(z.number().nullable()),
        perKeypoint: z.record(z.string(), z.array(z.number().nullable())),
      })
      .optional(),
    worst: z.array(z.looseObject({ group: z.string(), file: z.string(), meanErrorPx: z.number().nullable() })),
    report: z.string().optional(),
    sheet: z.string().optional(),
    problems: z.array(problemSchema),
  }),
  async run(input, { signal, progress }) {
    const { project, model, labels, annotator, cutoff, device, threads, report: page, sheet } = input;
    const folder = await requireFolder(project, 'project');
    const modelFolder = await findModel(folder, model);
    const countWithin = await radiusCounter(input, folder);
    const { problems, report } = collectProblems();
    const evaluated = await evaluateModel({
      modelFolder,
      images: async (card) =>
        labels === undefined
          ? heldOutOf(card, await projectLabels(folder, annotator))
          : labeledOnly(await deepLabCutLabels(await requireFolder(labels, 'labels'), report, signal)),
      minimumConfidence: cutoff,
      device,
      ...(threads === undefined ? {} : { threads }),
      signal,
      onProgress: (done, total) => progress({ kind: 'work', task: 'predicting', done, total, unit: 'images' }),
    });
    const within = countWithin?.(evaluated.pairs);
    if (page !== undefined) {
      const { writeEvaluationReport } = await import('../report/evaluation-report.js');
      await writeEvaluationReport(resolve(page), { ...evaluated, modelFolder, labels });
    }
    if (sheet !== undefined) await writeSheet(resolve(sheet), evaluated);
    return {
      model: modelFolder,
      measuredOn: labels === undefined ? 'held-out' : resolve(labels),
      ...JSON.parse(JSON.stringify(evaluated.evaluation)),
      ...(within === undefined ? {} : { within: JSON.parse(JSON.stringify(within)) }),
      ...(page === undefined ? {} : { report: resolve(page) }),
      ...(sheet === undefined ? {} : { sheet: resolve(sheet) }),
      problems,
    };
  },
  text(result) {
    const { within } = result;
    const rows = [
      ['', 'points', 'mean px', 'median px', 'RMSE px', ...Object.keys(result.pck).map((radius) => `≤ ${radius} px`)],
      ...Object.entries({ ...result.perKeypoint, all: result }).map(([name, values]) => [
        name,
        formatNumber(values.labeledPoints),
        ...[values.meanErrorPx, values.medianErrorPx, values.rmsePx].map((value) => formatMeasure(value ?? Number.NaN)),
        ...Object.values(values.pck).map(formatPercent),
      ]),
    ];
    return [
      ...problemLines(result.problems),
      `${result.frames} images (${result.measuredOn})`,
      ...alignRows(rows),
      ...(within === undefined
        ? []
        : [
            '',
            ...alignRows([
              [`found within, ${within.unit}`, ...within.radii.map(String)],
              ...Object.entries({ ...within.perKeypoint, all: within.share }).map(([name, shares]) => [
                name,
                ...shares.map((share) => (share === null ? '–' : formatPercent(share))),
              ]),
            ]),
          ]),
      ...(result.report === undefined ? [] : [`report: ${result.report}`]),
      ...(result.sheet === undefined ? [] : [`worst images: ${result.sheet}`]),
    ].join('\n');
  },
});

/**
 * Returns what counts points within the radii that were asked for, undefined where none were.
 * @throws UnavailableError for mm without a scale, before anything is predicted.
 */
async function radiusCounter(
  { radii, unit, pxPerCm, labels }: { radii?: string[]; unit?: string; pxPerCm?: number; labels?: string },
  project: string,
): Promise<((pairs: PosePairs) => CorrectKeypoints) | undefined> {
  if (radii === undefined) {
    if (unit === undefined && pxPerCm === undefined) return undefined;
    throw new UnavailableError('--unit and --px-per-cm say how --radii are meant, and there are no radii', {
      hint: 'Add --radii, such as --radii 1,2,5.',
    });
  }
  const { correctKeypoints } = await import('@zoopraxis/pose');
  const ascending = [...new Set(radii.map(Number))].sort((a, b) => a - b);
  if (unit !== 'mm') {
    const named = unit === 'body-lengths' ? 'body lengths' : 'px';
    return (pairs) => correctKeypoints(pairs, { radii: ascending, unit: named });
  }
  const calibration =
    pxPerCm !== undefined
      ? ({ kind: 'plane', pxPerCm } as const)
      : labels === undefined
        ? await calibrationsOf(project)
        : new Map<string, Calibration>();
  if (calibration instanceof Map && calibration.size === 0) {
    throw new UnavailableError('radii in mm need the scale of the images, and none of the videos has a calibration', {
      hint: 'Measure something of known length in the picture, such as a side of the arena, and give its length in px divided by its length in cm as --px-per-cm; or choose --unit px or body-lengths.',
    });
  }
  return (pairs) => correctKeypoints(pairs, { radii: ascending, unit: 'mm', calibration });
}

/** Returns the calibration of each video that has one by its id, which is the group of its labeled images. */
async function calibrationsOf(folder: string): Promise<Map<string, Calibration>> {
  return withProject(folder, 'read', async (project) => {
    const ids = project.manifest.videos.map(({ id }) => id);
    const videos = await Promise.all(ids.map((id) => project.video(id)));
    return new Map(videos.flatMap(({ id, calibration }) => (calibration === undefined ? [] : [[id, calibration]])));
  });
}

async function writeSheet(path: string, { pairs, distances, paths }: EvaluatedModel): Promise<void> {
  const [{ worstPictures }, { drawSheet }, { FolderStore, readPicture, writePng }] = await Promise.all([
    import('../report/worst-pictures.js'),
    import('../render/sheet-picture.js'),
    import('@zoopraxis/io/node'),
  ]);
  const cells = [];
  const picture = async (image: number) => {
    const file = paths.get(`${pairs.images[image]?.group}/${pairs.images[image]?.file}`);
    return file === undefined ? undefined : readPicture(file);
  };
  for await (const worst of worstPictures({ pairs, distances, picture, pictureCount: 12 })) cells.push(worst);
  await new FolderStore(dirname(path)).write(basename(path), await writePng(drawSheet(cells)));
}
