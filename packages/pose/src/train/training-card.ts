import { visibilities } from '@zoopraxis/core';
import type { OptimizerSettings } from '@zoopraxis/nn';
import { type PoseSamples, poseSamples } from '../dataset/pose-samples.js';
import { imageNames } from '../dataset/split.js';
import type { PoseEvaluation } from '../evaluate/evaluate-pose.js';
import type { ModelCard } from '../model/card.js';
import type { TrainingRun } from './run-file.js';
import type { PoseTrainingOptions } from './training-options.js';
import type { TrainingPlan } from './training-plan.js';

/** What a training came to. */
export interface FinishedTraining {
  readonly run: TrainingRun;
  readonly step: number;
  readonly ended: 'finished' | 'stopped early';
  /** Whether the weights are those with the smallest held-out error. */
  readonly isBest: boolean;
  /** Undefined where nothing is held out. */
  readonly evaluation: PoseEvaluation | undefined;
  readonly warnings: readonly string[];
}

/**
 * Returns the optimizer of a run. The moving average of the weights looks back over at most a twentieth of the steps: over
 * more it would still hold much of the random start where a run is short.
 */
export function optimizerOf({ optimizer }: TrainingPlan, steps: number): OptimizerSettings {
  if (optimizer.average === undefined) return optimizer;
  const decay = Math.min(optimizer.average.decay, 1 - 1 / Math.max(2, steps / 20));
  return { ...optimizer, average: { decay } };
}

/** Returns in how many training images each keypoint is labeled, list in the order of the keypoints. */
function labelCounts({ keypoints, visibility }: PoseSamples): number[] {
  const counts = keypoints.map(() => 0);
  for (const [at, value] of visibility.entries()) {
    const keypoint = at % keypoints.length;
    if (value !== visibilities.absent) counts[keypoint] = (counts[keypoint] as number) + 1;
  }
  return counts;
}

/** Returns warnings about keypoints that are hardly ever labeled, as sentences. */
export function rareKeypoints(samples: PoseSamples): string[] {
  const { keypoints, names } = samples;
  return labelCounts(samples).flatMap((count, keypoint) => {
    if (count >= Math.min(10, names.length)) return [];
    const effect = count === 0 ? 'the model never predicts it' : 'the model will hardly know it';
    return [`${keypoints[keypoint]} is labeled in ${count} of ${names.length} training images: ${effect}.`];
  });
}

/**
 * Returns the card of a model: as it will be written where the training is over, else with all that inference needs.
 */
export function trainingCard(options: PoseTrainingOptions, plan: TrainingPlan, done?: FinishedTraining): ModelCard {
  const { name, labels, split, runtime, seed, start, inputs = [], synthetic } = options;
  const { skeleton } = labels;
  const { network, preprocessing, decoding, sampling, loss, batchSize } = plan;
  const counts = labelCounts(poseSamples(labels, split.train));
  const unlearned = skeleton.keypoints.filter((_, keypoint) => counts[keypoint] === 0);
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
    ...(unlearned.length === 0 ? {} : { unlearned }),
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
      optimizer: optimizerOf(plan, done?.run.steps ?? 1),
      loss,
      sampling,
      start: start?.source ?? 'random weights',
      weights: done?.isBest === true ? 'with the smallest held-out error' : 'after the last step',
      warnings: done?.warnings ?? [],
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
    metrics: done?.evaluation ? { heldOut: done.evaluation } : {},
    versions: { ...runtime.versions },
    ...(synthetic === undefined ? {} : { synthetic }),
  };
}
