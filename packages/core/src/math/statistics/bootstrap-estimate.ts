import type { Random } from '../../random.js';
import { type BootstrapInterval, type BootstrapMethod, bootstrapIntervals } from './bootstrap-intervals.js';
import type { MissingRule } from './test-result.js';

/** A number of a sample: by its name, which is fast, or as a function of a sample (shape `[value]`, order of no meaning). */
export type SampleStatistic = 'mean' | 'median' | ((values: Float64Array) => number);

/** An estimate and its bootstrap interval: plain JSON data. */
export interface BootstrapEstimate {
  /** Such as `mean`, `difference of medians`. */
  readonly name: string;
  readonly value: number;
  readonly interval: BootstrapInterval;
  /** Such as `BCa bootstrap, 10000 resamples of 12 animals`. */
  readonly intervalMethod: string;
  readonly notes: readonly string[];
}

/** Settings of {@link bootstrapInterval} and {@link bootstrapDifference}. */
export interface BootstrapEstimateOptions {
  readonly random: Random;
  /** Default `mean`. */
  readonly statistic?: SampleStatistic;
  /** Default `bca`. */
  readonly method?: BootstrapMethod;
  /** Default 10,000. */
  readonly resampleCount?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
  readonly signal?: AbortSignal;
}

/** Whose value each is, such as the animal: list, one for each value. Whole animals are drawn. */
export type ClusterLabels = ArrayLike<string | number>;

interface Sample {
  readonly values: Float64Array;
  /** Index of the drawn unit, shape `[value]`. */
  readonly unit: Int32Array;
}

interface Kept {
  readonly values: Float64Array;
  readonly labels: (string | number)[] | undefined;
  readonly leftOut: number;
}

function keepNumbers(
  what: string,
  values: ArrayLike<number>,
  labels: ClusterLabels | undefined,
  rule: MissingRule,
): Kept {
  if (labels !== undefined && labels.length !== values.length) {
    throw new RangeError(
      `bootstrap: ${what} needs one cluster label a value, got ${labels.length} of ${values.length}`,
    );
  }
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) kept.push(i);
    else if (rule === 'refuse' || !Number.isNaN(value)) {
      throw new RangeError(`bootstrap: ${what} needs finite numbers, got ${value} at ${i}`);
    }
  }
  if (kept.length === 0) throw new RangeError(`bootstrap: ${what} needs one value or more, got none`);
  return {
    values: Float64Array.from(kept, (i) => values[i] as number),
    labels: labels && kept.map((i) => labels[i] as string | number),
    leftOut: values.length - kept.length,
  };
}

/** Returns the units of labels: an index for each, shape `[value]`, new labels added to `known`. */
function unitsOf(labels: readonly (string | number)[], known: Map<string | number, number>): Int32Array {
  return Int32Array.from(labels, (label) => {
    const found = known.get(label);
    if (found !== undefined) return found;
    known.set(label, known.size);
    return known.size - 1;
  });
}

/** Returns a function that gives a statistic of a sample whose units were drawn so often; NaN for an empty resample. */
function statisticOfDraws({ values, unit }: Sample, statistic: SampleStatistic): (drawn: Int32Array) => number {
  const count = values.length;
  if (statistic === 'mean') {
    let unitCount = 0;
    for (const u of unit) unitCount = Math.max(unitCount, u + 1);
    const sums = new Float64Array(unitCount);
    const sizes = new Float64Array(unitCount);
    for (let i = 0; i < count; i++) {
      sums[unit[i] as number]! += values[i] as number;
      sizes[unit[i] as number]!++;
    }
    return (drawn) => {
      let [sum, size] = [0, 0];
      for (let u = 0; u < unitCount; u++) {
        sum += (drawn[u] as number) * (sums[u] as number);
        size += (drawn[u] as number) * (sizes[u] as number);
      }
      return sum / size;
    };
  }
  if (statistic === 'median') {
    const order = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
    const sorted = Float64Array.from(order, (i) => values[i] as number);
    const units = Int32Array.from(order, (i) => unit[i] as number);
    const isSingle = units.length === new Set(units).size;
    return (drawn) => {
      let size = 0;
      if (isSingle) size = count;
      else for (let i = 0; i < count; i++) size += drawn[units[i] as number] as number;
      // With the middle two at places (size - 1) >> 1 and size >> 1 of the drawn values in order.
      const [lower, upper] = [(size - 1) >> 1, size >> 1];
      let [seen, first] = [0, Number.NaN];
      for (let i = 0; i < count; i++) {
        seen += drawn[units[i] as number] as number;
        if (Number.isNaN(first) && seen > lower) first = sorted[i] as number;
        if (seen > upper) return (first + (sorted[i] as number)) / 2;
      }
      return Number.NaN;
    };
  }
  let buffer = new Float64Array(count);
  return (drawn) => {
    let size = 0;
    for (let i = 0; i < count; i++) size += drawn[unit[i] as number] as number;
    if (size === 0) return Number.NaN;
    if (size > buffer.length) buffer = new Float64Array(size);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const times = drawn[unit[i] as number] as number;
      for (let k = 0; k < times; k++) buffer[at++] = values[i] as number;
    }
    return statistic(buffer.subarray(0, size));
  };
}

const nameOf = (statistic: SampleStatistic) =>
  typeof statistic === 'function' ? statistic.name || 'statistic' : statistic;

function estimate(
  name: string,
  statistic: (drawn: Int32Array) => number,
  unitCounts: readonly number[],
  drawnAs: string,
  { notes, options }: { notes: string[]; options: BootstrapEstimateOptions },
): BootstrapEstimate {
  const { random, method = 'bca', resampleCount = 10_000, level = 0.95, signal } = options;
  const value = statistic(new Int32Array(unitCounts.reduce((sum, count) => sum + count, 0)).fill(1));
  if (!Number.isFinite(value)) throw new RangeError(`bootstrap: the ${name} must be a number, got ${value}`);
  let empty = 0;
  const [interval] = bootstrapIntervals(
    (drawn) => {
      const result = statistic(drawn);
      if (Number.isNaN(result)) empty++;
      return [result];
    },
    { unitCount: unitCounts, random, resampleCount, level, method, ...(signal && { signal }) },
  );
  if (interval === undefined || Number.isNaN(interval.low) || Number.isNaN(interval.high)) {
    throw new RangeError(
      `bootstrap: the ${name} is undefined without one of the ${drawnAs}, so ${method === 'bca' ? 'BCa' : 'no interval'} ` +
        `can be told; take method: 'percentile' or more ${drawnAs}`,
    );
  }
  if (empty > 0) notes.push(`The ${name} was undefined in ${empty} resamples, which were left out.`);
  if (interval.low === interval.high && unitCounts.some((count) => count > 1)) {
    notes.push('All resamples gave the same value: the interval has no width.');
  }
  if (Math.min(...unitCounts) < 10) {
    notes.push(`Few ${drawnAs} (${unitCounts.join(' and ')}): a bootstrap interval of so few is too narrow.`);
  }
  const title = method === 'bca' ? 'BCa' : 'percentile';
  const intervalMethod = `${title} bootstrap, ${resampleCount} resamples of ${unitCounts.join(' and ')} ${drawnAs}`;
  return { name, value, interval, intervalMethod, notes };
}

const omitted = (count: number, where = '') => (count > 0 ? [`${count} missing values${where} were left out.`] : []);

/**
 * Returns a statistic of a sample, shape `[value]`, and its bootstrap interval; with `clusters` whole clusters (animals)
 * are drawn, which is right where values of one animal are alike. A mean or median of 1,000 values with 10,000 resamples
 * takes well under a second.
 * @throws RangeError for no value, a value that is not finite, or a statistic that is not a number.
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  options: BootstrapEstimateOptions & { readonly clusters?: ClusterLabels },
): BootstrapEstimate {
  const { statistic = 'mean', missing = 'refuse', clusters } = options;
  const kept = keepNumbers('the sample', values, clusters, missing);
  const known = new Map<string | number, number>();
  const unit = kept.labels === undefined ? Int32Array.from(kept.values.keys()) : unitsOf(kept.labels, known);
  const count = kept.labels === undefined ? kept.values.length : known.size;
  const compute = statisticOfDraws({ values: kept.values, unit }, statistic);
  const drawnAs = clusters === undefined ? 'values' : 'clusters';
  return estimate(nameOf(statistic), compute, [count], drawnAs, { notes: omitted(kept.leftOut), options });
}

/**
 * Returns how much larger a statistic is in the first sample (shape `[value]`) than in the second, and its bootstrap
 * interval. Samples are drawn independently, each with its own size. With `clusters`, one list of labels for each sample,
 * whole clusters are drawn: within each sample, or, where a label stands in both (each animal before and after), jointly.
 * @throws RangeError as {@link bootstrapInterval}, naming the group.
 */
export function bootstrapDifference(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: BootstrapEstimateOptions & { readonly clusters?: readonly [ClusterLabels, ClusterLabels] },
): BootstrapEstimate {
  const { statistic = 'mean', missing = 'refuse', clusters } = options;
  const a = keepNumbers('group 1', first, clusters?.[0], missing);
  const b = keepNumbers('group 2', second, clusters?.[1], missing);
  const notes = [...omitted(a.leftOut, ' of group 1'), ...omitted(b.leftOut, ' of group 2')];
  const known = new Map<string | number, number>();
  let units: [Int32Array, Int32Array];
  let unitCounts: number[];
  let shift: number;
  if (a.labels === undefined || b.labels === undefined) {
    units = [Int32Array.from(a.values.keys()), Int32Array.from(b.values.keys())];
    unitCounts = [a.values.length, b.values.length];
    shift = a.values.length;
  } else {
    const inFirst = new Set(a.labels);
    const shared = new Set(b.labels.filter((label) => inFirst.has(label)));
    units = [unitsOf(a.labels, known), new Int32Array()];
    const firstCount = known.size;
    if (shared.size > 0) {
      units[1] = unitsOf(b.labels, known);
      unitCounts = [known.size];
      shift = 0;
      notes.push(
        `${shared.size} of ${known.size} clusters are in both groups, so clusters were drawn for both at once.`,
      );
    } else {
      const own = new Map<string | number, number>();
      units[1] = unitsOf(b.labels, own);
      unitCounts = [firstCount, own.size];
      shift = firstCount;
    }
  }
  const ofFirst = statisticOfDraws({ values: a.values, unit: units[0] }, statistic);
  const ofSecond = statisticOfDraws({ values: b.values, unit: units[1] }, statistic);
  const compute = (drawn: Int32Array) => ofFirst(drawn) - ofSecond(shift === 0 ? drawn : drawn.subarray(shift));
  const plural = { mean: 'means', median: 'medians' }[nameOf(statistic)] ?? nameOf(statistic);
  return estimate(`difference of ${plural}`, compute, unitCounts, clusters === undefined ? 'values' : 'clusters', {
    notes,
    options,
  });
}
