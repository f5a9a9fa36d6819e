import type { Random } from './random.js';

/** Items of a data set (frames, images) in three parts that share none; lists of indices, ascending. */
export interface Split {
  readonly train: readonly number[];
  /** Empty where no validation was asked for. */
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** Shares of the items that are kept out of training, 0..1 together below 1. */
export interface SplitFractions {
  readonly test: number;
  /** Default 0. */
  readonly validation?: number;
}

/** How parts are drawn by chance. */
export interface RandomSplitOptions {
  readonly fractions: SplitFractions;
  readonly random: Random;
  /** Behavioral state of each item, list: parts get equal shares of each state as far as possible. */
  readonly strata?: readonly string[];
}

/** Which groups are kept out of training, by name; the rest is trained on. */
export interface NamedSplitOptions {
  readonly test: readonly string[];
  readonly validation?: readonly string[];
}

const parts = ['train', 'validation', 'test'] as const;

function checkFractions({ test, validation = 0 }: SplitFractions): [number, number, number] {
  for (const [name, value] of [
    ['test', test],
    ['validation', validation],
  ] as const) {
    if (!(value >= 0 && value < 1)) throw new RangeError(`fractions.${name}: must be from 0 to below 1, got ${value}`);
  }
  if (test + validation >= 1) {
    throw new RangeError(`fractions: must leave something for training, got ${test} and ${validation}`);
  }
  return [1 - test - validation, validation, test];
}

function checkStrata(strata: readonly string[] | undefined, count: number): void {
  if (strata !== undefined && strata.length !== count) {
    throw new RangeError(`strata: must have one entry for each of ${count} items, got ${strata.length}`);
  }
}

/** Returns the items of each group, in the order in which groups first appear. */
function membersOf(groups: readonly string[]): Map<string, number[]> {
  const members = new Map<string, number[]>();
  for (const [item, group] of groups.entries()) {
    const list = members.get(group);
    if (list === undefined) members.set(group, [item]);
    else list.push(item);
  }
  return members;
}

/**
 * Returns the part of each group, largest groups first, each where it lacks most: the sum over states of
 * (count - wanted)^2 / total is kept least. No wanted part stays empty where groups suffice.
 */
function distribute(
  members: ReadonlyMap<string, readonly number[]>,
  fractions: readonly number[],
  random: Random,
  strata: readonly string[] | undefined,
): Map<string, number> {
  const states = [...new Set(strata ?? [''])];
  const stateAt = new Map(states.map((state, i) => [state, i]));
  const countsOf = (items: readonly number[]): Float64Array => {
    const counts = new Float64Array(states.length);
    for (const item of items) {
      const at = stateAt.get(strata?.[item] ?? '') ?? 0;
      counts[at] = (counts[at] as number) + 1;
    }
    return counts;
  };
  const totals = countsOf([...members.values()].flat());
  const wanted = fractions.flatMap((fraction, part) => (fraction > 0 ? [part] : []));
  if (members.size < wanted.length) {
    throw new RangeError(
      `groups: at least ${wanted.length} are needed for as many parts, got ${members.size} (${[...members.keys()].join(', ')})`,
    );
  }
  // The shuffle decides between groups of one size; the sort is stable.
  const order = random.shuffle([...members]).sort((a, b) => b[1].length - a[1].length);
  const held = fractions.map(() => new Float64Array(states.length));
  const empty = new Set(wanted);
  const partOf = new Map<string, number>();
  for (const [i, [group, items]] of order.entries()) {
    const counts = countsOf(items);
    const open = order.length - i <= empty.size ? [...empty] : wanted;
    let [best, bestCost] = [open[0] as number, Number.POSITIVE_INFINITY];
    for (const part of open) {
      let cost = 0;
      for (let s = 0; s < states.length; s++) {
        const [count, total] = [counts[s] as number, totals[s] as number];
        const excess = ((held[part] as Float64Array)[s] as number) - (fractions[part] as number) * total;
        if (total > 0) cost += (count * (count + 2 * excess)) / total;
      }
      if (cost < bestCost) [best, bestCost] = [part, cost];
    }
    for (let s = 0; s < states.length; s++) {
      const sum = held[best] as Float64Array;
      sum[s] = (sum[s] as number) + (counts[s] as number);
    }
    empty.delete(best);
    partOf.set(group, best);
  }
  return partOf;
}

function collect(groups: readonly string[], partOf: (group: string) => number): Split {
  const lists: [number[], number[], number[]] = [[], [], []];
  for (const [item, group] of groups.entries()) (lists[partOf(group)] as number[]).push(item);
  return { train: lists[0], validation: lists[1], test: lists[2] };
}

/**
 * Returns a split that keeps groups (animals, sessions, videos) whole: by names, or by chance with item counts as near
 * to the fractions as whole groups allow. The same random state gives the same split.
 *
 * @param groups group of each item, list
 * @throws RangeError for a name that is no group or is in two parts, too few groups, or nothing left to train on.
 */
export function splitByGroup(groups: readonly string[], options: RandomSplitOptions | NamedSplitOptions): Split {
  const members = membersOf(groups);
  if ('fractions' in options) {
    const fractions = checkFractions(options.fractions);
    checkStrata(options.strata, groups.length);
    const partOf = distribute(members, fractions, options.random, options.strata);
    return collect(groups, (group) => partOf.get(group) ?? 0);
  }
  const partOf = new Map<string, number>();
  for (const [part, names] of [[1, options.validation ?? []] as const, [2, options.test] as const]) {
    for (const name of names) {
      if (!members.has(name)) {
        throw new RangeError(
          `${parts[part]}: must be one of the groups ${[...members.keys()].join(', ')}, got ${name}`,
        );
      }
      if ((partOf.get(name) ?? part) !== part) throw new RangeError(`group ${name}: must be in one part, is in two`);
      partOf.set(name, part);
    }
  }
  if (partOf.size === members.size) throw new RangeError('groups: at least one must be left for training, got none');
  return collect(groups, (group) => partOf.get(group) ?? 0);
}

/**
 * Returns `count` splits whose test parts are disjoint and together are all items, groups kept whole (k-fold).
 * @param groups group of each item, list
 */
export function foldsByGroup(
  groups: readonly string[],
  options: { readonly count: number; readonly random: Random; readonly strata?: readonly string[] },
): Split[] {
  const { count, random, strata } = options;
  if (!Number.isSafeInteger(count) || count < 2)
    throw new RangeError(`count: must be a whole number from 2, got ${count}`);
  checkStrata(strata, groups.length);
  const partOf = distribute(membersOf(groups), new Array<number>(count).fill(1 / count), random, strata);
  return Array.from({ length: count }, (_, fold) => collect(groups, (group) => (partOf.get(group) === fold ? 2 : 0)));
}

/**
 * Returns one split for each group, in the order of first appearance, that tests on it and trains on the others.
 * @param groups group of each item, list
 */
export function leaveOneGroupOut(groups: readonly string[]): { readonly group: string; readonly split: Split }[] {
  const names = [...membersOf(groups).keys()];
  if (names.length < 2) throw new RangeError(`groups: at least two are needed, got ${names.join(', ') || 'none'}`);
  return names.map((group) => ({ group, split: collect(groups, (other) => (other === group ? 2 : 0)) }));
}

/**
 * Returns a split by single items: fixed fractions, rounded, whatever the groups; of each state where `strata` is given.
 * Frames of one video on both sides make test errors look smaller than they are: tell {@link neighborLeak} with it.
 */
export function splitFrames(count: number, options: RandomSplitOptions): Split {
  const { random, strata } = options;
  const fractions = checkFractions(options.fractions);
  checkStrata(strata, count);
  const wanted = fractions.slice(1).map((fraction) => (fraction > 0 ? Math.max(1, Math.round(fraction * count)) : 0));
  const [validationCount = 0, testCount = 0] = wanted;
  if (validationCount + testCount >= count) {
    throw new RangeError(
      `splitFrames: ${count} items are too few for ${testCount} test and ${validationCount} validation`,
    );
  }
  const partOf = new Uint8Array(count);
  const byState = membersOf(strata ?? new Array<string>(count).fill(''));
  const pools = [...byState.values()].map((items) => random.shuffle([...items]));
  for (const [part, total] of [[2, testCount] as const, [1, validationCount] as const]) {
    const shares = largestRemainders(
      pools.map((pool) => pool.length),
      total,
    );
    for (const [s, pool] of pools.entries()) for (const item of pool.splice(0, shares[s])) partOf[item] = part;
  }
  const names = Array.from(partOf, String);
  return collect(names, Number);
}

/** Returns whole shares of a total in proportion to sizes, none above its size (Hamilton's method). */
function largestRemainders(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (size * total) / all);
  const shares = exact.map(Math.floor);
  const order = exact
    .map((value, i) => [value - Math.floor(value), i] as const)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  let left = total - shares.reduce((sum, share) => sum + share, 0);
  for (const [, i] of order) {
    if (left > 0 && (shares[i] as number) < (sizes[i] as number)) {
      shares[i] = (shares[i] as number) + 1;
      left--;
    }
  }
  return shares;
}

/** How much of a test part training has nearly seen. */
export interface NeighborLeak {
  /** Test items with a training item of the same group within the distance. */
  readonly leakedCount: number;
  readonly testCount: number;
  /** Share of the test items, 0..1; 0 for an empty test part. */
  readonly share: number;
  readonly withinFrames: number;
  /** Test items whose group is trained on, but whose frame (or all of those) is not known; not counted as leaked. */
  readonly unknownCount: number;
  /** A sentence for the user, where something leaked or is unknown. */
  readonly warning: string | undefined;
}

/**
 * Returns the share of test items whose neighbors, within `withinFrames` frames of the same group, are in training.
 *
 * @param groups group of each item, list
 * @param frames frame of each item in its group, list; undefined where it is not known
 */
export function neighborLeak(
  split: Split,
  groups: readonly string[],
  frames: readonly (number | undefined)[],
  options: { readonly withinFrames: number },
): NeighborLeak {
  const { withinFrames } = options;
  const trained = new Map<string, number[]>();
  for (const item of split.train) {
    const group = groups[item] ?? '';
    const list = trained.get(group) ?? [];
    const frame = frames[item];
    if (frame !== undefined) list.push(frame);
    trained.set(group, list);
  }
  for (const list of trained.values()) list.sort((a, b) => a - b);
  let [leakedCount, unknownCount] = [0, 0];
  for (const item of split.test) {
    const known = trained.get(groups[item] ?? '');
    if (known === undefined) continue;
    const frame = frames[item];
    if (frame === undefined || known.length === 0) {
      unknownCount++;
      continue;
    }
    let [low, high] = [0, known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((known[middle] as number) < frame - withinFrames) low = middle + 1;
      else high = middle;
    }
    if (low < known.length && (known[low] as number) <= frame + withinFrames) leakedCount++;
  }
  const testCount = split.test.length;
  const share = testCount === 0 ? 0 : leakedCount / testCount;
  const sentences: string[] = [];
  if (leakedCount > 0) {
    sentences.push(
      `${leakedCount} of ${testCount} test frames (${(100 * share).toFixed(0)} %) have a training frame of the same group ` +
        `within ${withinFrames} frames: errors on them are smaller than on new recordings; split by group instead`,
    );
  }
  if (unknownCount > 0) {
    sentences.push(
      `${unknownCount} of ${testCount} test frames come from groups that are trained on, at an unknown distance`,
    );
  }
  return {
    leakedCount,
    testCount,
    share,
    withinFrames,
    unknownCount,
    warning: sentences.length === 0 ? undefined : sentences.join('; '),
  };
}
