import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { BehaviorEvaluation } from '@zoopraxis/behavior';
import type { Provenance } from '@zoopraxis/core';
import {
  type FeatureBarsData,
  type FigureOptions,
  featureBarsFigure,
  formatDuration,
  formatMeasure,
  formatNumber,
  formatPercent,
  labelCountCurveFigure,
  type ShapBeeswarmData,
  shapBeeswarmFigure,
} from '@zoopraxis/figures';
import { FolderStore } from '@zoopraxis/io/node';
import { type ExampleKind, exampleKinds } from '../behavior/choose-examples.js';
import type { ExampleClips } from '../behavior/example-clips.js';
import { curveFigures, type LearningCurve } from '../behavior/learning-curves.js';
import { programVersion } from '../jobs/program-version.js';
import { behaviorFigures, predictionRaster, type RasterRecording } from './behavior-figures.js';
import type { ReportBlock, ReportSection } from './blocks.js';
import { reportPage } from './page.js';
import { provenanceSection } from './provenance-section.js';

/** What a page shows of a classifier's features. */
export interface FeatureFigures {
  /** By the gain of trees. */
  readonly importance?: FeatureBarsData;
  /** Mean absolute SHAP values, and those of single frames. */
  readonly shap?: {
    readonly bars: FeatureBarsData;
    readonly beeswarms: readonly ShapBeeswarmData[];
    readonly rowCount: number;
  };
}

/** What a page about predicted behavior shows. */
export interface BehaviorReportData {
  readonly title: string;
  /** Sentence below the title: what was predicted on what, and how far it is a test. */
  readonly lead: string;
  readonly synthetic: boolean;
  readonly evaluation: BehaviorEvaluation;
  /** Recordings that are drawn as rasters; the first six. */
  readonly recordings?: readonly RasterRecording[];
  readonly clips?: ExampleClips;
  readonly features?: FeatureFigures;
  readonly learningCurves?: readonly LearningCurve[];
  /** Further sections, before the notes: of a training what was learned from. */
  readonly sections?: readonly ReportSection[];
  /** Sentences that a reader must know beside those of the evaluation. */
  readonly notes?: readonly string[];
  readonly provenance?: readonly { readonly name: string; readonly provenance: Provenance }[];
}

const mostRasters = 6;
/** Notes that stand open on the page. */
const shownNotes = 12;
/** Bytes of clips in one page. */
const mostClipBytes = 40_000_000;

const kindTitles: Readonly<Record<ExampleKind, string>> = {
  'true positive': 'found',
  'false positive': 'predicted, not in the truth',
  'false negative': 'in the truth, missed',
};

const show = (value: number | null | undefined) => formatNumber(value ?? Number.NaN, 3);
const seconds = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);

function withRange(value: number | null | undefined, range: { low: number; high: number } | null | undefined): string {
  return range === null || range === undefined
    ? show(value)
    : `${show(value)} (${show(range.low)}–${show(range.high)})`;
}

function scoreSection({
  perBehavior,
  ranges,
  behaviors,
  background,
  averagedOver,
  ...rest
}: BehaviorEvaluation): ReportSection {
  const told = ranges === null ? '' : ` In brackets: ${100 * ranges.level} % ranges, ${ranges.method}.`;
  return {
    title: 'Scores',
    blocks: [
      {
        kind: 'table',
        caption: `Frames.${told}`,
        columns: ['behavior', 'frames', 'precision', 'recall', 'F1', 'average precision'],
        rows: behaviors.map((name) => {
          const [of, range] = [perBehavior[name], ranges?.perBehavior[name]];
          return [
            background.includes(name) ? `${name} (not in the means)` : name,
            formatNumber(of?.support ?? 0),
            show(of?.precision),
            show(of?.recall),
            withRange(of?.f1, range?.f1),
            withRange(of?.averagePrecision, range?.averagePrecision),
          ];
        }),
      },
      {
        kind: 'facts',
        entries: [
          ['macro F1, mean of the F1 scores', withRange(rest.macroF1, ranges?.macroF1)],
          ['macro F1, of mean precision and recall', show(rest.macroF1OfMeans)],
          ['behaviors in these means', averagedOver.join(', ')],
          ...(background.length === 0
            ? []
            : [['macro F1 with the background', show(rest.macroF1WithBackground)] as const]),
          ['accuracy', withRange(rest.accuracy, ranges?.accuracy)],
          ['mean average precision', show(rest.macroAveragePrecision)],
        ],
      },
    ],
  };
}

function boutSection({ perBehavior, ranges, averagedOver, settings, ...rest }: BehaviorEvaluation): ReportSection {
  const { tolerance } = settings;
  const near = 'frames' in tolerance ? `${tolerance.frames} frames` : `${tolerance.sec} s`;
  return {
    title: 'Bouts',
    blocks: [
      {
        kind: 'table',
        caption: `F1 of bouts by four rules: overlap of ${settings.minimumOverlap} or more (frames in both by frames in either); any overlap; both ends within ${near}; and by the label that shares most frames with a true bout (annotation side) or a predicted one (prediction side).`,
        columns: ['behavior', 'precision', 'recall', 'F1', 'any overlap', 'ends', 'annotation', 'prediction'],
        rows: averagedOver.map((name) => {
          const of = perBehavior[name];
          return [
            name,
            show(of?.boutPrecision),
            show(of?.boutRecall),
            withRange(of?.boutF1, ranges?.perBehavior[name]?.boutF1),
            show(of?.bouts.anyOverlap.f1),
            show(of?.bouts.boundary.f1),
            show(of?.bouts.annotationF1),
            show(of?.bouts.predictionF1),
          ];
        }),
      },
      {
        kind: 'table',
        caption:
          'Truth and prediction. Onset and offset: median and quartiles of prediction minus truth, of bouts that overlap.',
        columns: ['behavior', 'time', 'bouts', 'mean bout (s)', 'onset (s)', 'offset (s)'],
        rows: averagedOver.map((name) => {
          const of = perBehavior[name];
          const pair = (text: (value: number | null) => string, key: 'timeSec' | 'boutCount' | 'meanBoutSec') =>
            `${text(of?.[key].truth ?? null)} / ${text(of?.[key].predicted ?? null)}`;
          const quartiles = (
            q: { median: number | null; lowerQuartile: number | null; upperQuartile: number | null } | undefined,
          ) =>
            q?.median === null || q?.median === undefined
              ? '–'
              : `${seconds(q.median)} (${seconds(q.lowerQuartile)} to ${seconds(q.upperQuartile)})`;
          return [
            name,
            pair((value) => formatDuration(value ?? Number.NaN), 'timeSec'),
            pair((value) => formatNumber(value ?? Number.NaN), 'boutCount'),
            pair(seconds, 'meanBoutSec'),
            quartiles(of?.onsetSec),
            quartiles(of?.offsetSec),
          ];
        }),
      },
      {
        kind: 'facts',
        entries: [
          ['mean F1 of bouts', withRange(rest.macroBoutF1, ranges?.macroBoutF1)],
          ['mean, annotation side', show(rest.macroAnnotationF1)],
          ['mean, prediction side', show(rest.macroPredictionF1)],
        ],
      },
    ],
  };
}

function peopleSection({ humans, averagedOver, perBehavior }: BehaviorEvaluation): ReportSection | undefined {
  if (humans === null) return undefined;
  return {
    title: 'People',
    blocks: [
      {
        kind: 'table',
        caption: 'F1 of frames against the same truth, and in brackets against what half or more of all others saw.',
        columns: ['', ...averagedOver],
        rows: [
          [
            'model',
            ...averagedOver.map(
              (name) => `${show(perBehavior[name]?.f1)} (${show(humans.modelVersusMajority[name]?.f1)})`,
            ),
          ],
          ...humans.annotators.map(({ name, versusTruth, versusOthers }) => [
            name,
            ...averagedOver.map(
              (behavior) => `${show(versusTruth[behavior]?.f1)} (${show(versusOthers[behavior]?.f1)})`,
            ),
          ]),
        ],
      },
    ],
  };
}

async function clipSection({ clips, notes }: ExampleClips): Promise<ReportSection> {
  const blocks: ReportBlock[] = [];
  let [bytes, left] = [0, 0];
  for (const behavior of new Set(clips.map((clip) => clip.behavior))) {
    for (const kind of exampleKinds) {
      const shown: { mp4: Uint8Array; widthPx: number; heightPx: number; caption: string }[] = [];
      for (const clip of clips.filter((of) => of.behavior === behavior && of.kind === kind)) {
        const mp4 = await readFile(clip.path);
        if (bytes + mp4.length > mostClipBytes) {
          left++;
          continue;
        }
        bytes += mp4.length;
        const sure = clip.margin === null ? '' : `, margin ${formatNumber(clip.margin, 2)}`;
        shown.push({
          mp4,
          ...{ widthPx: clip.widthPx, heightPx: clip.heightPx },
          caption: `${clip.recording}, frames ${formatNumber(clip.startFrame)}–${formatNumber(clip.endFrame - 1)}${sure}`,
        });
      }
      blocks.push({ kind: 'text', text: `${behavior}: ${kindTitles[kind]}${shown.length === 0 ? ' – none' : ''}` });
      if (shown.length > 0) blocks.push({ kind: 'clips', clips: shown });
    }
  }
  if (left > 0) notes = [...notes, `${left} clips lie beside the page: together they would be too large for it.`];
  return {
    title: 'Examples',
    blocks: [
      {
        kind: 'text',
        text: 'The clearest bouts of each kind, those of which the model was surest, from as many recordings as possible. Lanes on top: truth and model.',
      },
      ...blocks,
      ...notes.map((text) => ({ kind: 'text' as const, text })),
    ],
  };
}

/** Returns the section of a classifier's features, or none where there is nothing to show; list. */
export function featureSections(
  { importance, shap }: FeatureFigures = {},
  options: FigureOptions = {},
): ReportSection[] {
  const blocks: ReportBlock[] = [
    ...(shap === undefined
      ? []
      : [
          {
            kind: 'text' as const,
            text: `What each feature adds to the score of each behavior (exact SHAP values of the trees), on ${formatNumber(shap.rowCount)} scored frames that the classifier learned from, the behaviors in equal numbers. It says what the classifier looks at, not what causes the behavior; features that resemble each other share what one of them would have alone.`,
          },
          {
            kind: 'figure' as const,
            name: 'shap-bars',
            svg: featureBarsFigure(shap.bars, { title: 'What features add to the scores', ...options }),
          },
          ...shap.beeswarms.map((of, i) => ({
            kind: 'figure' as const,
            name: `shap-${i + 1}`,
            svg: shapBeeswarmFigure(of, {
              title: `What features add to ${shap.bars.parts?.[i] ?? 'the score'}`,
              ...options,
            }),
          })),
        ]),
    ...(importance === undefined
      ? []
      : [
          {
            kind: 'figure' as const,
            name: 'feature-bars',
            svg: featureBarsFigure(importance, { title: 'What trees split by', ...options }),
          },
        ]),
  ];
  return blocks.length === 0 ? [] : [{ title: 'Features', blocks }];
}

/** Returns the section that shows what more scoring would bring, where curves were measured. */
export function learningSections(curves: readonly LearningCurve[], options: FigureOptions): ReportSection[] {
  if (curves.length === 0) return [];
  const blocks = curves.flatMap((curve): ReportBlock[] => {
    const what = { recordings: 'whole recordings', bouts: 'bouts of each behavior', frames: 'single frames' }[curve.by];
    const alone = curve.by === 'frames' ? ' Single frames have no neighbors, so nothing is smoothed.' : '';
    return [
      {
        kind: 'text',
        text: `A growing part of the ${what} was learned from, drawn by chance, and each classifier was tested on the same ${curve.tested.length} recordings, of whose groups none had seen anything.${alone} Where a line still rises at its right end, more scoring is likely to help; where it is level, it is not. This is one draw: small steps are chance, the more so the fewer recordings were tested on.`,
      },
      ...curveFigures(curve).map(
        (data, i): ReportBlock => ({
          kind: 'figure',
          name: `learning-curve-${curve.by}-${i + 1}`,
          svg: labelCountCurveFigure(data, { subtitle: '', ...options }),
        }),
      ),
    ];
  });
  return [{ title: 'Amount of training data', blocks }];
}

/** Returns a page about predicted behavior as one HTML file that loads nothing: scores, figures, clips and where all came from. */
export async function behaviorReportPage(data: BehaviorReportData): Promise<string> {
  const { evaluation, recordings = [], clips, learningCurves = [], synthetic } = data;
  const { frames, perRecording, ranges } = evaluation;
  const options: FigureOptions = synthetic ? { badge: 'synthetic' } : {};
  const figures = behaviorFigures(evaluation, options).map((of): ReportBlock => ({ kind: 'figure', ...of }));
  const figureNamed = (test: (name: string) => boolean) =>
    figures.filter((block) => block.kind === 'figure' && test(block.name));
  const isOfBouts = (name: string) => name === 'bout-durations' || name.startsWith('timing-');
  const [scores, bouts] = [scoreSection(evaluation), boutSection(evaluation)];
  const people = peopleSection(evaluation);
  const sessions = new Set(perRecording.map(({ group }) => group)).size;
  const left = [
    frames.unscored > 0 ? `${formatNumber(frames.unscored)} frames that the truth leaves unscored` : '',
    frames.unpredicted > 0 ? `${formatNumber(frames.unpredicted)} scored frames without a prediction` : '',
    frames.cut > 0 ? `${formatNumber(frames.cut)} scored frames behind the end of the prediction` : '',
  ].filter((part) => part !== '');
  const notes = [...(left.length === 0 ? [] : [`Not counted: ${left.join(', ')}.`]), ...evaluation.notes];
  const own = data.notes ?? [];
  const noteBlocks: ReportBlock[] = [
    ...notes.map((text) => ({ kind: 'text' as const, text })),
    ...(own.length <= shownNotes
      ? own.map((text) => ({ kind: 'text' as const, text }))
      : [
          {
            kind: 'details' as const,
            summary: `${formatNumber(own.length)} notes on what was read`,
            text: own.join('\n'),
          },
        ]),
  ];
  return reportPage({
    title: data.title,
    lead: data.lead,
    synthetic,
    highlights: [
      { value: show(evaluation.macroF1), label: `macro F1 of ${evaluation.averagedOver.length} behaviors` },
      { value: show(evaluation.macroBoutF1), label: 'mean F1 of bouts' },
      { value: formatPercent(evaluation.accuracy), label: `of ${formatNumber(frames.counted)} frames right` },
      {
        value: formatNumber(sessions),
        label:
          ranges === null
            ? 'sessions; too few for ranges'
            : `sessions; macro F1 ${withRange(null, ranges.macroF1).replace(/^–\s*/, '')}`,
      },
    ],
    sections: [
      { title: scores.title, blocks: [...scores.blocks, ...figureNamed((name) => !isOfBouts(name))] },
      { title: bouts.title, blocks: [...bouts.blocks, ...figureNamed(isOfBouts)] },
      ...(people === undefined ? [] : [people]),
      ...(recordings.length === 0
        ? []
        : [
            {
              title: 'Ethograms',
              blocks: [
                ...recordings.slice(0, mostRasters).map(
                  (of): ReportBlock => ({
                    kind: 'figure',
                    name: `ethogram-${of.name}`,
                    svg: predictionRaster(of, evaluation, options),
                  }),
                ),
                ...(recordings.length > mostRasters
                  ? [{ kind: 'text' as const, text: `The first ${mostRasters} of ${recordings.length} recordings.` }]
                  : []),
              ],
            },
          ]),
      ...(clips === undefined ? [] : [await clipSection(clips)]),
      ...featureSections(data.features, options),
      ...learningSections(learningCurves, options),
      ...(data.sections ?? []),
      ...(noteBlocks.length === 0 ? [] : [{ title: 'Notes', blocks: noteBlocks }]),
      ...(data.provenance === undefined ? [] : [provenanceSection(data.provenance)]),
    ],
    foot: `Zoopraxis ${programVersion}`,
  });
}

/** Writes {@link behaviorReportPage}, replacing the file whole, and returns its absolute path. */
export async function writeBehaviorReport(path: string, data: BehaviorReportData): Promise<string> {
  const whole = resolve(path);
  await new FolderStore(dirname(whole)).write(
    basename(whole),
    new TextEncoder().encode(await behaviorReportPage(data)),
  );
  return whole;
}
