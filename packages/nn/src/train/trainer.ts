import type { FormChoices } from '../graph/emit.js';
import type { WeightArrays } from '../graph/network.js';
import type { Target } from '../graph/operation.js';
import type { OptimizerSettings } from '../optimize/settings.js';
import type { TensorMap } from '../runtime/backend.js';

/** All that a run's bits depend on, beside its data: recorded in checkpoints and compared when a run is resumed. */
export interface TrainerInfo {
  readonly target: Target;
  /** Threads inside one operation. */
  readonly threads: number;
  readonly forms: FormChoices;
  readonly seed: number;
  readonly optimizer: OptimizerSettings;
  /** Versions and machine, such as `onnxruntime` or `processor`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Options of one training step. */
export interface StepOptions {
  /** Learning rate of this step; that of the optimizer's settings by default. */
  learningRate?: number;
  /** Give the inputs' memory away, so that another thread can take it without a copy; false by default. */
  move?: boolean;
}

/** What one training step gave. */
export interface StepResult {
  /** Number of this step, from 1. */
  readonly step: number;
  readonly loss: number;
  /** Every scalar output of the network, `loss` included; `gradientNorm` (before clipping) where clipping by norm is on. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The network's other outputs. */
  readonly tensors: TensorMap;
}

/**
 * Takes training steps: in the calling thread (`TrainingEngine`) or in another one (`openTrainer`).
 * Calls are answered one after another in their order.
 */
export interface Trainer {
  readonly info: TrainerInfo;
  /**
   * Takes one step on a batch. A step that fails changes nothing.
   * @throws DivergenceError where the loss or the joint norm of gradients is not finite.
   */
  step(inputs: TensorMap, options?: StepOptions): Promise<StepResult>;
  /** Returns copies of all weights, row-major `[element]` by name; with `average` the trained ones are their moving average. */
  weights(options?: { average?: boolean }): Promise<WeightArrays>;
  /**
   * Returns weights and optimizer state as the bytes of a safetensors file with the metadata given.
   * @throws DivergenceError where a weight is not finite.
   */
  saveState(metadata?: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /**
   * Goes on from what `saveState` gave (bytes, which a trainer in another thread takes away).
   * @throws IntegrityError where they are of another network or optimizer.
   */
  loadState(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
