import type { Random } from '../../random.js';
import { quantileOfSorted, sortedNumbers } from '../quantiles.js';
import type { ClusterLabels } from './bootstrap-estimate.js';
import type { Alternative, ConfidenceInterval, MissingRule, TestResult } from './test-result.js';

/** What two groups are compared by; a function gets both groups in one arrangement, each of shape `[value]`. */
export type PermutationStatistic =
  | 'difference of means'
  | 'difference of medians'
  | ((first: Float64Array, second: Float64Array) => number);

/** Settings of {@link permutationTest}. */
export interface PermutationTestOptions {
  /** Draws arrangements where there are too many to visit all; needed then only. */
  readonly random?: Random;
  /** Groups exchange members, or members of pairs exchange places. Default `independent`. */
  readonly design?: 'independent' | 'paired';
  /** Default `difference of means`, which alone has a confidence interval. */
  readonly statistic?: PermutationStatistic;
  readonly alternative?: Alternative;
  /** Random arrangements; default 10,000. */
  readonly resampleCount?: number;
  /** All arrangements are visited up to this many; default 50,000. 0 never visits all. */
  readonly exactLimit?: number;
  /** What each value belongs to (the animal), one list for each group: whole animals move; each must be in one group. */
  readonly clusters?: readonly [ClusterLabels, ClusterLabels];
  /** Batches within which values move, one list for each group; with `clusters` each animal must be in one batch. */
  readonly strata?: readonly [ClusterLabels, ClusterLabels];
  /** Default 0.95. */
  readonly level?: number;
  readonly missing?: MissingRule;
  readonly signal?: AbortSignal;
}

const what = 'permutation test';

/** Things that move as a whole: a value, an animal or a pair, with its values and whether it began in the first group. */
interface Movable {
  readonly values: readonly number[];
  /** The other half of a pair. */
  readonly partners: readonly number[];
  readonly isFirst: boolean;
  readonly stratum: number;
}

interface Plan {
  readonly movables: readonly Movable[];
  readonly isPaired: boolean;
  readonly notes: string[];
  readonly counts: readonly number[];
}

function finite(group: string, values: ArrayLike<number>, missing: MissingRule): boolean[] {
  return Array.from(values, (value, i) => {
    if (Number.isFinite(value)) return true;
    if (missing === 'omit' && Number.isNaN(value)) return false;
    throw new RangeError(`${what}: ${group} needs finite numbers, got ${value} at ${i}`);
  });
}

function planPairs(first: ArrayLike<number>, second: ArrayLike<number>, options: PermutationTestOptions): Plan {
  const { missing = 'refuse', clusters, strata } = options;
  if (first.length !== second.length) {
    throw new RangeError(`${what}: pairs need equally many values, got ${first.length} and ${second.length}`);
  }
  if (strata !== undefined) throw new RangeError(`${what}: pairs are their own strata; leave strata out`);
  const [a, b] = [finite('group 1', first, missing), finite('group 2', second, missing)];
  const byCluster = new Map<string | number, { values: number[]; partners: number[] }>();
  let kept = 0;
  for (let i = 0; i < first.length; i++) {
    if (!a[i] || !b[i]) continue;
    kept++;
    const label = clusters === undefined ? i : (clusters[0][i] as string | number);
    if (clusters !== undefined && clusters[1][i] !== label) {
      throw new RangeError(
        `${what}: both of a pair must be of one cluster, got ${label} and ${clusters[1][i]} at ${i}`,
      );
    }
    const held = byCluster.get(label) ?? { values: [], partners: [] };
    held.values.push(first[i] as number);
    held.partners.push(second[i] as number);
    byCluster.set(label, held);
  }
  const notes = kept < first.length ? [`${first.length - kept} pairs lack a value and were left out.`] : [];
  const movables = [...byCluster.values()].map((held) => ({ ...held, isFirst: true, stratum: 0 }));
  return { movables, isPaired: true, notes, counts: [kept] };
}

function planGroups(first: ArrayLike<number>, second: ArrayLike<number>, options: PermutationTestOptions): Plan {
  const { missing = 'refuse', clusters, strata } = options;
  const strataIndex = new Map<string | number, number>();
  const movables: { values: number[]; partners: number[]; isFirst: boolean; stratum: number }[] = [];
  const owners = new Map<string | number, (typeof movables)[number]>();
  const counts: number[] = [];
  let leftOut = 0;
  for (const [side, values] of [first, second].entries()) {
    const group = `group ${side + 1}`;
    for (const [name, lists] of [
      ['cluster', clusters],
      ['stratum', strata],
    ] as const) {
      const labels = lists?.[side];
      if (labels !== undefined && labels.length !== values.length) {
        throw new RangeError(
          `${what}: ${group} needs one ${name} label a value, got ${labels.length} of ${values.length}`,
        );
      }
    }
    const use = finite(group, values, missing);
    let kept = 0;
    for (let i = 0; i < values.length; i++) {
      if (!use[i]) continue;
      kept++;
      const batch = strata?.[side]?.[i] ?? '';
      if (!strataIndex.has(batch)) strataIndex.set(batch, strataIndex.size);
      const stratum = strataIndex.get(batch) as number;
      const label = clusters?.[side]?.[i];
      let owner = label === undefined ? undefined : owners.get(label);
      if (owner !== undefined && (owner.isFirst !== (side === 0) || owner.stratum !== stratum)) {
        const mend =
          owner.isFirst !== (side === 0) ? "both groups; use design: 'paired' with one value each" : 'several strata';
        throw new RangeError(`${what}: cluster ${label} must be in one group and stratum, got it in ${mend}`);
      }
      if (owner === undefined) {
        owner = { values: [], partners: [], isFirst: side === 0, stratum };
        movables.push(owner);
        if (label !== undefined) owners.set(label, owner);
      }
      owner.values.push(values[i] as number);
    }
    leftOut += values.length - kept;
    counts.push(kept);
  }
  const notes = leftOut > 0 ? [`${leftOut} missing values were left out.`] : [];
  return { movables, isPaired: false, notes, counts };
}

/** Returns n over k, as a number. */
function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - Math.min(k, n - k) + i)) / i;
  return Math.round(result);
}

interface Stratum {
  /** Indices of movables, list. */
  readonly members: number[];
  readonly firstCount: number;
}

function strataOf(movables: readonly Movable[]): Stratum[] {
  const lists: number[][] = [];
  for (const [i, { stratum }] of movables.entries()) {
    lists[stratum] ??= [];
    (lists[stratum] as number[]).push(i);
  }
  return lists.map((members) => ({ members, firstCount: members.filter((i) => movables[i]?.isFirst).length }));
}

/** Calls `visit` for every arrangement: `inFirst[movable]` is 1 where it is in the first group (or keeps its place). */
function visitAll(plan: Plan, inFirst: Uint8Array, visit: () => void): void {
  if (plan.isPaired) {
    const count = plan.movables.length;
    for (let bits = 0; bits < 2 ** count; bits++) {
      for (let i = 0; i < count; i++) inFirst[i] = 1 - (Math.floor(bits / 2 ** i) % 2);
      visit();
    }
    return;
  }
  const strata = strataOf(plan.movables);
  const fill = (which: number, from: number, left: number): void => {
    const stratum = strata[which];
    if (stratum === undefined) {
      visit();
      return;
    }
    if (left === 0) {
      fill(which + 1, 0, strata[which + 1]?.firstCount ?? 0);
      return;
    }
    for (let at = from; at <= stratum.members.length - left; at++) {
      const member = stratum.members[at] as number;
      inFirst[member] = 1;
      fill(which, at + 1, left - 1);
      inFirst[member] = 0;
    }
  };
  inFirst.fill(0);
  fill(0, 0, strata[0]?.firstCount ?? 0);
}

function drawArrangement(plan: Plan, strata: readonly Stratum[], inFirst: Uint8Array, random: Random): void {
  if (plan.isPaired) {
    for (let i = 0; i < inFirst.length; i++) inFirst[i] = random.nextUint32() >>> 31;
    return;
  }
  inFirst.fill(0);
  for (const { members, firstCount } of strata) {
    // The first places of a partial shuffle.
    for (let i = 0; i < firstCount; i++) {
      const j = i + random.integer(members.length - i);
      [members[i], members[j]] = [members[j] as number, members[i] as number];
      inFirst[members[i] as number] = 1;
    }
  }
}

/** Returns how a statistic is computed from an arrangement, and for means how a shift of group 1 moves it (0..1 below 1). */
function compute(
  plan: Plan,
  statistic: PermutationStatistic,
): (inFirst: Uint8Array) => { value: number; kept: number } {
  const { movables } = plan;
  if (statistic === 'difference of means') {
    const sums = movables.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
    const partnerSums = movables.map(({ partners }) => partners.reduce((sum, value) => sum + value, 0));
    const sizes = movables.map(({ values }) => values.length);
    return (inFirst) => {
      const sum: [number, number] = [0, 0];
      const size: [number, number] = [0, 0];
      const own: [number, number] = [0, 0];
      for (let i = 0; i < sums.length; i++) {
        const side = inFirst[i] === 1 ? 0 : 1;
        sum[side] += sums[i] as number;
        size[side] += sizes[i] as number;
        if (movables[i]?.isFirst) own[side] += sizes[i] as number;
        if (plan.isPaired) {
          sum[1 - side]! += partnerSums[i] as number;
          size[1 - side]! += sizes[i] as number;
        }
      }
      return { value: sum[0] / size[0] - sum[1] / size[1], kept: own[0] / size[0] - own[1] / size[1] };
    };
  }
  const apply = statistic === 'difference of medians' ? differenceOfMedians : statistic;
  return (inFirst) => {
    const lists: [number[], number[]] = [[], []];
    for (const [i, { values, partners }] of movables.entries()) {
      const side = inFirst[i] === 1 ? 0 : 1;
      for (const value of values) lists[side].push(value);
      for (const value of partners) lists[1 - side]?.push(value);
    }
    return { value: apply(Float64Array.from(lists[0]), Float64Array.from(lists[1])), kept: Number.NaN };
  };
}

const differenceOfMedians = (first: Float64Array, second: Float64Array): number =>
  quantileOfSorted(sortedNumbers(first), 0.5) - quantileOfSorted(sortedNumbers(second), 0.5);

/**
 * Returns the permutation test of two groups (shape `[value]`): how often an arrangement of the same values differs as much
 * as the one seen. Visits all arrangements where they are few, else draws m at random and gives p = (b + 1) / (m + 1)
 * (Phipson and Smyth 2010). Two-sided p is twice the smaller side, at most 1. The hypothesis is that groups are
 * exchangeable: of the same distribution, not of the same mean alone. For means it has the confidence interval of all
 * shifts that the test does not reject.
 * @throws RangeError for an empty group, unequal pairs, values that are not finite, a cluster in both groups, or too many
 * arrangements without `random`.
 */
export function permutationTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: PermutationTestOptions = {},
): TestResult {
  const { random, design = 'independent', statistic = 'difference of means', alternative = 'two-sided' } = options;
  const { resampleCount = 10_000, exactLimit = 50_000, level = 0.95, signal } = options;
  if (!Number.isSafeInteger(resampleCount) || resampleCount < 1) {
    throw new RangeError(`${what}: resampleCount must be a whole number from 1, got ${resampleCount}`);
  }
  if (!(level > 0 && level < 1)) throw new RangeError(`${what}: level must be between 0 and 1, got ${level}`);
  const plan = (design === 'paired' ? planPairs : planGroups)(first, second, options);
  const { movables, notes, counts } = plan;
  for (const [i, count] of counts.entries()) {
    if (count === 0) {
      const group = plan.isPaired ? 'the sample of pairs' : `group ${i + 1}`;
      throw new RangeError(`${what}: ${group} needs one value or more, got none`);
    }
  }
  const strata = plan.isPaired ? [] : strataOf(movables);
  const arrangements = plan.isPaired
    ? 2 ** movables.length
    : strata.reduce((sum, { members, firstCount }) => sum * choose(members.length, firstCount), 1);
  if (arrangements < 2) {
    throw new RangeError(`${what}: nothing can be exchanged, as every stratum holds clusters of one group alone`);
  }
  const isExact = arrangements <= exactLimit;
  const measure = compute(plan, statistic);
  const seen = measure(Uint8Array.from(movables, ({ isFirst }) => Number(isFirst)));
  if (!Number.isFinite(seen.value)) throw new RangeError(`${what}: the statistic must be a number, got ${seen.value}`);
  // Sums in another order differ in their last bits; equal arrangements must count as equal.
  let scale = 0;
  for (const { values, partners } of movables)
    for (const v of [...values, ...partners]) scale = Math.max(scale, Math.abs(v));
  const tolerance = 1e-12 * (typeof statistic === 'function' ? Math.abs(seen.value) : scale);
  const inFirst = new Uint8Array(movables.length);
  let [greater, less, total] = [0, 0, 0];
  const shifts: number[] = [];
  const visit = () => {
    if (total % 1024 === 0) signal?.throwIfAborted();
    const { value, kept } = measure(inFirst);
    total++;
    if (!(value < seen.value - tolerance)) greater++;
    if (!(value > seen.value + tolerance)) less++;
    // Moving group 1 down by d lowers the seen difference by d and this one by d times `kept`.
    if (statistic === 'difference of means' && kept < 1 - 1e-12) shifts.push((seen.value - value) / (1 - kept));
  };
  if (isExact) visitAll(plan, inFirst, visit);
  else {
    if (random === undefined) {
      throw new RangeError(
        `${what}: random must be given, as ${arrangements} arrangements are more than ${exactLimit}`,
      );
    }
    for (let round = 0; round < resampleCount; round++) {
      drawArrangement(plan, strata, inFirst, random);
      visit();
    }
  }
  const extra = isExact ? 0 : 1;
  const up = (greater + extra) / (total + extra);
  const down = (less + extra) / (total + extra);
  const p = alternative === 'greater' ? up : alternative === 'less' ? down : Math.min(1, 2 * Math.min(up, down));
  const interval = intervalOfShifts(shifts, { total: total + extra, level, alternative });
  const name = typeof statistic === 'function' ? statistic.name || 'statistic' : statistic;
  const smallest = (alternative === 'two-sided' ? 2 : 1) / (isExact ? arrangements : resampleCount + 1);
  if (isExact && smallest > 1 - level) {
    notes.push(`With ${arrangements} arrangements p cannot be below ${Number(smallest.toPrecision(3))}.`);
  }
  const moved = options.clusters === undefined ? '' : ` of ${movables.length} clusters`;
  return {
    test: plan.isPaired ? 'paired permutation test' : options.strata === undefined ? what : `stratified ${what}`,
    method: isExact
      ? `exact, all ${arrangements} arrangements${moved}`
      : `Monte Carlo, ${resampleCount} random arrangements${moved}, (b + 1) / (m + 1)`,
    statistic: { name, value: seen.value },
    p,
    alternative,
    counts,
    estimate: { name, value: seen.value, ...(interval && { interval }) },
    effects: [],
    notes,
  };
}

/**
 * Returns the shifts of group 1 that the test keeps: an arrangement reaches the seen difference once the shift is at least its
 * own number, so the ends are order statistics. Absent where no finite end is kept at this level.
 */
function intervalOfShifts(
  shifts: number[],
  { total, level, alternative }: { total: number; level: number; alternative: Alternative },
): ConfidenceInterval | undefined {
  if (shifts.length === 0) return undefined;
  const sorted = Float64Array.from(shifts).sort();
  const alpha = alternative === 'two-sided' ? (1 - level) / 2 : 1 - level;
  // Arrangements without a number (the one seen) count at every shift.
  const always = total - sorted.length;
  const place = Math.floor(alpha * total + 1e-9) - always;
  const low = alternative === 'less' ? Number.NEGATIVE_INFINITY : place < 0 ? undefined : sorted[place];
  const high =
    alternative === 'greater' ? Number.POSITIVE_INFINITY : place < 0 ? undefined : sorted[sorted.length - 1 - place];
  return low === undefined || high === undefined || low > high ? undefined : { low, high, level };
}
