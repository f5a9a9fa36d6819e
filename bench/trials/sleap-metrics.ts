import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSlp } from '@talmolab/sleap-io.js';
import { createLabeledFrames, createSkeleton } from '@zoopraxis/core';
import { readSleapMetrics } from '@zoopraxis/io';
import { evaluatePose } from '@zoopraxis/pose';
import { table } from './scores.js';

interface Comparison {
  readonly file: string;
  readonly measure: string;
  readonly ours: number;
  readonly stored: number;
}

async function readAnimals(path: string) {
  const labels = await loadSlp(path, { openVideos: false });
  const animals = labels.labeledFrames.flatMap((frame, image) =>
    frame.instances.map((instance) => ({
      image,
      points: instance.numpy().flat(),
      confidence: instance.points.map((point) => ('score' in point ? Number(point.score) : Number.NaN)),
      score: 'score' in instance ? Number(instance.score) : Number.NaN,
    })),
  );
  return {
    keypoints: labels.skeletons[0]?.nodeNames ?? [],
    imageCount: labels.labeledFrames.length,
    animals,
    position: Float64Array.from(animals.flatMap(({ points }) => points)),
  };
}

async function compareFile(folder: string, model: string, split: string): Promise<Comparison[]> {
  const file = `${model}/metrics.${split}.npz`;
  const stored = await readSleapMetrics(await readFile(join(folder, file)), { path: file });
  const truth = await readAnimals(join(folder, model, `labels_gt.${split}.slp`));
  const predicted = await readAnimals(join(folder, model, `labels_pr.${split}.slp`));
  const labels = createLabeledFrames({
    skeleton: createSkeleton({ name: 'sleap', keypoints: truth.keypoints }),
    individuals: truth.animals.map((_, i) => `animal ${i}`),
    annotators: ['sleap'],
    images: Array.from({ length: truth.imageCount }, (_, i) => ({ group: 'video', file: `${i}` })),
    image: Int32Array.from(truth.animals, ({ image }) => image),
    individual: Int32Array.from(truth.animals, (_, i) => i),
    annotator: new Int32Array(truth.animals.length),
    position: truth.position,
    visibility: Uint8Array.from({ length: truth.position.length / 2 }, (_, i) =>
      Number.isNaN(truth.position[2 * i]) ? 0 : 2,
    ),
  });
  const predictions = {
    keypoints: predicted.keypoints,
    image: Int32Array.from(predicted.animals, ({ image }) => image),
    position: predicted.position,
    confidence: Float32Array.from(predicted.animals.flatMap(({ confidence }) => confidence)),
    score: Float64Array.from(predicted.animals, ({ score }) => score),
  };
  const radiiPx = Array.from({ length: 10 }, (_, i) => i + 1);
  const sigma = { values: truth.keypoints.map(() => 0.025), convention: 'coco' } as const;
  const result = evaluatePose(labels, predictions, { sigma, radiiPx, resampleCount: 0 });
  const meanPck = radiiPx.reduce((sum, radius) => sum + (result.pck[radius] as number), 0) / radiiPx.length;
  const { similarity } = result;
  const ours: [string, number | null][] = [
    ['dist.avg', result.meanErrorPx],
    ['dist.p50', result.medianErrorPx],
    ['dist.p95', result.p95ErrorPx],
    ['pck.mPCK', meanPck],
    ['oks.mOKS', similarity.meanSimilarity],
    ['oks_voc.mAP', similarity.meanAveragePrecision],
    ['oks_voc.mAR', similarity.meanAverageRecall],
  ];
  return ours.map(([measure, value]) => ({
    file,
    measure,
    ours: value as number,
    stored: stored.get(measure) as number,
  }));
}

/** Returns what we compute of SLEAP's evaluation files, beside what SLEAP stored. */
export async function measureSleapMetrics(data: string): Promise<Record<string, unknown>> {
  const comparisons: Comparison[] = [];
  for (const model of ['bottomup', 'centered_instance', 'centroid']) {
    for (const split of ['train', 'val']) {
      comparisons.push(...(await compareFile(join(data, 'sleap', 'metrics'), model, split)));
    }
  }
  return { comparisons };
}

/** Returns the part of the page about SLEAP's metrics. */
export function describeSleapMetrics(result: Readonly<Record<string, unknown>>): string {
  const rows = (result.comparisons as Comparison[]).map(({ file, measure, ours, stored }) => [
    ...[file, measure, ours.toFixed(6), stored.toFixed(6), Math.abs(ours - stored).toExponential(1)],
  ]);
  return [
    "## SLEAP's stored metrics: `data/sleap/metrics`",
    '',
    'Computed anew from the labels and predictions beside them. SLEAP calls the mean over radii of 1 to 10 px `mPCK`; sigma 0.025 in the `coco` convention. Predictions are stored as float32, which leaves differences of up to 1e-5 px.',
    '',
    table(['file', 'measure', 'ours', 'stored by SLEAP', 'difference'], rows),
  ].join('\n');
}
