import { type ConditionValue, orderedValues } from './conditions.js';

/** One measure of one animal in one recording, or of one bout. */
export interface CohortRow {
  readonly recording: string;
  readonly animal: string;
  readonly conditions: Readonly<Record<string, ConditionValue>>;
  readonly value: number;
  /** How much it counts in the mean over recordings of one animal: 1, or what it is a mean over (bouts, seconds). */
  readonly weight: number;
  /** True where the value is only known to be at least this, such as the latency of what never happened. */
  readonly isCensored?: boolean;
}

/** What one value of a group stands for. */
export type UnitOfAnalysis = 'animal' | 'recording' | 'bout';

/** How rows become groups. */
export interface DesignOptions {
  /** Condition that makes the groups. */
  readonly by: string;
  /** Condition whose values are looked at one by one, such as the day. */
  readonly within?: string;
  /** Groups in their order; others are left out. By default all values, see {@link orderedValues}. */
  readonly groups?: readonly string[];
  /** Levels of `within` in their order; by default all values. */
  readonly levels?: readonly string[];
  /** Whether the same animals are in all groups; those that lack a group are left out. Default false. */
  readonly paired?: boolean;
  /** Default `animal`. */
  readonly unit?: UnitOfAnalysis;
}

/** Values of one group, one for each unit of analysis; members have the same order in all lists. */
export interface CohortGroup {
  readonly name: string;
  /** List of finite numbers. */
  readonly values: readonly number[];
  readonly animals: readonly string[];
  /** Recordings behind each value, list of lists. */
  readonly recordings: readonly (readonly string[])[];
  readonly isCensored: readonly boolean[];
}

/** Groups at one value of `within`. */
export interface CohortLevel {
  /** Undefined without `within`. */
  readonly level: string | undefined;
  /** All groups, also empty ones. */
  readonly groups: readonly CohortGroup[];
}

/** Something that is not in a result, and why. */
export interface LeftOut {
  /** An animal or recording. */
  readonly who: string;
  readonly reason: string;
}

/** Values in the groups that they are compared in. */
export interface CohortDesign {
  readonly by: string;
  readonly within: string | undefined;
  readonly unit: UnitOfAnalysis;
  readonly paired: boolean;
  readonly levels: readonly CohortLevel[];
  readonly leftOut: readonly LeftOut[];
}

interface Cell {
  readonly animal: string;
  readonly rows: CohortRow[];
}

/**
 * Returns rows as groups to compare. With the unit `animal`, rows of one animal in one group (and level) become their
 * mean, weighted by `weight`; it is censored where any of them is. Animals are sorted by name, and in paired designs
 * the n-th value of each group is of the same animal.
 * @throws RangeError for values or weights that are not finite, for an animal that is in two groups of an unpaired
 * design, and for pairs of bouts.
 */
export function designGroups(rows: readonly CohortRow[], options: DesignOptions): CohortDesign {
  const { by, within, paired = false, unit = 'animal' } = options;
  if (paired && unit !== 'animal') {
    throw new RangeError(`cohort: a paired design must have the unit animal, got ${unit}`);
  }
  for (const { value, weight, recording } of rows) {
    if (!Number.isFinite(value) || !(weight >= 0 && Number.isFinite(weight))) {
      throw new RangeError(
        `cohort: values and weights must be finite numbers, got ${value} and ${weight} in recording ${recording}`,
      );
    }
  }
  const leftOut: LeftOut[] = [];
  const placed = rows.filter(({ recording, conditions }) => {
    const lacks = [by, within].find((name) => name !== undefined && conditions[name] === undefined);
    if (lacks !== undefined) leftOut.push({ who: recording, reason: `has no condition ${lacks}` });
    return lacks === undefined;
  });
  const textOf = (row: CohortRow, name: string) => String(row.conditions[name]);
  const groups = options.groups ?? orderedValues(placed.map(({ conditions }) => conditions[by] as ConditionValue));
  const levels: readonly (string | undefined)[] =
    within === undefined
      ? [undefined]
      : (options.levels ?? orderedValues(placed.map(({ conditions }) => conditions[within] as ConditionValue)));
  for (const row of placed) {
    const group = textOf(row, by);
    if (!groups.includes(group))
      leftOut.push({ who: row.recording, reason: `${by} is ${group}, not one of the groups` });
    if (within !== undefined && !levels.includes(textOf(row, within))) {
      leftOut.push({ who: row.recording, reason: `${within} is ${textOf(row, within)}, not one of the levels` });
    }
  }
  const made = levels.map((level): CohortLevel => {
    const here = within === undefined ? placed : placed.filter((row) => textOf(row, within) === level);
    const cells = groups.map((name) =>
      cellsOf(
        here.filter((row) => textOf(row, by) === name),
        unit,
      ),
    );
    if (unit === 'animal' && !paired) refuseTwice(cells, groups, by);
    const kept = paired ? completeCells(cells, groups, { by, leftOut }) : cells;
    return { level, groups: groups.map((name, i) => groupOf(name, kept[i] as Cell[])) };
  });
  return { by, within, unit, paired, levels: made, leftOut: distinctReasons(leftOut) };
}

function cellsOf(rows: readonly CohortRow[], unit: UnitOfAnalysis): Cell[] {
  const cells = new Map<string, Cell>();
  for (const [i, row] of rows.entries()) {
    const key = unit === 'animal' ? row.animal : unit === 'recording' ? `${row.recording}\n${row.animal}` : String(i);
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { animal: row.animal, rows: [row] });
    else cell.rows.push(row);
  }
  return [...cells.values()].sort((a, b) => (a.animal < b.animal ? -1 : Number(a.animal > b.animal)));
}

function refuseTwice(cells: readonly (readonly Cell[])[], groups: readonly string[], by: string): void {
  const seen = new Map<string, string>();
  for (const [i, list] of cells.entries()) {
    for (const { animal } of list) {
      const other = seen.get(animal);
      if (other !== undefined) {
        throw new RangeError(
          `cohort: animal ${animal} is in two groups of ${by}, ${other} and ${groups[i]}, so the groups are not independent; choose a paired design, or look at one group of recordings at a time with within`,
        );
      }
      seen.set(animal, groups[i] as string);
    }
  }
}

function completeCells(
  cells: readonly Cell[][],
  groups: readonly string[],
  { by, leftOut }: { by: string; leftOut: LeftOut[] },
): Cell[][] {
  const sets = cells.map((list) => new Set(list.map(({ animal }) => animal)));
  const lacking = new Map<string, string[]>();
  for (const animal of new Set(cells.flat().map((cell) => cell.animal))) {
    const missing = groups.filter((_, i) => !sets[i]?.has(animal));
    if (missing.length > 0) lacking.set(animal, missing);
  }
  for (const [animal, missing] of lacking) {
    leftOut.push({ who: animal, reason: `has no value for ${by} ${missing.join(', ')}, and pairs need all` });
  }
  return cells.map((list) => list.filter(({ animal }) => !lacking.has(animal)));
}

function groupOf(name: string, cells: readonly Cell[]): CohortGroup {
  return {
    name,
    values: cells.map(({ rows }) => weightedMean(rows)),
    animals: cells.map(({ animal }) => animal),
    recordings: cells.map(({ rows }) => [...new Set(rows.map(({ recording }) => recording))]),
    isCensored: cells.map(({ rows }) => rows.some((row) => row.isCensored === true)),
  };
}

function weightedMean(rows: readonly CohortRow[]): number {
  let [sum, weights] = [0, 0];
  for (const { value, weight } of rows) {
    sum += value * weight;
    weights += weight;
  }
  // Nothing to weigh by: each counts the same.
  return weights > 0 ? sum / weights : rows.reduce((total, { value }) => total + value, 0) / rows.length;
}

function distinctReasons(leftOut: readonly LeftOut[]): LeftOut[] {
  const seen = new Map(leftOut.map((item) => [`${item.who}\n${item.reason}`, item]));
  return [...seen.values()].sort((a, b) => (a.who < b.who ? -1 : Number(a.who > b.who)));
}
