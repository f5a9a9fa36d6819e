import { IntegrityError } from '@zoopraxis/core';
import {
  type BuiltNetwork,
  buildNetwork,
  compileTraining,
  cosine,
  exportModel,
  type FormChoices,
  initialWeights,
  loadWeights,
  type Schedule,
  type Trainer,
  type TrainResult,
  train,
  trainingGraph,
  type WeightArrays,
  warmUp,
} from '@zoopraxis/nn';
import { type PoseSamples, poseSamples } from '../dataset/pose-samples.js';
import { noLabeledPoint } from '../dataset/split.js';
import type { PoseEvaluation } from '../evaluate/evaluate-pose.js';
import type { PredictedFrames } from '../evaluate/predicted-frames.js';
import { placeRegion } from '../infer/placement.js';
import { sha256Hex, weightFile, writePoseModel } from '../model/model-folder.js';
import { type PoseNetworkPlan, poseInferenceNetwork } from '../network/pose-network.js';
import { evaluateHeldOut, type HeldOutImages } from './held-out.js';
import { poseLoss } from './pose-loss.js';
import { poseSamplesOf } from './pose-sample.js';
import { readRun, type TrainingRequest, type TrainingRun, writeRun } from './run-file.js';
import { prepareFolder, removeAll } from './run-folder.js';
import { writeRunLabels } from './run-labels.js';
import { measureStepSec, stepsWithin } from './step-count.js';
import { optimizerOf, rareKeypoints, trainingCard } from './training-card.js';
import type { PoseSample, PoseTrainingOptions, PoseTrainingResult } from './training-options.js';
import { checkLabelsInPictures, type PictureSize, planTraining, type TrainingPlan } from './training-plan.js';
import type { OpenBatches } from './training-runtime.js';

/** How often the held-out error is measured where nothing else is asked for. */
const EVALUATIONS = 12;

/** Images that are evaluated while training goes on; all are at the end. */
const WATCHED = 64;

/** Held-out images whose predictions are shown during training. */
const SAMPLED = 4;

/** Seconds from one checkpoint to the next, about. */
const CHECKPOINT_SEC = 30;

function evenly<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as Item);
}

function scheduleOf({ warmUpSteps, lastRate }: TrainingPlan, steps: number): Schedule {
  const rising = Math.max(1, Math.min(warmUpSteps, Math.floor(steps / 10)));
  if (steps <= rising) return () => 1;
  return warmUp({ steps: rising, after: cosine({ steps: steps - rising, minFactor: lastRate }) });
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
    if (options.patience !== undefined && split.heldOut.length === 0) {
      throw new RangeError('patience: must come with held-out images to go by, there are none');
    }
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
    const { name, preset, seed, limit, labels, split, sizes, inputs, start, patience, evaluations } = this.options;
    const hash = (data: unknown): Promise<string> => sha256Hex(new TextEncoder().encode(JSON.stringify(data)));
    const { names, position, visibility } = this.samples;
    return {
      name,
      network: preset.network,
      seed,
      limit,
      keypoints: labels.skeleton.keypoints,
      dataHash: await hash([names, [...position].map(String), [...visibility], split.heldOut, sizes, inputs]),
      planHash: await hash([this.plan, start?.source, patience, evaluations]),
    };
  }

  openBatches(): Promise<OpenBatches> {
    const { runtime, seed } = this.options;
    return runtime.openBatches(this.samples, this.plan.sampling, { batchSize: this.plan.batchSize, seed });
  }

  trainingNetwork(): BuiltNetwork {
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

  async evaluate(
    weights: WeightArrays,
    images: readonly number[],
    resampleCount: number,
    onPredicted?: (predicted: PredictedFrames) => void,
  ): Promise<PoseEvaluation> {
    const { runtime, signal } = this.options;
    const options = { backend: runtime.backend, threads: runtime.threads, signal };
    return evaluateHeldOut(trainingCard(this.options, this.plan), weights, this.heldOut(images), {
      ...options,
      resampleCount,
      ...(onPredicted === undefined ? {} : { onPredicted }),
    });
  }

  /** Returns the run's decisions: those of the folder, or new ones. */
  async decide(batches: OpenBatches, request: TrainingRequest): Promise<TrainingRun> {
    const { store, runtime, limit, labels, evaluations = EVALUATIONS, onProgress, signal } = this.options;
    const found = await readRun(store, this.runFolder, request);
    if (found) return found;
    onProgress?.({ stage: 'preparing', step: 0, steps: 0 });
    const { threads } = runtime;
    const { outputs } = trainingGraph(this.trainingNetwork());
    const forms = (await runtime.chooseForms?.(outputs.values(), threads, signal)) ?? {};
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
    await writeRunLabels(store, this.runFolder, labels);
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
    const { store, split, onProgress, patience, signal, endSignal } = this.options;
    const signals = [signal, endSignal].filter((one) => one !== undefined);
    const watched = evenly(split.heldOut, WATCHED);
    let samples: readonly PoseSample[] = [];
    const evaluation = {
      every: run.evaluateEvery,
      monitor: 'meanErrorPx',
      run: async ({ weights }: { weights(): Promise<WeightArrays> }) => {
        const { meanErrorPx, medianErrorPx, pck } = await this.evaluate(await weights(), watched, 0, (predicted) => {
          samples = poseSamplesOf(this.options.labels, predicted, SAMPLED);
        });
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
          secondsLeft: secondsLeft + Math.ceil((steps - step) / run.evaluateEvery) * (run.measured?.evaluationSec ?? 0),
          ...(measured?.meanErrorPx === undefined ? {} : { heldOutErrorPx: measured.meanErrorPx, samples }),
        }),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
  }

  async finish(run: TrainingRun, result: TrainResult): Promise<PoseTrainingResult> {
    const { store, folder, labels, split, sizes, runtime, patience, onProgress, signal, endSignal } = this.options;
    const { step, resumed } = result;
    this.reached = { step, steps: run.steps };
    const isEndedByUser = result.ended === 'aborted' && endSignal?.aborted === true && step > 0;
    if (result.ended === 'aborted' && (!isEndedByUser || signal?.aborted === true)) {
      return { ended: 'aborted', ...this.reached };
    }
    const ended = result.ended === 'finished' ? 'finished' : 'stopped early';
    onProgress?.({ stage: 'writing', step, steps: run.steps });
    const best = patience !== undefined || isEndedByUser ? result.best : undefined;
    const weights = best?.weights ?? result.weights;
    const evaluation = split.heldOut.length > 0 ? await this.evaluate(weights, split.heldOut, 1000) : undefined;
    const warnings = [...split.warnings, ...rareKeypoints(this.samples)];
    if (best !== undefined)
      warnings.push('The held-out error has chosen the weights: on new images it will be larger.');
    const card = trainingCard(this.options, this.plan, {
      run,
      step,
      ended,
      isBest: best !== undefined,
      evaluation,
      warnings,
    });
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
