import type { ByteStore } from '@zoopraxis/core';
import type { WeightArrays } from '../graph/network.js';
import type { PlateauSettings } from '../optimize/plateau.js';
import type { Schedule } from '../optimize/schedule.js';
import type { BatchSource } from './batches.js';
import type { Trainer, TrainerInfo } from './trainer.js';

/** What an evaluation is given. */
export interface EvaluationContext {
  /** Steps taken so far. */
  readonly step: number;
  /** Returns the weights, row-major `[element]` by name; the moving average of the trained ones where one is kept. */
  weights(): Promise<WeightArrays>;
  readonly signal: AbortSignal | undefined;
}

/** Measures the network from time to time; must not depend on chance or on earlier calls, or a resumed run will differ. */
export interface EvaluationOptions {
  /** Steps from one evaluation to the next; there is always one after the last step. */
  every: number;
  /** Returns named numbers. */
  run(context: EvaluationContext): Promise<Readonly<Record<string, number>>>;
  /** The number that plateau, early stopping and the choice of the best go by; `loss` by default. */
  monitor?: string;
  /** Whether smaller or larger is better; `min` by default. */
  mode?: 'min' | 'max';
}

/** When to stop before the last step. */
export interface EarlyStopping {
  /** Evaluations without improvement that are borne. */
  patience: number;
  /** Smallest change that counts as one; 0 by default. */
  minDelta?: number;
}

/** Where and how often a run is saved. */
export interface CheckpointOptions {
  store: ByteStore;
  /** Beginning of all names of this run, such as `models/mouse/run`. */
  folder: string;
  /** Steps from one checkpoint to the next; there is always one after the last step. */
  every: number;
  /** How many of the newest stay; 3 by default. One is not enough where a disk damages it. */
  keep?: number;
  /** Go on from what the folder holds; true by default. With false a folder that holds a run is refused. */
  resume?: boolean;
}

/** What a running loop tells. */
export interface TrainProgress {
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Passes over the data that are complete, where the data have an end. */
  readonly epoch: number | undefined;
  readonly loss: number;
  readonly learningRate: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly stepsPerSec: number;
  readonly secondsLeft: number;
  /** Result of the evaluation after this step, where there was one. */
  readonly evaluation: Readonly<Record<string, number>> | undefined;
}

/** Options of {@link train}. */
export interface TrainOptions {
  /**
   * What takes the steps: a trainer, which stays open, or a function that opens one, which the loop closes. The
   * function gets what the run was started with where one is resumed: it should use the same forms and threads.
   */
  trainer: Trainer | ((recorded: TrainerInfo | undefined) => Promise<Trainer>);
  batches: BatchSource;
  /** Steps of the whole run; give this or `epochs`. */
  steps?: number;
  /** Passes over the data, where the source knows its steps per epoch. */
  epochs?: number;
  /** Factor of the learning rate by step; constant by default. */
  schedule?: Schedule;
  /** Lowers the learning rate, on top of the schedule, when the monitored number no longer improves. */
  plateau?: Omit<PlateauSettings, 'mode'>;
  evaluation?: EvaluationOptions;
  earlyStopping?: EarlyStopping;
  checkpoints?: CheckpointOptions;
  onProgress?: (progress: TrainProgress) => void;
  /** Ends the run after the step under way, with a checkpoint. */
  signal?: AbortSignal;
}

/** What a resumed run started from. */
export interface Resumption {
  readonly step: number;
  /** Whether the run will end with the same bits as an undisturbed one. */
  readonly bitIdentical: boolean;
  /** Why not: what differs from when the run was started. */
  readonly reasons: readonly string[];
  /** Newer checkpoints that were damaged and passed over. */
  readonly damaged: readonly string[];
}

/** How a run ended. */
export interface TrainResult {
  /** Steps taken, those before a resume included. */
  readonly step: number;
  readonly ended: 'finished' | 'stopped early' | 'aborted';
  /** Weights after the last step (averaged where an average is kept), row-major `[element]` by name. */
  readonly weights: WeightArrays;
  /** The best evaluation and the weights it was made with, row-major `[element]` by name. */
  readonly best: { readonly step: number; readonly value: number; readonly weights: WeightArrays } | undefined;
  readonly resumed: Resumption | undefined;
}
