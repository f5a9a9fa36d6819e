import { basename, dirname, resolve } from 'node:path';
import { formatMeasure, formatNumber, formatPercent } from '@zoopraxis/figures';
import { z } from 'zod';
import { type EvaluatedModel, evaluateModel } from '../jobs/evaluate-model.js';
import { findModel, heldOutOf, labeledOnly } from '../jobs/find-model.js';
import { deepLabCutLabels, projectLabels } from '../jobs/labeled-images.js';
import { requireFolder } from '../jobs/project-folder.js';
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
    cutoff: z.number().min(0).max(1).default(0.6).describe('confidence for the figures with a cutoff'),
    device: z.enum(['cpu', 'webgpu', 'cuda']).default('cpu').describe('where to compute'),
    threads: z.int().min(1).optional().describe('threads of the processor, by default all'),
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
    worst: z.array(z.looseObject({ group: z.string(), file: z.string(), meanErrorPx: z.number().nullable() })),
    report: z.string().optional(),
    sheet: z.string().optional(),
    problems: z.array(problemSchema),
  }),
  async run({ project, model, labels, annotator, cutoff, device, threads, report: page, sheet }, { signal, progress }) {
    const folder = await requireFolder(project, 'project');
    const modelFolder = await findModel(folder, model);
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
    if (page !== undefined) {
      const { writeEvaluationReport } = await import('../report/evaluation-report.js');
      await writeEvaluationReport(resolve(page), { ...evaluated, modelFolder, labels });
    }
    if (sheet !== undefined) await writeSheet(resolve(sheet), evaluated);
    return {
      model: modelFolder,
      measuredOn: labels === undefined ? 'held-out' : resolve(labels),
      ...JSON.parse(JSON.stringify(evaluated.evaluation)),
      ...(page === undefined ? {} : { report: resolve(page) }),
      ...(sheet === undefined ? {} : { sheet: resolve(sheet) }),
      problems,
    };
  },
  text(result) {
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
      ...(result.report === undefined ? [] : [`report: ${result.report}`]),
      ...(result.sheet === undefined ? [] : [`worst images: ${result.sheet}`]),
    ].join('\n');
  },
});

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
