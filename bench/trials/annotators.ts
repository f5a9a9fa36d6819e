import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgreementOrReason,
  annotationRaster,
  behaviorSpans,
  compareScorings,
  findOutlyingAnnotators,
  measureChanceAgreement,
  type ScoredRecording,
  type ScoringComparison,
  sharedBehaviors,
  timingDifferences,
} from '@zoopraxis/behavior';
import {
  annotatorScatterFigure,
  annotatorTotalsFigure,
  ethogramRasterFigure,
  f1ByDurationFigure,
  timingHistogramFigure,
} from '@zoopraxis/figures';
import { readDlcAnalyzerLabels } from '@zoopraxis/io';
import { table } from './scores.js';

/** Tests of the data set: its file, what it is, and a recording to draw. */
const assays = [
  { name: 'open field', file: 'AllLabDataOFT_final.csv', fps: 25 },
  { name: 'plus maze', file: 'AllEPMLables.csv', fps: 25 },
  { name: 'forced swim', file: 'AllFSTLables.csv', fps: 25 },
] as const;

const figureFolder = join('docs', 'results', 'figures');

/** What is kept of one behavior. */
interface BehaviorResult {
  readonly comparison: ScoringComparison;
  readonly outlying: ReturnType<typeof findOutlyingAnnotators>;
}

/** What is kept of one test. */
interface AssayResult {
  readonly name: string;
  readonly recordings: number;
  readonly annotators: readonly string[];
  readonly problems: number;
  readonly hours: number;
  readonly behaviors: readonly BehaviorResult[];
  readonly kappa: Readonly<Record<string, number | string>>;
  readonly alpha: number | string;
  readonly overlapFrames: Readonly<Record<string, number>>;
  readonly frames: number;
}

/** Returns the recordings of a file, watched where all of their raters watched. */
async function readRecordings(data: string, { file, fps }: (typeof assays)[number]) {
  let problems = 0;
  const { streams } = await readDlcAnalyzerLabels(await readFile(join(data, 'dlcanalyzer', file)), {
    path: file,
    report: () => problems++,
  });
  const byRecording = new Map<string, typeof streams>();
  for (const stream of streams) {
    byRecording.set(stream.recording, [...(byRecording.get(stream.recording) ?? []), stream]);
  }
  const recordings = [...byRecording].flatMap(([recording, own]): ScoredRecording[] => {
    if (own.length < 2) return [];
    const observed = own.flatMap(({ observedSec }) => (observedSec === undefined ? [] : [observedSec]));
    const ends = own.flatMap(({ annotations }) => [...annotations.endSec]);
    const startSec = observed.length > 0 ? Math.max(...observed.map(([start]) => start)) : 0;
    const endSec = observed.length > 0 ? Math.min(...observed.map(([, end]) => end)) : Math.max(...ends);
    const timeBase = { frameCount: Math.ceil(endSec * fps), fps };
    return [{ recording, scored: { startSec, endSec }, timeBase, annotations: own.map((of) => of.annotations) }];
  });
  return { recordings, problems };
}

const shown = (value: AgreementOrReason) => ('notMeasured' in value ? value.notMeasured : value.value);

function measureAssay(name: string, recordings: readonly ScoredRecording[], problems: number): AssayResult {
  const behaviors = sharedBehaviors(recordings);
  const results = behaviors.map((behavior): BehaviorResult => {
    const comparison = compareScorings(recordings, { behavior });
    return { comparison, outlying: findOutlyingAnnotators(comparison) };
  });
  const chance = measureChanceAgreement(recordings, behaviors);
  return {
    name,
    recordings: recordings.length,
    annotators: results[0]?.comparison.annotators.map(({ annotator }) => annotator) ?? [],
    problems,
    hours: recordings.reduce((sum, { scored }) => sum + (scored.endSec - scored.startSec), 0) / 3600,
    behaviors: results,
    kappa: Object.fromEntries(chance.cohen.map(({ annotators, kappa }) => [annotators.join(' and '), shown(kappa)])),
    alpha: shown(chance.krippendorff),
    overlapFrames: chance.overlapFrames,
    frames: chance.frameCount,
  };
}

async function drawAssay({ name, behaviors, annotators }: AssayResult, recordings: readonly ScoredRecording[]) {
  const slug = name.replaceAll(' ', '-');
  const names = behaviors.map(({ comparison }) => comparison.behavior);
  const subtitle = `${name}, ${recordings.length} recordings of data/dlcanalyzer`;
  const first = recordings[0] as ScoredRecording;
  const raster = annotationRaster(first, { behaviors: names });
  const { startSec } = raster;
  const rows = raster.rows.map((row) => ({
    ...row,
    bouts: row.bouts.map((bout) => ({ ...bout, startSec: bout.startSec - startSec, endSec: bout.endSec - startSec })),
  }));
  const scorings = behaviors.flatMap(({ comparison }) =>
    comparison.annotators.map((of) => ({ ...of, behavior: comparison.behavior })),
  );
  const number = (value: number | null | undefined) => value ?? Number.NaN;
  const timing = behaviors.flatMap(({ comparison: { behavior } }) =>
    recordings.flatMap((recording) => {
      const seen = recording.annotations.flatMap((own) => behaviorSpans(recording, own, { behavior }) ?? []);
      return seen.flatMap((a, i) => seen.slice(i + 1).map((b) => timingDifferences(a.spans, b.spans)));
    }),
  );
  const cell = (annotator: string, behavior: string, key: 'total' | 'boutCount') =>
    number(scorings.find((of) => of.annotator === annotator && of.behavior === behavior)?.[key]);
  const totals = (key: 'total' | 'boutCount') => annotators.map((who) => names.map((what) => cell(who, what, key)));
  const figures = {
    raster: ethogramRasterFigure(
      { rows, behaviors: names.map((behavior) => ({ name: behavior })), durationSec: raster.endSec - startSec },
      { title: `Raters of ${first.recording}`, subtitle: `${name}, data/dlcanalyzer` },
    ),
    'precision-recall': annotatorScatterFigure(
      {
        reference: 'the majority of the others',
        points: scorings.flatMap(({ annotator, behavior, versusMajority }) =>
          versusMajority === null
            ? []
            : [
                {
                  ...{ annotator, behavior },
                  precision: number(versusMajority.time.precision),
                  recall: number(versusMajority.time.recall),
                },
              ],
        ),
      },
      { subtitle: `${subtitle}, against the majority of the others` },
    ),
    totals: annotatorTotalsFigure(
      { behaviors: names, annotators, timeSec: totals('total'), boutCounts: totals('boutCount') },
      { subtitle },
    ),
    'f1-by-duration': f1ByDurationFigure(
      {
        points: scorings.flatMap(({ annotator, behavior, perRecording }) =>
          perRecording.flatMap(({ majorityBoutDuration, majorityF1 }) =>
            majorityBoutDuration === null
              ? []
              : [{ annotator, behavior, meanDurationSec: majorityBoutDuration, f1: number(majorityF1) }],
          ),
        ),
      },
      { subtitle: `${subtitle}; one point for each recording` },
    ),
    timing: timingHistogramFigure(
      {
        panels: (['onset', 'offset'] as const).map((edge) => ({
          name: edge,
          differencesSec: timing.flatMap((of) => of[edge]),
        })),
        binSec: 0.1,
      },
      { title: 'Timing of one rater after another', subtitle: `${subtitle}; bouts that overlap` },
    ),
  };
  await mkdir(figureFolder, { recursive: true });
  for (const [kind, svg] of Object.entries(figures)) {
    await writeFile(join(figureFolder, `annotators-${slug}-${kind}.svg`), svg);
  }
}

/** Returns how the raters of the three tests agree, and draws it. */
export async function measureAnnotators(data: string): Promise<Record<string, unknown>> {
  const results: AssayResult[] = [];
  for (const assay of assays) {
    const { recordings, problems } = await readRecordings(data, assay);
    const result = measureAssay(assay.name, recordings, problems);
    await drawAssay(result, recordings);
    results.push(result);
  }
  return { assays: results };
}

const fixed = (value: number | null | undefined, digits = 2) =>
  value === null || value === undefined ? '' : value.toFixed(digits);

function describeAssay({
  name,
  recordings,
  hours,
  behaviors,
  kappa,
  alpha,
  problems,
  overlapFrames,
}: AssayResult): string {
  const slug = name.replaceAll(' ', '-');
  const rows = behaviors.flatMap(({ comparison, outlying }) =>
    comparison.annotators
      .filter(({ perRecording }) => perRecording.length > 0)
      .map(({ annotator, total, boutCount, meanBoutDuration, perRecording, versusMajority: versus }) => {
        const reasons = outlying.find((of) => of.annotator === annotator)?.reasons ?? [];
        return [
          ...[comparison.behavior, annotator, `${perRecording.length}`, fixed(total, 0), `${boutCount}`],
          ...[
            fixed(meanBoutDuration),
            fixed(versus?.time.precision),
            fixed(versus?.time.recall),
            fixed(versus?.time.f1),
          ],
          ...[fixed(versus?.bouts.f1), fixed(versus?.onset.median), fixed(versus?.offset.median)],
          reasons.map(({ measure }) => measure).join(', '),
        ];
      }),
  );
  const kappas = Object.entries(kappa).map(([pair, value]) =>
    typeof value === 'number' ? `${pair} ${value.toFixed(2)}` : `${pair}: ${value}`,
  );
  const overlaps = Object.values(overlapFrames).reduce((sum, count) => sum + count, 0);
  return [
    `### Raters of the ${name}`,
    '',
    `${recordings} recordings, ${hours.toFixed(1)} h watched by all of their raters; precision, recall, F1 and timing are against the majority of the others (half or more: of two others what either saw, which favors precision over recall), bouts match at an overlap of 0.5, median differences in s. ${problems} rows were reported by the reader.`,
    '',
    table(
      [
        ...['behavior', 'rater', 'recordings', 'time, s', 'bouts', 'mean bout, s', 'precision', 'recall', 'F1 by time'],
        ...['F1 by bouts', 'onset', 'offset', 'stands out by'],
      ],
      rows,
    ),
    '',
    `Over frames (25 per second) with all behaviors and none as categories: Cohen's kappa ${kappas.join(', ')}; Krippendorff's alpha ${typeof alpha === 'number' ? alpha.toFixed(2) : alpha}. On ${overlaps} frames a rater had two behaviors at once.`,
    '',
    ...['raster', 'totals', 'precision-recall', 'f1-by-duration', 'timing'].map(
      (kind) => `![${kind} of the raters, ${name}](figures/annotators-${slug}-${kind}.svg)`,
    ),
  ].join('\n');
}

/** Returns the part of the page about annotators. */
export function describeAnnotators(result: Readonly<Record<string, unknown>>): string {
  const parts = (result.assays as AssayResult[]).map(describeAssay);
  return ['## Raters of `data/dlcanalyzer`', ...parts].join('\n\n');
}
