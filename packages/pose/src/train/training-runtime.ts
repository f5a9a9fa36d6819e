import type {
  Backend,
  BatchSource,
  FormChoices,
  OptimizerSettings,
  Trainer,
  TrainingProgram,
  Value,
  WeightArrays,
} from '@zoopraxis/nn';
import type { PoseSampling } from '../dataset/pose-dataset.js';
import type { PoseSamples } from '../dataset/pose-samples.js';

/** What a trainer is opened with. */
export interface TrainerJob {
  readonly program: TrainingProgram;
  readonly optimizer: OptimizerSettings;
  /** Starting values, row-major `[element]` by name. */
  readonly weights: WeightArrays;
  readonly seed: number;
  readonly threads: number;
}

/** Batches of training samples, which may be made in other threads. */
export interface OpenBatches extends BatchSource {
  readonly stepsPerEpoch: number;
  close?(): Promise<void>;
}

/** How many samples make a batch, and where their chance comes from. */
export interface BatchPlan {
  readonly batchSize: number;
  readonly seed: number;
}

/** Where training runs: what differs between Node and a browser. */
export interface TrainingRuntime {
  /** For evaluation and export; its target is that of the training too. */
  readonly backend: Backend;
  /** Threads inside one operation: bits depend on them. */
  readonly threads: number;
  openTrainer(job: TrainerJob): Promise<Trainer>;
  /** Returns the fastest forms of the operations on this machine; the default forms where it is left out. */
  chooseForms?(outputs: Iterable<Value>, threads: number, signal?: AbortSignal): Promise<FormChoices>;
  openBatches(samples: PoseSamples, sampling: PoseSampling, plan: BatchPlan): Promise<OpenBatches>;
  /** Versions of programs by name, for the model card. */
  readonly versions: Readonly<Record<string, string>>;
}
