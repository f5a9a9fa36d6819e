import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PoseEvaluation } from '@zoopraxis/pose';
import { zoopraxis } from './zoopraxis.js';

/** Imports a DeepLabCut project where that has not been done. */
export async function importOnce(data: string, project: string): Promise<void> {
  if (!existsSync(join(project, 'zoopraxis.json'))) await zoopraxis('import', data, '--to', project);
}

/** How a model is trained by the command line. */
export interface ModelRun {
  readonly name: string;
  readonly network: string;
  readonly seed: number;
  /** Such as `10m`. */
  readonly timeBudget: string;
  /** Further words of the command, list. */
  readonly more?: readonly string[];
}

/** Returns what training and evaluation say; a training that was cut off goes on. */
export async function trainAndEvaluate(
  project: string,
  { name, network, seed, timeBudget, more = [] }: ModelRun,
): Promise<{ training: Record<string, unknown>; evaluation: PoseEvaluation }> {
  const model = join(project, 'models', name);
  const training = existsSync(join(model, 'model.json'))
    ? { note: 'trained before' }
    : await zoopraxis<Record<string, unknown>>(
        ...['train', 'pose', project, '--network', network, '--name', name, '--seed', `${seed}`],
        ...['--time-budget', timeBudget, ...more],
      );
  return { training, evaluation: await zoopraxis('evaluate', 'pose', project, '--model', name) };
}
