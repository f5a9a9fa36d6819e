import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type EvaluatedPicture, readDeepLabCutEvaluation } from '@zoopraxis/io';
import { type InstanceImage, poseAveragePrecision } from '@zoopraxis/pose';
import { expect, test } from 'vitest';

const file = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data', 'trimouse/trimouse_eval.pickle');
const isThere = existsSync(file);
if (!isThere) console.warn(`skipped: AP on mice of DeepLabCut is compared where ${file} is there (ZOOPRAXIS_DATA)`);

interface Reference {
  readonly labeled: number;
  readonly predicted: number;
  readonly statistics: readonly number[];
  readonly precisionAt: readonly number[];
}

/**
 * Returns the animals of one image. The file holds single detections; they are put together as simply as possible, as
 * `make-coco-references.py` does: one animal for each detection of the first keypoint, with the detection of every
 * other keypoint whose affinity to it is largest.
 */
function animalsOf(picture: EvaluatedPicture, keypoints: readonly string[]): InstanceImage {
  const individuals = [...new Set(picture.labels.map(({ individual }) => individual))];
  const labeled = individuals.map((name) => ({
    keypoints: keypoints.flatMap((keypoint) => {
      const label = picture.labels.find((one) => one.individual === name && one.keypoint === keypoint);
      return label === undefined ? [Number.NaN, Number.NaN] : [label.x, label.y];
    }),
  }));
  const found = picture.detections.keypoints;
  const predicted = Array.from(found[0]?.confidence ?? [], (_, i) => {
    const chosen = keypoints.map((_, k) => {
      if (k === 0) return i;
      // The graph of this file joins each keypoint with all after it: the first edges are 0-1, 0-2, ...
      const affinities = picture.detections.edges.find(({ edge }) => edge === k - 1);
      const count = found[k]?.confidence.length as number;
      expect(affinities?.counts).toEqual([found[0]?.confidence.length, count]);
      const row = [...(affinities?.affinity.subarray(i * count, (i + 1) * count) ?? [])];
      return row.indexOf(Math.max(...row));
    });
    const confidence = chosen.map((at, k) => found[k]?.confidence[at] as number);
    return {
      keypoints: chosen.flatMap((at, k) => [...(found[k]?.position.subarray(2 * at, 2 * at + 2) ?? [])]),
      score: confidence.reduce((sum, value) => sum + value, 0) / confidence.length,
    };
  });
  return { labeled, predicted };
}

test.skipIf(!isThere)('AP on real mice is that of pycocotools', async () => {
  const references = JSON.parse(readFileSync(resolve('test/reference/pose/trimouse-coco.json'), 'utf8')) as {
    real: Record<string, Reference>;
  };
  const { keypoints, images } = readDeepLabCutEvaluation(await readFile(file));
  const sorted = [...images].sort((a, b) => (a.image < b.image ? -1 : 1));
  const animals = sorted.map((picture) => animalsOf(picture, keypoints));
  for (const [value, { labeled, predicted, statistics, precisionAt }] of Object.entries(references.real)) {
    expect(animals.flatMap((image) => image.labeled)).toHaveLength(labeled);
    expect(animals.flatMap((image) => image.predicted)).toHaveLength(predicted);
    const sigma = { values: keypoints.map(() => Number(value)), convention: 'coco' } as const;
    const { all, medium, large } = poseAveragePrecision(animals, { sigma });
    const ours = [
      all.averagePrecision,
      all.precisionAt['0.50'],
      all.precisionAt['0.75'],
      medium.averagePrecision,
      large.averagePrecision,
      all.averageRecall,
      all.recallAt['0.50'],
      all.recallAt['0.75'],
      medium.averageRecall,
      large.averageRecall,
      ...Object.values(all.precisionAt),
    ];
    for (const [i, expected] of [...statistics, ...precisionAt].entries()) {
      expect(Math.abs((ours[i] as number) - expected), `statistic ${i} for sigma ${value}`).toBeLessThan(1e-9);
    }
  }
});
