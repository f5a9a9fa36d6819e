import { mean, median } from '../quantiles.js';
import type { MissingRule } from './test-result.js';

/** Values of one group, such as a genotype or a dose. */
export interface ComparedGroup {
  readonly name: string;
  /** Shape `[row]`. */
  readonly values: ArrayLike<number>;
  /** The animal of each value, list; several values may be of one animal. Without it each value counts as an animal. */
  readonly animals?: ArrayLike<string | number>;
}

/** A group as it is tested. */
export interface AnimalValues {
  readonly name: string;
  /** One number for each animal (or row): shape `[animal]`. */
  readonly values: Float64Array;
  /** Whose each value is; absent where no animals were named. */
  readonly animals?: readonly (string | number)[];
  /** Rows behind each value: shape `[animal]`. */
  readonly rowCounts: Int32Array;
  /** Rows left out because their value is missing. */
  readonly leftOut: number;
}

/**
 * Returns a group without its missing values.
 * @throws RangeError for missing values (unless left out), infinite ones, unequal lists, or no value.
 */
export function readComparedGroup(what: string, group: ComparedGroup, missing: MissingRule): AnimalValues {
  const { name, values, animals } = group;
  if (animals !== undefined && animals.length !== values.length) {
    throw new RangeError(`${what}: group ${name} needs one animal a value, got ${animals.length} of ${values.length}`);
  }
  const kept: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isFinite(value)) kept.push(row);
    else if (missing !== 'omit' || !Number.isNaN(value)) {
      const mend = Number.isNaN(value) ? "; to leave such values out, set missing to 'omit'" : '';
      throw new RangeError(`${what}: group ${name} needs finite numbers, got ${value} at place ${row}${mend}`);
    }
  }
  if (kept.length === 0) {
    const after = values.length > 0 ? ` after ${values.length} missing values were left out` : '';
    throw new RangeError(`${what}: group ${name} needs one value or more, got none${after}`);
  }
  return {
    name,
    values: Float64Array.from(kept, (row) => values[row] as number),
    ...(animals && { animals: kept.map((row) => animals[row] as string | number) }),
    rowCounts: new Int32Array(kept.length).fill(1),
    leftOut: values.length - kept.length,
  };
}

/** Returns a group with one value for each animal: the mean (or median) of its rows, animals in order of first appearance. */
export function summarizeAnimals(group: AnimalValues, summary: 'mean' | 'median' = 'mean'): AnimalValues {
  if (group.animals === undefined) return group;
  const rows = new Map<string | number, number[]>();
  for (const [row, animal] of group.animals.entries()) {
    const list = rows.get(animal) ?? [];
    list.push(group.values[row] as number);
    rows.set(animal, list);
  }
  const lists = [...rows.values()];
  return {
    ...group,
    values: Float64Array.from(lists, (list) => (summary === 'mean' ? mean(list) : median(list))),
    animals: [...rows.keys()],
    rowCounts: Int32Array.from(lists, (list) => list.length),
  };
}

/** How many rows came from how many animals, and how far they are independent. */
export interface Replication {
  readonly rowCount: number;
  readonly animalCount: number;
  /** Share of the variance within groups that lies between animals, 0..1 (analysis of variance); null where unknown. */
  readonly icc: number | null;
  /** Factor by which taking rows as independent understates the variance of a mean (Kish 1965); null where unknown. */
  readonly designEffect: number | null;
  /** Independent rows that the rows are worth; null where unknown. */
  readonly effectiveCount: number | null;
}

/** Returns how rows are spread over animals; undefined where no animal has several rows or none are named. */
export function describeReplication(groups: readonly AnimalValues[]): Replication | undefined {
  if (groups.some((group) => group.animals === undefined)) return undefined;
  const all = new Set(groups.flatMap((group) => group.animals ?? []));
  let [rowCount, cells, between, within, sizeLoss, squaredSizes] = [0, 0, 0, 0, 0, 0];
  for (const group of groups) {
    const groupMean = mean(group.values);
    const rows = new Map<string | number, number[]>();
    for (const [row, animal] of (group.animals ?? []).entries()) {
      const list = rows.get(animal) ?? [];
      list.push(group.values[row] as number);
      rows.set(animal, list);
    }
    let squares = 0;
    for (const list of rows.values()) {
      const center = mean(list);
      between += list.length * (center - groupMean) ** 2;
      within += list.reduce((sum, value) => sum + (value - center) ** 2, 0);
      squares += list.length ** 2;
    }
    rowCount += group.values.length;
    cells += rows.size;
    sizeLoss += squares / group.values.length;
    squaredSizes += squares;
  }
  if (cells === rowCount) return undefined;
  const unknown = { rowCount, animalCount: all.size, icc: null, designEffect: null, effectiveCount: null };
  const betweenDf = cells - groups.length;
  if (betweenDf < 1 || !(between + within > 0)) return unknown;
  const typicalSize = (rowCount - sizeLoss) / betweenDf;
  const [betweenMean, withinMean] = [between / betweenDf, within / (rowCount - cells)];
  const raw = (betweenMean - withinMean) / (betweenMean + (typicalSize - 1) * withinMean);
  const icc = Math.min(1, Math.max(0, raw));
  const designEffect = 1 + (squaredSizes / rowCount - 1) * icc;
  return { rowCount, animalCount: all.size, icc, designEffect, effectiveCount: rowCount / designEffect };
}

/** Returns what pseudo-replication costs here, as a sentence. */
export function replicationSentence(replication: Replication, rowNoun = 'values'): string {
  const { rowCount, animalCount, icc, designEffect, effectiveCount } = replication;
  const start = `${rowCount} ${rowNoun} come from ${animalCount} animals`;
  if (icc === null || designEffect === null || effectiveCount === null) return `${start}.`;
  return (
    `${start}; ${rowNoun} of one animal are alike (intraclass correlation ${icc.toFixed(2)}, design effect ` +
    `${designEffect.toFixed(1)}), so they are worth about ${Math.max(1, Math.round(effectiveCount))} independent ones.`
  );
}
