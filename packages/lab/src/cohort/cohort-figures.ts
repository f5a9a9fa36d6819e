import { numberOfCondition, transitionProbabilities } from '@zoopraxis/behavior';
import type { Provenance } from '@zoopraxis/core';
import {
  type DoseResponseData,
  doseResponseFigure,
  formatNumber,
  groupedPointsFigure,
  timeCourseFigure,
  transitionGraphFigure,
  transitionMatrixFigure,
} from '@zoopraxis/figures';
import type { ComparedCohort, ComparedLevel } from './compare-cohort.js';
import { levelName } from './comparison.js';
import type { CohortMeasure } from './run-cohort.js';

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

/** Returns the brackets of a figure; of two groups with the p that is corrected for the other tests. */
function bracketsOf({
  tests,
  brackets,
  summaries,
}: ComparedLevel): { groups: [number, number]; p: number; stars: string }[] {
  return brackets.map(({ groups: [a, b], p: own }) => {
    const p = summaries.length === 2 ? (tests[0]?.adjustedP ?? own) : own;
    return { groups: [a, b], p, stars: starsOf(p) };
  });
}

/** Returns values by a condition that is a number, such as a dose or a day; undefined where it is none. */
function byNumber(
  { cohort }: ComparedCohort,
  of: CohortMeasure,
): Pick<DoseResponseData, 'dose' | 'groups'> | undefined {
  const { by, within } = cohort;
  const { levels } = of.design;
  const numbers = (names: readonly (string | undefined)[]) =>
    names.length >= 3 && names.every((name) => name !== undefined && numberOfCondition(name) !== undefined);
  if (within !== undefined && numbers(levels.map(({ level }) => level))) {
    return {
      dose: { name: within },
      groups: cohort.groups.map((name) => ({
        name,
        points: levels.map(({ level, groups }) => ({
          dose: Number(level),
          values: groups.find((group) => group.name === name)?.values ?? [],
        })),
      })),
    };
  }
  if (!numbers(cohort.groups)) return undefined;
  return {
    dose: { name: by },
    groups: levels.map(({ level, groups }) => ({
      name: levelName(of.design, level) || of.title,
      points: groups.map(({ name, values }) => ({ dose: Number(name), values })),
    })),
  };
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
  for (const of of cohort.measures) {
    const numbered = byNumber({ cohort, compared }, of);
    if (numbered === undefined) continue;
    add({
      section: of.title,
      name: fileNameOf([of.about, of.measure, 'by', numbered.dose.name].filter((part) => part !== '').join(' ')),
      svg: doseResponseFigure(
        { measure: of.title, ...(of.unit === '' ? {} : { unit: of.unit }), ...numbered, summary },
        { title: of.title, ...shared },
      ),
      caption: `By ${numbered.dose.name}; each point is one ${of.design.unit}; ${summaryWords[summary]}.`,
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
    add({
      section: 'Transitions',
      name: fileNameOf(`transition graph ${cohort.by} ${group} ${where}`),
      svg: transitionGraphFigure(
        { behaviors, counts, probability: transitionProbabilities(one) },
        { title: `${cohort.by} ${group}${where === '' ? '' : `, ${where}`}`, ...shared },
      ),
      caption: 'The same as a graph: arrows are as thick as one behavior follows the other often.',
    });
  }
  return figures;
}
