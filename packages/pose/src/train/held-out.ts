import type { LabeledFrames } from '@zoopraxis/core';
import type { Backend, WeightArrays } from '@zoopraxis/nn';

import type { PictureReader } from '../dataset/pose-dataset.js';
import { evaluatePose, type PoseEvaluation } from '../evaluate/evaluate-pose.js';
import type { PredictedFrames } from '../evaluate/predicted-frames.js';
import { predictPictures } from '../infer/predict-pictures.js';
import { openPosePredictor } from '../infer/predictor.js';
import type { ModelCard } from '../model/card.js';

/** What a model is measured on. */
export interface HeldOutImages {
  readonly labels: LabeledFrames;
  /** List of image indices. */
  readonly images: readonly number[];
  readonly read: PictureReader;
}

/** How a model is measured. */
export interface HeldOutOptions {
  readonly backend: Backend;
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns predictions on whole images, made as tracking makes them: the error that counts, not the loss on crops.
 * @throws StorageError or FormatError naming an image that cannot be read.
 */
export async function predictImages(
  card: ModelCard,
  weights: WeightArrays,
  { images, read }: Pick<HeldOutImages, 'images' | 'read'>,
  { backend, threads, signal }: HeldOutOptions,
): Promise<PredictedFrames> {
  const keypoints = card.skeleton.keypoints;
  const position = new Float32Array(images.length * keypoints.length * 2);
  const confidence = new Float32Array(images.length * keypoints.length);
  const predictor = openPosePredictor({ card, weights }, { backend, ...(threads === undefined ? {} : { threads }) });
  async function* pictures() {
    for (const image of images) yield await read(image);
  }
  try {
    let row = 0;
    for await (const pose of predictPictures(predictor, pictures(), signal ? { signal } : {})) {
      position.set(pose.position, row * keypoints.length * 2);
      confidence.set(pose.confidence, row * keypoints.length);
      row++;
    }
  } finally {
    await predictor.close();
  }
  return { keypoints, image: Int32Array.from(images), position, confidence };
}

/** Returns the labels of a list of images alone, so that what is evaluated is what was held out. */
export function labelsOfImages(labels: LabeledFrames, images: readonly number[]): LabeledFrames {
  const place = new Map(images.map((image, index) => [image, index]));
  const rows = [...labels.image.keys()].filter((row) => place.has(labels.image[row] as number));
  const points = labels.skeleton.keypoints.length;
  const cut = <Column extends Float64Array | Uint8Array>(column: Column, width: number): Column => {
    const out = new (column.constructor as new (length: number) => Column)(rows.length * width);
    for (const [at, row] of rows.entries()) out.set(column.subarray(row * width, (row + 1) * width), at * width);
    return out;
  };
  return {
    ...labels,
    images: images.map((image) => labels.images[image] as (typeof labels.images)[number]),
    image: Int32Array.from(rows, (row) => place.get(labels.image[row] as number) as number),
    individual: Int32Array.from(rows, (row) => labels.individual[row] as number),
    annotator: Int32Array.from(rows, (row) => labels.annotator[row] as number),
    position: cut(labels.position, 2 * points),
    visibility: cut(labels.visibility, points),
  };
}

/** Returns the evaluation of a model on held-out images. */
export async function evaluateHeldOut(
  card: ModelCard,
  weights: WeightArrays,
  heldOut: HeldOutImages,
  options: HeldOutOptions & {
    readonly resampleCount?: number;
    /** Gets the predictions that are measured. */
    readonly onPredicted?: (predicted: PredictedFrames) => void;
  },
): Promise<PoseEvaluation> {
  const predicted = await predictImages(card, weights, heldOut, options);
  options.onPredicted?.(predicted);
  const labels = labelsOfImages(heldOut.labels, heldOut.images);
  return evaluatePose(
    labels,
    { ...predicted, image: Int32Array.from(predicted.image.keys()) },
    {
      resampleCount: options.resampleCount ?? 1000,
    },
  );
}
