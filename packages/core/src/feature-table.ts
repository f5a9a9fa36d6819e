import type { Provenance } from './provenance.js';
import { createTimeBase, type TimeBase } from './time-base.js';
import type { Unit } from './units.js';

/** One number for each frame. */
export interface FeatureColumn {
  readonly name: string;
  readonly unit: Unit;
  /** How it is computed, in words or as a formula, with its source. */
  readonly definition: string;
  /** The animal it is about. */
  readonly subject: string;
  /** The other animal, where it is about two. */
  readonly partner?: string;
  /** Shape `[frame]`; NaN = not known. */
  readonly values: Float32Array | Float64Array;
}

/** Features of a recording; rows are frames. */
export interface FeatureTable {
  readonly timeBase: TimeBase;
  readonly columns: readonly FeatureColumn[];
  readonly provenance: Provenance;
}

/** Returns what tells a column from all others: name, subject and partner. */
export function featureKey({ name, subject, partner }: Pick<FeatureColumn, 'name' | 'subject' | 'partner'>): string {
  return partner === undefined ? `${subject} ${name}` : `${subject} ${partner} ${name}`;
}

/**
 * Returns a table after checking it.
 * @throws RangeError for a column twice, one without definition, or one of another length than the frames.
 */
export function createFeatureTable(table: FeatureTable): FeatureTable {
  const timeBase = createTimeBase(table.timeBase);
  const seen = new Set<string>();
  for (const column of table.columns) {
    const key = featureKey(column);
    if (column.name === '') throw new RangeError('feature table: names must not be empty');
    if (seen.has(key)) throw new RangeError(`feature table: ${key} is there twice`);
    seen.add(key);
    if (column.definition.trim() === '') throw new RangeError(`feature table: ${key} must have a definition`);
    if (column.values.length !== timeBase.frameCount) {
      throw new RangeError(
        `feature table: ${key} must have ${timeBase.frameCount} values, got ${column.values.length}`,
      );
    }
  }
  return { ...table, timeBase };
}
