import type { Provenance } from '@zoopraxis/core';
import { formatMeasure, formatNumber } from '@zoopraxis/figures';
import type { Report, ReportBlock, ReportSection } from '../report/blocks.js';
import { provenanceSection } from '../report/provenance-section.js';
import { type CohortFigure, starsOf } from './cohort-figures.js';
import { leftOutRows } from './cohort-files.js';
import type { ComparedCohort, ComparedLevel } from './compare-cohort.js';
import { levelName } from './comparison.js';

const shown = (value: number | null | undefined) =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : formatMeasure(value);

const probability = (p: number) => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** Rows of a table that a page shows; the CSV has all of them. */
const mostRows = 500;

/** Returns a table that says how many rows it leaves to the file. */
function longTable(columns: readonly string[], rows: readonly (readonly string[])[], file: string): ReportBlock[] {
  const more = rows.length - mostRows;
  return [
    { kind: 'table', columns, rows: rows.slice(0, mostRows) },
    ...(more > 0 ? [{ kind: 'text' as const, text: `… and ${formatNumber(more)} more in ${file}.` }] : []),
  ];
}

/** Returns the words for one test: `Welch's t-test, t(13.2) = 2.31, p = 0.037 (adjusted 0.074), Hedges' g 1.1 [0.1, 2.1]`. */
export function testWords({ result, adjustedP, correction }: ComparedLevel['tests'][number]): string {
  const { test, method, statistic, degreesOfFreedom, p, effects } = result;
  const df =
    degreesOfFreedom === undefined ? '' : `(${degreesOfFreedom.map((value) => formatMeasure(value)).join(', ')})`;
  const [effect] = effects;
  return [
    `${test}${method === undefined ? '' : ` (${method})`}`,
    `${statistic.name}${df} = ${formatMeasure(statistic.value)}`,
    `${probability(p)}${adjustedP === undefined ? '' : ` (${probability(adjustedP)} adjusted after ${correction})`} ${starsOf(adjustedP ?? p)}`,
    ...(effect === undefined
      ? []
      : [
          `${effect.name} ${formatMeasure(effect.value)}${effect.interval === undefined ? '' : ` [${shown(effect.interval.low)}, ${shown(effect.interval.high)}]`}`,
        ]),
  ].join(', ');
}

/** Returns the page of a cohort. */
export function cohortReport(
  result: ComparedCohort,
  {
    figures,
    provenance,
    project,
    foot,
  }: {
    readonly figures: readonly CohortFigure[];
    readonly provenance: Provenance;
    readonly project: string;
    readonly foot: string;
  },
): Report {
  const { cohort, compared } = result;
  const { by, streams, measures } = cohort;
  const animals = new Set(measures.flatMap(({ rows }) => rows.map(({ animal }) => animal)));
  const recordings = new Set(measures.flatMap(({ rows }) => rows.map(({ recording }) => recording)));
  const unit = measures[0]?.design.unit ?? 'animal';
  const sections: ReportSection[] = measures.map((measure) => {
    const levels = compared.filter(({ of }) => of === measure);
    return {
      title: measure.title,
      blocks: [
        ...figures.filter(({ section }) => section === measure.title).map(figureBlock),
        {
          kind: 'table' as const,
          columns: ['group', 'n', 'mean', 'SD', 'SEM', 'median', 'quartiles'],
          rows: levels.flatMap(({ level, summaries }) =>
            summaries.map((group) => [
              [group.name, levelName(cohort, level)].filter((part) => part !== '').join(', '),
              String(group.count),
              shown(group.mean),
              shown(group.standardDeviation),
              shown(group.standardError),
              shown(group.median),
              `${shown(group.lowerQuartile)} to ${shown(group.upperQuartile)}`,
            ]),
          ),
        },
        ...levels.flatMap((level) => testBlocks(level, levelName(cohort, level.level))),
      ],
    };
  });
  for (const title of ['Time courses', 'Transitions']) {
    const own = figures.filter(({ section }) => section === title);
    if (own.length > 0) sections.push({ title, blocks: own.map(figureBlock) });
  }
  const out = leftOutRows(cohort);
  sections.push(
    {
      title: 'Methods',
      blocks: [
        { kind: 'text', text: methodsText(result) },
        ...methodsOf(compared).map((text) => ({ kind: 'text' as const, text })),
        ...cohort.notes.map((text) => ({ kind: 'text' as const, text: `Note: ${text}` })),
      ],
    },
    {
      title: 'Left out',
      blocks:
        out.length === 0
          ? [{ kind: 'text', text: 'Nothing.' }]
          : longTable(
              ['who', 'measure', 'reason'],
              out.map(([measure, about, who, reason]) => [
                who ?? '',
                [about, measure].filter((part) => part !== '').join(': ') || 'everything',
                reason ?? '',
              ]),
              'left-out.csv',
            ),
    },
    provenanceSection([{ name: 'cohort', provenance }]),
  );
  return {
    title: `${project}: by ${by}`,
    lead: `${formatNumber(recordings.size)} recordings of ${formatNumber(animals.size)} animals, in groups by ${by}${cohort.within === undefined ? '' : ` within ${cohort.within}`}.`,
    synthetic: provenance.synthetic === true,
    highlights: [
      { value: formatNumber(animals.size), label: 'animals' },
      { value: formatNumber(recordings.size), label: 'recordings' },
      { value: formatNumber(streams.reduce((sum, { boutCount }) => sum + boutCount, 0)), label: 'bouts read' },
      { value: unit, label: 'is the unit of analysis' },
    ],
    sections,
    foot,
  };
}

const figureBlock = ({ svg, name, caption }: CohortFigure): ReportBlock => ({ kind: 'figure', svg, name, caption });

function testBlocks({ tests, notTested, notes }: ComparedLevel, where: string): ReportBlock[] {
  const prefix = where === '' ? '' : `${where}: `;
  if (notTested !== undefined) return [{ kind: 'text', text: `${prefix}not tested: ${notTested}` }];
  return [
    ...tests.map((test) => ({
      kind: 'text' as const,
      text: `${prefix}${test.groups.join(' and ')}: ${testWords(test)}`,
    })),
    ...[...new Set([...notes, ...tests.flatMap(({ result }) => result.notes)])].map((text) => ({
      kind: 'text' as const,
      text: `Note: ${text}`,
    })),
  ];
}

/** Returns sentences for a methods section; measures that were compared in the same way share one. */
function methodsOf(compared: readonly ComparedLevel[]): string[] {
  const titlesOf = new Map<string, Set<string>>();
  for (const { methods, of } of compared) {
    if (methods === undefined) continue;
    const rest = methods.replace(`The ${of.title} of `, '');
    titlesOf.set(rest, (titlesOf.get(rest) ?? new Set()).add(of.title));
  }
  return [...titlesOf].map(([rest, set]) => {
    const titles = [...set];
    if (titles.length === 1) return `The ${titles[0]} of ${rest}`;
    return `Each by itself, the values of ${rest.replace(' was compared with', ' were compared with')} This holds for ${titles.join('; ')}.`;
  });
}

/** Returns how the numbers were made, in sentences for a methods section. */
export function methodsText({ cohort }: ComparedCohort): string {
  const { by, within, measures, streams } = cohort;
  const design = measures[0]?.design;
  const annotators = [...new Set(streams.map(({ annotator }) => annotator))].sort();
  const over = [...new Set(measures.map(({ measure, overRecordings }) => `${measure}: ${overRecordings}`))];
  return [
    annotators.length === 0 ? '' : `Behavior was scored by ${annotators.join(', ')}.`,
    'A behavior that was scored and did not occur counts as zero; recordings not scored for it are left out.',
    'Excluded stretches are taken out of bouts and of the time observed, and overlapping bouts of one behavior count once.',
    'The latency is the analyzed time before the first bout; where there was none it is the length of what was analyzed.',
    design?.unit === 'animal'
      ? `Several recordings of one animal in one group became one value (${over.join('; ')}).`
      : `Each ${design?.unit ?? 'animal'} counts as one value: several of one animal are not independent, and tests that take them so overstate what is known.`,
    `Groups are the values of ${by}${within === undefined ? '' : `, compared within each ${within}`}${design?.paired ? ', paired by animal' : ''}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
