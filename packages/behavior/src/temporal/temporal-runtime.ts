import {
  type Backend,
  type OptimizerSettings,
  type Trainer,
  TrainingEngine,
  type TrainingProgram,
  type WeightArrays,
} from '@zoopraxis/nn';

/** What a trainer of a temporal network is opened with. */
export interface TemporalTrainerJob {
  readonly program: TrainingProgram;
  readonly optimizer: OptimizerSettings;
  /** Starting values, row-major `[element]` by name. */
  readonly weights: WeightArrays;
  readonly seed: number;
  readonly threads: number;
}

/** Where a temporal network is trained and run: what differs between Node and a browser. */
export interface TemporalRuntime {
  /** For evaluation and export; its target is that of the training too. */
  readonly backend: Backend;
  /** Threads inside one operation: bits depend on them. */
  readonly threads: number;
  openTrainer(job: TemporalTrainerJob): Promise<Trainer>;
}

/** Returns a runtime that trains in the calling thread, on any backend. */
export function directTemporalRuntime(backend: Backend, threads = 1): TemporalRuntime {
  return { backend, threads, openTrainer: (job) => TrainingEngine.open({ ...job, backend }) };
}
