import { choleskyFactor } from '../dense.js';
import { chiSquareTails, fTails } from './distributions.js';
import { type VarianceResult, type VarianceSource, varianceSource } from './one-way-anova.js';
import { leftOutNotes, readTable, requireLevel, sumOf } from './samples.js';
import type { Effect, MissingRule } from './test-result.js';
import { partialEtaSquared } from './variance-effects.js';

/** What is done about differences between conditions that vary unequally. */
export type SphericityCorrection = 'greenhouse-geisser' | 'huynh-feldt' | 'none';

/** Settings of {@link repeatedMeasuresAnova}. */
export interface RepeatedMeasuresOptions {
  /** Which p is reported as `p`. Default `greenhouse-geisser`, which needs no assumption. */
  readonly correction?: SphericityCorrection;
  /** Confidence of the intervals. Default 0.95. */
  readonly level?: number;
  /** `omit` leaves an animal with a missing value out as a whole. Default `refuse`. */
  readonly missing?: MissingRule;
}

/** F with its degrees of freedom reduced by an epsilon. */
export interface CorrectedF {
  /** 1 where sphericity holds, 1 / (conditions - 1) where it is violated most. */
  readonly epsilon: number;
  /** Of numerator and denominator, shape `[2]`. */
  readonly degreesOfFreedom: readonly [number, number];
  readonly p: number;
}

/** An analysis of variance of repeated measures. */
export interface RepeatedMeasuresResult extends VarianceResult {
  readonly uncorrected: CorrectedF;
  readonly greenhouseGeisser: CorrectedF;
  readonly huynhFeldt: CorrectedF;
  /** Mauchly's test of sphericity (1940); absent for two conditions, and where animals are too few for it. */
  readonly mauchly?: {
    readonly w: number;
    readonly chiSquare: number;
    readonly degreesOfFreedom: number;
    readonly p: number;
  };
}

/** Returns the covariances of orthonormal contrasts between conditions, shape `[k - 1][k - 1]`. */
function contrastCovariances(rows: readonly Float64Array[], k: number): Float64Array[] {
  // Helmert contrasts: a condition against the mean of those before it.
  const scores = rows.map((row) =>
    Float64Array.from({ length: k - 1 }, (_, c) => {
      let before = 0;
      for (let j = 0; j <= c; j++) before += row[j] as number;
      return (before - (c + 1) * (row[c + 1] as number)) / Math.sqrt((c + 1) * (c + 2));
    }),
  );
  const means = Float64Array.from(
    { length: k - 1 },
    (_, c) => sumOf(scores.map((score) => score[c] as number)) / rows.length,
  );
  return Array.from({ length: k - 1 }, (_, a) =>
    Float64Array.from({ length: k - 1 }, (_, b) => {
      const products = scores.map(
        (score) => ((score[a] as number) - (means[a] as number)) * ((score[b] as number) - (means[b] as number)),
      );
      return sumOf(products) / (rows.length - 1);
    }),
  );
}

/**
 * Returns Mauchly's W and its p by the chi-square approximation with the second-order term (Anderson 1984, section 10.7.4),
 * or undefined where the covariances are singular.
 */
function mauchlyOf(covariances: readonly Float64Array[], trace: number, n: number): RepeatedMeasuresResult['mauchly'] {
  const p = covariances.length;
  if (p < 2 || n - 1 < p) return undefined;
  const factor = choleskyFactor(Float64Array.from(covariances.flatMap((row) => [...row])), p);
  if (factor === undefined) return undefined;
  let w = 1;
  for (let i = 0; i < p; i++) w *= ((factor[i * p + i] as number) ** 2 * p) / trace;
  const df = n - 1;
  const rho = 1 - (2 * p * p + p + 2) / (6 * p * df);
  const second = ((p + 2) * (p - 1) * (p - 2) * (2 * p ** 3 + 6 * p * p + 3 * p + 2)) / (288 * (df * p * rho) ** 2);
  const degreesOfFreedom = (p * (p + 1)) / 2 - 1;
  const chiSquare = Math.max(0, -df * rho * Math.log(w));
  const upper = chiSquareTails(chiSquare, degreesOfFreedom).upper;
  const refined = upper + second * (chiSquareTails(chiSquare, degreesOfFreedom + 4).upper - upper);
  return { w, chiSquare, degreesOfFreedom, p: Math.min(1, Math.max(0, refined)) };
}

function correctedF(f: number, df1: number, df2: number, epsilon: number): CorrectedF {
  return {
    epsilon,
    degreesOfFreedom: [epsilon * df1, epsilon * df2],
    p: fTails(f, epsilon * df1, epsilon * df2).upper,
  };
}

const correctionWords: Readonly<Record<SphericityCorrection, string>> = {
  'greenhouse-geisser': 'Greenhouse-Geisser correction',
  'huynh-feldt': 'Huynh-Feldt correction',
  none: 'no correction for sphericity',
};

/**
 * Returns the one-way analysis of variance of repeated measures: each animal under each condition. p is corrected for
 * violated sphericity by Greenhouse and Geisser (1959) unless another is asked for; all three stand in the result. Effects
 * are partial eta squared (interval by the noncentral F distribution, supposing sphericity) and generalized eta squared.
 * @param rows Values of each animal, shape `[animal, condition]`.
 * @throws RangeError for fewer than two animals or conditions, rows of unequal length, missing values, or conditions whose
 *   differences are the same in every animal.
 */
export function repeatedMeasuresAnova(
  rows: readonly ArrayLike<number>[],
  options: RepeatedMeasuresOptions = {},
): RepeatedMeasuresResult {
  const test = 'Repeated-measures ANOVA';
  const { correction = 'greenhouse-geisser', level = 0.95, missing } = options;
  requireLevel(test, level);
  if (!(correction in correctionWords)) {
    throw new RangeError(
      `${test}: correction must be one of ${Object.keys(correctionWords).join(', ')}, got ${correction}`,
    );
  }
  const table = readTable(rows, { test, row: 'animal', column: 'condition', minRows: 2, minColumns: 2, missing });
  const { rows: values, columnCount: k } = table;
  const n = values.length;
  const grand = sumOf(values.map(sumOf)) / (n * k);
  const animals = values.map((row) => sumOf(row) / k);
  const conditions = Array.from({ length: k }, (_, c) => sumOf(values.map((row) => row[c] as number)) / n);
  let largest = 0;
  const between = n * sumOf(conditions.map((mean) => (mean - grand) ** 2));
  const ofAnimals = k * sumOf(animals.map((mean) => (mean - grand) ** 2));
  const errors = values.map((row, r) =>
    sumOf(
      row.map((value, c) => {
        largest = Math.max(largest, Math.abs(value));
        return (value - (animals[r] as number) - (conditions[c] as number) + grand) ** 2;
      }),
    ),
  );
  const error = sumOf(errors);
  if (error <= n * k * (8 * Number.EPSILON * largest) ** 2) {
    throw new RangeError(
      `${test}: the conditions differ by the same amount in every animal, so there is no spread to judge by`,
    );
  }
  const [df1, df2] = [k - 1, (k - 1) * (n - 1)];
  const f = between / df1 / (error / df2);
  const covariances = contrastCovariances(values, k);
  const trace = sumOf(covariances.map((row, i) => row[i] as number));
  const squares = sumOf(covariances.map((row) => sumOf(row.map((value) => value * value))));
  const epsilon = Math.min(1, (trace * trace) / (df1 * squares));
  const spare = n - 1 - df1 * epsilon;
  const huynhFeldt = spare > 0 ? Math.min(1, Math.max(epsilon, (n * df1 * epsilon - 2) / (df1 * spare))) : 1;
  const corrected = {
    uncorrected: correctedF(f, df1, df2, 1),
    greenhouseGeisser: correctedF(f, df1, df2, epsilon),
    huynhFeldt: correctedF(f, df1, df2, huynhFeldt),
  };
  const chosen =
    correction === 'none'
      ? corrected.uncorrected
      : correction === 'huynh-feldt'
        ? corrected.huynhFeldt
        : corrected.greenhouseGeisser;
  const mauchly = mauchlyOf(covariances, trace, n);
  const generalized: Effect = { name: 'generalized eta squared', value: between / (between + ofAnimals + error) };
  const notes = leftOutNotes(table.leftOut, 'animal');
  if (k > 2 && mauchly === undefined) notes.push('Too few animals for a test of sphericity.');
  const lines: VarianceSource[] = [
    varianceSource('conditions', between, df1),
    varianceSource('animals', ofAnimals, n - 1),
    varianceSource('error', error, df2),
  ];
  return {
    test,
    ...(k > 2 ? { method: correctionWords[correction] } : {}),
    statistic: { name: 'F', value: f },
    degreesOfFreedom: chosen.degreesOfFreedom,
    p: chosen.p,
    alternative: 'two-sided',
    counts: [n],
    effects: [partialEtaSquared(f, df1, df2, level), generalized],
    notes,
    table: lines,
    ...corrected,
    ...(mauchly === undefined ? {} : { mauchly }),
  };
}
