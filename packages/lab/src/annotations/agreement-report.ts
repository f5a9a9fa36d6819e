import { type AgreementOrReason, annotationRaster, behaviorSpans, timingDifferences } from '@zoopraxis/behavior';
import {
  annotatorScatterFigure,
  annotatorTotalsFigure,
  ethogramRasterFigure,
  f1ByDurationFigure,
  formatMeasure,
  formatNumber,
  selfOtherFigure,
  timingHistogramFigure,
} from '@zoopraxis/figures';
import { programVersion } from '../jobs/program-version.js';
import type { ReportBlock, ReportSection } from '../report/blocks.js';
import { reportPage } from '../report/page.js';
import type { BehaviorAgreement, ScoringAgreements } from './compare-scorings.js';

/** Recordings that are drawn as rasters. */
const mostRasters = 6;
const numberOf = (value: number | null | undefined) => value ?? Number.NaN;
const show = (value: number | null | undefined) => formatNumber(numberOf(value), 3);
const seconds = (value: number | null | undefined) => formatMeasure(numberOf(value));

/** Returns the value of a coefficient as text, or why there is none. */
const coefficientText = (of: AgreementOrReason): string => ('notMeasured' in of ? of.notMeasured : show(of.value));

/** Returns the HTML page of how people agree on behavior: scores, timing, kappa and the bouts themselves. */
export function agreementReport(of: ScoringAgreements): string {
  const { recordings, annotators, behaviors, chance, unshared, alone } = of;
  const names = behaviors.map(({ behavior }) => behavior);
  const reference = behaviors[0]?.reference ?? null;
  return reportPage({
    title: 'Agreement on behavior',
    lead: `${annotators.join(', ')}: ${names.join(', ')} in ${recordings.length} recordings that two or more of them scored.`,
    synthetic: false,
    highlights: behaviors.slice(0, 4).map(({ behavior, pairs }) => ({
      value: show(meanOf(pairs.map(({ time }) => time.f1))),
      label: `${behavior}: mean F1 by time of ${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'}`,
    })),
    sections: [
      { title: 'Amounts', blocks: amounts(of) },
      { title: 'Agreement', blocks: agreement(of, reference) },
      { title: 'Beyond chance', blocks: beyondChance(chance) },
      { title: 'Onsets and offsets', blocks: timing(of) },
      ...selfSection(behaviors),
      {
        title: 'Bouts',
        blocks: [
          ...recordings.slice(0, mostRasters).map((recording): ReportBlock => {
            const raster = annotationRaster(recording, { behaviors: names });
            return {
              kind: 'figure',
              name: `bouts-${recording.recording}`,
              svg: ethogramRasterFigure(
                { rows: raster.rows, behaviors: names.map((name) => ({ name })), durationSec: raster.endSec },
                { title: recording.recording },
              ),
            };
          }),
          ...(recordings.length > mostRasters
            ? [{ kind: 'text' as const, text: `The first ${mostRasters} of ${recordings.length} recordings.` }]
            : []),
        ],
      },
      ...notesSection(behaviors, unshared, alone),
    ],
    foot: `Zoopraxis ${programVersion}`,
  });
}

const meanOf = (values: readonly (number | null)[]) => {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};

function amounts({ behaviors, annotators }: ScoringAgreements): ReportBlock[] {
  const own = (name: string) =>
    behaviors.map((behavior) => behavior.annotators.find(({ annotator }) => annotator === name));
  const scored = (value: number | undefined, recordings: number | undefined) =>
    (recordings ?? 0) === 0 ? Number.NaN : numberOf(value);
  return [
    {
      kind: 'figure',
      name: 'annotator-totals',
      svg: annotatorTotalsFigure({
        behaviors: behaviors.map(({ behavior }) => behavior),
        annotators,
        timeSec: annotators.map((name) => own(name).map((one) => scored(one?.total, one?.perRecording.length))),
        boutCounts: annotators.map((name) => own(name).map((one) => scored(one?.boutCount, one?.perRecording.length))),
      }),
      caption: 'Sums over the recordings that each person scored.',
    },
  ];
}

function agreement({ behaviors }: ScoringAgreements, reference: string | null): ReportBlock[] {
  const against = reference ?? 'the majority of the others';
  const rows = behaviors.flatMap(({ behavior, annotators }) =>
    annotators.map((one) => {
      const versus = reference === null ? one.versusMajority : one.versusReference;
      return { behavior, one, versus };
    }),
  );
  const points = rows.flatMap(({ behavior, one, versus }) =>
    versus === null || versus.time.precision === null || versus.time.recall === null
      ? []
      : [{ annotator: one.annotator, behavior, precision: versus.time.precision, recall: versus.time.recall }],
  );
  const byDuration = behaviors.flatMap(({ behavior, annotators }) =>
    annotators.flatMap(({ annotator, perRecording }) =>
      perRecording.flatMap(({ majorityBoutDuration, majorityF1 }) =>
        majorityBoutDuration === null || majorityF1 === null
          ? []
          : [{ annotator, behavior, meanDurationSec: majorityBoutDuration, f1: majorityF1 }],
      ),
    ),
  );
  return [
    {
      kind: 'table',
      columns: ['behavior', 'annotator', 'precision', 'recall', 'F1 by time', 'F1 of bouts', 'recordings'],
      rows: rows
        .filter(({ versus }) => versus !== null)
        .map(({ behavior, one, versus }) => [
          behavior,
          one.annotator,
          show(versus?.time.precision),
          show(versus?.time.recall),
          show(versus?.time.f1),
          show(versus?.bouts.f1),
          String(versus?.recordings ?? 0),
        ]),
      caption: `Each against ${against}, by time and by bouts of which half overlaps (time in both over time in either).`,
    },
    {
      kind: 'table',
      columns: ['behavior', 'pair', 'F1 by time', 'F1 of bouts', 'recordings'],
      rows: behaviors.flatMap(({ behavior, pairs }) =>
        pairs.map((pair) => [
          behavior,
          pair.annotators.join(' and '),
          show(pair.time.f1),
          show(pair.bouts.f1),
          String(pair.recordings),
        ]),
      ),
      caption: 'Each two people.',
    },
    ...(points.length === 0
      ? []
      : [
          {
            kind: 'figure' as const,
            name: 'annotator-scatter',
            svg: annotatorScatterFigure({ points, ...(reference === null ? {} : { reference }) }),
            caption: `Precision and recall by time against ${against}.`,
          },
        ]),
    ...(byDuration.length === 0
      ? []
      : [
          {
            kind: 'figure' as const,
            name: 'f1-by-duration',
            svg: f1ByDurationFigure({ points: byDuration }),
            caption:
              'Short bouts are harder: F1 of each recording over the mean duration of the bouts of the majority of the others.',
          },
        ]),
  ];
}

function beyondChance(chance: ScoringAgreements['chance']): ReportBlock[] {
  return [
    {
      kind: 'table',
      columns: ['people', 'coefficient', 'value'],
      rows: [
        ...chance.cohen.map(({ annotators, kappa }) => [
          annotators.join(' and '),
          "Cohen's kappa",
          coefficientText(kappa),
        ]),
        ['all, frames that all scored', "Fleiss' kappa", coefficientText(chance.fleiss)],
        ['all', "Krippendorff's alpha", coefficientText(chance.krippendorff)],
      ],
      caption: `On ${formatNumber(chance.frameCount)} moments with the categories ${chance.categories.join(', ')}. Neighboring moments are alike, so that no interval is given.`,
    },
  ];
}

function timing({ recordings, behaviors }: ScoringAgreements): ReportBlock[] {
  return behaviors.flatMap(({ behavior, pairs }): ReportBlock[] =>
    pairs.slice(0, 3).map((pair) => {
      const [first, second] = pair.annotators;
      const onset: number[] = [];
      const offset: number[] = [];
      let unmatched = 0;
      for (const recording of recordings) {
        const [a, b] = [first, second].map((name) => {
          const one = recording.annotations.find(({ annotator }) => annotator === name);
          return one === undefined ? undefined : behaviorSpans(recording, one, { behavior })?.spans;
        });
        if (a === undefined || b === undefined) continue;
        const found = timingDifferences(a, b);
        onset.push(...found.onset);
        offset.push(...found.offset);
        unmatched += a.length / 2 + b.length / 2 - 2 * found.onset.length;
      }
      const spread = Math.max(
        ...[pair.onset, pair.offset].map((of) => numberOf(of.upperQuartile) - numberOf(of.lowerQuartile)),
      );
      return {
        kind: 'figure',
        name: `timing-${behavior}-${first}-${second}`,
        svg: timingHistogramFigure(
          {
            panels: [
              { name: 'onset', differencesSec: onset },
              { name: 'offset', differencesSec: offset },
            ],
            binSec: [1 / 30, 0.1, 0.5, 2].find((bin) => bin >= spread / 8) ?? (Number.isNaN(spread) ? 0.1 : 10),
            unmatchedCount: unmatched,
          },
          { title: `${behavior}: ${second} minus ${first}` },
        ),
        caption: `Of ${formatNumber(onset.length)} bouts that overlap; the median is ${seconds(pair.onset.median)} s at the onset and ${seconds(pair.offset.median)} s at the offset.`,
      };
    }),
  );
}

function selfSection(behaviors: readonly BehaviorAgreement[]): ReportSection[] {
  const measured = behaviors.flatMap(({ selfAndOthers }) => (selfAndOthers === undefined ? [] : [selfAndOthers]));
  if (measured.length === 0) return [];
  const values = (pairs: readonly { f1: number | null }[]) => pairs.flatMap(({ f1 }) => (f1 === null ? [] : [f1]));
  return [
    {
      title: 'The same person again',
      blocks: [
        {
          kind: 'figure',
          name: 'self-and-others',
          svg: selfOtherFigure({
            behaviors: measured.map(({ behavior, within, between }) => ({
              name: behavior,
              self: values(within),
              other: values(between),
            })),
            measure: 'F1 by time',
          }),
          caption: 'Recordings that were scored twice. Pairs that share a person are not independent.',
        },
        {
          kind: 'table',
          columns: ['behavior', 'with oneself', 'with others', 'rank-sum test'],
          rows: measured.map(({ behavior, within, between, test, notTested }) => [
            behavior,
            `${show(meanOf(within.map(({ f1 }) => f1)))} (${within.length})`,
            `${show(meanOf(between.map(({ f1 }) => f1)))} (${between.length})`,
            test === null ? (notTested ?? '–') : `p = ${show(test.p)}`,
          ]),
          caption: 'Mean F1 by time, in brackets the number of pairs.',
        },
      ],
    },
  ];
}

function notesSection(
  behaviors: readonly BehaviorAgreement[],
  unshared: ScoringAgreements['unshared'],
  alone: readonly string[],
): ReportSection[] {
  const notes = [
    ...behaviors.flatMap(({ behavior, outlying }) =>
      outlying.map(
        ({ annotator, reasons }) =>
          `${annotator} stands out on ${behavior}: ${reasons.map(({ measure, value, typical }) => `${measure} ${show(value)}, typical ${show(typical)}`).join('; ')}.`,
      ),
    ),
    ...unshared.map(({ behavior, annotator }) => `${annotator} alone scored ${behavior}, which is not compared.`),
    ...(alone.length === 0
      ? []
      : [
          `${alone.length} recordings that one person alone scored are left out: ${alone.slice(0, 5).join(', ')}${alone.length > 5 ? ', …' : ''}.`,
        ]),
  ];
  return notes.length === 0 ? [] : [{ title: 'Notes', blocks: notes.map((text) => ({ kind: 'text' as const, text })) }];
}
