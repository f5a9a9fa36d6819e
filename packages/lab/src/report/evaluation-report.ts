import { basename, dirname } from 'node:path';
import { formatMeasure, formatPercent } from '@zoopraxis/figures';
import { FolderStore, readPicture } from '@zoopraxis/io/node';
import type { EvaluatedModel } from '../jobs/evaluate-model.js';
import { programVersion } from '../jobs/program-version.js';
import { errorSection } from './error-sections.js';
import { reportPage } from './page.js';
import { trainingSection } from './training-section.js';

/** Writes the HTML page of a measured model. */
export async function writeEvaluationReport(
  path: string,
  {
    card,
    evaluation,
    pairs,
    distances,
    paths,
    modelFolder,
    labels,
  }: EvaluatedModel & { modelFolder: string; labels: string | undefined },
): Promise<void> {
  const badge = card.synthetic === true ? { badge: 'synthetic' } : {};
  const against = labels === undefined ? 'the labels that training held out' : `the labels of ${basename(labels)}`;
  const page = reportPage({
    title: `Model ${card.name}`,
    lead: `How far its predictions are from ${against}.`,
    synthetic: card.synthetic === true,
    highlights: [
      { value: `${formatMeasure(evaluation.meanErrorPx ?? Number.NaN)} px`, label: 'mean error' },
      { value: `${formatMeasure(evaluation.medianErrorPx ?? Number.NaN)} px`, label: 'median error' },
      ...Object.entries(evaluation.pck).map(([radius, share]) => ({
        value: formatPercent(share),
        label: `of the points within ${radius} px`,
      })),
    ],
    sections: [
      await errorSection({
        title: 'Errors',
        evaluation,
        pairs,
        distances,
        against,
        picture: async (image) => {
          const at = pairs.images[image];
          const file = at === undefined ? undefined : paths.get(`${at.group}/${at.file}`);
          return file === undefined ? undefined : readPicture(file);
        },
        ...badge,
      }),
      await trainingSection(card, {
        store: new FolderStore(dirname(modelFolder)),
        folder: basename(modelFolder),
        ...badge,
      }),
    ],
    foot: `Zoopraxis ${programVersion}. Card of the model: ${modelFolder}/model.json`,
  });
  await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(page));
}
