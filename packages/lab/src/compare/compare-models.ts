import { basename, dirname } from 'node:path';
import { IntegrityError, type LabeledFrames, StorageError } from '@zoopraxis/core';
import { normalizeComparison } from '@zoopraxis/figures';
import type { OcclusionEvaluation, PoseEvaluation, PosePairs, StoredPoseModel } from '@zoopraxis/pose';
import { findModel, labeledOnly, takeImages } from '../jobs/find-model.js';
import type { LabeledImages } from '../jobs/labeled-images.js';
import { measureRobustness } from '../robustness/measure-robustness.js';
import { sweepConditions } from '../robustness/sweep.js';
import { commonImages, dataOfCard } from './common-images.js';
import { type ComparedMetric, createModelTable, type ModelTable } from './comparison.js';
import { type MeasuredSpeed, measureSpeed } from './measure-speed.js';
import { comparePaired, type PairedComparison } from './paired-errors.js';
import { type Recommendations, recommendModels } from './recommend.js';

/** Which models are compared, and on what. */
export interface CompareModelsOptions {
  /** Path of the project. */
  readonly project: string;
  /** Names of models of the project, or their folders; with seeds the part of the name before `-seed1`. */
  readonly models: readonly string[];
  /** List of seeds: each model was trained with all of them, and their mean is compared. */
  readonly seeds?: readonly number[];
  readonly images: LabeledImages;
  /** Whether the images are those of another place: then all that nobody was trained on are used, held out or not. */
  readonly otherLabels: boolean;
  readonly radiusPx: number;
  readonly seed: number;
  readonly device: 'cpu' | 'webgpu' | 'cuda';
  readonly threads?: number;
  /** Seconds to measure the speed of each model; 0 leaves speed and memory out. */
  readonly speedSeconds: number;
  /** Frames per second of the camera. */
  readonly framesPerSec?: number;
  readonly cache: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { task: string; done: number; total: number; unit: string }) => void;
}

/** One training of a compared model. */
export interface ComparedTraining {
  readonly name: string;
  readonly folder: string;
  readonly seed: number | null;
  readonly network: string;
  readonly parameters: number;
  readonly evaluation: PoseEvaluation;
  readonly occlusion: OcclusionEvaluation;
  readonly speed: MeasuredSpeed | null;
  /** Whether it was trained on synthetic recordings. */
  readonly synthetic: boolean;
}

/** Tests of all pairs of models on one number of each frame. */
export interface ComparedTests {
  readonly key: 'frameErrorPx' | 'framePck';
  readonly name: string;
  readonly comparisons: readonly PairedComparison[];
}

/** Models compared on the same images: plain JSON data. */
export interface ModelComparison extends ModelTable {
  readonly images: number;
  readonly recordings: number;
  readonly sameSplit: boolean;
  /** Each metric from 0 (worst) to 1 (best), shape `[metric][model]`. */
  readonly normalized: readonly (readonly (number | null)[])[];
  readonly tests: readonly ComparedTests[];
  readonly recommendations: Recommendations;
  readonly trainings: readonly (readonly ComparedTraining[])[];
  /** Sentences. */
  readonly warnings: readonly string[];
}

const SINGLE_TRAININGS =
  'Each model is a single training: the tests compare these trainings, and another seed may turn their order. To compare networks, train each with several seeds and name them with --seeds.';

interface LoadedModel {
  readonly name: string;
  readonly folder: string;
  readonly stored: StoredPoseModel;
}

/**
 * Returns models measured on images that none of them has seen, and compared frame by frame.
 * @throws StorageError where a model is not there or no such image is left; IntegrityError where their keypoints differ.
 */
export async function compareModels(options: CompareModelsOptions): Promise<ModelComparison> {
  const { project, models, seeds, signal, onProgress } = options;
  const [pose, { FolderStore }] = await Promise.all([import('@zoopraxis/pose'), import('@zoopraxis/io/node')]);
  const twice = models.find((name, i) => models.indexOf(name) !== i);
  if (models.length < 2 || twice !== undefined) {
    throw new StorageError(
      twice === undefined ? 'a comparison needs two models or more' : `model ${twice} is named twice`,
      { hint: 'Name each model once: --models first,second.' },
    );
  }
  const entries = models.map((name) => (seeds === undefined ? [name] : seeds.map((seed) => `${name}-seed${seed}`)));
  const loaded: LoadedModel[][] = [];
  for (const names of entries) {
    const members: LoadedModel[] = [];
    for (const name of names) {
      const folder = await findModel(project, name);
      const stored = await pose.readPoseModel(new FolderStore(dirname(folder)), basename(folder));
      members.push({ name: basename(folder), folder, stored });
    }
    loaded.push(members);
  }
  const warnings = seeds === undefined ? [] : seedWarnings(loaded, seeds);
  if (seeds === undefined) warnings.push(SINGLE_TRAININGS);
  const all = loaded.flat();
  const { images, sameSplit, found } = chooseImages(all, options, warnings);
  checkKeypoints(all, images.labels);

  const trainings: ComparedTraining[][] = [];
  const frames: FrameNumbers[][] = [];
  let done = 0;
  for (const members of loaded) {
    const [measured, numbers]: [ComparedTraining[], FrameNumbers[]] = [[], []];
    for (const { name, folder, stored } of members) {
      const swept = await sweepConditions({
        model: stored,
        images,
        conditions: pose.robustnessConditions(['occlusion']),
        seed: options.seed,
        device: options.device,
        ...(options.threads === undefined ? {} : { threads: options.threads }),
        cache: options.cache,
        signal,
        onProgress: (progress) =>
          onProgress({
            task: `measuring ${name} (${progress.condition})`,
            done: done * progress.total + progress.done,
            total: all.length * progress.total,
            unit: 'images',
          }),
      });
      done++;
      const { occlusion } = await measureRobustness(swept, {
        radius: options.radiusPx,
        unit: 'px',
        seed: options.seed,
      });
      const clean = swept[0]?.pairs as PosePairs;
      const recordings = new Set(clean.images.map(({ group }) => group)).size;
      measured.push({
        name,
        folder,
        seed: typeof stored.card.training.seed === 'number' ? stored.card.training.seed : null,
        network: stored.card.network.name,
        parameters: parameterCount(stored),
        evaluation: pose.evaluatePairs(clean, {
          radiiPx: [options.radiusPx],
          resample: recordings > 2 ? 'group' : 'frame',
          worstCount: 0,
        }),
        occlusion: occlusion as OcclusionEvaluation,
        speed: null,
        synthetic: stored.card.synthetic === true,
      });
      numbers.push({ pairs: clean, distances: pose.pairDistances(clean) });
    }
    trainings.push(measured);
    frames.push(numbers);
  }
  const speeds = await measureSpeeds(trainings, loaded, { ...options, paths: images.paths.slice(0, 8) });
  warnings.push(...speeds.warnings);
  const timed = speeds.trainings;

  const names = entries.map(
    (members, i) => (seeds === undefined ? (loaded[i]?.[0]?.name ?? members[0]) : models[i]) as string,
  );
  const table = createModelTable({ models: names, source: 'measured', metrics: metricsOf(timed, options.radiusPx) });
  const tests: ComparedTests[] = [];
  try {
    tests.push(...testFrames(frames, { names, radiusPx: options.radiusPx, seed: options.seed }));
  } catch (error) {
    // One test that cannot be made must not cost the user all that was measured.
    if (!(error instanceof RangeError)) throw error;
    warnings.push(`Not tested: ${error.message}.`);
  }
  const recommendations = recommendModels(table, {
    accuracy: 'meanErrorPx',
    speed: 'framesPerSec',
    ...(tests[0] === undefined ? {} : { tests: tests[0].comparisons }),
    ...(options.framesPerSec === undefined ? {} : { framesPerSec: options.framesPerSec }),
  });
  return {
    ...table,
    images: images.paths.length,
    recordings: new Set(found.map((image) => image.slice(0, image.lastIndexOf('/')))).size,
    sameSplit,
    normalized: normalizeComparison(table),
    tests,
    recommendations,
    trainings: timed,
    warnings,
  };
}

/** Returns trainings with speeds, measured last and one after another, for nothing else of ours runs then. */
async function measureSpeeds(
  trainings: readonly (readonly ComparedTraining[])[],
  loaded: readonly (readonly LoadedModel[])[],
  options: CompareModelsOptions & { readonly paths: readonly string[] },
): Promise<{ trainings: ComparedTraining[][]; warnings: string[] }> {
  const { speedSeconds, device, threads, signal, onProgress, paths } = options;
  if (speedSeconds === 0) return { trainings: trainings.map((members) => [...members]), warnings: [] };
  // Weights do not change the speed, so models with one network are timed once: two times would differ by chance.
  const kindOf = ({ stored: { card } }: LoadedModel) =>
    JSON.stringify([card.network, card.preprocessing, card.decoding, card.skeleton.keypoints.length]);
  const kinds = loaded.map((members) => kindOf(members[0] as LoadedModel));
  const measured = new Map<string, MeasuredSpeed>();
  const results: ComparedTraining[][] = [];
  for (const [m, members] of trainings.entries()) {
    const kind = kinds[m] as string;
    const [first] = members;
    let speed = measured.get(kind);
    if (speed === undefined && first !== undefined) {
      onProgress({ task: `timing ${first.name}`, done: measured.size, total: new Set(kinds).size, unit: 'networks' });
      speed = await measureSpeed({
        folder: first.folder,
        paths,
        device,
        ...(threads === undefined ? {} : { threads }),
        seconds: speedSeconds,
        signal,
      });
      measured.set(kind, speed);
    }
    results.push(members.map((training, s) => (s === 0 ? { ...training, speed: speed ?? null } : training)));
  }
  const alike = [...measured.keys()].map((kind) =>
    trainings.flatMap((members, m) => (kinds[m] === kind ? [members[0]?.name ?? ''] : [])),
  );
  const warnings = alike
    .filter((names) => names.length > 1)
    .map((names) => `${names.join(', ')} have the same network, so it was timed once: they are equally fast.`);
  return { trainings: results, warnings };
}

function chooseImages(
  models: readonly LoadedModel[],
  { images, otherLabels }: Pick<CompareModelsOptions, 'images' | 'otherLabels'>,
  warnings: string[],
): { images: LabeledImages; sameSplit: boolean; found: readonly string[] } {
  const labeled = labeledOnly(images);
  const nameOf = ({ group, file }: { group: string; file: string }) => `${group}/${file}`;
  const common = commonImages(
    models.map(({ name, stored }) => dataOfCard(name, stored.card)),
    otherLabels ? labeled.labels.images.map(nameOf) : undefined,
  );
  warnings.push(...common.warnings);
  const wanted = new Set(common.images);
  const chosen = labeled.labels.images.flatMap((image, i) => (wanted.has(nameOf(image)) ? [i] : []));
  if (chosen.length === 0) {
    throw new StorageError(
      'none of the images that the models held out has a label and a file in the project any more',
      {
        hint: 'Bring them back, or compare on other labels with --labels.',
      },
    );
  }
  if (chosen.length < wanted.size) {
    warnings.push(
      `${wanted.size - chosen.length} of the ${wanted.size} test images are not in the project any more, or not labeled: the others are used.`,
    );
  }
  const taken = takeImages(labeled, chosen);
  return { images: taken, sameSplit: common.sameSplit, found: taken.labels.images.map(nameOf) };
}

function checkKeypoints(models: readonly LoadedModel[], { skeleton }: LabeledFrames): void {
  for (const { name, stored } of models) {
    const known = stored.card.skeleton.keypoints;
    const missing = skeleton.keypoints.filter((keypoint) => !known.includes(keypoint));
    if (missing.length === 0) continue;
    throw new IntegrityError(`model ${name} does not know ${missing.join(', ')}, which the labels have`, {
      hint: 'Compare models of one skeleton: an average over fewer keypoints is another number.',
    });
  }
}

function seedWarnings(loaded: readonly (readonly LoadedModel[])[], seeds: readonly number[]): string[] {
  return loaded.flat().flatMap(({ name, stored }, i) => {
    const [wanted, found] = [seeds[i % seeds.length], stored.card.training.seed];
    return found === wanted ? [] : [`${name} was trained with seed ${String(found)}, not ${wanted}.`];
  });
}

/** Returns the number of learned values; means and variances of batch normalization are measured, not learned. */
function parameterCount({ weights }: StoredPoseModel): number {
  let count = 0;
  for (const [name, values] of weights)
    if (!/running_(mean|var)$|num_batches_tracked$/.test(name)) count += values.length;
  return count;
}

function metricsOf(trainings: readonly (readonly ComparedTraining[])[], radiusPx: number): ComparedMetric[] {
  const metric = (
    key: string,
    name: string,
    better: ComparedMetric['better'],
    of: (training: ComparedTraining) => number | null | undefined,
    more: { unit?: string; interval?: (training: ComparedTraining) => { low: number; high: number } | null } = {},
  ): ComparedMetric => ({
    key,
    name,
    better,
    ...(more.unit === undefined ? {} : { unit: more.unit }),
    values: trainings.map((members) => {
      const known = members.map(of).filter((value) => value !== null && value !== undefined);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
    }),
    // A range over images is one of a single training; over several there is none to give.
    ...(more.interval === undefined
      ? {}
      : {
          intervals: trainings.map((members) =>
            members.length === 1 ? (more.interval?.(members[0] as ComparedTraining) ?? null) : null,
          ),
        }),
  });
  const range = (pair: readonly [number, number] | null | undefined, factor = 1) =>
    pair ? { low: factor * pair[0], high: factor * pair[1] } : null;
  const radius = String(radiusPx);
  const percent = (value: number | null | undefined) => (value === null || value === undefined ? null : 100 * value);
  return [
    metric('meanErrorPx', 'mean error', 'lower', ({ evaluation }) => evaluation.meanErrorPx, {
      unit: 'px',
      interval: ({ evaluation }) => range(evaluation.intervals?.meanErrorPx),
    }),
    metric('rmsePx', 'RMSE', 'lower', ({ evaluation }) => evaluation.rmsePx, {
      unit: 'px',
      interval: ({ evaluation }) => range(evaluation.intervals?.rmsePx),
    }),
    metric('pck', `PCK within ${radius} px`, 'higher', ({ evaluation }) => percent(evaluation.pck[radius]), {
      unit: '%',
      interval: ({ evaluation }) => range(evaluation.intervals?.pck[radius], 100),
    }),
    metric(
      'meanAveragePrecision',
      'mAP',
      'higher',
      ({ evaluation }) => percent(evaluation.similarity.meanAveragePrecision),
      { unit: '%' },
    ),
    metric('occlusionScore', 'occlusion score', 'higher', ({ occlusion }) => occlusion.score, {
      interval: ({ occlusion }) => occlusion.interval,
    }),
    metric('framesPerSec', 'speed', 'higher', ({ speed }) => speed?.framesPerSec, { unit: 'frames/s' }),
    metric('peakMemoryMiB', 'peak memory', 'lower', ({ speed }) => speed?.peakMemoryMiB, { unit: 'MiB' }),
    metric('parameters', 'parameters', 'lower', ({ parameters }) => parameters / 1e6, { unit: 'million' }),
  ];
}

interface FrameNumbers {
  readonly pairs: PosePairs;
  readonly distances: Float64Array;
}

/** Returns the tests on errors and on shares of correct points of each frame; seeds of a model are averaged first. */
function testFrames(
  models: readonly (readonly FrameNumbers[])[],
  { names, radiusPx, seed }: { names: readonly string[]; radiusPx: number; seed: number },
): ComparedTests[] {
  const [first] = models.flat();
  if (first === undefined) return [];
  const { images, image, skeleton, labeled } = first.pairs;
  const points = skeleton.keypoints.length;
  const everyone = models.flat();
  const errors = models.map(() => new Float64Array(images.length).fill(Number.NaN));
  const shares = models.map(() => new Float64Array(images.length).fill(Number.NaN));
  const placesOf = images.map((): number[] => []);
  for (let at = 0; at < labeled.length / 2; at++) {
    if (!Number.isNaN(labeled[2 * at] as number)) placesOf[image[Math.floor(at / points)] as number]?.push(at);
  }
  for (const [frame, places] of placesOf.entries()) {
    // A point that one model leaves out would make its error smaller, so the error is over points that all predict.
    const shared = places.filter((at) => everyone.every(({ distances }) => !Number.isNaN(distances[at] as number)));
    for (const [m, members] of models.entries()) {
      const sum = (some: readonly number[], of: (distance: number) => number) =>
        members.reduce(
          (total, { distances }) => total + some.reduce((part, at) => part + of(distances[at] as number), 0),
          0,
        ) /
        (members.length * some.length);
      (errors[m] as Float64Array)[frame] = sum(shared, (distance) => distance);
      (shares[m] as Float64Array)[frame] = 100 * sum(places, (distance) => Number(distance <= radiusPx));
    }
  }
  const recording = images.map(({ group }) => group);
  return [
    {
      key: 'frameErrorPx',
      name: 'mean error of a frame, px',
      comparisons: comparePaired({ values: errors, recording }, { seed, names }),
    },
    {
      key: 'framePck',
      name: `points of a frame within ${radiusPx} px, %`,
      comparisons: comparePaired({ values: shares, recording }, { seed, names }),
    },
  ];
}
