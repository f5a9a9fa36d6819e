import { basename, dirname } from 'node:path';
import type { BehaviorEvaluation, BehaviorModel, FeatureSpec } from '@zoopraxis/behavior';
import { formatNumber } from '@zoopraxis/figures';
import { FolderStore } from '@zoopraxis/io/node';
import { programVersion } from '../jobs/program-version.js';
import { reportPage } from '../report/page.js';
import { provenanceSection } from '../report/provenance-section.js';
import { type DrawnRecording, evaluationHighlights, evaluationSections } from './behavior-sections.js';
import type { TrainingRecord } from './train-folder.js';

/** Writes the page of a training: cross-validated scores, what was learned from, leaks, settings. */
export async function writeTrainingPage(
  path: string,
  options: {
    readonly name: string;
    readonly model: BehaviorModel;
    readonly record: TrainingRecord;
    readonly evaluation: BehaviorEvaluation | undefined;
    readonly recordings: readonly DrawnRecording[];
    readonly spec: FeatureSpec;
  },
): Promise<void> {
  const { describeFeatureSpec } = await import('@zoopraxis/behavior');
  const { name, model, record, evaluation, recordings, spec } = options;
  const { card } = model;
  const { crossValidation } = record;
  const page = reportPage({
    title: `Classifier of behavior: ${name}`,
    lead:
      evaluation === undefined || crossValidation === null
        ? `Trained on ${record.inputs.length} recordings of one group. No honest test is possible with one group, so no score is given.`
        : `Trained on ${record.inputs.length} recordings. Scores are of ${crossValidation.folds}-fold cross-validation: each recording was predicted by a classifier that had not seen its group.`,
    synthetic: record.synthetic,
    highlights: evaluation === undefined ? [] : evaluationHighlights(evaluation),
    sections: [
      ...(evaluation === undefined
        ? []
        : evaluationSections(evaluation, recordings, record.synthetic ? { badge: 'synthetic' } : {})),
      {
        title: 'What may leak from training into the test',
        blocks: record.leaks.map((text) => ({ kind: 'text', text }) as const),
      },
      {
        title: 'What was learned from',
        blocks: [
          {
            kind: 'table',
            columns: ['behavior', 'frames', 'bouts', 'groups that show it'],
            rows: card.counts.map(({ name: behavior, frameCount, boutCount, groupCount }) => [
              behavior,
              formatNumber(frameCount),
              formatNumber(boutCount),
              formatNumber(groupCount),
            ]),
          },
          {
            kind: 'facts',
            entries: [
              ['recordings', record.inputs.map(({ id }) => id).join(', ')],
              ['frames learned from', formatNumber(card.rowCount)],
              ['frame rate', `${model.fps} frames/s`],
              ['features', `${formatNumber(model.columns.length)} columns`],
              ...describeFeatureSpec(spec).map((line, i) => [`features, ${i + 1}`, line] as const),
              ['classifier', JSON.stringify((card.settings as { family?: unknown }).family ?? null)],
              ['smoother', model.decision.smoother.kind],
              ...(record.tracksAlone.length === 0
                ? []
                : ([['tracks without annotations', record.tracksAlone.join(', ')]] as const)),
              ...(record.annotationsAlone.length === 0
                ? []
                : ([['annotations without tracks', record.annotationsAlone.join(', ')]] as const)),
            ],
          },
          ...(record.notes.length === 0
            ? []
            : [{ kind: 'details', summary: `${record.notes.length} notes`, text: record.notes.join('\n') } as const]),
        ],
      },
      ...(card.provenance === null ? [] : [provenanceSection([{ name: 'model.json', provenance: card.provenance }])]),
    ],
    foot: `Zoopraxis ${programVersion}.`,
  });
  await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(page));
}
