import { basename, dirname, join } from 'node:path';
import { type PoseTracks, truthAnnotator } from '@zoopraxis/core';
import { formatDuration, formatMeasure, formatNumber, formatPercent } from '@zoopraxis/figures';
import { FolderStore } from '@zoopraxis/io/node';
import type { Phantom } from '@zoopraxis/phantom';
import {
  evaluatePairs,
  labelsFromTracks,
  type ModelCard,
  type PoseEvaluation,
  pairDistances,
  pairPredictions,
  predictedFromTracks,
} from '@zoopraxis/pose';
import { programVersion } from '../jobs/program-version.js';
import { medianBackground } from '../report/background.js';
import type { ReportSection } from '../report/blocks.js';
import { errorSection } from '../report/error-sections.js';
import { reportPage } from '../report/page.js';
import { provenanceSection } from '../report/provenance-section.js';
import { trackSections } from '../report/track-sections.js';
import { trainingSection } from '../report/training-section.js';

/** Confidence from which the demo draws points: its model has learned for two minutes and is seldom sure. */
export const demoCutoff = 0.3;

/** What the demo's report is made from. */
export interface DemoReportOptions {
  readonly clip: Phantom;
  readonly description: string;
  readonly tracks: PoseTracks;
  readonly card: ModelCard;
  readonly modelFolder: string;
  readonly labeledFrames: number;
  readonly framesPerSec: number | null;
  /** Files to name in the report, paths relative to it. */
  readonly files: readonly (readonly [what: string, path: string])[];
  /** What the classifier of behavior found, last. */
  readonly behavior: ReportSection;
  readonly signal: AbortSignal;
}

/** Writes `report.html` and returns how far the tracks are from the truth. */
export async function writeDemoReport(path: string, options: DemoReportOptions): Promise<PoseEvaluation> {
  const { clip, tracks, card, modelFolder, signal } = options;
  const labels = labelsFromTracks(clip.tracks, {
    group: 'clip',
    annotator: truthAnnotator,
    visibility: clip.visibility,
  });
  const { predicted } = predictedFromTracks(tracks, labels);
  const pairs = pairPredictions(labels, predicted);
  const distances = pairDistances(pairs);
  const evaluation = evaluatePairs(pairs, { resampleCount: 0 });
  const { widthPx, heightPx } = clip.source;
  const badge = 'synthetic';
  const modelStore = new FolderStore(dirname(modelFolder));
  const page = reportPage({
    title: 'Zoopraxis demo',
    lead: `One mouse, filmed from above by a program: ${options.description}. A compact network learned nine body points from labeled frames of other mice on other floors (of ${options.labeledFrames}, some were held out to measure it), and found them in every frame of this clip.`,
    synthetic: true,
    highlights: [
      {
        value: `${formatMeasure(evaluation.medianErrorPx ?? Number.NaN)} px`,
        label: 'median error against the known truth',
      },
      { value: `${formatMeasure(evaluation.meanErrorPx ?? Number.NaN)} px`, label: 'mean error' },
      { value: formatPercent(evaluation.pck['5']), label: 'of the points within 5 px' },
      {
        value: formatNumber(tracks.timeBase.frameCount),
        label: `frames tracked (${formatDuration(tracks.timeBase.frameCount / tracks.timeBase.fps)} of video)`,
      },
    ],
    sections: [
      {
        title: 'Files',
        blocks: [
          { kind: 'facts', entries: options.files },
          {
            kind: 'facts',
            entries: [
              ['size of the clip', `${widthPx} x ${heightPx} px, ${formatMeasure(clip.source.fps)} frames/s`],
              ['scale', `${formatMeasure(clip.calibration.pxPerCm)} px per cm`],
              ...(options.framesPerSec === null
                ? []
                : ([['tracking speed, measured here', `${formatMeasure(options.framesPerSec)} frames/s`]] as const)),
            ],
          },
        ],
      },
      await errorSection({
        title: 'Error against the known truth',
        evaluation,
        pairs,
        distances,
        against: 'the known truth',
        picture: async (image) => clip.source.frame(pairs.images[image]?.frame ?? 0, signal),
        badge,
      }),
      ...(await trackSections({
        tracks,
        widthPx,
        heightPx,
        background: await medianBackground(clip.source, signal),
        pxPerCm: clip.calibration.pxPerCm,
        cutoff: demoCutoff,
        badge,
      })),
      await trainingSection(card, { store: modelStore, folder: basename(modelFolder), badge }),
      options.behavior,
      provenanceSection([{ name: join('tracks', 'clip.parquet'), provenance: tracks.provenance }]),
    ],
    foot: `Zoopraxis ${programVersion}. All recordings on this page are synthetic; the numbers say nothing about real animals.`,
  });
  await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(page));
  return evaluation;
}
