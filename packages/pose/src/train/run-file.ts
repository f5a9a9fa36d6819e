import { type ByteStore, IntegrityError } from '@zoopraxis/core';
import type { FormChoices } from '@zoopraxis/nn';
import { z } from 'zod';
import { readRunJson } from './read-run-json.js';
import type { TrainingPlan } from './training-plan.js';

/** What was asked for: a run that is started again must ask for the same. */
export interface TrainingRequest {
  readonly name: string;
  readonly network: string;
  readonly seed: number;
  readonly limit: TrainingLimit;
  readonly keypoints: readonly string[];
  /** SHA-256 of labels, split, and sizes and hashes of the pictures. */
  readonly dataHash: string;
  /** SHA-256 of the plan and of what else is asked for. */
  readonly planHash: string;
}

/** How long to train. A time budget is turned into a number of steps once, before the first step. */
export type TrainingLimit =
  | { readonly steps: number }
  | { readonly epochs: number }
  | { readonly timeBudgetSec: number };

/** A training run as it was decided at its start, the content of `run.json`: with the checkpoints, all that a resume needs. */
export interface TrainingRun {
  readonly request: TrainingRequest;
  readonly plan: TrainingPlan;
  readonly steps: number;
  readonly evaluateEvery: number;
  readonly checkpointEvery: number;
  readonly threads: number;
  readonly forms: FormChoices;
  /** What a step and an evaluation took when they were measured, in seconds; absent without a time budget. */
  readonly measured?: { readonly stepSec: number; readonly evaluationSec: number };
}

const runSchema = z.object({
  format: z.literal('zoopraxis-pose-training'),
  version: z.literal(1),
  request: z.record(z.string(), z.unknown()),
  plan: z.record(z.string(), z.unknown()),
  steps: z.int().min(1),
  evaluateEvery: z.int().min(1),
  checkpointEvery: z.int().min(1),
  threads: z.int().min(1),
  forms: z.record(z.string(), z.string()),
  measured: z.object({ stepSec: z.number(), evaluationSec: z.number() }).optional(),
});

const nameIn = (folder: string): string => `${folder}/run.json`;

/** Writes a run's decisions; from here on they stay. */
export async function writeRun(store: ByteStore, folder: string, run: TrainingRun): Promise<void> {
  const text = JSON.stringify({ format: 'zoopraxis-pose-training', version: 1, ...run }, null, 1);
  await store.write(nameIn(folder), new TextEncoder().encode(`${text}\n`));
}

/**
 * Returns the run that a folder holds, or undefined where there is none.
 * @throws FormatError where the file is damaged; IntegrityError where the run was asked for differently, naming what differs.
 */
export async function readRun(
  store: ByteStore,
  folder: string,
  request: TrainingRequest,
): Promise<TrainingRun | undefined> {
  const bytes = await store.read(nameIn(folder));
  if (bytes === undefined) return undefined;
  const parts = { path: nameIn(folder), format: 'training run', holds: 'a run', schema: runSchema };
  const run = readRunJson(bytes, parts) as unknown as TrainingRun;
  const differing = Object.keys(request).filter(
    (key) =>
      JSON.stringify(run.request[key as keyof TrainingRequest]) !==
      JSON.stringify(request[key as keyof TrainingRequest]),
  );
  if (differing.length > 0) {
    throw new IntegrityError(
      `an unfinished training of ${request.name} was started with other settings (${differing.join(', ')} differ): ${folder}`,
      { hint: 'Start it with the settings it had, choose another name, or ask to replace it.' },
    );
  }
  return run;
}
