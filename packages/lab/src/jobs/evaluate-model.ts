import { basename, dirname } from 'node:path';
import { FormatError, type LabeledFrames, type Picture, StorageError } from '@zoopraxis/core';
import type { ModelCard, PoseEvaluation, PosePairs } from '@zoopraxis/pose';
import type { LabeledImages } from './labeled-images.js';

/** What is measured, and how. */
export interface EvaluateModelOptions {
  /** Path of the model's folder. */
  readonly modelFolder: string;
  /** Labels and images to measure on, given the card: which of them is the caller's choice. */
  readonly images: (card: ModelCard) => Promise<LabeledImages>;
  readonly minimumConfidence?: number;
  readonly device?: 'cpu' | 'webgpu' | 'cuda';
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A measured model. */
export interface EvaluatedModel {
  readonly card: ModelCard;
  readonly evaluation: PoseEvaluation;
  readonly pairs: PosePairs;
  /** Distances in px, shape `[pair, keypoint]`; NaN = no label or no prediction. */
  readonly distances: Float64Array;
  /** Path of each image's file by `group/file`. */
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * Returns how far a model's predictions are from labels, whole images through the network as in tracking.
 * @throws StorageError for a missing image; FormatError where model and labels share no keypoint.
 */
export async function evaluateModel(options: EvaluateModelOptions): Promise<EvaluatedModel> {
  const { modelFolder, signal, onProgress } = options;
  const [pose, io, nn] = await Promise.all([
    import('@zoopraxis/pose'),
    import('@zoopraxis/io/node'),
    import('@zoopraxis/nn/node'),
  ]);
  const store = new io.FolderStore(dirname(modelFolder));
  const model = await pose.readPoseModel(store, basename(modelFolder));
  const { labels, paths } = await options.images(model.card);
  checkShared(labels, model.card);
  const predictor = pose.openPosePredictor(model, {
    backend: nn.workerBackend(options.device ?? 'cpu'),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    signal,
  });
  async function* pictures(): AsyncGenerator<Picture> {
    for (const path of paths) {
      if (path === '')
        throw new StorageError('an image of the labels is missing', { hint: 'Copy it back into its folder.' });
      yield await io.readPicture(path);
    }
  }
  try {
    const poses: { position: Float32Array; confidence: Float32Array }[] = [];
    for await (const found of pose.predictPictures(predictor, pictures(), { signal })) {
      poses.push({ position: found.position.slice(), confidence: found.confidence.slice() });
      onProgress(poses.length, paths.length);
    }
    const predicted = pose.predictedFromPictures(poses, { keypoints: model.card.skeleton.keypoints });
    const pairs = pose.pairPredictions(labels, predicted);
    const minimumConfidence = options.minimumConfidence ?? 0.6;
    return {
      card: model.card,
      evaluation: pose.evaluatePairs(pairs, { minimumConfidence, resample: groupsOf(labels) > 2 ? 'group' : 'frame' }),
      pairs,
      distances: pose.pairDistances(pairs),
      paths: new Map(labels.images.map(({ group, file }, i) => [`${group}/${file}`, paths[i] as string])),
    };
  } finally {
    await predictor.close();
  }
}

function groupsOf(labels: LabeledFrames): number {
  return new Set(labels.images.map(({ group }) => group)).size;
}

function checkShared(labels: LabeledFrames, card: ModelCard): void {
  const known = card.skeleton.keypoints;
  if (labels.skeleton.keypoints.some((name) => known.includes(name))) return;
  throw new FormatError({
    format: 'labels for this model',
    where: 'keypoints',
    expected: `some of ${known.join(', ')}`,
    found: labels.skeleton.keypoints.join(', '),
    hint: 'Rename the keypoints of the labels, or choose another model.',
  });
}
