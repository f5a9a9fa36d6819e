import type { BehaviorModel } from '@zoopraxis/behavior';
import { type ByteStore, UnavailableError } from '@zoopraxis/core';

interface ModelFiles {
  behaviorModelToFiles(model: BehaviorModel, store: ByteStore, folder: string): Promise<unknown>;
  behaviorModelFromFiles(store: ByteStore, folder: string): Promise<BehaviorModel>;
}

async function modelFiles(): Promise<ModelFiles> {
  const found = (await import('@zoopraxis/behavior')) as unknown as Partial<ModelFiles>;
  if (found.behaviorModelToFiles !== undefined && found.behaviorModelFromFiles !== undefined)
    return found as ModelFiles;
  throw new UnavailableError('this build cannot write classifiers of behavior');
}

/** Writes a classifier into a store. */
export async function writeBehaviorModel(model: BehaviorModel, store: ByteStore): Promise<void> {
  await (await modelFiles()).behaviorModelToFiles(model, store, '');
}

/** Returns the classifier in a store. */
export async function readBehaviorModel(store: ByteStore): Promise<BehaviorModel> {
  return (await modelFiles()).behaviorModelFromFiles(store, '');
}
