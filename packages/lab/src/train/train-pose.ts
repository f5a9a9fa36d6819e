import { type LabeledFrames, type ProvenanceInput, StorageError } from '@zoopraxis/core';
import { hashFile, pictureSize, readPicture } from '@zoopraxis/io/node';
import {
  imageName,
  type PictureSize,
  type PosePreset,
  type PoseSplit,
  type PoseTrainingOptions,
  type PoseTrainingResult,
  posePreset,
  type SplitOptions,
  splitImages,
  type TrainingLimit,
  trainPoseModel,
} from '@zoopraxis/pose';
import { type NodeTrainingOptions, nodeTrainingRuntime } from '@zoopraxis/pose/node';
import type { PoseDataOptions } from './pose-data.worker.node.js';

/** What {@link trainPose} needs. */
export interface TrainPoseOptions
  extends Pick<
      PoseTrainingOptions,
      | 'name'
      | 'labels'
      | 'seed'
      | 'store'
      | 'folder'
      | 'start'
      | 'patience'
      | 'evaluations'
      | 'replace'
      | 'synthetic'
      | 'onProgress'
      | 'signal'
      | 'endSignal'
    >,
    Pick<NodeTrainingOptions, 'device' | 'threads' | 'formCache' | 'tryForms' | 'workers' | 'versions'>,
    Omit<SplitOptions, 'seed'> {
  /** Path of the file of each image, list in the order of the labels' images. */
  readonly paths: readonly string[];
  readonly network: string;
  /** Seed of the split alone; that of the training by default. */
  readonly splitSeed?: number;
  /** Fields of the network's preset that are to be others. */
  readonly preset?: Partial<PosePreset>;
  /** Epochs of the preset by default. */
  readonly limit?: TrainingLimit;
  /** Called with what is learned from and what is held out, before anything is trained. */
  readonly onSplit?: (split: PoseSplit) => void;
}

const workerModule = new URL('./pose-data.worker.node.js', import.meta.url);

/** Returns a text that hashes of files come to, so that a card with thousands of images stays short. */
async function hashImages(labels: LabeledFrames, images: readonly number[], paths: readonly string[]) {
  const inputs: ProvenanceInput[] = [];
  for (const image of images) {
    inputs.push({ name: imageName(labels, image), contentHash: await hashFile(paths[image] as string) });
  }
  return inputs;
}

/** Returns the size of every image of a list (others have size 0), naming the image where its file cannot be read. */
async function sizesOf(
  labels: LabeledFrames,
  images: readonly number[],
  paths: readonly string[],
): Promise<PictureSize[]> {
  const sizes: PictureSize[] = paths.map(() => ({ widthPx: 0, heightPx: 0 }));
  for (const image of images) {
    try {
      sizes[image] = await pictureSize(paths[image] as string);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StorageError(`labeled image ${imageName(labels, image)} cannot be used: ${reason}`, {
        cause,
        hint: 'Copy the image back into the project, or remove its labels.',
      });
    }
  }
  return sizes;
}

/**
 * Trains a pose model on labeled image files, as `trainPoseModel` describes it; data workers read the files themselves.
 * @throws StorageError naming an image that is missing or cannot be read, before anything is trained.
 */
export async function trainPose(options: TrainPoseOptions): Promise<PoseTrainingResult> {
  const { labels, paths, network, seed, limit, device, threads, formCache, tryForms, workers, versions } = options;
  if (paths.length !== labels.images.length) {
    throw new RangeError(`paths: must name ${labels.images.length} images, got ${paths.length}`);
  }
  const preset: PosePreset = { ...posePreset(network), ...options.preset };
  const split = splitImages(labels, {
    seed: options.splitSeed ?? seed,
    ...(options.testGroups ? { testGroups: options.testGroups } : {}),
    ...(options.heldOutLike === undefined ? {} : { heldOutLike: options.heldOutLike }),
    ...(options.heldOutShare === undefined ? {} : { heldOutShare: options.heldOutShare }),
  });
  options.onSplit?.(split);
  const used = [...split.train, ...split.heldOut].sort((a, b) => a - b);
  const sizes = await sizesOf(labels, used, paths);
  const runtime = await nodeTrainingRuntime({
    dataModule: workerModule,
    datasetOptions: (samples, sampling): PoseDataOptions => ({ samples, sampling, paths }),
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    ...(formCache === undefined ? {} : { formCache }),
    ...(tryForms === undefined ? {} : { tryForms }),
    ...(workers === undefined ? {} : { workers }),
    ...(versions === undefined ? {} : { versions }),
  });
  const { name, store, folder, start, patience, evaluations, replace, synthetic, onProgress, signal, endSignal } =
    options;
  return trainPoseModel({
    name,
    labels,
    split,
    sizes,
    preset,
    limit: limit ?? { epochs: preset.epochs },
    seed,
    runtime,
    read: (image) => readPicture(paths[image] as string),
    store,
    folder,
    inputs: await hashImages(labels, used, paths),
    ...(start ? { start } : {}),
    ...(patience === undefined ? {} : { patience }),
    ...(evaluations === undefined ? {} : { evaluations }),
    ...(replace === undefined ? {} : { replace }),
    ...(synthetic === undefined ? {} : { synthetic }),
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
    ...(endSignal ? { endSignal } : {}),
  });
}
