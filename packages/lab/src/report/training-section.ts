import type { ByteStore } from '@zoopraxis/core';
import { formatDuration, formatMeasure, formatNumber, learningCurveFigure } from '@zoopraxis/figures';
import type { ModelCard } from '@zoopraxis/pose';
import type { ReportBlock, ReportSection } from './blocks.js';

/** Returns the curves in a `training.jsonl`; lines that cannot be read are left out. */
export function readLearning(bytes: Uint8Array | undefined): {
  loss: { step: number; loss: number }[];
  heldOut: { step: number; errorPx: number }[];
} {
  const [loss, heldOut]: [{ step: number; loss: number }[], { step: number; errorPx: number }[]] = [[], []];
  for (const line of new TextDecoder().decode(bytes ?? new Uint8Array()).split('\n')) {
    let entry: Record<string, unknown>;
    try {
      entry = JSON.parse(line) as Record<string, unknown>;
    } catch {
      continue;
    }
    if (typeof entry.step !== 'number') continue;
    if (typeof entry.loss === 'number') loss.push({ step: entry.step, loss: entry.loss });
    const measured = (entry.evaluation ?? entry) as Record<string, unknown>;
    if (typeof measured.meanErrorPx === 'number') heldOut.push({ step: entry.step, errorPx: measured.meanErrorPx });
  }
  return { loss, heldOut };
}

/** Returns the section on how a model came to be: settings, split and learning curve. */
export async function trainingSection(
  card: ModelCard,
  { store, folder, badge }: { store: ByteStore; folder: string; badge?: string },
): Promise<ReportSection> {
  const training = card.training as {
    seed?: number;
    stepsTaken?: number;
    steps?: number;
    batchSize?: number;
    measured?: { stepSec?: number };
    warnings?: string[];
    weights?: string;
  };
  const data = card.data as { trainImages?: string[]; heldOutImages?: string[]; split?: string };
  const curves = readLearning(await store.read(`${folder}/training.jsonl`));
  const steps = training.stepsTaken ?? training.steps ?? 0;
  const blocks: ReportBlock[] = [
    {
      kind: 'facts',
      entries: [
        ['model', card.name],
        ['network', card.network.name],
        ['seed', String(training.seed ?? '–')],
        ['training images', formatNumber(data.trainImages?.length ?? 0)],
        ['held-out images', `${formatNumber(data.heldOutImages?.length ?? 0)} (split by ${data.split ?? '–'})`],
        ['steps', `${formatNumber(steps)} of ${training.batchSize ?? '–'} images`],
        ...(training.measured?.stepSec === undefined
          ? []
          : ([
              ['time for all steps, as measured at the start', formatDuration(training.measured.stepSec * steps)],
            ] as const)),
        ['weights kept', training.weights ?? '–'],
        ['input of the network', `image x ${formatMeasure(card.preprocessing.scale)}`],
      ],
    },
    ...(training.warnings ?? []).map((text): ReportBlock => ({ kind: 'text', text })),
  ];
  if (curves.loss.length > 0) {
    blocks.push({
      kind: 'figure',
      name: 'learning-curve',
      svg: learningCurveFigure(curves, {
        subtitle: `${card.network.name}, ${formatNumber(steps)} steps`,
        ...(badge === undefined ? {} : { badge }),
      }),
      caption: 'The held-out error is measured on whole images while training goes on; both axes are logarithmic.',
    });
  }
  return { title: 'Training', blocks };
}
