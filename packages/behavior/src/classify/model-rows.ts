import { Random } from '@zoopraxis/core';
import type { BehaviorModel } from './behavior-model.js';
import { findColumns } from './read-rows.js';
import { sampleFrames } from './sample-frames.js';
import { type ClassOptions, planClasses, type TrainingRecording } from './training-recording.js';
import { readRowValues } from './training-rows.js';

/** Frames of recordings as a classifier sees them. */
export interface ModelRows {
  /** Columns in the order of the model, shape `[column, row]`; NaN = missing. */
  readonly values: Float32Array;
  readonly rowCount: number;
  /** Index into the model's behaviors, shape `[row]`. */
  readonly label: Uint8Array;
}

/** Settings of {@link sampleModelRows}. */
export interface ModelRowsOptions extends ClassOptions {
  /** Frames of all behaviors together, default 400: as many of each as there are, rare ones whole. */
  readonly rowCount?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/**
 * Returns the feature values of a seeded sample of scored frames, to explain a classifier by: the behaviors in equal numbers
 * as far as they go, sorted by recording and frame.
 * @throws RangeError for recordings that do not fit together; FormatError where they lack a column of the model.
 */
export async function sampleModelRows(
  recordings: readonly TrainingRecording[],
  model: Pick<BehaviorModel, 'columns'>,
  { rowCount = 400, seed = 0, signal, ...classes }: ModelRowsOptions = {},
): Promise<ModelRows> {
  const plan = planClasses(recordings, classes);
  const { frames } = sampleFrames(plan.labels, {
    maxFrames: rowCount,
    classCount: plan.classes.length,
    random: new Random(seed).fork('rows to explain'),
  });
  const sources = recordings.map(({ features }) => features);
  const columns = findColumns(sources[0]?.columns ?? [], model.columns, 'the recordings');
  const values = await readRowValues(sources, frames, { columns, signal });
  const label = Uint8Array.from(
    frames.flatMap((list, r) => [...list].map((frame) => (plan.labels[r] as Uint8Array)[frame] as number)),
  );
  return { values, rowCount: label.length, label };
}
