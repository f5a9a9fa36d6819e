import { transitionProbabilities } from '@zoopraxis/behavior';
import type { Provenance } from '@zoopraxis/core';
import { formatNumber, groupedPointsFigure, timeCourseFigure, transitionMatrixFigure } from '@zoopraxis/figures';
import type { ComparedCohort, ComparedLevel } from './compare-cohort.js';
import { levelName } from './comparison.js';

/** A figure of a cohort. */
export interface CohortFigure {
  /** Name of its files, without ending. */
  readonly name: string;
  readonly svg: string;
  readonly caption: string;
  /** Measure or kind that it stands with in the report. */
  readonly section: string;
}

/** What all figures of a cohort share. */
export interface CohortFigureOptions {
  readonly provenance: Provenance;
  readonly synthetic: boolean;
  readonly summary: 'mean-sem' | 'mean-ci' | 'median-iqr';
}

/** Returns a text as part of a file name. */
export const fileNameOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80) || 'all';

const summaryWords = {
  'mean-sem': 'mean and standard error',
  'mean-ci': 'mean and 95 % confidence interval',
  'median-iqr': 'median and quartiles',
} as const;

/** Returns stars as figures have them: * below .05, ** below .01, *** below .001, else `ns`. */
export const starsOf = (p: number) => (p < 0.001 ? '***' : p < 0.01 ? '**' : p < 0.05 ? '*' : 'ns');

/** Returns the brackets between groups that differ; between the only two groups in any case. */
function bracketsOf({ tests, summaries }: ComparedLevel): { groups: [number, number]; p: number; stars: string }[] {
  const names = summaries.map(({ name }) => name);
  return tests.flatMap(({ groups, result, adjustedP }) => {
    const [a, b] = groups.map((name) => names.indexOf(name));
    const p = adjustedP ?? result.p;
    if (groups.length !== 2 || a === undefined || b === undefined || a < 0 || b < 0) return [];
    return summaries.length === 2 || p < 0.05 ? [{ groups: [a, b] as [number, number], p, stars: starsOf(p) }] : [];
  });
}

/** Returns the figures of a cohort: values by group, time courses, transitions. */
export function cohortFigures({ cohort, compared }: ComparedCohort, options: CohortFigureOptions): CohortFigure[] {
  const { provenance, synthetic, summary } = options;
  const shared = { provenance, ...(synthetic ? { badge: 'synthetic' } : {}) };
  const figures: CohortFigure[] = [];
  const taken = new Set<string>();
  const add = (figure: CohortFigure) => {
    let name = figure.name;
    for (let i = 2; taken.has(name); i++) name = `${figure.name}-${i}`;
    taken.add(name);
    figures.push({ ...figure, name });
  };
  for (const one of compared) {
    const { of, level, summaries } = one;
    const where = levelName(of.design, level);
    const groups = of.design.levels.find((made) => made.level === level)?.groups ?? [];
    const counts = summaries.map(({ name, count }) => `${name}: ${formatNumber(count)}`).join(', ');
    const censored = summaries.reduce((sum, group) => sum + group.censoredCount, 0);
    add({
      section: of.title,
      name: fileNameOf([of.about, of.measure, where].filter((part) => part !== '').join(' ')),
      svg: groupedPointsFigure(
        {
          measure: of.title,
          ...(of.unit === '' ? {} : { unit: of.unit }),
          groups: groups.map(({ name, values, animals }) => ({ name, values, labels: animals })),
          paired: of.design.paired,
          brackets: bracketsOf(one),
          summary,
        },
        { title: of.title, ...(where === '' ? {} : { subtitle: where }), ...shared },
      ),
      caption: `Each point is one ${of.design.unit}; ${summaryWords[summary]}. ${counts}.${censored > 0 ? ` ${censored} never happened and are shown at the length of their recordings.` : ''}`,
    });
  }
  for (const { behavior, level, binSec, groups } of cohort.timeCourses) {
    const where = levelName(cohort, level);
    add({
      section: 'Time courses',
      name: fileNameOf(`time course ${behavior} ${where}`),
      svg: timeCourseFigure(
        { measure: `${behavior}: share of the time`, unit: '%', binSec, groups, band: 'SEM' },
        { title: behavior, ...shared },
      ),
      caption: `Share of the analyzed time of each bin; mean of the animals and its standard error.${where === '' ? '' : ` ${where}.`}`,
    });
  }
  for (const one of cohort.transitions) {
    const where = levelName(cohort, one.level);
    const { behaviors, counts, group } = one;
    add({
      section: 'Transitions',
      name: fileNameOf(`transitions ${cohort.by} ${group} ${where}`),
      svg: transitionMatrixFigure(
        { behaviors, counts, probability: transitionProbabilities(one) },
        { title: `${cohort.by} ${group}${where === '' ? '' : `, ${where}`}`, ...shared },
      ),
      caption: `Which behavior follows which, summed over ${formatNumber(one.observationCount)} observations; rows add to 1.`,
    });
  }
  return figures;
}
