import type { CohortDesign, CohortLevel } from '@zoopraxis/behavior';
import { mean, quantileOfSorted, sortedNumbers } from '@zoopraxis/core';

/** What is shown of a group. */
export interface GroupSummary {
  readonly name: string;
  readonly count: number;
  /** Null where there is nothing to compute it from. */
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** Standard error of the mean. */
  readonly standardError: number | null;
  readonly median: number | null;
  readonly lowerQuartile: number | null;
  readonly upperQuartile: number | null;
  /** Values that are only known to be at least so large. */
  readonly censoredCount: number;
}

/** Returns the summaries of the groups of a level. */
export function summarizeGroups({ groups }: CohortLevel): GroupSummary[] {
  return groups.map(({ name, values, isCensored }) => {
    const count = values.length;
    const middle = count === 0 ? null : mean(values);
    const squares = middle === null ? 0 : values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    const deviation = count < 2 ? null : Math.sqrt(squares / (count - 1));
    const sorted = sortedNumbers(values);
    const quantile = (share: number) => (count === 0 ? null : quantileOfSorted(sorted, share));
    return {
      name,
      count,
      mean: middle,
      standardDeviation: deviation,
      standardError: deviation === null ? null : deviation / Math.sqrt(count),
      median: quantile(0.5),
      lowerQuartile: quantile(0.25),
      upperQuartile: quantile(0.75),
      censoredCount: isCensored.filter(Boolean).length,
    };
  });
}

/** Returns a name for a level of a design in tables and files: empty where there is one. */
export function levelName({ within }: Pick<CohortDesign, 'within'>, level: string | undefined): string {
  return within === undefined || level === undefined ? '' : `${within} ${level}`;
}
