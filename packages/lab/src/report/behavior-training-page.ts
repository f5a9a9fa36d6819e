import { basename, dirname } from 'node:path';
import type { BehaviorEvaluation, BehaviorModel } from '@zoopraxis/behavior';
import { type FigureOptions, formatNumber } from '@zoopraxis/figures';
import { FolderStore } from '@zoopraxis/io/node';
import { gainShares } from '../behavior/explain-model.js';
import type { TrainingPageData } from '../behavior/train-folder.js';
import { programVersion } from '../jobs/program-version.js';
import { type FeatureFigures, featureSections, learningSections, writeBehaviorReport } from './behavior-report.js';
import type { ReportSection } from './blocks.js';
import { reportPage } from './page.js';
import { provenanceSection } from './provenance-section.js';

/** Writes the page of a training: cross-validated scores where there are any, leaks, what was learned from, settings. */
export async function writeTrainingPage(path: string, data: TrainingPageData): Promise<void> {
  const { describeFeatureSpec, familyName } = await import('@zoopraxis/behavior');
  const { name, model, record, evaluation, explanation, recordings, spec, clips } = data;
  const title = `Classifier of behavior: ${name}`;
  const learned = learnedSections(model, record, {
    family: familyName((model.card.settings as { readonly family?: unknown }).family) ?? 'trees',
    features: describeFeatureSpec(spec),
  });
  const options: FigureOptions = record.synthetic ? { badge: 'synthetic' } : {};
  const importance = gainShares(model);
  const features: FeatureFigures = {
    ...(importance === undefined ? {} : { importance }),
    ...(explanation === undefined ? {} : { shap: explanation }),
  };
  const provenance = model.card.provenance === null ? [] : [{ name: 'model.json', provenance: model.card.provenance }];
  if (evaluation === undefined || record.crossValidation === null) {
    const page = reportPage({
      title,
      lead:
        model.card.groups.length < 2
          ? `Trained on ${record.inputs.length} recordings of one group. No honest test is possible with one group, so no score is given.`
          : `Trained on ${record.inputs.length} recordings, without cross-validation: measure it on other recordings.`,
      synthetic: record.synthetic,
      highlights: [],
      sections: [
        ...learned,
        ...featureSections(features, options),
        ...learningSections(record.learningCurves, options),
        ...(provenance.length === 0 ? [] : [provenanceSection(provenance)]),
      ],
      foot: `Zoopraxis ${programVersion}`,
    });
    await new FolderStore(dirname(path)).write(basename(path), new TextEncoder().encode(page));
    return;
  }
  await writeBehaviorReport(path, {
    title,
    lead: `Trained on ${record.inputs.length} recordings. The scores are of ${record.crossValidation.folds}-fold cross-validation: each recording was predicted by a classifier that had seen nothing of its group.`,
    synthetic: record.synthetic,
    evaluation,
    features,
    learningCurves: record.learningCurves,
    ...(clips === undefined ? {} : { clips }),
    recordings: drawnOf(evaluation, recordings),
    sections: learned,
    notes: record.notes,
    provenance,
  });
}

/** Recordings that are drawn one by one: the best, those between, and the worst. */
const mostDrawn = 6;

/** Returns the best, the worst and some recordings between, by macro F1, with what they are in their names. */
export function drawnOf<Recording extends { readonly name: string }>(
  { perRecording }: BehaviorEvaluation,
  recordings: readonly Recording[],
): Recording[] {
  const ranked = perRecording
    .flatMap(({ recording: name, macroF1, frames }) => {
      const own = recordings.find((recording) => recording.name === name);
      return own === undefined || frames === 0 ? [] : [{ own, f1: macroF1 ?? -1 }];
    })
    .sort((a, b) => b.f1 - a.f1);
  const count = Math.min(mostDrawn, ranked.length);
  const places = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (ranked.length - 1)) / (count - 1)),
  );
  return [...new Set(places)].map((place) => {
    const { own, f1 } = ranked[place] as (typeof ranked)[number];
    const rank = ranked.length < 3 ? '' : place === 0 ? 'the best, ' : place === ranked.length - 1 ? 'the worst, ' : '';
    return { ...own, name: f1 < 0 ? own.name : `${own.name} (${rank}macro F1 ${f1.toFixed(3)})` };
  });
}

function learnedSections(
  model: BehaviorModel,
  record: TrainingPageData['record'],
  { family, features }: { readonly family: string; readonly features: readonly string[] },
): ReportSection[] {
  const { card } = model;
  return [
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
          rows: card.counts.map(({ name, frameCount, boutCount, groupCount }) => [
            name,
            formatNumber(frameCount),
            formatNumber(boutCount),
            formatNumber(groupCount),
          ]),
        },
        {
          kind: 'facts',
          entries: [
            ['recordings', formatNumber(record.inputs.length)],
            ['frames learned from', formatNumber(card.rowCount)],
            ['frame rate', `${model.fps} frames/s`],
            ['features', `${formatNumber(model.columns.length)} columns`],
            ['classifier', family],
            ['smoother', model.decision.smoother.kind],
            ...(record.tracksAlone.length === 0
              ? []
              : ([['tracks without annotations', record.tracksAlone.join(', ')]] as const)),
            ...(record.annotationsAlone.length === 0
              ? []
              : ([['annotations without tracks', record.annotationsAlone.join(', ')]] as const)),
          ],
        },
        { kind: 'text', text: features.join(' ') },
        { kind: 'text', text: `Recordings: ${record.inputs.map(({ id }) => id).join(', ')}.` },
        ...(record.crossValidation === null && record.notes.length > 0
          ? [{ kind: 'details', summary: `${record.notes.length} notes`, text: record.notes.join('\n') } as const]
          : []),
      ],
    },
  ];
}
