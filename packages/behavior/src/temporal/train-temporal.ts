import { type ByteStore, IntegrityError } from '@zoopraxis/core';
import {
  compileTraining,
  cosine,
  datasetBatches,
  exportModel,
  initialWeights,
  type OptimizerSettings,
  type Resumption,
  type TrainResult,
  train,
  vectorsWithoutDecay,
  type WeightArrays,
  warmUp,
} from '@zoopraxis/nn';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { frameMacroF1 } from '../smooth/smoothing-data.js';
import { channelCount, fitInputScaling, type InputScaling } from './input-scaling.js';
import { predictTemporalWhole } from './predict-temporal.js';
import { hashOfBytes, type TemporalCard, type TemporalModel } from './temporal-model.js';
import {
  checkArchitecture,
  contextOf,
  inferenceNetwork,
  type TemporalArchitecture,
  type TemporalDropout,
  type TemporalNetworkPlan,
  type TemporalOutput,
  trainingNetwork,
} from './temporal-network.js';
import { checkRecordings, columnKey, type TemporalRecording } from './temporal-recording.js';
import type { TemporalRuntime } from './temporal-runtime.js';
import { type TemporalWindows, temporalWindows } from './temporal-windows.js';

/** How classes are weighed in the loss: alike, by the root of their rarity, or by all of it; or factors, list by class. */
export type ClassWeighting = 'none' | 'root' | 'balanced' | readonly number[];

/** What a running training tells. */
export interface TemporalProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly secondsLeft: number;
  /** Mean F1 of the classes on the validation recordings, where it was just measured. */
  readonly macroF1?: number;
}

/** Options of {@link trainTemporalNetwork}. */
export interface TrainTemporalOptions {
  readonly runtime: TemporalRuntime;
  /** Chance of starting weights, order, windows, noise and dropout: the same for the same seed, threads and machine. */
  readonly seed: number;
  /** Recordings that choose when to stop, and nothing else is learned from; none by default: all steps are then taken. */
  readonly validation?: readonly TemporalRecording[];
  readonly output?: TemporalOutput;
  /** 48 channels, 6 layers, 3 taps, centered by default: 63 frames to each side. */
  readonly architecture?: Partial<TemporalArchitecture>;
  /** 0.1 of the inputs and 0.2 of each layer by default. */
  readonly dropout?: Partial<TemporalDropout>;
  /** Standard deviation of noise on the standardized inputs; 0.1 by default. */
  readonly noise?: number;
  /** `root` by default. */
  readonly classWeights?: ClassWeighting;
  /** Frames of a training window; 256 by default. */
  readonly windowFrames?: number;
  /** Windows in a step; 16 by default. */
  readonly batchSize?: number;
  /** Passes over the scored frames; 15 by default. */
  readonly epochs?: number;
  /** 0.002 by default. */
  readonly learningRate?: number;
  /** 0.02 by default. */
  readonly weightDecay?: number;
  /** Evaluations without improvement before training stops; 5 by default. */
  readonly patience?: number;
  /** Where the run is saved, to go on after an interruption; nowhere by default. */
  readonly checkpoints?: { readonly store: ByteStore; readonly folder: string };
  readonly onProgress?: (progress: TemporalProgress) => void;
  readonly signal?: AbortSignal;
}

/** How a training ended. */
export type TemporalTraining =
  | {
      readonly ended: 'finished' | 'stopped early';
      readonly model: TemporalModel;
      readonly resumed: Resumption | undefined;
    }
  | { readonly ended: 'aborted'; readonly resumed: Resumption | undefined };

/** Frames that one run of the exported network predicts. */
const GIVEN_FRAMES = 1024;

function checkOption(option: string, value: number, holds: boolean, requirement: string): void {
  if (!holds) throw new RangeError(`${option}: must be ${requirement}, got ${value}`);
}

/** Returns factors of mean 1 over the frames, shape `[class]`; a class without frames has 1. */
function classFactors(
  weighting: ClassWeighting,
  { frames, lookedFrames }: TemporalWindows,
  output: TemporalOutput,
): number[] {
  if (typeof weighting !== 'string') {
    if (weighting.length !== frames.length || !weighting.every((weight) => weight > 0 && Number.isFinite(weight))) {
      throw new RangeError(`classWeights: must be ${frames.length} positive numbers, got ${weighting.join(', ')}`);
    }
    return [...weighting];
  }
  const power = weighting === 'none' ? 0 : weighting === 'root' ? 0.5 : 1;
  if (output === 'sigmoid') {
    return Array.from(frames, (count, c) =>
      count > 0 ? Math.max(1, ((lookedFrames[c] as number) - count) / count) ** power : 1,
    );
  }
  const total = frames.reduce((sum, count) => sum + count, 0);
  const raw = Array.from(frames, (count) => (count > 0 ? (total / count) ** power : 0));
  const mean = raw.reduce((sum, weight, c) => sum + weight * (frames[c] as number), 0) / total;
  return raw.map((weight) => (weight > 0 ? weight / mean : 1));
}

/** Throws RangeError where a frame is scored on both sides; parts of one recording may lie on either. */
function checkApart(recordings: readonly TemporalRecording[], validation: readonly TemporalRecording[]): void {
  for (const { id, truth } of validation) {
    for (const other of recordings) {
      if (other.id !== id) continue;
      const frame = truth.label.findIndex(
        (label, at) => label !== unscoredLabel && (other.truth.label[at] ?? unscoredLabel) !== unscoredLabel,
      );
      if (frame >= 0) {
        throw new RangeError(`validation: must not hold frames of the training, holds frame ${frame} of ${id}`);
      }
    }
  }
}

/** Everything that is decided before the first step. */
interface Prepared {
  readonly options: TrainTemporalOptions;
  readonly recordings: readonly TemporalRecording[];
  readonly plan: TemporalNetworkPlan;
  readonly scaling: InputScaling;
  readonly windows: TemporalWindows;
  readonly classWeights: readonly number[];
  readonly steps: number;
}

async function prepare(recordings: readonly TemporalRecording[], options: TrainTemporalOptions): Promise<Prepared> {
  const {
    validation = [],
    output = 'softmax',
    signal,
    noise = 0.1,
    windowFrames = 256,
    batchSize = 16,
    epochs = 15,
  } = options;
  checkRecordings([...recordings, ...validation]);
  checkApart(recordings, validation);
  const architecture = { channels: 48, layers: 6, kernel: 3, causal: false, ...options.architecture };
  checkArchitecture(architecture);
  checkOption('noise', noise, noise >= 0 && noise < 10, 'in 0..10');
  checkOption('windowFrames', windowFrames, Number.isInteger(windowFrames) && windowFrames > 0, 'a positive integer');
  checkOption('batchSize', batchSize, Number.isInteger(batchSize) && batchSize > 0, 'a positive integer');
  checkOption('epochs', epochs, epochs > 0 && Number.isFinite(epochs), 'a positive number');
  const scaling = await fitInputScaling(
    recordings.map(({ features }) => features),
    signal,
  );
  const classCount = recordings[0]?.truth.behaviors.length ?? 0;
  const plan = { architecture, output, inputCount: channelCount(scaling), classCount };
  const windows = await temporalWindows(recordings, scaling, { windowFrames, output, classCount, noise }, signal);
  const steps = Math.max(1, Math.round((epochs * windows.length) / batchSize));
  const classWeights = classFactors(options.classWeights ?? 'root', windows, output);
  return { options, recordings, plan, scaling, windows, classWeights, steps };
}

/** Returns the model of some weights: the same file that is stored is what every evaluation runs. */
async function modelOf(
  { options, recordings, plan, scaling, windows, classWeights, steps }: Prepared,
  weights: WeightArrays,
  chosen: { readonly chosenStep: number; readonly ended: string; readonly macroF1?: number },
): Promise<TemporalModel> {
  const { before, after } = contextOf(plan.architecture);
  const chunkFrames = before + GIVEN_FRAMES + after;
  const onnx = await exportModel(inferenceNetwork(plan, chunkFrames), weights, {
    backend: options.runtime.backend,
    name: 'temporal',
  });
  const [first] = recordings as [TemporalRecording];
  const card: TemporalCard = {
    format: 'zoopraxis-temporal',
    version: 1,
    behaviors: first.truth.behaviors,
    output: plan.output,
    architecture: plan.architecture,
    columns: first.features.columns.map(columnKey),
    scaling,
    chunkFrames,
    training: {
      seed: options.seed,
      steps,
      ...chosen,
      recordings: recordings.map(({ id }) => id),
      validation: (options.validation ?? []).map(({ id }) => id),
      frames: [...windows.frames],
      classWeights,
    },
    onnxHash: await hashOfBytes(onnx),
  };
  return { card, onnx };
}

/** Returns the mean over recordings' joined frames of each class's F1, by the likeliest class. */
async function validationF1(
  model: TemporalModel,
  { runtime, validation = [], signal }: TrainTemporalOptions,
): Promise<number> {
  const classCount = model.card.behaviors.length;
  const truths: number[] = [];
  const labels: number[] = [];
  const { backend, threads } = runtime;
  for (const { features, truth } of validation) {
    const probability = await predictTemporalWhole(model, features, {
      backend,
      threads,
      ...(signal ? { signal } : {}),
    });
    for (let frame = 0; frame < truth.label.length; frame++) {
      let best = 0;
      const at = frame * classCount;
      for (let c = 1; c < classCount; c++)
        if ((probability[at + c] as number) > (probability[at + best] as number)) best = c;
      truths.push(truth.label[frame] as number);
      labels.push(best);
    }
  }
  return frameMacroF1(Uint8Array.from(truths), Uint8Array.from(labels), classCount);
}

/** Writes down what a saved run is of, or refuses a folder that holds another. */
async function claimFolder({
  options,
  recordings,
  plan,
  scaling,
  windows,
  classWeights,
  steps,
}: Prepared): Promise<void> {
  const { checkpoints, seed, dropout, noise, windowFrames, batchSize, learningRate, weightDecay, patience } = options;
  if (!checkpoints) return;
  const names = [recordings, options.validation ?? []].map((list) => list.map(({ id }) => id));
  const settings = { seed, dropout, noise, windowFrames, batchSize, learningRate, weightDecay, patience, steps };
  const request = JSON.stringify({ ...settings, plan, scaling, classWeights, names, frames: [...windows.frames] });
  const bytes = new TextEncoder().encode(await hashOfBytes(new TextEncoder().encode(request)));
  const name = `${checkpoints.folder}/request.sha256`;
  const found = await checkpoints.store.read(name);
  if (found === undefined) await checkpoints.store.write(name, bytes);
  else if (new TextDecoder().decode(found) !== new TextDecoder().decode(bytes)) {
    throw new IntegrityError(`the folder holds the training of other recordings or settings: ${checkpoints.folder}`, {
      hint: 'Give the settings it was begun with, or another folder.',
    });
  }
}

async function run(prepared: Prepared): Promise<TrainResult> {
  const { options, plan, windows, classWeights, steps } = prepared;
  const { runtime, seed, windowFrames = 256, batchSize = 16, checkpoints, onProgress, signal, patience = 5 } = options;
  const network = trainingNetwork(plan, {
    batchSize,
    frameCount: windowFrames,
    dropout: { input: 0.1, hidden: 0.2, ...options.dropout },
    classWeights,
  });
  const perEpoch = Math.max(1, Math.round(windows.length / batchSize));
  const rising = Math.max(1, Math.min(100, Math.floor(steps / 10)));
  const optimizer: OptimizerSettings = {
    kind: 'adamw',
    learningRate: options.learningRate ?? 0.002,
    weightDecay: options.weightDecay ?? 0.02,
    groups: [vectorsWithoutDecay],
    clip: { kind: 'norm', max: 1 },
    average: { decay: Math.min(0.99, 1 - 1 / Math.max(2, steps / 10)) },
  };
  const hasValidation = (options.validation ?? []).length > 0;
  return train({
    trainer: (recorded) =>
      runtime.openTrainer({
        program: compileTraining(network, {
          target: runtime.backend.target,
          ...(recorded ? { forms: recorded.forms } : {}),
        }),
        optimizer,
        weights: initialWeights(network, seed),
        seed,
        threads: recorded?.threads ?? runtime.threads,
      }),
    batches: datasetBatches(windows, { batchSize, seed, last: 'fill' }),
    steps,
    schedule:
      steps > rising ? warmUp({ steps: rising, after: cosine({ steps: steps - rising, minFactor: 0.02 }) }) : () => 1,
    ...(hasValidation
      ? {
          evaluation: {
            every: perEpoch,
            monitor: 'macroF1',
            mode: 'max' as const,
            run: async ({ step, weights }) => {
              const model = await modelOf(prepared, await weights(), { chosenStep: step, ended: 'running' });
              return { macroF1: await validationF1(model, options) };
            },
          },
          earlyStopping: { patience },
        }
      : {}),
    ...(checkpoints
      ? { checkpoints: { store: checkpoints.store, folder: `${checkpoints.folder}/steps`, every: perEpoch, keep: 2 } }
      : {}),
    onProgress: ({ step, steps: all, loss, secondsLeft, evaluation }) => {
      const macroF1 = evaluation?.macroF1;
      onProgress?.({ step, steps: all, loss, secondsLeft, ...(macroF1 === undefined ? {} : { macroF1 }) });
    },
    ...(signal ? { signal } : {}),
  });
}

/**
 * Trains a temporal network on features of recordings and returns it: dilated convolutions over standardized columns, 0 and a
 * channel that says so where a value is missing. Weights are the moving average of the trained ones, at the step that was best
 * on the validation recordings, or after the last one. With `checkpoints` an interrupted run goes on when it is started again
 * with equal arguments, and ends with the same bits on the same machine.
 * @throws RangeError for recordings that do not belong together or hold no scored frame; IntegrityError for a folder with the
 * checkpoints of another training; DivergenceError.
 */
export async function trainTemporalNetwork(
  recordings: readonly TemporalRecording[],
  options: TrainTemporalOptions,
): Promise<TemporalTraining> {
  const { signal } = options;
  try {
    const prepared = await prepare(recordings, options);
    await claimFolder(prepared);
    const { ended, best, step, weights, resumed } = await run(prepared);
    if (ended === 'aborted') return { ended, resumed };
    const chosen = best ? { chosenStep: best.step, ended, macroF1: best.value } : { chosenStep: step, ended };
    return { ended, model: await modelOf(prepared, best?.weights ?? weights, chosen), resumed };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return { ended: 'aborted', resumed: undefined };
    throw error;
  }
}
