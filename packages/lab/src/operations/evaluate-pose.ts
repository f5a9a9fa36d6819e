import { basename, dirname, join, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { formatMeasure, formatNumber, formatPercent } from '@zoopraxis/figures';
import { labelsOfImages, type ModelCard } from '@zoopraxis/pose';
import { z } from 'zod';
import { type EvaluatedModel, evaluateModel } from '../jobs/evaluate-model.js';
import { deepLabCutLabels, type LabeledImages, projectLabels } from '../jobs/labeled-images.js';
import { requireFolder } from '../jobs/project-folder.js';
import { projectField } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

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
      ...table(rows),
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

/** Returns rows of cells as lines, the first column to the left and the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join('  '),
  );
}

/** Returns the folder of a model by its name in a project or its path. */
async function findModel(project: string, model: string): Promise<string> {
  const { stat } = await import('node:fs/promises');
  for (const folder of [join(project, 'models', model), resolve(model)]) {
    if (await stat(join(folder, 'model.json')).catch(() => undefined)) return folder;
  }
  const { withProject } = await import('../jobs/project-folder.js');
  const names = await withProject(project, 'read', (open) => open.listModels());
  throw new StorageError(`the project has no finished model ${model}: ${project}`, {
    hint: names.length === 0 ? 'Train one with `zoopraxis train pose`.' : `Models are: ${names.join(', ')}.`,
  });
}

function heldOutOf(card: ModelCard, { labels, paths }: LabeledImages): LabeledImages {
  const names = new Set((card.data as { heldOutImages?: string[] }).heldOutImages ?? []);
  if (names.size === 0) {
    throw new StorageError('the training of this model held nothing out, so there is nothing to measure it on', {
      hint: 'Give other labels with --labels, or train with --held-out-share.',
    });
  }
  const chosen = labels.images.flatMap(({ group, file }, index) => (names.has(`${group}/${file}`) ? [index] : []));
  if (chosen.length < names.size) {
    const missing = [...names].filter((name) => !labels.images.some((at) => `${at.group}/${at.file}` === name));
    throw new StorageError(
      `${names.size - chosen.length} of the ${names.size} held-out images are not in the project any more, such as ${missing[0]}`,
      { hint: 'Bring them back, or measure on other labels with --labels.' },
    );
  }
  return takeImages({ labels, paths }, chosen);
}

function labeledOnly(images: LabeledImages): LabeledImages {
  const labeled = new Set(images.labels.image);
  return takeImages(
    images,
    images.paths.flatMap((path, index) => (path !== '' && labeled.has(index) ? [index] : [])),
  );
}

const takeImages = ({ labels, paths }: LabeledImages, chosen: readonly number[]): LabeledImages => ({
  labels: labelsOfImages(labels, chosen),
  paths: chosen.map((image) => paths[image] as string),
});
