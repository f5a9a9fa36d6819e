import type { Random } from '../../random.js';
import { type AgreementResult, type Category, isMissing, sortedCategories } from './agreement-result.js';
import { bootstrapIntervals } from './bootstrap-intervals.js';

/** What differences of ratings mean: classes, an order, distances, or distances beside a true zero. */
export type RatingScale = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** Settings of {@link krippendorffAlpha}. */
export interface KrippendorffOptions {
  /** Default `nominal`. */
  readonly scale?: RatingScale;
  /** The order of texts on an ordinal scale; refused on others. */
  readonly categories?: readonly Category[];
  /** Gives an interval from resampled units where present. */
  readonly random?: Random;
  /** What each unit belongs to, such as its video: list, one for each unit. Whole videos are then resampled. */
  readonly clusters?: ArrayLike<string | number>;
  /** Default 1000. */
  readonly resampleCount?: number;
  /** Confidence of the interval; default 0.95. */
  readonly level?: number;
  readonly signal?: AbortSignal;
}

/** The pairable ratings: those of units that two raters or more rated. */
interface Pairable {
  /** Value of each rating: its number, or the index of its category; shape `[rating]`, units one after the other. */
  readonly values: Float64Array;
  /** Where each unit begins: shape `[unit + 1]`. */
  readonly starts: Int32Array;
  /** Which of the given units each is: shape `[unit]`. */
  readonly units: Int32Array;
  readonly leftOut: number;
  readonly raterCount: number;
}

const what = "Krippendorff's alpha";

function collect(
  ratings: readonly ArrayLike<Category | null | undefined>[],
  scale: RatingScale,
  given: readonly Category[] | undefined,
): Pairable {
  const unitCount = ratings[0]?.length ?? 0;
  for (const [rater, list] of ratings.entries()) {
    if (list.length !== unitCount) {
      throw new RangeError(`${what}: rater ${rater} must have ${unitCount} units like rater 0, got ${list.length}`);
    }
  }
  if (given !== undefined && (scale === 'interval' || scale === 'ratio')) {
    throw new RangeError(`${what}: categories go with a nominal or ordinal scale, got ${scale}`);
  }
  const isNamed = scale === 'nominal' || given !== undefined;
  const categories = isNamed ? (given ?? sortedCategories(ratings.map((list) => Array.from(list)))) : [];
  const index = new Map(categories.map((category, i) => [category, i]));
  const numberOf = (rating: Category, unit: number): number => {
    if (isNamed) {
      const which = index.get(rating);
      if (which === undefined) throw new RangeError(`${what}: ratings must be among the categories, got ${rating}`);
      return which;
    }
    if (typeof rating !== 'number' || !Number.isFinite(rating)) {
      const mend = scale === 'ordinal' ? '; give texts in their order as categories' : '';
      throw new RangeError(`${what}: an ${scale} scale needs numbers, got ${rating} in unit ${unit}${mend}`);
    }
    if (scale === 'ratio' && rating < 0) {
      throw new RangeError(`${what}: a ratio scale needs numbers from 0, got ${rating} in unit ${unit}`);
    }
    return rating;
  };
  const values: number[] = [];
  const starts = [0];
  const units: number[] = [];
  for (let unit = 0; unit < unitCount; unit++) {
    const before = values.length;
    for (const list of ratings) {
      const rating = list[unit];
      if (!isMissing(rating)) values.push(numberOf(rating, unit));
    }
    if (values.length - before < 2) values.length = before;
    else {
      starts.push(values.length);
      units.push(unit);
    }
  }
  if (units.length === 0) {
    throw new RangeError(`${what}: needs a unit that two raters or more rated, got none among ${unitCount} units`);
  }
  return {
    values: Float64Array.from(values),
    starts: Int32Array.from(starts),
    units: Int32Array.from(units),
    leftOut: unitCount - units.length,
    raterCount: ratings.length,
  };
}

/** From how often each unit counts, shape `[unit]`, to the observed and expected disagreement. */
type Disagreement = (times: Int32Array) => { observed: number; expected: number };

function disagreementOf({ values, starts }: Pairable, scale: RatingScale): Disagreement {
  const distinct = Float64Array.from(new Set(values)).sort();
  const places = new Map(Array.from(distinct, (value, i) => [value, i]));
  const place = Int32Array.from(values, (value) => places.get(value) as number);
  const size = distinct.length;
  if (scale === 'ratio' && size > 20_000) {
    throw new RangeError(`${what}: a ratio scale takes up to 20000 different numbers, got ${size}; round them`);
  }
  const counts = new Float64Array(size);
  // Interval distances are those of the numbers, centered; ordinal ones those of the mid-ranks (Krippendorff 2011).
  const middle = distinct.reduce((sum, value) => sum + value / size, 0);
  const score = Float64Array.from(distinct, (value) => value - middle);
  const squared = (a: number, b: number): number => {
    if (a === b) return 0;
    if (scale === 'nominal') return 1;
    if (scale === 'ratio') {
      const [x, y] = [distinct[a] as number, distinct[b] as number];
      return ((x - y) / (x + y)) ** 2;
    }
    return ((score[a] as number) - (score[b] as number)) ** 2;
  };
  return (times) => {
    counts.fill(0);
    let total = 0;
    for (let unit = 0; unit < times.length; unit++) {
      const weight = times[unit] as number;
      if (weight === 0) continue;
      const [start, end] = [starts[unit] as number, starts[unit + 1] as number];
      for (let i = start; i < end; i++) counts[place[i] as number]! += weight;
      total += weight * (end - start);
    }
    if (scale === 'ordinal') {
      let before = 0;
      for (let v = 0; v < size; v++) {
        score[v] = before + (counts[v] as number) / 2 - total / 2;
        before += counts[v] as number;
      }
    }
    let observed = 0;
    for (let unit = 0; unit < times.length; unit++) {
      const weight = times[unit] as number;
      if (weight === 0) continue;
      const [start, end] = [starts[unit] as number, starts[unit + 1] as number];
      let sum = 0;
      for (let i = start; i < end; i++) {
        for (let j = i + 1; j < end; j++) sum += squared(place[i] as number, place[j] as number);
      }
      observed += (weight * 2 * sum) / (end - start - 1);
    }
    let expected = 0;
    if (scale === 'nominal') {
      expected = total * total;
      for (const count of counts) expected -= count * count;
    } else if (scale === 'ratio') {
      for (let a = 0; a < size; a++) {
        for (let b = a + 1; b < size; b++) {
          expected += 2 * (counts[a] as number) * (counts[b] as number) * squared(a, b);
        }
      }
    } else {
      let [sum, squares] = [0, 0];
      for (let v = 0; v < size; v++) {
        sum += (counts[v] as number) * (score[v] as number);
        squares += (counts[v] as number) * (score[v] as number) ** 2;
      }
      expected = 2 * (total * squares - sum * sum);
    }
    return { observed: observed / total, expected: expected / (total * (total - 1)) };
  };
}

/**
 * Returns Krippendorff's alpha (Krippendorff 2011) of any number of raters, who need not rate every unit: `ratings` has shape
 * `[rater, unit]`, with NaN or null where a rater left a unit out. Units with one rating cannot be compared and are left
 * out, as the definition says. `observed` and `expected` of the result are agreements, 1 minus disagreement, on a nominal
 * scale; on the others they are 1 minus the disagreement divided by the expected one, so `expected` is 0.
 * With `random` it has a percentile bootstrap interval from resampled units, or from whole clusters (videos).
 * @throws RangeError for raters with unequal numbers of units, no unit with two ratings, or ratings all alike (0/0).
 */
export function krippendorffAlpha(
  ratings: readonly ArrayLike<Category | null | undefined>[],
  options: KrippendorffOptions = {},
): AgreementResult {
  const { scale = 'nominal', random, clusters, resampleCount = 1000, level = 0.95, signal } = options;
  if (!['nominal', 'ordinal', 'interval', 'ratio'].includes(scale)) {
    throw new RangeError(`${what}: scale must be nominal, ordinal, interval or ratio, got ${scale}`);
  }
  const unitCount = ratings[0]?.length ?? 0;
  if (clusters !== undefined && clusters.length !== unitCount) {
    throw new RangeError(`${what}: needs one cluster label a unit, got ${clusters.length} of ${unitCount}`);
  }
  const pairable = collect(ratings, scale, options.categories);
  const disagreement = disagreementOf(pairable, scale);
  const count = pairable.units.length;
  const { observed, expected } = disagreement(new Int32Array(count).fill(1));
  if (!(expected > 0)) {
    throw new RangeError(
      `${what}: needs two different ratings or more, got ${pairable.values.length} that are all alike`,
    );
  }
  const value = 1 - observed / expected;
  const notes =
    pairable.leftOut > 0
      ? [`${pairable.leftOut} of ${unitCount} units have fewer than two ratings and were left out.`]
      : [];
  const result = {
    name: `${what} (${scale})`,
    value,
    observed: scale === 'nominal' ? 1 - observed : value,
    expected: scale === 'nominal' ? 1 - expected : 0,
    unitCount: count,
    notes,
  };
  if (random === undefined) return result;
  const labels = Array.from(pairable.units, (unit) =>
    clusters === undefined ? unit : (clusters[unit] as string | number),
  );
  const known = new Map<string | number, number>();
  const drawnUnit = Int32Array.from(labels, (label) => {
    if (!known.has(label)) known.set(label, known.size);
    return known.get(label) as number;
  });
  const drawnAs = clusters === undefined ? 'units' : 'clusters';
  if (known.size < 2) {
    notes.push(`One of the ${drawnAs} alone cannot be resampled, so no interval is told.`);
    return result;
  }
  const times = new Int32Array(count);
  const [interval] = bootstrapIntervals(
    (drawn) => {
      for (let unit = 0; unit < count; unit++) times[unit] = drawn[drawnUnit[unit] as number] as number;
      const resampled = disagreement(times);
      // A resample with one kind of rating alone has no alpha (0/0) and is left out.
      return [resampled.expected > 0 ? 1 - resampled.observed / resampled.expected : Number.NaN];
    },
    { unitCount: known.size, random, resampleCount, level, ...(signal && { signal }) },
  );
  if (interval === undefined || Number.isNaN(interval.low)) {
    notes.push('No resample had two different ratings, so no interval is told.');
    return result;
  }
  return {
    ...result,
    interval: { low: interval.low, high: interval.high, level },
    intervalMethod: `percentile bootstrap, ${resampleCount} resamples of ${known.size} ${drawnAs}`,
  };
}
