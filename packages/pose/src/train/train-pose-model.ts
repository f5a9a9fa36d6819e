import {
  type ByteStore,
  DomainError,
  IntegrityError,
  type LabeledFrames,
  type ProvenanceInput,
  StorageError,
  visibilities,
} from '@zoopraxis/core';
import {
  buildNetwork,
  compileTraining,
  cosine,
  exportModel,
  type FormChoices,
  initialWeights,
  loadWeights,
  type OptimizerSettings,
  type Schedule,
  type Trainer,
  type TrainResult,
  train,
  trainingGraph,
  type WeightArrays,
  type WeightSet,
  warmUp,
} from '@zoopraxis/nn';
import type { PictureReader } from '../dataset/pose-dataset.js';
import { type PoseSamples, poseSamples } from '../dataset/pose-samples.js';
import { imageNames, noLabeledPoint, type PoseSplit } from '../dataset/split.js';
import type { PoseEvaluation } from '../evaluate/evaluate-pose.js';
import { placeRegion } from '../infer/placement.js';
import { type ModelCard, parseModelCard } from '../model/card.js';
import { modelFiles, readPoseModel, sha256Hex, weightFile, writePoseModel } from '../model/model-folder.js';
import { type PoseNetworkPlan, poseInferenceNetwork } from '../network/pose-network.js';
import { evaluateHeldOut, type HeldOutImages } from './held-out.js';
import { poseLoss } from './pose-loss.js';
import type { PosePreset } from './preset.js';
import { readRun, type TrainingLimit, type TrainingRequest, type TrainingRun, writeRun } from './run-file.js';
import { measureStepSec, stepsWithin } from './step-count.js';
import { checkLabelsInPictures, type PictureSize, planTraining, type TrainingPlan } from './training-plan.js';
import type { OpenBatches, TrainingRuntime } from './training-runtime.js';

/** What a training tells while it runs. */
export interface PoseTrainingProgress {
  readonly stage: 'preparing' | 'measuring' | 'training' | 'writing';
  readonly step: number;
  /** Steps of the whole run; 0 until they are decided. */
  readonly steps: number;
  readonly loss?: number;
  readonly learningRate?: number;
  /** Mean error on held-out images after this step, px of the image, where it was measured. */
  readonly heldOutErrorPx?: number;
  /** Training pictures per second. */
  readonly framesPerSec?: number;
  readonly secondsLeft?: number;
}

/** Weights to begin with, such as a published backbone's. */
export interface StartingWeights {
  /** Where they come from, for the card. */
  readonly source: string;
  /** By the network's names (`backbone.*`); what does not fit is left out. */
  readonly tensors: WeightSet;
  /**
   * Whether they were trained on a large set of photographs: then the statistics of norms are kept as they are, since those
   * of a few similar pictures would be worse.
   */
  readonly isPublished: boolean;
}

/** What {@link trainPoseModel} needs. */
export interface PoseTrainingOptions {
  readonly name: string;
  readonly labels: LabeledFrames;
  readonly split: PoseSplit;
  /** Size of each image of the labels, list in their order. */
  readonly sizes: readonly PictureSize[];
  readonly preset: PosePreset;
  readonly limit: TrainingLimit;
  readonly seed: number;
  readonly runtime: TrainingRuntime;
  /** Reads pictures for evaluation. */
  readonly read: PictureReader;
  /** Where the model goes, and its folder there, such as `models/mouse`; checkpoints lie in `run` below it until the end. */
  readonly store: ByteStore;
  readonly folder: string;
  readonly start?: StartingWeights;
  /**
   * Stop when the held-out error has not improved for this many evaluations, and keep the best weights instead of the last:
   * then the held-out error has chosen them, and the card says so. Off by default.
   */
  readonly patience?: number;
  /** How often the held-out error is measured over the whole run; 12 times by default. */
  readonly evaluations?: number;
  /** Replace a model or an unfinished run of this name; false by default. */
  readonly replace?: boolean;
  /** Hashes of what it is trained on, for the card. */
  readonly inputs?: readonly ProvenanceInput[];
  readonly synthetic?: boolean;
  readonly onProgress?: (progress: PoseTrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/** How a training ended. */
export type PoseTrainingResult =
  | { readonly ended: 'aborted'; readonly step: number; readonly steps: number }
  | {
      readonly ended: 'finished' | 'stopped early';
      readonly step: number;
      readonly steps: number;
      readonly card: ModelCard;
      /** Row-major `[element]` by name. */
      readonly weights: WeightArrays;
      /** Undefined where nothing is held out. */
      readonly evaluation: PoseEvaluation | undefined;
      readonly resumed: TrainResult['resumed'];
    };

/** How often the held-out error is measured where nothing else is asked for. */
const EVALUATIONS = 12;

/** Images that are evaluated while training goes on; all are at the end. */
const WATCHED = 64;

/** Seconds from one checkpoint to the next, about. */
const CHECKPOINT_SEC = 30;

function evenly<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as Item);
}

/** Returns warnings about keypoints that are hardly ever labeled, as sentences. */
function rareKeypoints({ keypoints, visibility, names }: PoseSamples): string[] {
  return keypoints.flatMap((name, keypoint) => {
    let count = 0;
    for (let at = keypoint; at < visibility.length; at += keypoints.length) {
      if (visibility[at] !== visibilities.absent) count++;
    }
    if (count >= Math.min(10, names.length)) return [];
    return [`${name} is labeled in ${count} of ${names.length} training images: the model will hardly know it.`];
  });
}

function scheduleOf({ warmUpSteps, lastRate }: TrainingPlan, steps: number): Schedule {
  const rising = Math.max(1, Math.min(warmUpSteps, Math.floor(steps / 10)));
  if (steps <= rising) return () => 1;
  return warmUp({ steps: rising, after: cosine({ steps: steps - rising, minFactor: lastRate }) });
}

/**
 * Returns the optimizer of a run. The moving average of the weights looks back over at most a twentieth of the steps: over
 * more it would still hold much of the random start where a run is short.
 */
function optimizerOf({ optimizer }: TrainingPlan, steps: number): OptimizerSettings {
  if (optimizer.average === undefined) return optimizer;
  const decay = Math.min(optimizer.average.decay, 1 - 1 / Math.max(2, steps / 20));
  return { ...optimizer, average: { decay } };
}

/** The parts of a training that its stages share. */
class PoseTraining {
  readonly samples: PoseSamples;
  readonly plan: TrainingPlan;
  readonly runFolder: string;
  /** Steps taken, and steps of the whole run. */
  reached = { step: 0, steps: 0 };
  readonly #networkPlan: PoseNetworkPlan;
  readonly #startedAt = performance.now();

  constructor(readonly options: PoseTrainingOptions) {
    const { labels, split, sizes, preset, folder } = options;
    this.samples = poseSamples(labels, split.train);
    if (this.samples.names.length === 0) throw noLabeledPoint();
    const sizeOf = (image: number): PictureSize => sizes[image] as PictureSize;
    checkLabelsInPictures(labels, poseSamples(labels, [...split.train, ...split.heldOut]), sizeOf);
    this.plan = planTraining(
      this.samples,
      split.train.map((image) => sizeOf(image)),
      preset,
      { keepsStatistics: options.start?.isPublished ?? false },
    );
    this.runFolder = `${folder}/run`;
    this.#networkPlan = { skeleton: labels.skeleton, ...this.plan };
  }

  async request(): Promise<TrainingRequest> {
    const { name, preset, seed, limit, labels, split, sizes } = this.options;
    const hash = (data: unknown): Promise<string> => sha256Hex(new TextEncoder().encode(JSON.stringify(data)));
    const { names, position, visibility } = this.samples;
    return {
      name,
      network: preset.network,
      seed,
      limit,
      keypoints: labels.skeleton.keypoints,
      dataHash: await hash([names, [...position].map(String), [...visibility], split.heldOut, sizes]),
      planHash: await hash(this.plan),
    };
  }

  openBatches(): Promise<OpenBatches> {
    const { runtime, seed } = this.options;
    return runtime.openBatches(this.samples, this.plan.sampling, { batchSize: this.plan.batchSize, seed });
  }

  trainingNetwork() {
    const { targets } = this.plan.sampling;
    const size = { batch: this.plan.batchSize, widthPx: targets.widthPx, heightPx: targets.heightPx };
    return buildNetwork((scope) => ({ ...poseLoss(scope, this.#networkPlan, size, this.plan.loss) }), {
      training: true,
    });
  }

  startingWeights(): WeightArrays {
    const network = this.trainingNetwork();
    const weights = initialWeights(network, this.options.seed);
    const { start } = this.options;
    if (start === undefined) return weights;
    const { matched } = loadWeights(new Map([...network.parameters, ...network.buffers]), start.tensors, {
      strict: false,
    });
    if (matched.size === 0) {
      throw new IntegrityError(`no weight of ${start.source} fits the network ${this.plan.network.name}`, {
        hint: 'Give the weights of the same architecture.',
      });
    }
    for (const [name, values] of matched) weights.set(name, values.slice());
    return weights;
  }

  async openTrainer(forms: FormChoices, threads: number, steps: number): Promise<Trainer> {
    const { runtime, seed } = this.options;
    const program = compileTraining(this.trainingNetwork(), { target: runtime.backend.target, forms });
    const optimizer = optimizerOf(this.plan, steps);
    return runtime.openTrainer({ program, optimizer, weights: this.startingWeights(), seed, threads });
  }

  heldOut(images: readonly number[]): HeldOutImages {
    return { labels: this.options.labels, images, read: this.options.read };
  }

  async evaluate(weights: WeightArrays, images: readonly number[], resampleCount: number): Promise<PoseEvaluation> {
    const { runtime, signal } = this.options;
    const options = { backend: runtime.backend, threads: runtime.threads, signal };
    return evaluateHeldOut(this.cardWith({}, []), weights, this.heldOut(images), { ...options, resampleCount });
  }

  /** Returns the run's decisions: those of the folder, or new ones. */
  async decide(batches: OpenBatches, request: TrainingRequest): Promise<TrainingRun> {
    const { store, runtime, limit, evaluations = EVALUATIONS, onProgress, signal } = this.options;
    const found = await readRun(store, this.runFolder, request);
    if (found) return found;
    onProgress?.({ stage: 'preparing', step: 0, steps: 0 });
    const { threads } = runtime;
    const { outputs } = trainingGraph(this.trainingNetwork());
    const forms = (await runtime.chooseForms?.(outputs.values(), threads)) ?? {};
    let steps: number;
    let measured: TrainingRun['measured'];
    if ('timeBudgetSec' in limit) {
      onProgress?.({ stage: 'measuring', step: 0, steps: 0 });
      measured = await this.#measure(batches, forms, limit.timeBudgetSec);
      const leftSec = limit.timeBudgetSec - (performance.now() - this.#startedAt) / 1000;
      steps = stepsWithin(leftSec, measured.stepSec, (evaluations + 1) * measured.evaluationSec);
    } else {
      steps = 'steps' in limit ? limit.steps : limit.epochs * batches.stepsPerEpoch;
    }
    signal?.throwIfAborted();
    const every = measured ? Math.round(CHECKPOINT_SEC / measured.stepSec) : Math.round(steps / 20);
    const run: TrainingRun = {
      request,
      plan: this.plan,
      steps,
      evaluateEvery: Math.max(1, Math.ceil(steps / evaluations)),
      checkpointEvery: Math.max(5, Math.min(every, steps)),
      threads,
      forms,
      ...(measured ? { measured } : {}),
    };
    await writeRun(store, this.runFolder, run);
    return run;
  }

  async #measure(
    batches: OpenBatches,
    forms: FormChoices,
    budgetSec: number,
  ): Promise<TrainingRun['measured'] & object> {
    const { runtime, split, signal } = this.options;
    const trainer = await this.openTrainer(forms, runtime.threads, 1);
    try {
      const stepSec = await measureStepSec(trainer, batches, budgetSec, signal);
      const from = performance.now();
      const watched = evenly(split.heldOut, WATCHED);
      if (watched.length > 0) await this.evaluate(await trainer.weights(), watched, 0);
      return { stepSec, evaluationSec: (performance.now() - from) / 1000 };
    } finally {
      await trainer.close();
    }
  }

  async train(run: TrainingRun, batches: OpenBatches): Promise<TrainResult> {
    const { store, split, onProgress, patience, signal } = this.options;
    const watched = evenly(split.heldOut, WATCHED);
    const evaluation = {
      every: run.evaluateEvery,
      monitor: 'meanErrorPx',
      run: async ({ weights }: { weights(): Promise<WeightArrays> }) => {
        const { meanErrorPx, medianErrorPx, pck } = await this.evaluate(await weights(), watched, 0);
        return {
          meanErrorPx: meanErrorPx ?? Number.NaN,
          medianErrorPx: medianErrorPx ?? Number.NaN,
          pck5: pck['5'] ?? Number.NaN,
          pck10: pck['10'] ?? Number.NaN,
        };
      },
    };
    return train({
      trainer: (recorded) =>
        this.openTrainer(recorded?.forms ?? run.forms, recorded?.threads ?? run.threads, run.steps),
      batches,
      steps: run.steps,
      schedule: scheduleOf(run.plan, run.steps),
      ...(watched.length > 0 ? { evaluation } : {}),
      ...(watched.length > 0 && patience !== undefined ? { earlyStopping: { patience } } : {}),
      checkpoints: { store, folder: `${this.runFolder}/steps`, every: run.checkpointEvery, keep: 2 },
      onProgress: ({ step, steps, loss, learningRate, stepsPerSec, secondsLeft, evaluation: measured }) =>
        onProgress?.({
          stage: 'training',
          step,
          steps,
          loss,
          learningRate,
          framesPerSec: stepsPerSec * this.plan.batchSize,
          secondsLeft,
          ...(measured?.meanErrorPx === undefined ? {} : { heldOutErrorPx: measured.meanErrorPx }),
        }),
      ...(signal ? { signal } : {}),
    });
  }

  cardWith(
    metrics: Record<string, unknown>,
    warnings: readonly string[],
    done?: { readonly run: TrainingRun; readonly step: number; readonly ended: string },
  ): ModelCard {
    const { name, labels, split, runtime, seed, start, patience, inputs = [], synthetic } = this.options;
    const { skeleton } = labels;
    const { network, preprocessing, decoding, sampling, loss, batchSize } = this.plan;
    return {
      format: 'zoopraxis-pose-model',
      version: 1,
      name,
      skeleton: {
        name: skeleton.name,
        keypoints: [...skeleton.keypoints],
        edges: skeleton.edges.map(([a, b]) => [a, b]),
        symmetries: skeleton.symmetries.map(([a, b]) => [a, b]),
        roles: { ...skeleton.roles },
      },
      network,
      preprocessing,
      decoding,
      training: {
        seed,
        ...(done
          ? {
              ended: done.ended,
              stepsTaken: done.step,
              steps: done.run.steps,
              limit: done.run.request.limit,
              threads: done.run.threads,
              measured: done.run.measured,
            }
          : {}),
        batchSize,
        optimizer: optimizerOf(this.plan, done?.run.steps ?? 1),
        loss,
        sampling,
        start: start?.source ?? 'random weights',
        weights: patience === undefined ? 'after the last step' : 'with the smallest held-out error',
        warnings,
      },
      data: {
        images: split.train.length + split.heldOut.length,
        split: split.kind,
        trainImages: imageNames(labels, split.train),
        heldOutImages: imageNames(labels, split.heldOut),
        heldOutGroups: split.heldOutGroups,
        neighborShare: split.neighborShare,
        ...(done ? { dataHash: done.run.request.dataHash } : {}),
        inputs,
      },
      metrics,
      versions: { ...runtime.versions },
      ...(synthetic === undefined ? {} : { synthetic }),
    };
  }

  async finish(run: TrainingRun, result: TrainResult): Promise<PoseTrainingResult> {
    const { store, folder, labels, split, sizes, runtime, patience, onProgress } = this.options;
    const { step, ended, resumed } = result;
    this.reached = { step, steps: run.steps };
    if (ended === 'aborted') return { ended, ...this.reached };
    onProgress?.({ stage: 'writing', step, steps: run.steps });
    const weights = patience !== undefined && result.best ? result.best.weights : result.weights;
    const evaluation = split.heldOut.length > 0 ? await this.evaluate(weights, split.heldOut, 1000) : undefined;
    const warnings = [...split.warnings, ...rareKeypoints(this.samples)];
    if (patience !== undefined)
      warnings.push('The held-out error has chosen the weights: on new images it will be larger.');
    const card = this.cardWith(evaluation ? { heldOut: evaluation } : {}, warnings, { run, step, ended });
    const { inputWidthPx: widthPx, inputHeightPx: heightPx } = placeRegion(
      sizes[split.train[0] as number] as PictureSize,
      card.preprocessing,
    );
    const network = (batch: number) => poseInferenceNetwork(card, { batch, widthPx, heightPx });
    const onnx = await exportModel(network, weights, {
      backend: runtime.backend,
      name: card.name,
      metadata: { keypoints: labels.skeleton.keypoints.join(',') },
    });
    const log = await store.read(`${this.runFolder}/steps/metrics.jsonl`);
    if (log) await store.write(`${folder}/training.jsonl`, log);
    const written = await writePoseModel(store, folder, { card, onnx, weights: weightFile(network(1), weights) });
    await removeAll(store, `${this.runFolder}/`);
    return { ended, step, steps: run.steps, card: written, weights, evaluation, resumed };
  }
}

/** Removes all names with a prefix, the last first: `run.json` goes after the checkpoints, and so tells of the rest. */
async function removeAll(store: ByteStore, prefix: string): Promise<void> {
  for (const name of (await store.list(prefix)).reverse()) await store.remove(name);
}

/** What the folder holds before a training begins. */
type FolderState = { readonly finished: PoseTrainingResult } | { readonly finished: undefined };

/**
 * Makes the folder ready: a model that is to be replaced is removed, an unfinished run of the same request stays.
 * @throws StorageError where it holds a model that is not to be replaced. One whose process was killed just after it had
 * written it, before it could say so, is its result.
 */
async function prepareFolder(options: PoseTrainingOptions, request: TrainingRequest): Promise<FolderState> {
  const { store, folder, name, replace = false } = options;
  const [cardName, runFolder] = [`${folder}/${modelFiles.card}`, `${folder}/run`];
  const bytes = await store.read(cardName);
  if (bytes === undefined) {
    if (replace && !(await holdsRunOf(store, runFolder, request))) await removeAll(store, `${folder}/`);
    return { finished: undefined };
  }
  if (replace) {
    // The card goes first: without it the folder is no model, whatever a crash leaves.
    await store.remove(cardName);
    await removeAll(store, `${folder}/`);
    return { finished: undefined };
  }
  const card = parseModelCard(new TextDecoder().decode(bytes), cardName);
  const run = (await holdsRunOf(store, runFolder, request)) ? await readRun(store, runFolder, request) : undefined;
  await removeAll(store, `${runFolder}/`);
  if (run === undefined) {
    throw new StorageError(`model ${name} exists already: ${folder}`, {
      hint: 'Choose another name, or ask to replace it.',
    });
  }
  const { ended, stepsTaken } = card.training as { ended: 'finished' | 'stopped early'; stepsTaken: number };
  const evaluation = card.metrics.heldOut as PoseEvaluation | undefined;
  const { weights } = await readPoseModel(store, folder);
  return { finished: { ended, step: stepsTaken, steps: run.steps, card, weights, evaluation, resumed: undefined } };
}

async function holdsRunOf(store: ByteStore, runFolder: string, request: TrainingRequest): Promise<boolean> {
  try {
    return (await readRun(store, runFolder, request)) !== undefined;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/**
 * Trains a pose model for one animal and writes it into the store: `model.onnx`, `weights.safetensors`, `training.jsonl` and
 * last `model.json`. A run that was ended at any instant goes on from its last checkpoint when it is started again with the
 * same options, and ends with the same bits on the same machine. Weights are those after the last step (their moving
 * average), so held-out images choose nothing, unless `patience` is given.
 * @throws IntegrityError for labels without a point, labels outside their images, or another run in the folder; StorageError
 * for a model that exists; SampleError naming an image that cannot be read; DivergenceError.
 */
export async function trainPoseModel(options: PoseTrainingOptions): Promise<PoseTrainingResult> {
  const { signal } = options;
  const training = new PoseTraining(options);
  const request = await training.request();
  const { finished } = await prepareFolder(options, request);
  if (finished) return finished;
  const batches = await training.openBatches();
  try {
    const run = await training.decide(batches, request);
    return await training.finish(run, await training.train(run, batches));
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return { ended: 'aborted', ...training.reached };
    throw error;
  } finally {
    await batches.close?.();
  }
}
