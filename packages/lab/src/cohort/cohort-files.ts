import { transitionProbabilities } from '@zoopraxis/behavior';
import type { ComparedCohort } from './compare-cohort.js';
import { levelName } from './comparison.js';
import type { Cohort } from './run-cohort.js';

/** A cell of a table: text, number, or nothing. */
type CsvCell = string | number | boolean | null | undefined;

/** Returns a table as CSV (RFC 4180), with a header; numbers as the shortest text that reads back the same. */
export function csvText(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const field = (cell: CsvCell) => {
    if (cell === null || cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
    const text = String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${[columns, ...rows].map((row) => row.map(field).join(',')).join('\n')}\n`;
}

/** Returns the tables of a cohort as CSV, by file name. */
export function cohortTables({ cohort, compared }: ComparedCohort): Map<string, string> {
  const { by, measures } = cohort;
  const files = new Map<string, string>();
  const unit = measures[0]?.design.unit ?? 'animal';
  files.set(
    `${unit}s.csv`,
    csvText(
      ['measure', 'about', 'unit', 'level', by, 'animal', 'value', 'censored', 'recordings'],
      measures.flatMap(({ measure, about, unit: of, design }) =>
        design.levels.flatMap(({ level, groups }) =>
          groups.flatMap(({ name, values, animals, isCensored, recordings }) =>
            values.map((value, i) => [
              measure,
              about,
              of,
              levelName(design, level),
              name,
              animals[i],
              value,
              isCensored[i],
              recordings[i]?.join(' '),
            ]),
          ),
        ),
      ),
    ),
  );
  files.set(
    'per-recording.csv',
    csvText(
      ['measure', 'about', 'unit', 'recording', 'animal', by, 'value', 'weight', 'censored'],
      measures.flatMap(({ measure, about, unit: of, rows }) =>
        rows.map(({ recording, animal, conditions, value, weight, isCensored }) => [
          measure,
          about,
          of,
          recording,
          animal,
          conditions[by],
          value,
          weight,
          isCensored ?? false,
        ]),
      ),
    ),
  );
  files.set(
    'groups.csv',
    csvText(
      ['measure', 'about', 'unit', 'level', by, 'n', 'mean', 'sd', 'sem', 'median', 'q1', 'q3', 'censored'],
      compared.flatMap(({ of, level, summaries }) =>
        summaries.map((group) => [
          of.measure,
          of.about,
          of.unit,
          levelName(of.design, level),
          group.name,
          group.count,
          group.mean,
          group.standardDeviation,
          group.standardError,
          group.median,
          group.lowerQuartile,
          group.upperQuartile,
          group.censoredCount,
        ]),
      ),
    ),
  );
  files.set('tests.csv', testTable({ cohort, compared }));
  files.set('left-out.csv', csvText(['measure', 'about', 'who', 'reason'], leftOutRows(cohort)));
  if (cohort.transitions.length > 0) files.set('transitions.csv', transitionTable(cohort));
  if (cohort.timeCourses.length > 0) files.set('time-courses.csv', courseTable(cohort));
  return files;
}

function testTable({ compared }: ComparedCohort): string {
  return csvText(
    [
      'measure',
      'about',
      'level',
      'groups',
      'test',
      'method',
      'statistic',
      'value',
      'df',
      'p',
      'adjusted_p',
      'correction',
      'effect',
      'effect_value',
      'effect_low',
      'effect_high',
      'notes',
    ],
    compared.flatMap(({ of, level, tests, notTested }) => {
      const where = [of.measure, of.about, levelName(of.design, level)];
      if (notTested !== undefined)
        return [
          [...where, of.design.levels[0]?.groups.map(({ name }) => name).join(' | '), '', `not tested: ${notTested}`],
        ];
      return tests.map(({ groups, result, adjustedP, correction }) => {
        const [effect] = result.effects;
        return [
          ...where,
          groups.join(' | '),
          result.test,
          result.method,
          result.statistic.name,
          result.statistic.value,
          result.degreesOfFreedom?.join(' '),
          result.p,
          adjustedP,
          correction,
          effect?.name,
          effect?.value,
          effect?.interval?.low,
          effect?.interval?.high,
          result.notes.join(' '),
        ];
      });
    }),
  );
}

/** Returns what is not in a result with the reason, one row of text each: list of measure, about, who, reason. */
export function leftOutRows({ leftOut, measures }: Pick<Cohort, 'leftOut' | 'measures'>): string[][] {
  const rows = [
    ...leftOut.map(({ who, reason }) => ['', '', who, reason]),
    ...measures.flatMap(({ measure, about, leftOut: own, design }) =>
      [...own, ...design.leftOut].map(({ who, reason }) => [measure, about, who, reason]),
    ),
  ];
  return [...new Map(rows.map((row) => [row.join('\n'), row])).values()];
}

function transitionTable(cohort: Cohort): string {
  return csvText(
    ['level', cohort.by, 'from', 'to', 'count', 'probability'],
    cohort.transitions.flatMap((one) => {
      const probability = transitionProbabilities(one);
      return one.behaviors.flatMap((from, i) =>
        one.behaviors.map((to, j) => [
          levelName(cohort, one.level),
          one.group,
          from,
          to,
          one.counts[i]?.[j],
          probability[i]?.[j],
        ]),
      );
    }),
  );
}

function courseTable(cohort: Cohort): string {
  return csvText(
    ['behavior', 'level', cohort.by, 'bin_start_sec', 'animals', 'mean_percent', 'mean_minus_sem', 'mean_plus_sem'],
    cohort.timeCourses.flatMap(({ behavior, level, binSec, groups }) =>
      groups.flatMap(({ name, animalCount, mean, low, high }) =>
        mean.map((value, bin) => [
          behavior,
          levelName(cohort, level),
          name,
          bin * binSec,
          animalCount[bin],
          value,
          low[bin],
          high[bin],
        ]),
      ),
    ),
  );
}
