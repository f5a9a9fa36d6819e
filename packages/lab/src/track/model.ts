import { basename, dirname, resolve } from 'node:path';
import { FolderStore } from '@zoopraxis/io/node';
import { type NodeDevice, resolveDevice, workerBackend } from '@zoopraxis/nn/node';
import { openPosePredictor, type PosePredictor, readPoseModel, type StoredPoseModel } from '@zoopraxis/pose';
import { requireFolder } from '../jobs/project-folder.js';

/** A pose model ready to track with. */
export interface TrackingModel {
  readonly model: StoredPoseModel;
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly device: NodeDevice;
  /** Returns the float32 predictor of a batch size and thread count; recordings of one size share its networks. */
  exact(batchSize: number, threads: number | undefined): PosePredictor;
  /** Frees all networks. */
  close(): Promise<void>;
}

/**
 * Returns the model in a folder and the device that it will run on.
 * @throws StorageError, FormatError or IntegrityError where the folder has no sound model; UnavailableError where a device that
 * was asked for does not work.
 */
export async function openTrackingModel(
  folder: string,
  device: 'cpu' | 'webgpu' | 'cuda' | 'auto' = 'auto',
): Promise<TrackingModel> {
  const path = await requireFolder(resolve(folder), 'model');
  const model = await readPoseModel(new FolderStore(dirname(path)), basename(path));
  const resolved = await resolveDevice(device);
  const predictors = new Map<string, PosePredictor>();
  return {
    model,
    folder: path,
    device: resolved,
    exact(batchSize, threads) {
      const key = `${batchSize} ${threads}`;
      let found = predictors.get(key);
      if (found === undefined) {
        const backend = workerBackend(resolved);
        found = openPosePredictor(model, { backend, batchSize, ...(threads === undefined ? {} : { threads }) });
        predictors.set(key, found);
      }
      return found;
    },
    async close() {
      for (const predictor of predictors.values()) await predictor.close();
      predictors.clear();
    },
  };
}
