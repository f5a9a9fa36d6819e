import type { TestResult } from '@zoopraxis/core';
import { type GroupSummary, summarizeGroups } from './comparison.js';
import type { Cohort, CohortMeasure } from './run-cohort.js';

/** A test between groups. */
export interface GroupTest {
  /** Names of the groups that it is between; two for a pairwise comparison. */
  readonly groups: readonly string[];
  readonly result: TestResult;
  /** p after the correction for several tests; left out where there was none. */
  readonly adjustedP?: number;
  /** Such as `Holm over 3 behaviors`. */
  readonly correction?: string;
}

/** One measure at one level, compared. */
export interface ComparedLevel {
  readonly of: CohortMeasure;
  readonly level: string | undefined;
  readonly summaries: readonly GroupSummary[];
  /** The test over all groups first, then pairs. */
  readonly tests: readonly GroupTest[];
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

/** Returns a cohort with the summaries of its groups, measure by measure and level by level. */
export function compareCohort(cohort: Cohort): ComparedCohort {
  const compared = cohort.measures.flatMap((of) =>
    of.design.levels.map(
      (level): ComparedLevel => ({ of, level: level.level, summaries: summarizeGroups(level), tests: [], notes: [] }),
    ),
  );
  return { cohort, compared };
}
