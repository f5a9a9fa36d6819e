import type { ByteStore, LabeledFrames, ProvenanceInput } from '@zoopraxis/core';
import type { TrainResult, WeightArrays, WeightSet } from '@zoopraxis/nn';
import type { PictureReader } from '../dataset/pose-dataset.js';
import type { PoseSplit } from '../dataset/split.js';
import type { PoseEvaluation } from '../evaluate/evaluate-pose.js';
import type { ModelCard } from '../model/card.js';
import type { PosePreset } from './preset.js';
import type { TrainingLimit } from './run-file.js';
import type { PictureSize } from './training-plan.js';
import type { TrainingRuntime } from './training-runtime.js';

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
  /** Predictions on a few held-out images, always the same, where the error was measured; list. */
  readonly samples?: readonly PoseSample[];
  /** Training pictures per second. */
  readonly framesPerSec?: number;
  readonly secondsLeft?: number;
}

/** What a model predicts on one image that it was not trained on, beside its labels. */
export interface PoseSample {
  readonly group: string;
  readonly file: string;
  /** x, y in px of the image, shape `[keypoint, 2]`. */
  readonly predicted: ArrayLike<number>;
  /** 0..1, shape `[keypoint]`. */
  readonly confidence: ArrayLike<number>;
  /** Labels, shape `[keypoint, 2]`; NaN = not labeled. */
  readonly labeled: ArrayLike<number>;
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

/** What `trainPoseModel` needs. */
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
  /**
   * Ends the training after the step under way and writes the model from what there is: the weights with the smallest
   * held-out error so far, which the card says, else those of the last step. Without a step taken it is as `signal`.
   */
  readonly endSignal?: AbortSignal;
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
