import { type ByteStore, DomainError, StorageError } from '@zoopraxis/core';
import type { PoseEvaluation } from '../evaluate/evaluate-pose.js';
import { parseModelCard } from '../model/card.js';
import { modelFiles, readPoseModel } from '../model/model-folder.js';
import { readRun, type TrainingRequest } from './run-file.js';
import type { PoseTrainingOptions, PoseTrainingResult } from './training-options.js';

/** Removes all names with a prefix, the last first: `run.json` goes after the checkpoints, and so tells of the rest. */
export async function removeAll(store: ByteStore, prefix: string): Promise<void> {
  for (const name of (await store.list(prefix)).reverse()) await store.remove(name);
}

/** What the folder holds before a training begins. */
export type FolderState = { readonly finished: PoseTrainingResult } | { readonly finished: undefined };

/**
 * Makes the folder ready: a model that is to be replaced is removed, an unfinished run of the same request stays.
 * @throws StorageError where it holds a model that is not to be replaced. One whose process was killed just after it had
 * written it, before it could say so, is its result.
 */
export async function prepareFolder(options: PoseTrainingOptions, request: TrainingRequest): Promise<FolderState> {
  const { store, folder, name, replace = false } = options;
  const [cardName, runFolder] = [`${folder}/${modelFiles.card}`, `${folder}/run`];
  const bytes = await store.read(cardName);
  if (bytes === undefined) {
    if (replace && !(await holdsRunOf(store, runFolder, request))) await removeAll(store, `${folder}/`);
    return { finished: undefined };
  }
  if (replace) {
    // The card goes first: without it the folder is no model, whatever a crash leaves.
    await store.remove(cardName);
    await removeAll(store, `${folder}/`);
    return { finished: undefined };
  }
  const card = parseModelCard(new TextDecoder().decode(bytes), cardName);
  const run = (await holdsRunOf(store, runFolder, request)) ? await readRun(store, runFolder, request) : undefined;
  await removeAll(store, `${runFolder}/`);
  if (run === undefined) {
    throw new StorageError(`model ${name} exists already: ${folder}`, {
      hint: 'Choose another name, or ask to replace it.',
    });
  }
  const { ended, stepsTaken } = card.training as { ended: 'finished' | 'stopped early'; stepsTaken: number };
  const evaluation = card.metrics.heldOut as PoseEvaluation | undefined;
  const { weights } = await readPoseModel(store, folder);
  return { finished: { ended, step: stepsTaken, steps: run.steps, card, weights, evaluation, resumed: undefined } };
}

async function holdsRunOf(store: ByteStore, runFolder: string, request: TrainingRequest): Promise<boolean> {
  try {
    return (await readRun(store, runFolder, request)) !== undefined;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
