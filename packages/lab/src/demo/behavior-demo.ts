import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { secondsOfFrame } from '@zoopraxis/core';
import { confusionMatrixFigure, ethogramRasterFigure, formatNumber, formatPercent } from '@zoopraxis/figures';
import type { FoldersEvaluation } from '../behavior/evaluate-folders.js';
import type { OperationContext } from '../jobs/operation-context.js';
import { boutsOfLabels } from '../report/behavior-figures.js';
import type { ReportBlock, ReportSection } from '../report/blocks.js';
import {
  type BehaviorDemoSize,
  type BehaviorFolders,
  demoDegradation,
  makeBehaviorRecordings,
} from './behavior-recordings.js';

/** Runs operations as every face does. */
export interface BehaviorSteps {
  train(input: Record<string, unknown>): Promise<unknown>;
  classify(input: Record<string, unknown>): Promise<unknown>;
}

/** What the behavior part of the demo made. */
export interface BehaviorDemo {
  readonly model: string;
  readonly predicted: string;
  readonly folders: BehaviorFolders;
  readonly evaluation: FoldersEvaluation;
  readonly section: ReportSection;
}

/** Points of the mice that features are computed from, and which features: few, so that the demo stays short. */
const demoFeatures = {
  keypoints: ['nose', 'neck', 'tailbase'],
  featureGroups: ['posture', 'speeds', 'partner-distances', 'partner-position', 'partner-motion'],
  windows: ['0.3'],
};

/** Returns a classifier of two phantom mice, what it says of others, and a section that shows it against the truth. */
export async function runBehaviorDemo(
  folder: string,
  { seed, size, steps }: { seed: number; size: BehaviorDemoSize; steps: BehaviorSteps },
  context: OperationContext,
): Promise<BehaviorDemo> {
  const { evaluateFolders } = await import('../behavior/evaluate-folders.js');
  const folders = await makeBehaviorRecordings(folder, { seed, size }, context);
  const model = join(folder, 'model');
  const predicted = join(folder, 'predicted');
  await steps.train({
    tracks: folders.trainTracks,
    annotations: folders.trainAnnotations,
    fps: 30,
    out: model,
    folds: 0,
    pxPerCm: folders.pxPerCm,
    seed,
    ...demoFeatures,
    trees: size.trees,
  });
  await steps.classify({ tracks: [folders.testTracks], model, out: predicted });
  const evaluation = await evaluateFolders(predicted, folders.testAnnotations, {
    report: () => undefined,
    signal: context.signal,
    seed,
  });
  const trained = (await readdir(folders.trainTracks)).filter((name) => name.endsWith('.parquet')).length;
  return { model, predicted, folders, evaluation, section: sectionOf(evaluation, { trained, size }) };
}

function sectionOf(
  { evaluation, recordings }: FoldersEvaluation,
  { trained, size }: { readonly trained: number; readonly size: BehaviorDemoSize },
): ReportSection {
  const { behaviors, background, perBehavior, averagedOver, confusion } = evaluation;
  const score = (value: number | null | undefined) => (value === null || value === undefined ? '–' : value.toFixed(3));
  const minutes = (count: number) => formatNumber((count * size.framesEach) / 30 / 60);
  const { noisePx, gapShare, swapsPerMinute } = demoDegradation;
  const names = behaviors.filter((name) => !background.includes(name));
  const rasters = recordings.slice(0, 3).map(
    ({ stem, truth, predicted, timeBase }): ReportBlock => ({
      kind: 'figure',
      name: `ethogram-${stem}`,
      svg: ethogramRasterFigure(
        {
          behaviors: names.map((name) => ({ name })),
          durationSec: secondsOfFrame(timeBase, timeBase.frameCount),
          rows: [
            { name: 'truth', bouts: boutsOfLabels(truth, timeBase, background) },
            { name: 'classifier', bouts: boutsOfLabels(predicted, timeBase, background) },
          ],
        },
        { title: `What the resident does in ${stem}`, badge: 'synthetic' },
      ),
    }),
  );
  return {
    title: 'Behavior of two mice',
    blocks: [
      {
        kind: 'text',
        text: `Two phantom mice, resident and intruder. A classifier learned attack, mount and investigation from ${trained} recordings (${minutes(trained)} minutes) and was tested on ${recordings.length} others (${minutes(recordings.length)} minutes) with other seeds. Its tracks do not come from the network above, which follows one mouse: they are the phantom's own, made worse by noise of ${noisePx} px, ${formatPercent(gapShare)} missing points and ${swapsPerMinute} exchanged identities a minute.`,
      },
      ...rasters,
      {
        kind: 'table',
        columns: ['behavior', 'F1', 'precision', 'recall', 'bout F1', 'frames'],
        rows: behaviors.map((name) => {
          const own = perBehavior[name];
          return [
            averagedOver.includes(name) ? name : `${name} (in no mean)`,
            score(own?.f1),
            score(own?.precision),
            score(own?.recall),
            score(own?.boutF1),
            formatNumber(own?.support ?? 0),
          ];
        }),
        caption: 'Against the known truth, on recordings that the classifier was not trained on.',
      },
      {
        kind: 'figure',
        name: 'behavior-confusion',
        svg: confusionMatrixFigure(
          { classes: behaviors, counts: confusion, columnName: 'classifier' },
          { badge: 'synthetic' },
        ),
      },
    ],
  };
}
