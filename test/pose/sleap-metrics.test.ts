import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadSlp } from '@talmolab/sleap-io.js';
import { createLabeledFrames, createSkeleton, type LabeledFrames } from '@zoopraxis/core';
import { type NumpyArray, readSleapMetrics } from '@zoopraxis/io';
import { evaluatePose, type PredictedFrames, pairDistances, pairPredictions } from '@zoopraxis/pose';
import { expect, test } from 'vitest';

// What differs between SLEAP 1.3 and us, and is therefore put right below or not compared:
// - sigma: SLEAP's stddev 0.025 is doubled inside the kernel, as COCO's: convention `coco`. Its scale is the area of the
//   box around the labeled points plus 2e-16, ours that area but at least 1 px^2.
// - SLEAP's `mPCK` is the mean over the radii 1..10 px, not a share within one radius, and counts d < radius where we
//   count d <= radius; no distance here is a whole number.
// - SLEAP pairs animals once, by similarity, and applies the thresholds to those pairs; COCO and we match anew at each
//   threshold. Both agree where each animal is near one prediction only, as here.
const folder = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data', 'sleap/metrics');
const isThere = existsSync(folder);
if (!isThere) console.warn(`skipped: SLEAP's metrics are compared where ${folder} is there (ZOOPRAXIS_DATA)`);

const runs = ['bottomup', 'centered_instance', 'centroid'].flatMap((model) =>
  ['train', 'val'].map((split) => ({ model, split })),
);

interface SlpAnimals {
  keypoints: string[];
  animals: { image: number; points: number[][]; confidence: number[]; score: number }[];
  imageCount: number;
}

async function readAnimals(path: string): Promise<SlpAnimals> {
  const labels = await loadSlp(path, { openVideos: false });
  const keypoints = labels.skeletons[0]?.nodeNames ?? [];
  const animals = labels.labeledFrames.flatMap((frame, image) =>
    frame.instances.map((instance) => ({
      image,
      points: instance.numpy(),
      confidence: instance.points.map((point) => ('score' in point ? Number(point.score) : Number.NaN)),
      score: 'score' in instance ? Number(instance.score) : Number.NaN,
    })),
  );
  return { keypoints, animals, imageCount: labels.labeledFrames.length };
}

function asLabels({ keypoints, animals, imageCount }: SlpAnimals): LabeledFrames {
  const position = Float64Array.from(animals.flatMap(({ points }) => points.flat()));
  return createLabeledFrames({
    skeleton: createSkeleton({ name: 'sleap', keypoints }),
    individuals: ['animal 1', 'animal 2'],
    annotators: ['sleap'],
    images: Array.from({ length: imageCount }, (_, i) => ({ group: 'video', file: `${i}` })),
    image: Int32Array.from(animals, ({ image }) => image),
    individual: Int32Array.from(animals, (_, i) => i),
    annotator: new Int32Array(animals.length),
    position,
    visibility: Uint8Array.from({ length: position.length / 2 }, (_, i) => (Number.isNaN(position[2 * i]) ? 0 : 2)),
  });
}

function asPredictions({ keypoints, animals }: SlpAnimals): PredictedFrames {
  return {
    keypoints,
    image: Int32Array.from(animals, ({ image }) => image),
    position: Float64Array.from(animals.flatMap(({ points }) => points.flat())),
    confidence: Float32Array.from(animals.flatMap(({ confidence }) => confidence)),
    score: Float64Array.from(animals, ({ score }) => score),
  };
}

test.skipIf(!isThere).each(runs)(
  'our metrics are those that SLEAP stored: $model, $split',
  async ({ model, split }) => {
    const stored = await readSleapMetrics(await readFile(resolve(folder, model, `metrics.${split}.npz`)));
    const number = (name: string) => stored.get(name) as number;
    const list = (name: string) => Array.from((stored.get(name) as NumpyArray).values as ArrayLike<number>);
    const truth = await readAnimals(resolve(folder, model, `labels_gt.${split}.slp`));
    const labels = asLabels(truth);
    const predicted = asPredictions(await readAnimals(resolve(folder, model, `labels_pr.${split}.slp`)));
    const sigma = { values: truth.keypoints.map(() => 0.025), convention: 'coco' } as const;
    const radiiPx = list('pck.thresholds');
    const result = evaluatePose(labels, predicted, { sigma, radiiPx, resampleCount: 0 });

    // Stored predictions are float32 and SLEAP computed with float64 ones: 1e-5 px.
    expect(Math.abs((result.meanErrorPx as number) - number('dist.avg'))).toBeLessThan(1e-5);
    expect(Math.abs((result.medianErrorPx as number) - number('dist.p50'))).toBeLessThan(1e-5);
    expect(Math.abs((result.p95ErrorPx as number) - number('dist.p95'))).toBeLessThan(1e-5);
    const ours = [...pairDistances(pairPredictions(labels, predicted))].sort((a, b) => a - b);
    const theirs = list('dist.dists').sort((a, b) => a - b);
    for (const [i, distance] of theirs.entries()) expect(Math.abs((ours[i] as number) - distance)).toBeLessThan(1e-5);
    const meanPck = radiiPx.reduce((sum, radius) => sum + (result.pck[radius] as number), 0) / radiiPx.length;
    expect(Math.abs(meanPck - number('pck.mPCK'))).toBeLessThan(1e-12);

    const { similarity } = result;
    expect(Math.abs((similarity.meanSimilarity as number) - number('oks.mOKS'))).toBeLessThan(1e-6);
    expect(Math.abs((similarity.meanAveragePrecision as number) - number('oks_voc.mAP'))).toBeLessThan(1e-12);
    expect(Math.abs((similarity.meanAverageRecall as number) - number('oks_voc.mAR'))).toBeLessThan(1e-12);
    for (const [i, precision] of list('oks_voc.AP').entries()) {
      expect(Math.abs((Object.values(similarity.averagePrecision)[i] as number) - precision)).toBeLessThan(1e-12);
    }
    expect(result.missedPoints).toBe(number('vis.fn'));
  },
);

test.skipIf(!isThere)('the plain convention with twice the sigma is the same similarity', async () => {
  const truth = await readAnimals(resolve(folder, 'bottomup/labels_gt.val.slp'));
  const predicted = asPredictions(await readAnimals(resolve(folder, 'bottomup/labels_pr.val.slp')));
  const score = (value: number, convention: 'coco' | 'plain') =>
    evaluatePose(asLabels(truth), predicted, { sigma: { values: [value, value], convention }, resampleCount: 0 })
      .similarity;
  expect(score(0.05, 'plain').meanSimilarity).toBeCloseTo(score(0.025, 'coco').meanSimilarity as number, 12);
  expect(score(0.025, 'plain').meanSimilarity).toBeLessThan(score(0.025, 'coco').meanSimilarity as number);
});
