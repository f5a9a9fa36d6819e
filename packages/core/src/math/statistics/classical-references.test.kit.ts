import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfidenceInterval, Effect } from './test-result.js';

interface Test {
  readonly statistic: number;
  readonly p: number;
}
interface TTest extends Test {
  readonly df: number;
  readonly low: number | null;
  readonly high: number | null;
}
type Side = 'two-sided' | 'less' | 'greater';
type Method = 'exact' | 'normal' | 'normal-corrected';

/** What `test/reference/statistics/classical_tests.R` wrote. */
interface ClassicalReferences {
  twoGroups: Record<
    string,
    {
      first: number[];
      second: number[];
      student: Record<Side, TTest>;
      welch: TTest;
      cohen: { d: number; g: number; interval: [number, number] };
      rankSum: Record<Side, Record<Method, Test>>;
      superiority: { value: number; interval: [number, number] };
      shift: { estimate: number; low: number; high: number };
    }
  >;
  pairs: Record<
    string,
    {
      first: number[];
      second: number[];
      t: TTest;
      dz: { value: number; interval: [number, number] };
      center: { estimate: number; low?: number; high?: number };
      signedRank: Record<string, number>;
    }
  >;
  groups: Record<
    string,
    {
      groups: number[][];
      anova: Test & { etaSquared: number; omegaSquared: number; epsilonSquared: number; interval: [number, number] };
      welch: TTest;
      tukey: { groups: [number, number]; p: number; low: number; high: number }[];
      gamesHowell: { groups: [number, number]; p: number | null; df: number }[];
      kruskal: Test;
      dunn: Record<string, number[]>;
      levene: Record<'mean' | 'median', Test>;
    }
  >;
  tables: Record<
    string,
    {
      rows: number[][];
      anova: Test &
        Record<
          | 'greenhouseGeisser'
          | 'huynhFeldt'
          | 'greenhouseGeisserP'
          | 'huynhFeldtP'
          | 'mauchlyW'
          | 'mauchlyP'
          | 'partialEtaSquared'
          | 'generalizedEtaSquared',
          number
        >;
      friedman: Test;
      nemenyi: number[];
    }
  >;
  shapiro: (Test & { count: number; power: number })[];
  /** Rows of arguments and, last, the value; null is Infinity. */
  distributions: Record<string, (number | null)[][]>;
  adjust: { pValues: number[] } & Record<'holm' | 'bonferroni' | 'benjamini-hochberg', number[]>;
}

/** The numbers of R, and of plain enumeration. */
export const references = JSON.parse(
  readFileSync(resolve('test/reference/statistics/classical_tests.json'), 'utf8'),
) as ClassicalReferences;

/** Returns |actual - expected| over |expected|, or over 1 where that is smaller than 1e-12; Infinity for what is missing. */
export function relative(actual: number | undefined, expected: number): number {
  const difference =
    Math.abs((actual ?? Number.NaN) - expected) / (Math.abs(expected) < 1e-12 ? 1 : Math.abs(expected));
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

/** Returns the effect of a name; throws where there is none. */
export function effectOf(effects: readonly Effect[], name: string): Effect & { interval: ConfidenceInterval } {
  const found = effects.find((effect) => effect.name === name);
  if (found === undefined)
    throw new Error(`no effect ${name} among ${effects.map((effect) => effect.name).join(', ')}`);
  return found as Effect & { interval: ConfidenceInterval };
}
