import { median as medianOf, quantileOfSorted } from '../quantiles.js';
import { adjustPValues } from './adjust-p-values.js';
import {
  type AnimalValues,
  type ComparedGroup,
  describeReplication,
  type Replication,
  readComparedGroup,
  replicationSentence,
  summarizeAnimals,
} from './animal-values.js';
import { chooseTest, describeChoice, type GroupTestName, refuseTest, type TestChoice } from './choose-test.js';
import { studentTQuantile } from './distributions.js';
import { friedmanTest, pairwiseSignedRankTests } from './friedman.js';
import { dunnTest, kruskalWallis } from './kruskal-wallis.js';
import { leveneTest } from './levene.js';
import { linearMixedModel } from './linear-mixed-model.js';
import { methodsSentence, reportTest, significanceStars } from './methods-sentence.js';
import { testMixedModelContrast } from './mixed-model-contrasts.js';
import type { LinearMixedModel } from './mixed-model-result.js';
import { oneWayAnova, welchAnova } from './one-way-anova.js';
import { rankSumTest } from './rank-sum.js';
import { repeatedMeasuresAnova } from './repeated-measures-anova.js';
import { describeSample } from './samples.js';
import { shapiroWilk } from './shapiro-wilk.js';
import { signedRankTest } from './signed-rank.js';
import { pairedTTest, tTest, welchTTest } from './t-tests.js';
import type { Alternative, ConfidenceInterval, MissingRule, PairwiseComparison, TestResult } from './test-result.js';
import { gamesHowellTest, pairsOf, tukeyHsd } from './tukey.js';

/** Settings of {@link compareGroups}. */
export interface CompareGroupsOptions {
  /** What was measured, for sentences: such as `attack duration`; default `values`. */
  readonly measure?: string;
  /**
   * Whether each animal is in every group. Default: as the names of animals say, and independent where they are not named.
   * Without names, values in the same place are pairs.
   */
  readonly paired?: boolean;
  /**
   * `animal` (default): several values of an animal are brought down to one first. `mixed model`: all values enter a model
   * that knows their animals. `row`: each value counts for itself, with a warning.
   */
  readonly unitOfAnalysis?: 'animal' | 'row' | 'mixed model';
  /** What stands for an animal with several values; default `mean`. */
  readonly summary?: 'mean' | 'median';
  /** `check` (default) looks at the values with Shapiro-Wilk; better is to state it beforehand. */
  readonly distribution?: 'check' | 'normal' | 'not normal';
  /** Of three groups or more: `check` (default) uses the Brown-Forsythe test. */
  readonly variances?: 'check' | 'equal' | 'unequal';
  /** Takes this test instead of the chosen one. */
  readonly test?: GroupTestName;
  /** Of two groups: `greater` where the first has the greater values. Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Confidence of intervals; default 0.95. Tests use 1 - level as their threshold. */
  readonly level?: number;
  /** Default `refuse`. */
  readonly missing?: MissingRule;
  /** Named in the methods sentence; default Zoopraxis. */
  readonly software?: { readonly name: string; readonly version?: string };
}

/** What a figure or table shows of a group; numbers are null where one value cannot tell them. */
export interface GroupDescription {
  readonly name: string;
  /** Values that were tested: animals, or rows. */
  readonly count: number;
  /** Rows behind them. */
  readonly rowCount: number;
  readonly mean: number;
  /** Standard deviation, with n - 1. */
  readonly sd: number | null;
  /** Standard error of the mean. */
  readonly sem: number | null;
  /** Of the mean, by the t distribution. */
  readonly interval: ConfidenceInterval | null;
  readonly median: number;
  /** First and third quartile, list of two. */
  readonly quartiles: readonly [number, number];
  readonly min: number;
  readonly max: number;
  /** What was tested: list; in a paired design the same place is the same animal in all groups. */
  readonly values: readonly number[];
  /** Whose each value is, list; absent where no animals are named. */
  readonly labels?: readonly string[];
}

/** A line over two groups of a figure. */
export interface ComparisonBracket {
  /** Indices of the groups, shape `[2]`. */
  readonly groups: readonly [number, number];
  readonly p: number;
  readonly stars: string;
}

/** A comparison of groups with everything that a figure, a table or a paper needs: plain JSON data. */
export interface GroupComparison {
  readonly groups: readonly GroupDescription[];
  readonly paired: boolean;
  readonly unitOfAnalysis: 'animal' | 'row' | 'mixed model';
  readonly choice: TestChoice;
  /** Checks of normality (list over groups, or one of differences or residuals) and of variances. */
  readonly checks: readonly { readonly of: string; readonly result?: TestResult; readonly notTested?: string }[];
  /** Absent where the test could not be made: see `notTested`. */
  readonly result?: TestResult;
  /** Why there is no result, as a sentence. */
  readonly notTested?: string;
  /** Comparisons of pairs of groups, list; of two groups none. */
  readonly pairwise: readonly PairwiseComparison[];
  /** For figures: of two groups the test, else the pairs that differ after a test that found a difference. */
  readonly brackets: readonly ComparisonBracket[];
  readonly mixedModel?: LinearMixedModel;
  readonly replication?: Replication;
  /** Such as `t(14) = 2.31, p = 0.0367, ...`; the reason where nothing was tested. */
  readonly report: string;
  readonly methods: string;
  /** What a careful reader should know: list of sentences. */
  readonly notes: readonly string[];
}

const what = 'compare groups';

/** Returns what `run` gives, or why it refused. */
function attempt<T>(run: () => T): { value: T; problem?: undefined } | { value?: undefined; problem: string } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}

function describeGroup(group: AnimalValues, level: number): GroupDescription {
  const { mean, variance, values } = describeSample(group.values);
  const count = values.length;
  const sorted = Float64Array.from(values).sort();
  const sem = count > 1 ? Math.sqrt(variance / count) : null;
  const half = sem === null ? null : studentTQuantile((1 + level) / 2, count - 1) * sem;
  return {
    name: group.name,
    count,
    rowCount: group.rowCounts.reduce((sum, rows) => sum + rows, 0),
    mean,
    sd: count > 1 ? Math.sqrt(variance) : null,
    sem,
    interval: half === null ? null : { low: mean - half, high: mean + half, level },
    median: medianOf(values),
    quartiles: [quantileOfSorted(sorted, 0.25), quantileOfSorted(sorted, 0.75)],
    min: sorted[0] as number,
    max: sorted[count - 1] as number,
    values: Array.from(values),
    ...(group.animals && { labels: group.animals.map(String) }),
  };
}

/** Returns whether groups hold the same animals. */
function designOf(groups: readonly AnimalValues[], asked: boolean | undefined, unit: string, notes: string[]): boolean {
  if (groups.some((group) => group.animals === undefined)) return asked ?? false;
  const counts = new Map<string | number, number>();
  for (const group of groups)
    for (const animal of new Set(group.animals)) counts.set(animal, (counts.get(animal) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count > 1);
  if (asked === false && shared.length > 0) {
    notes.push(
      `${shared.length} animals are in several groups, and the groups were taken as independent all the same: a paired test or a mixed model would use that.`,
    );
  }
  if (asked !== undefined) return asked;
  if (shared.length === 0) return false;
  if ([...counts.values()].every((count) => count === groups.length)) {
    notes.push('Every animal is in every group, so values were paired by animal.');
    return true;
  }
  if (unit === 'mixed model') return true;
  throw new RangeError(
    `${what}: animal ${shared[0]?.[0]} is in ${shared[0]?.[1]} of ${groups.length} groups but not all animals are; ` +
      "set paired to true (animals without a value in each group are left out), or unitOfAnalysis to 'mixed model'",
  );
}

/** Returns groups with the same animals in the same places. */
function alignPairs(groups: readonly AnimalValues[], notes: string[]): AnimalValues[] {
  if (groups.some((group) => group.animals === undefined)) {
    const [first] = groups;
    const odd = groups.find((group) => group.values.length !== first?.values.length);
    if (odd !== undefined) {
      throw new RangeError(
        `${what}: pairs need as many values in ${odd.name} as in ${first?.name}, got ${odd.values.length} and ${first?.values.length}; name their animals to pair those that are in both`,
      );
    }
    return [...groups];
  }
  const maps = groups.map((group) => new Map(group.animals?.map((animal, i) => [animal, i])));
  const all = [...new Set(groups.flatMap((group) => group.animals ?? []))];
  const kept = all.filter((animal) => maps.every((map) => map.has(animal)));
  if (kept.length < all.length) {
    const left = all.filter((animal) => !kept.includes(animal));
    const shown = left.length > 10 ? `${left.slice(0, 10).join(', ')} and ${left.length - 10} more` : left.join(', ');
    notes.push(`${left.length} animals lack a value in some group and were left out: ${shown}.`);
  }
  if (kept.length === 0) throw new RangeError(`${what}: pairs need an animal that is in every group, got none`);
  return groups.map((group, g) => {
    const places = kept.map((animal) => maps[g]?.get(animal) as number);
    return {
      ...group,
      animals: kept,
      values: Float64Array.from(places, (place) => group.values[place] as number),
      rowCounts: Int32Array.from(places, (place) => group.rowCounts[place] as number),
    };
  });
}

type Check = GroupComparison['checks'][number];

function check(of: string, run: () => TestResult): Check {
  const { value, problem } = attempt(run);
  return value === undefined ? { of, notTested: problem as string } : { of, result: value };
}

/** Returns Shapiro-Wilk tests of what a test of means supposes to be normal. */
function checkNormality(groups: readonly AnimalValues[], paired: boolean): Check[] {
  const [first, second] = groups as [AnimalValues, AnimalValues];
  if (!paired) {
    return groups.map(({ name, values }) => check(`normality of ${name}`, () => shapiroWilk(values)));
  }
  if (groups.length === 2) {
    const differences = first.values.map((value, i) => value - (second.values[i] as number));
    return [check('normality of the differences', () => shapiroWilk(differences))];
  }
  const count = first.values.length;
  const rows = Array.from({ length: count }, (_, i) => groups.map((group) => group.values[i] as number));
  const rowMeans = rows.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
  const columnMeans = groups.map((group) => group.values.reduce((sum, value) => sum + value, 0) / count);
  const grand = rowMeans.reduce((sum, value) => sum + value, 0) / count;
  const residuals = rows.flatMap((row, i) =>
    row.map((value, g) => value - (rowMeans[i] as number) - (columnMeans[g] as number) + grand),
  );
  return [check('normality of the residuals', () => shapiroWilk(residuals))];
}

interface Tested {
  readonly result: TestResult;
  readonly pairwise: readonly PairwiseComparison[];
  readonly mixedModel?: LinearMixedModel;
  readonly notes?: readonly string[];
}

/** Returns comparisons of pairs beside a result, or why there are none. */
function withPairs(result: TestResult, run: () => PairwiseComparison[]): Tested {
  const { value, problem } = attempt(run);
  return value === undefined
    ? { result, pairwise: [], notes: [`Pairs of groups were not compared: ${problem}`] }
    : { result, pairwise: value };
}

/** Returns results of pairs with Holm's correction. */
function withHolm(pairs: readonly [number, number][], run: (i: number, j: number) => TestResult): PairwiseComparison[] {
  const results = pairs.map(([i, j]) => run(i, j));
  const adjusted = adjustPValues(results.map((result) => result.p));
  return results.map((result, at) => ({
    ...result,
    groups: pairs[at] as [number, number],
    adjustedP: adjusted[at] as number,
    correction: 'Holm',
  }));
}

function runTest(test: GroupTestName, groups: readonly AnimalValues[], options: CompareGroupsOptions): Tested {
  const { level = 0.95, alternative = 'two-sided' } = options;
  const lists = groups.map((group) => group.values);
  const [a, b] = lists as [Float64Array, Float64Array];
  const rows = Array.from({ length: a.length }, (_, i) => lists.map((list) => list[i] as number));
  const two = { level, alternative };
  const pairs = lists.length > 2 ? pairsOf(lists.length) : [];
  const only = (result: TestResult): Tested => ({ result, pairwise: [] });
  const after = (result: TestResult, run: () => PairwiseComparison[]) =>
    pairs.length === 0 ? only(result) : withPairs(result, run);
  switch (test) {
    case 'tTest':
      return only(tTest(a, b, two));
    case 'welchTTest':
      return only(welchTTest(a, b, two));
    case 'rankSumTest':
      return only(rankSumTest(a, b, two));
    case 'pairedTTest':
      return only(pairedTTest(a, b, two));
    case 'signedRankTest':
      return only(signedRankTest(a, b, two));
    case 'oneWayAnova':
      return after(oneWayAnova(lists, { level }), () => tukeyHsd(lists, { level }));
    case 'welchAnova':
      return after(welchAnova(lists, { level }), () => gamesHowellTest(lists, { level }));
    case 'kruskalWallis':
      return after(kruskalWallis(lists, { level }), () => dunnTest(lists, { level }));
    case 'repeatedMeasuresAnova':
      return after(repeatedMeasuresAnova(rows, { level }), () =>
        withHolm(pairs, (i, j) => pairedTTest(lists[i] as Float64Array, lists[j] as Float64Array, { level })),
      );
    case 'friedmanTest':
      return after(friedmanTest(rows, { level }), () => pairwiseSignedRankTests(rows, { level }));
    case 'linearMixedModel':
      return runMixedModel(groups, level);
  }
}

function runMixedModel(groups: readonly AnimalValues[], level: number): Tested {
  const animals = groups.flatMap((group) => {
    if (group.animals === undefined)
      throw new RangeError(`linear mixed model: group ${group.name} needs the animal of each value`);
    return group.animals;
  });
  const names = groups.map((group) => group.name);
  const model = linearMixedModel(
    {
      response: Float64Array.from(groups.flatMap((group) => Array.from(group.values))),
      animals,
      fixed: [
        { name: 'group', values: groups.flatMap((group) => Array.from(group.values, () => group.name)), levels: names },
      ],
    },
    { level },
  );
  // Coefficients are differences from the first group.
  const contrast = (i: number, j: number) => {
    const weights = names.map((_, at) => Number(at > 0 && at === i) - Number(at > 0 && at === j));
    return testMixedModelContrast(model, weights, { name: `${names[i]} - ${names[j]}`, level });
  };
  const counts = groups.map((group) => group.values.length);
  if (names.length === 2) return { result: { ...contrast(0, 1), counts }, pairwise: [], mixedModel: model };
  const [term] = model.terms;
  if (term === undefined) throw new RangeError('linear mixed model: needs two groups or more');
  const { term: _name, ...result } = term;
  return {
    result: { ...result, counts, notes: [...result.notes, ...model.notes] },
    pairwise: withHolm(pairsOf(names.length), contrast),
    mixedModel: model,
  };
}

/**
 * Returns a comparison of groups: the test that fits (see `chooseTest`), its result, comparisons of pairs, descriptions,
 * brackets for figures and sentences for a paper. The unit of analysis is the animal unless said otherwise: several values of
 * one animal are brought down to one first, and the notes say how far they were alike. A test that the values do not allow
 * (all equal, one animal) leaves the descriptions and says so in `notTested`.
 * @throws RangeError for fewer than two groups, an empty one, missing values, equal names, or pairs that cannot be matched.
 */
export function compareGroups(groups: readonly ComparedGroup[], options: CompareGroupsOptions = {}): GroupComparison {
  const { unitOfAnalysis: unit = 'animal', summary = 'mean', distribution = 'check', level = 0.95 } = options;
  const { variances = 'check', missing = 'refuse', measure = 'values', alternative = 'two-sided' } = options;
  if (groups.length < 2) throw new RangeError(`${what}: needs two groups or more, got ${groups.length}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`${what}: level must be between 0 and 1, got ${level}`);
  if (new Set(groups.map((group) => group.name)).size < groups.length) {
    throw new RangeError(
      `${what}: groups must have different names, got ${groups.map((group) => group.name).join(', ')}`,
    );
  }
  const notes: string[] = [];
  const alpha = Number((1 - level).toPrecision(12));
  const rows = groups.map((group) => readComparedGroup(what, group, missing));
  for (const { name, leftOut } of rows) {
    if (leftOut > 0) notes.push(`${leftOut} missing values of ${name} were left out.`);
  }
  const isPaired = designOf(rows, options.paired, unit, notes);
  const replication = describeReplication(rows);
  const known = rows.every((group) => group.animals !== undefined);
  let units = unit === 'animal' ? rows.map((group) => summarizeAnimals(group, summary)) : rows;
  if (isPaired && unit !== 'mixed model') {
    if (unit === 'row' && replication !== undefined) {
      throw new RangeError(
        `${what}: rows of several values an animal cannot be paired; take the animal or a mixed model as the unit`,
      );
    }
    units = alignPairs(units, notes);
  }
  if (replication !== undefined) {
    const sentence = replicationSentence(replication);
    if (unit === 'animal') notes.push(`${sentence} The ${summary} of each animal was tested.`);
    if (unit === 'mixed model') notes.push(sentence);
    if (unit === 'row') {
      notes.push(
        `Warning, pseudo-replication: ${sentence} Tested as if independent, p is too small; take the animal or a mixed model as the unit.`,
      );
    }
  } else if (!known && unit === 'animal') {
    notes.push('No animals are named: each value was taken as an animal of its own.');
  }

  const counts = units.map((group) => group.values.length);
  const checks = distribution === 'check' && unit !== 'mixed model' ? checkNormality(units, isPaired) : [];
  const unchecked = checks.filter(({ notTested }) => notTested !== undefined);
  const isRejected = checks.some(({ result }) => result !== undefined && result.p < 0.05);
  const found =
    distribution !== 'check'
      ? distribution
      : isRejected
        ? 'not normal'
        : unchecked.length === checks.length
          ? 'unknown'
          : 'normal';
  let spread: 'equal' | 'unequal' | 'unknown' = variances === 'check' ? 'unknown' : variances;
  const needsVariances = !isPaired && groups.length > 2 && found !== 'not normal' && unit !== 'mixed model';
  if (variances === 'check' && needsVariances) {
    const levene = check('equal variances', () => leveneTest(units.map((group) => group.values)));
    checks.push(levene);
    if (levene.result !== undefined) spread = levene.result.p < 0.05 ? 'unequal' : 'equal';
  }
  let choice: TestChoice;
  if (options.test !== undefined) {
    const refusal = refuseTest(options.test, groups.length, isPaired);
    if (refusal !== undefined) throw new RangeError(`${what}: ${refusal}`);
    if ((options.test === 'linearMixedModel') !== (unit === 'mixed model')) {
      throw new RangeError(
        `${what}: test linearMixedModel goes with unitOfAnalysis 'mixed model', got ${options.test} and ${unit}`,
      );
    }
    choice = describeChoice(options.test, groups.length, ['This test was asked for.']);
  } else {
    choice = chooseTest({
      counts,
      paired: isPaired,
      distribution: found,
      variances: spread,
      mixedModel: unit === 'mixed model',
    });
    if (distribution === 'check' && unit !== 'mixed model') {
      notes.push(
        'The test was chosen by a look at the values; stating the distribution beforehand is better, as a check that finds nothing proves nothing.',
      );
    }
  }
  if (alternative !== 'two-sided' && groups.length > 2) {
    throw new RangeError(`${what}: alternative must be two-sided for ${groups.length} groups, got ${alternative}`);
  }
  if (alternative !== 'two-sided' && unit === 'mixed model') {
    throw new RangeError(`${what}: alternative must be two-sided for a mixed model, got ${alternative}`);
  }
  notes.push(...choice.cautions);
  for (const { of, notTested } of unchecked) notes.push(`The ${of} could not be checked (${notTested}).`);

  const { value: tested, problem } = attempt(() => runTest(choice.test, units, options));
  const result = tested?.result;
  const pairwise = tested?.pairwise ?? [];
  const brackets: ComparisonBracket[] = [];
  if (result !== undefined && groups.length === 2) {
    brackets.push({ groups: [0, 1], p: result.p, stars: significanceStars(result.p) });
  } else if (result !== undefined && result.p <= alpha) {
    for (const pair of pairwise) {
      if (pair.adjustedP > alpha) continue;
      brackets.push({ groups: pair.groups, p: pair.adjustedP, stars: significanceStars(pair.adjustedP) });
    }
  }
  for (const note of [...(result?.notes ?? []), ...(tested?.notes ?? [])]) if (!notes.includes(note)) notes.push(note);
  const brought = replication !== undefined && unit !== 'row';
  return {
    groups: units.map((group) => describeGroup(group, level)),
    paired: isPaired,
    unitOfAnalysis: unit,
    choice,
    checks,
    ...(result && { result }),
    ...(problem !== undefined && { notTested: problem }),
    pairwise,
    brackets,
    ...(tested?.mixedModel && { mixedModel: tested.mixedModel }),
    ...(replication && { replication }),
    report: result === undefined ? `not tested: ${problem}` : reportTest(result),
    methods: methodsSentence({
      choice,
      measure,
      groupNames: units.map((group) => group.name),
      counts,
      paired: isPaired,
      unitOfAnalysis: unit,
      ...((brought || unit === 'mixed model') && {
        rowCount: rows.reduce((sum, group) => sum + group.values.length, 0),
      }),
      ...(known && { animalCount: new Set(rows.flatMap((group) => group.animals ?? [])).size }),
      summary,
      ...(result && { result }),
      ...(choice.postHoc && { postHoc: choice.postHoc }),
      normality:
        distribution !== 'check'
          ? 'stated'
          : checks.some(({ result: r }) => r !== undefined)
            ? 'checked'
            : 'not checked',
      alpha,
      level,
      ...(options.software && { software: options.software }),
    }),
    notes,
  };
}
