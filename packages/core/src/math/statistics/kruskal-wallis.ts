import { Random } from '../../random.js';
import { adjustPValues, type Correction, correctionNames } from './adjust-p-values.js';
import { bootstrapIntervals } from './bootstrap-intervals.js';
import { chiSquareTails, normalTails } from './distributions.js';
import { type GroupTestOptions, leftOutOf } from './one-way-anova.js';
import { rankSumEffects } from './rank-sum.js';
import { type PooledRanks, rankPooled } from './ranks.js';
import { leftOutNotes, readGroups, requireLevel, type Sample } from './samples.js';
import type { Effect, PairwiseComparison, TestResult } from './test-result.js';
import { pairsOf } from './tukey.js';

/** Settings of {@link kruskalWallis}. */
export interface KruskalWallisOptions extends GroupTestOptions {
  /** Resamples for the intervals of the effects; 0 for none. Default 2000, and 0 beyond 20,000 values. */
  readonly resampleCount?: number;
  /** Default: seeded with the name of the test. */
  readonly random?: Random;
}

/** Values beyond which intervals are not resampled unless asked for. */
const resampleUpTo = 20_000;

interface RankedGroups {
  readonly samples: readonly Sample[];
  readonly pooled: PooledRanks;
  readonly total: number;
}

function rankGroups(test: string, groups: readonly ArrayLike<number>[], options: GroupTestOptions): RankedGroups {
  requireLevel(test, options.level ?? 0.95);
  const samples = readGroups(groups, { test, missing: options.missing ?? 'refuse' });
  const pooled = rankPooled(samples.map((sample) => sample.values));
  if (pooled.sizes.length === 1) {
    throw new RangeError(
      `${test}: the values of all groups are equal (${samples[0]?.values[0]}), so ranks say nothing`,
    );
  }
  return { samples, pooled, total: samples.reduce((sum, sample) => sum + sample.values.length, 0) };
}

/** H, corrected for ties, from mean ranks; NaN where all values are equal. */
function statisticOf(rankSums: ArrayLike<number>, counts: readonly number[], total: number, tieTerm: number): number {
  const middle = (total + 1) / 2;
  let sum = 0;
  counts.forEach((count, g) => {
    sum += count * ((rankSums[g] as number) / count - middle) ** 2;
  });
  return ((12 / (total * (total + 1))) * sum) / (1 - tieTerm / (total ** 3 - total));
}

/** Returns epsilon squared and eta squared of H, shape `[2]`. */
function effectValues(h: number, total: number, groupCount: number): [number, number] {
  return [h / (total - 1), (h - groupCount + 1) / (total - groupCount)];
}

/** Returns a function that gives the effects of a resample, from how often each value was drawn. */
function resampledEffects({ samples, pooled, total }: RankedGroups): (drawn: Int32Array) => number[] {
  const counts = samples.map((sample) => sample.values.length);
  const size = pooled.sizes.length;
  const taken = new Float64Array(size);
  const middles = new Float64Array(size);
  const rankSums = new Float64Array(samples.length);
  return (drawn) => {
    taken.fill(0);
    rankSums.fill(0);
    let unit = 0;
    for (const list of pooled.places) for (const place of list) taken[place]! += drawn[unit++] as number;
    let [seen, tieTerm] = [0, 0];
    for (let place = 0; place < size; place++) {
      const t = taken[place] as number;
      middles[place] = seen + (t + 1) / 2;
      seen += t;
      tieTerm += t ** 3 - t;
    }
    unit = 0;
    pooled.places.forEach((list, g) => {
      let sum = 0;
      for (const place of list) sum += (drawn[unit++] as number) * (middles[place] as number);
      rankSums[g] = sum;
    });
    return effectValues(statisticOf(rankSums, counts, total, tieTerm), total, samples.length);
  };
}

function effectsOf(ranked: RankedGroups, h: number, options: KruskalWallisOptions): Effect[] {
  const { samples, total } = ranked;
  const [epsilon, eta] = effectValues(h, total, samples.length);
  const names = ['epsilon squared', 'eta squared (of H)'] as const;
  const values = total > samples.length ? [epsilon, eta] : [epsilon];
  const resampleCount = options.resampleCount ?? (total <= resampleUpTo ? 2000 : 0);
  if (resampleCount === 0 || total === samples.length)
    return values.map((value, i) => ({ name: names[i] as string, value }));
  const intervals = bootstrapIntervals(resampledEffects(ranked), {
    unitCount: samples.map((sample) => sample.values.length),
    random: options.random ?? new Random('Kruskal-Wallis'),
    resampleCount,
    level: options.level ?? 0.95,
  });
  return values.map((value, i) => {
    const name = names[i] as string;
    const interval = intervals[i];
    if (interval === undefined || !Number.isFinite(interval.low)) return { name, value };
    const { low, high, level } = interval;
    const intervalMethod = `percentile bootstrap within groups, ${resampleCount} resamples`;
    return { name, value, interval: { low, high, level }, intervalMethod };
  });
}

/**
 * Returns the Kruskal-Wallis test of independent groups, corrected for ties, p by the chi-square approximation, with
 * epsilon squared (H / (n - 1)) and eta squared ((H - k + 1) / (n - k)), intervals by the bootstrap within groups.
 * @param groups Values of each group, shape `[group][value]`.
 * @throws RangeError for fewer than two groups, empty groups, missing values, or values that are all equal.
 */
export function kruskalWallis(groups: readonly ArrayLike<number>[], options: KruskalWallisOptions = {}): TestResult {
  const test = 'Kruskal-Wallis test';
  const ranked = rankGroups(test, groups, options);
  const { samples, pooled, total } = ranked;
  const counts = samples.map((sample) => sample.values.length);
  const rankSums = pooled.ranks.map((ranks) => ranks.reduce((sum, rank) => sum + rank, 0));
  const h = statisticOf(rankSums, counts, total, pooled.tieTerm);
  const notes = leftOutNotes(leftOutOf(samples));
  if (pooled.tieTerm > 0) notes.push('There are ties; H is corrected for them.');
  if (Math.min(...counts) < 5)
    notes.push(
      'A group has fewer than five values, for which the chi-square approximation is rough; consider a permutation test.',
    );
  return {
    test,
    method: 'chi-square approximation',
    statistic: { name: 'H', value: h },
    degreesOfFreedom: [samples.length - 1],
    p: chiSquareTails(h, samples.length - 1).upper,
    alternative: 'two-sided',
    counts,
    effects: effectsOf(ranked, h, options),
    notes,
  };
}

/** Settings of {@link dunnTest}. */
export interface DunnOptions extends GroupTestOptions {
  /** Default `holm`. */
  readonly correction?: Correction;
}

/**
 * Returns Dunn's test (1964) of all pairs of groups after Kruskal-Wallis: list over pairs. z is the difference of mean
 * ranks among all values, its variance corrected for ties. Effects are U/(n1 n2) and the rank-biserial correlation of the
 * two groups alone.
 * @throws RangeError as {@link kruskalWallis} does.
 */
export function dunnTest(groups: readonly ArrayLike<number>[], options: DunnOptions = {}): PairwiseComparison[] {
  const test = "Dunn's test";
  const { correction = 'holm', level = 0.95 } = options;
  const { samples, pooled, total } = rankGroups(test, groups, options);
  const meanRanks = pooled.ranks.map((ranks) => ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length);
  const variance = (total * (total + 1) - pooled.tieTerm / (total - 1)) / 12;
  const pairs = pairsOf(samples.length);
  const z = pairs.map(([i, j]) => {
    const [n1, n2] = [(samples[i] as Sample).values.length, (samples[j] as Sample).values.length];
    return ((meanRanks[i] as number) - (meanRanks[j] as number)) / Math.sqrt(variance * (1 / n1 + 1 / n2));
  });
  const p = z.map((value) => Math.min(1, 2 * normalTails(Math.abs(value)).upper));
  const adjusted = adjustPValues(p, correction);
  return pairs.map((pair, at) => {
    const [a, b] = pair.map((g) => (samples[g] as Sample).values) as [Float64Array, Float64Array];
    const rankSum = (rankPooled([a, b]).ranks[0] as Float64Array).reduce((sum, rank) => sum + rank, 0);
    const u = rankSum - (a.length * (a.length + 1)) / 2;
    const [i, j] = pair;
    return {
      test,
      groups: pair,
      statistic: { name: 'z', value: z[at] as number },
      p: p[at] as number,
      adjustedP: adjusted[at] as number,
      correction: correctionNames[correction],
      alternative: 'two-sided',
      counts: [a.length, b.length],
      estimate: { name: 'difference of mean ranks', value: (meanRanks[i] as number) - (meanRanks[j] as number) },
      effects: rankSumEffects({ u, n1: a.length, n2: b.length }, level),
      notes: leftOutNotes(leftOutOf([samples[i] as Sample, samples[j] as Sample])),
    };
  });
}
