import { join } from 'node:path';
import { StorageError, UnavailableError } from '@zoopraxis/core';
import { formatMeasure, formatNumber, formatPercent } from '@zoopraxis/figures';
import { type PoseSample, type PoseSplit, poseNetworkNames } from '@zoopraxis/pose';
import { z } from 'zod';
import { cacheFolder } from '../jobs/cache-folder.js';
import { chooseDevice } from '../jobs/choose-device.js';
import { heldOutBy, scaleOf } from '../jobs/find-model.js';
import { programVersions } from '../jobs/program-version.js';
import { requireFolder } from '../jobs/project-folder.js';
import type { ProgressEvent } from '../progress/progress-event.js';
import { durationField, finiteOrNull, nameField, projectField, seedField } from './fields.js';
import { defineOperation } from './operation.js';

/** Trains a pose model on the labels of a project. */
export const trainPoseOperation = defineOperation({
  name: 'train pose',
  summary: 'Train a model that finds the body points, on the labeled images of a project',
  details:
    'A fifth of the images (whole groups where there are several) is held out to measure the error. Training stops after the time budget, the steps or the epochs; a run that was stopped goes on where it was, and ends with the same weights.',
  examples: [
    'zoopraxis train pose openfield --network unet --name first --seed 1 --time-budget 20m',
    'zoopraxis train pose openfield --name leave-m5 --time-budget 1h --test-groups m5_day1,m5_day2',
  ],
  input: z.object({
    project: projectField(),
    network: z.enum(poseNetworkNames).default('unet').describe('architecture'),
    name: nameField('name of the new model'),
    seed: seedField(),
    splitSeed: z
      .int()
      .min(0)
      .max(0xffffffff)
      .optional()
      .describe('seed of the choice of held-out images alone: the same for runs that are compared'),
    start: z.string().min(1).optional().meta({
      description:
        'weights to begin with: published (the default of published architectures), random, a model folder, a .safetensors or .pth file',
      placeholder: 'source',
    }),
    absent: z
      .enum(['hidden', 'ignored'])
      .default('hidden')
      .describe('what a missing label says: that the point is not to be seen, or nothing'),
    timeBudget: durationField(
      'train for about this long: it becomes a number of steps once, at the beginning',
    ).optional(),
    steps: z.int().min(1).optional().describe('train for so many steps'),
    epochs: z.int().min(1).optional().describe('train for so many passes over the images'),
    testGroups: z.array(z.string().min(1)).optional().describe('groups (videos, sessions) to hold out whole'),
    heldOutShare: z.number().min(0).max(0.9).default(0.2).describe('share of the images to hold out'),
    heldOutOf: z.string().min(1).optional().meta({
      description: 'hold out what this model of the project held out: their errors then compare',
      placeholder: 'model',
    }),
    patience: z.int().min(1).optional().describe('stop when so many measurements in a row bring no smaller error'),
    batchSize: z.int().min(1).optional().describe('images in a step'),
    longSide: z
      .int()
      .min(64)
      .max(4096)
      .optional()
      .describe(
        'scale images so that their longer side has about so many px: smaller is faster and less exact; by default as the model that it starts from, else by the size of the animals',
      ),
    annotator: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'whose labels, where several labeled; of several names each image counts as the first of them labeled it',
      ),
    synthetic: z.boolean().default(false).describe('say in the model that its training images are synthetic'),
    replace: z.boolean().default(false).describe('replace a model or unfinished run of this name'),
    device: z.enum(['cpu', 'auto', 'webgpu', 'cuda']).default('cpu').describe('where to compute'),
    threads: z.int().min(1).optional().describe('threads of the processor, by default all'),
    tryForms: z
      .boolean()
      .default(true)
      .describe('start at once, without trying which forms of operations are fastest here'),
  }),
  output: z.object({
    model: z.string(),
    ended: z.enum(['finished', 'stopped early']),
    steps: z.int(),
    stepsTaken: z.int(),
    trainImages: z.int(),
    heldOutImages: z.int(),
    heldOutGroups: z.array(z.string()),
    meanErrorPx: z.number().nullable(),
    medianErrorPx: z.number().nullable(),
    pck: z.record(z.string(), z.number().nullable()),
    warnings: z.array(z.string()),
  }),
  resume: 'Start the same command again to go on from the last checkpoint.',
  async run(input, { signal, endSignal, progress }) {
    if (input.heldOutOf !== undefined && input.testGroups !== undefined) {
      throw new StorageError('only one of --held-out-of and --test-groups can be given');
    }
    const limits = [input.timeBudget, input.steps, input.epochs].filter((limit) => limit !== undefined);
    if (limits.length > 1) throw new StorageError('only one of --time-budget, --steps and --epochs can be given');
    const folder = await requireFolder(input.project, 'project');
    const [{ FolderStore, takeLock }, { trainPose }, { startingWeights }, { trainingLabels }] = await Promise.all([
      import('@zoopraxis/io/node'),
      import('../train/train-pose.js'),
      import('../train/starting-weights.js'),
      import('../train/training-labels.js'),
    ]);
    const store = new FolderStore(folder);
    const modelFolder = `models/${input.name}`;
    const { labels, paths, notes } = await trainingLabels(folder, store, { ...input, modelFolder });
    checkGroups(labels.images, input.testGroups);
    const heldOutLike = input.heldOutOf === undefined ? undefined : await heldOutBy(folder, input.heldOutOf);
    const source = input.start ?? (input.network === 'unet' ? 'random' : 'published');
    const lock = await takeLock(join(folder, 'models', `.${input.name}.lock`));
    try {
      const weightCache = join(cacheFolder(), 'weights');
      const start =
        source === 'random'
          ? undefined
          : await startingWeights(source, input.network, {
              cache: new FolderStore(weightCache),
              cacheName: weightCache,
              signal,
            }).catch((error: unknown) => {
              if (!(error instanceof UnavailableError)) throw error;
              const hint = `${error.hint ?? ''} Or begin with random weights, which needs many more images: --start random.`;
              throw new UnavailableError(error.message, { cause: error, hint: hint.trim() });
            });
      let stage = '';
      const result = await trainPose({
        name: input.name,
        labels,
        paths,
        network: input.network,
        seed: input.seed,
        ...(input.splitSeed === undefined ? {} : { splitSeed: input.splitSeed }),
        ...(start === undefined ? {} : { start }),
        ...(input.timeBudget === undefined ? {} : { limit: { timeBudgetSec: input.timeBudget } }),
        ...(input.steps === undefined ? {} : { limit: { steps: input.steps } }),
        ...(input.epochs === undefined ? {} : { limit: { epochs: input.epochs } }),
        ...(input.testGroups === undefined ? {} : { testGroups: input.testGroups }),
        heldOutShare: input.heldOutShare,
        ...(heldOutLike === undefined ? {} : { heldOutLike }),
        ...(input.patience === undefined ? {} : { patience: input.patience }),
        preset: {
          ...(input.batchSize === undefined ? {} : { batchSize: input.batchSize }),
          absent: input.absent,
          ...(input.longSide === undefined ? await scaleOf(source, input.network) : { longSidePx: input.longSide }),
        },
        replace: input.replace,
        ...(input.synthetic ? { synthetic: true } : {}),
        device: await chooseDevice(input.device, signal),
        ...(input.threads === undefined ? {} : { threads: input.threads }),
        tryForms: input.tryForms,
        formCache: new FolderStore(join(cacheFolder(), 'forms')),
        versions: programVersions(),
        store,
        folder: modelFolder,
        signal,
        ...(endSignal === undefined ? {} : { endSignal }),
        onSplit: (split) => progress({ kind: 'note', text: [...notes, splitNote(split)].join(' ') }),
        onProgress: (at) => {
          if (at.stage !== stage && at.stage !== 'training')
            progress({ kind: 'stage', text: stageNotes[at.stage] ?? at.stage });
          stage = at.stage;
          if (at.stage !== 'training') return;
          progress({ kind: 'work', task: `training ${input.name}`, done: at.step, total: at.steps, unit: 'steps' });
          progress({
            kind: 'learning',
            step: at.step,
            ...(at.loss === undefined ? {} : { loss: at.loss }),
            ...(at.heldOutErrorPx === undefined ? {} : { heldOutErrorPx: at.heldOutErrorPx }),
          });
          if (at.samples !== undefined && at.samples.length > 0) {
            progress(samplesEvent(at.step, labels.skeleton.keypoints, at.samples));
          }
        },
      });
      if (result.ended === 'aborted') {
        signal.throwIfAborted();
        throw new StorageError('the training was ended before its first step: there is nothing to make a model of', {
          hint: 'Start it again to go on where it was.',
        });
      }
      const { card, evaluation } = result;
      const data = card.data as { trainImages: string[]; heldOutImages: string[]; heldOutGroups: string[] };
      return {
        model: join(folder, modelFolder),
        ended: result.ended,
        steps: result.steps,
        stepsTaken: result.step,
        trainImages: data.trainImages.length,
        heldOutImages: data.heldOutImages.length,
        heldOutGroups: data.heldOutGroups,
        meanErrorPx: finiteOrNull(evaluation?.meanErrorPx ?? undefined),
        medianErrorPx: finiteOrNull(evaluation?.medianErrorPx ?? undefined),
        pck: { ...(evaluation?.pck ?? {}) },
        warnings: [...notes, ...((card.training as { warnings?: string[] }).warnings ?? [])],
      };
    } finally {
      await lock.release();
    }
  },
  text: (result) =>
    [
      ...result.warnings.map((warning) => `warning: ${warning}`),
      `${result.ended} after ${formatNumber(result.stepsTaken)} steps on ${result.trainImages} images`,
      result.meanErrorPx === null
        ? 'nothing was held out: the error is not known'
        : `held out: ${result.heldOutImages} images${result.heldOutGroups.length > 0 ? ` (${result.heldOutGroups.join(', ')})` : ''}, mean error ${formatMeasure(result.meanErrorPx)} px, median ${formatMeasure(result.medianErrorPx ?? Number.NaN)} px, ${Object.entries(
            result.pck,
          )
            .map(([radius, share]) => `${formatPercent(share)} within ${radius} px`)
            .join(', ')}`,
      `model: ${result.model}`,
      `next: zoopraxis track <videos...> --model ${result.model} --out tracks`,
    ].join('\n'),
});

/** Returns samples as an event: px to a tenth, for nobody sees more. */
function samplesEvent(
  step: number,
  keypoints: readonly string[],
  samples: readonly PoseSample[],
): Extract<ProgressEvent, { kind: 'samples' }> {
  const tenth = (value: number | undefined) => Math.round((value as number) * 10) / 10;
  return {
    kind: 'samples',
    step,
    keypoints,
    images: samples.map(({ group, file, predicted, confidence, labeled }) => ({
      group,
      file,
      predicted: keypoints.map((_, k): [number, number, number] => [
        tenth(predicted[2 * k]),
        tenth(predicted[2 * k + 1]),
        Math.round((confidence[k] as number) * 1000) / 1000,
      ]),
      labeled: keypoints.map((_, k): [number, number] | null =>
        Number.isNaN(labeled[2 * k]) ? null : [tenth(labeled[2 * k]), tenth(labeled[2 * k + 1])],
      ),
    })),
  };
}

/** Fewer held-out images than this make an error that says little. */
const fewHeldOut = 10;

/** Returns what is learned from and what is measured on, as sentences. */
function splitNote({ train, heldOut, heldOutGroups }: PoseSplit): string {
  const images = (count: number) => (count === 1 ? '1 image' : `${formatNumber(count)} images`);
  if (heldOut.length === 0) return `Learns from ${images(train.length)}; nothing is held out.`;
  const groups = heldOutGroups.length > 3 ? `${heldOutGroups.slice(0, 3).join(', ')} …` : heldOutGroups.join(', ');
  const where = groups === '' ? '' : ` of ${groups}`;
  const caution = heldOut.length < fewHeldOut ? ' So few images make an error that says little.' : '';
  return `Learns from ${images(train.length)}, measured on ${images(heldOut.length)}${where}.${caution}`;
}

const stageNotes: Readonly<Record<string, string>> = {
  preparing: 'preparing: reading images, choosing the fastest forms of operations on this machine …',
  measuring: 'measuring how long a step takes …',
  writing: 'measuring the error on all held-out images and writing the model …',
};

function checkGroups(images: readonly { group: string }[], testGroups: readonly string[] | undefined): void {
  const known = [...new Set(images.map(({ group }) => group))].sort();
  const stranger = testGroups?.find((group) => !known.includes(group));
  if (stranger === undefined) return;
  throw new StorageError(`--test-groups: the project has no group ${stranger}`, {
    hint: `Groups are: ${known.join(', ')}.`,
  });
}
