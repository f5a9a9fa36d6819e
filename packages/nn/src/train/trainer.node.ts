import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { ThreadCalls } from '@zoopraxis/core/node';
import type { WeightArrays } from '../graph/network.js';
import { sizeOf } from '../graph/value.js';
import type { OptimizerSettings } from '../optimize/settings.js';
import type { TensorMap } from '../runtime/backend.js';
import { describeMachine } from '../runtime/machine.node.js';
import { ownBuffers } from '../runtime/own-buffers.js';
import { threadHint } from '../runtime/thread-hint.js';
import { trainingErrors } from './errors.js';
import { movableBuffers } from './move.js';
import type { TrainingProgram } from './program.js';
import type { StepResult, Trainer, TrainerInfo } from './trainer.js';
import type { TrainerRequest } from './trainer.worker.node.js';

/** What {@link openTrainer} makes a trainer from. */
export interface OpenTrainerOptions {
  program: TrainingProgram;
  optimizer: OptimizerSettings;
  /** Starting values of all parameters and buffers, row-major `[element]` by name, as `initialWeights` gives them. */
  weights: WeightArrays;
  /** Give the weights' memory away instead of copying it: the caller's arrays are empty afterwards; false by default. */
  move?: boolean;
  /** Seed of what the network draws at each step, such as dropout. */
  seed: number;
  /** Threads inside one operation; the number of cores by default. Bits depend on it. */
  threads?: number;
  /** Threads that update the weights. By default one per million weights, at most `threads` and 4. Bits do not depend on it. */
  laneCount?: number;
}

/** Returns what a run's bits depend on beside its settings: versions, system and processor. */
export function trainingEnvironment(): Readonly<Record<string, string>> {
  const { platform, cpu, node, onnxRuntime } = describeMachine();
  const manifest: unknown = createRequire(import.meta.url)('../../package.json');
  const { version } = manifest as { version?: unknown };
  return { nn: String(version), node, onnxRuntime, platform, processor: cpu };
}

/** Returns the number of lanes that pays: with two, 25 million weights take 50 instead of 90 ms (SGD), 90 instead of 160 (Adam). */
function defaultLanes(program: TrainingProgram, threads: number): number {
  const count = program.trained.reduce((total, { shape }) => total + sizeOf(shape), 0);
  return Math.max(1, Math.min(threads, 4, Math.floor(count / 1e6)));
}

/**
 * Returns a trainer that works in a thread of its own, so that the caller goes on preparing data while a step runs.
 * @throws UnavailableError where the program's device is missing, or (from any call) where the thread has died.
 */
export async function openTrainer(options: OpenTrainerOptions): Promise<Trainer> {
  const { program, optimizer, weights, move = false, seed, threads = availableParallelism() } = options;
  const laneCount = options.laneCount ?? defaultLanes(program, threads);
  const calls = new ThreadCalls<TrainerRequest>(new URL('./trainer.worker.node.js', import.meta.url), {
    label: 'trainer',
    hint: threadHint,
    errors: trainingErrors,
  });
  let info: TrainerInfo;
  try {
    const environment = trainingEnvironment();
    const job = { program, optimizer, weights, seed, threads, laneCount, environment };
    info = await calls.call<TrainerInfo>({ kind: 'open', job }, move ? ownBuffers(weights.values()) : []);
  } catch (error) {
    await calls.close();
    throw error;
  }
  return {
    info,
    step: (inputs: TensorMap, { move = false, ...rest } = {}) =>
      calls.call<StepResult>({ kind: 'step', inputs, options: rest }, move ? movableBuffers(inputs) : []),
    weights: ({ average = false } = {}) => calls.call<WeightArrays>({ kind: 'weights', average }),
    saveState: (metadata = {}) => calls.call<Uint8Array>({ kind: 'save', metadata }),
    loadState: (bytes) => {
      const moved = bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer as ArrayBuffer] : [];
      return calls.call<void>({ kind: 'load', bytes }, moved);
    },
    close: () => calls.close({ kind: 'close' }),
  };
}
