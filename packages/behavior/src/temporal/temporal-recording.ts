import type { FrameTruth } from '../evaluate/frame-truth-type.js';
import type { FeatureSource } from '../features/feature-block.js';

/** One recording that a temporal network is trained on or measured with. */
export interface TemporalRecording {
  readonly id: string;
  readonly features: FeatureSource;
  /** As long as the features; its behaviors are those of all recordings, in the same order. */
  readonly truth: FrameTruth;
  /** Indices of the behaviors that were looked for, list; all by default. For one-vs-rest: the others count for nothing. */
  readonly scored?: readonly number[];
}

/** Throws TypeError or RangeError where recordings do not belong together. */
export function checkRecordings(recordings: readonly TemporalRecording[]): void {
  const [first] = recordings;
  if (!first) throw new RangeError('recordings: must be at least one, got none');
  const keys = (features: FeatureSource) => JSON.stringify(features.columns.map(columnKey));
  const [columns, behaviors] = [keys(first.features), JSON.stringify(first.truth.behaviors)];
  for (const { id, features, truth } of recordings) {
    if (keys(features) !== columns) {
      throw new RangeError(`recordings: must have the same columns in the same order, ${id} differs from ${first.id}`);
    }
    if (JSON.stringify(truth.behaviors) !== behaviors) {
      throw new RangeError(
        `recordings: must have the same behaviors in the same order, ${id} differs from ${first.id}`,
      );
    }
    if (truth.label.length !== features.timeBase.frameCount) {
      throw new RangeError(
        `recordings: ${id} has ${features.timeBase.frameCount} frames of features and ${truth.label.length} labels`,
      );
    }
  }
}

/** Returns what tells a column from all others, unit included: a model refuses columns that it does not know. */
export function columnKey(column: { name: string; subject: string; partner?: string; unit: unknown }): string {
  const { name, subject, partner, unit } = column;
  return `${subject}${partner === undefined ? '' : ` ${partner}`} ${name} [${String(unit)}]`;
}
