import type { CohortGroup, CohortLevel } from '@zoopraxis/behavior';
import {
  adjustPValues,
  type Correction,
  compareGroups,
  correctionNames,
  type GroupComparison,
  type TestResult,
} from '@zoopraxis/core';
import { type GroupSummary, summarizeGroups } from './comparison.js';
import type { Cohort, CohortMeasure } from './run-cohort.js';

/** A test between groups. */
export interface GroupTest {
  /** Names of the groups that it is between; two for a pairwise comparison. */
  readonly groups: readonly string[];
  readonly result: TestResult;
  /** p after the correction for several tests; left out where there was none. */
  readonly adjustedP?: number;
  /** Such as `Holm over 3 tests`. */
  readonly correction?: string;
}

/** One measure at one level, compared. */
export interface ComparedLevel {
  readonly of: CohortMeasure;
  readonly level: string | undefined;
  readonly summaries: readonly GroupSummary[];
  /** The test over all groups first, then pairs. */
  readonly tests: readonly GroupTest[];
  /** Lines over the groups of a figure, list. */
  readonly brackets: GroupComparison['brackets'];
  /** Why there is no test. */
  readonly notTested?: string;
  /** Sentence for a methods section. */
  readonly methods?: string;
  /** What a careful reader should know, list of sentences. */
  readonly notes: readonly string[];
}

/** A cohort with its tests. */
export interface ComparedCohort {
  readonly cohort: Cohort;
  readonly compared: readonly ComparedLevel[];
}

/** How groups are tested. */
export interface CompareCohortOptions {
  /** Correction of the tests of one measure over behaviors (or regions) and levels. */
  readonly correction: Correction;
  /** What is known of the distribution beforehand; `check` looks at the values. */
  readonly distribution: 'check' | 'normal' | 'not normal';
  readonly version: string;
}

/** Returns a cohort with its tests: one for each measure and level, which {@link compareGroups} chooses. */
export function compareCohort(cohort: Cohort, options: CompareCohortOptions): ComparedCohort {
  const compared = cohort.measures.flatMap((of) =>
    of.design.levels.map(
      (level): ComparedLevel => ({
        of,
        level: level.level,
        summaries: summarizeGroups(level),
        ...testLevel(of, level, options),
      }),
    ),
  );
  return { cohort, compared: withCorrection(compared, options.correction) };
}

type Tested = Pick<ComparedLevel, 'tests' | 'brackets' | 'notTested' | 'methods' | 'notes'>;

const notTestedFor = (reason: string, notes: readonly string[] = []): Tested => ({
  tests: [],
  brackets: [],
  notTested: reason,
  notes,
});

function testLevel(of: CohortMeasure, { groups }: CohortLevel, options: CompareCohortOptions): Tested {
  const empty = groups.filter(({ values }) => values.length === 0).map(({ name }) => name);
  const filled = groups.filter(({ values }) => values.length > 0);
  const notes = empty.length === 0 ? [] : [`No values of ${empty.join(', ')}.`];
  if (filled.length < 2) return notTestedFor(`values of two groups or more are needed, got ${filled.length}`, notes);
  const censored = filled.reduce((sum, { isCensored }) => sum + isCensored.filter(Boolean).length, 0);
  if (censored > 0) {
    notes.push(
      `${censored} latencies are only known to be at least the length of what was analyzed. In the test, which is one of ranks, they share the largest rank; where recordings are of different lengths that is an approximation.`,
    );
  }
  // Lengths that differ by a few frames must not rank what never happened.
  const longest = Math.max(...filled.flatMap(({ values }) => values));
  try {
    const comparison = compareGroups(
      filled.map(({ name, values, animals, isCensored }) => ({
        name,
        values: values.map((value, i) => (isCensored[i] ? longest : value)),
        animals,
      })),
      {
        measure: of.title,
        paired: of.design.paired,
        unitOfAnalysis: of.design.unit === 'animal' || !hasReplicates(filled) ? 'animal' : 'mixed model',
        distribution: censored > 0 ? 'not normal' : options.distribution,
        software: { name: 'Zoopraxis', version: options.version },
      },
    );
    return testsOf(comparison, { groups, filled, notes });
  } catch (error) {
    if (error instanceof RangeError) return notTestedFor(error.message, notes);
    throw error;
  }
}

const hasReplicates = (groups: readonly CohortGroup[]) =>
  groups.some(({ animals }) => new Set(animals).size < animals.length);

function testsOf(
  { result, notTested, pairwise, brackets, methods, notes }: GroupComparison,
  {
    groups,
    filled,
    notes: before,
  }: { groups: readonly CohortGroup[]; filled: readonly CohortGroup[]; notes: readonly string[] },
): Tested {
  const nameOf = (index: number) => filled[index]?.name as string;
  // Empty groups have a place in figures, and none in tests.
  const placeOf = (index: number) => groups.findIndex(({ name }) => name === nameOf(index));
  if (result === undefined) return notTestedFor(notTested ?? 'the values do not allow it', [...before, ...notes]);
  return {
    tests: [
      { groups: filled.map(({ name }) => name), result },
      ...pairwise.map((pair) => ({
        groups: pair.groups.map(nameOf),
        result: pair,
        adjustedP: pair.adjustedP,
        correction: `${pair.correction} over ${pairwise.length} pairs`,
      })),
    ],
    brackets: brackets.map((bracket) => ({
      ...bracket,
      groups: [placeOf(bracket.groups[0]), placeOf(bracket.groups[1])] as const,
    })),
    methods,
    notes: [...before, ...notes],
  };
}

/** Returns levels with the main tests of each measure corrected for their number. */
function withCorrection(compared: readonly ComparedLevel[], correction: Correction): ComparedLevel[] {
  const adjusted = new Map<ComparedLevel, { p: number; count: number }>();
  if (correction !== 'none') {
    for (const measure of new Set(compared.map(({ of }) => of.measure))) {
      const family = compared.filter(({ of, tests }) => of.measure === measure && tests.length > 0);
      if (family.length < 2) continue;
      const p = adjustPValues(
        family.map(({ tests }) => (tests[0] as GroupTest).result.p),
        correction,
      );
      for (const [i, one] of family.entries()) adjusted.set(one, { p: p[i] as number, count: family.length });
    }
  }
  return compared.map((one) => {
    const found = adjusted.get(one);
    const [first, ...others] = one.tests;
    if (found === undefined || first === undefined) return one;
    const words = `${correctionNames[correction]} over ${found.count} tests of this measure`;
    const tests = [{ ...first, adjustedP: found.p, correction: words }, ...others];
    // Stars of pairs on a figure would say more than their main test does.
    if (others.length === 0 || one.brackets.length === 0 || found.p <= 0.05) return { ...one, tests };
    const note = `Pairs are not marked in the figure: the test of all groups has p = ${found.p.toPrecision(2)} after ${words}.`;
    return { ...one, tests, brackets: [], notes: [...one.notes, note] };
  });
}
