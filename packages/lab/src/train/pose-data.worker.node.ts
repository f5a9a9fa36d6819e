import { readPicture } from '@zoopraxis/io/node';
import type { Dataset } from '@zoopraxis/nn';
import { type PoseSamples, type PoseSampling, poseDataset } from '@zoopraxis/pose';

/** What a data worker is given: plain data. */
export interface PoseDataOptions {
  readonly samples: PoseSamples;
  readonly sampling: PoseSampling;
  /** Path of the file of each image, by its index in the labels' list. */
  readonly paths: readonly string[];
}

/** Returns the training samples of labeled image files; workers read the files themselves. */
export function createDataset({ samples, sampling, paths }: PoseDataOptions): Dataset {
  return poseDataset(samples, (image) => readPicture(paths[image] as string), sampling);
}
