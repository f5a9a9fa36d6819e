import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EvaluatedPicture, readDeepLabCutEvaluation } from '@zoopraxis/io';
import { deepLabCutAveragePrecision, type InstanceImage, poseAveragePrecision } from '@zoopraxis/pose';
import { table } from './scores.js';

/** One value beside what pycocotools makes of the same animals. */
interface Row {
  readonly measure: string;
  readonly sigma: number;
  readonly ours: number;
  readonly pycocotools: number | null;
}

/**
 * Returns labeled and predicted animals of one image. The file holds single detections: an animal is each detection of the
 * first keypoint with those of the others that belong to it most, as `make-coco-references.py` does.
 */
function animalsOf({ labels, detections }: EvaluatedPicture, keypoints: readonly string[]): InstanceImage {
  const labeled = [...new Set(labels.map(({ individual }) => individual))].map((name) => ({
    keypoints: keypoints.flatMap((keypoint) => {
      const label = labels.find((one) => one.individual === name && one.keypoint === keypoint);
      return label === undefined ? [Number.NaN, Number.NaN] : [label.x, label.y];
    }),
  }));
  const predicted = Array.from(detections.keypoints[0]?.confidence ?? [], (_, i) => {
    const chosen = detections.keypoints.map(({ confidence }, k) => {
      if (k === 0) return i;
      const affinity = detections.edges.find(({ edge }) => edge === k - 1)?.affinity;
      const row = [...(affinity?.subarray(i * confidence.length, (i + 1) * confidence.length) ?? [])];
      return row.indexOf(Math.max(...row));
    });
    const scores = chosen.map((at, k) => detections.keypoints[k]?.confidence[at] as number);
    return {
      keypoints: chosen.flatMap((at, k) => [...(detections.keypoints[k]?.position.subarray(2 * at, 2 * at + 2) ?? [])]),
      score: scores.reduce((sum, value) => sum + value, 0) / scores.length,
    };
  });
  return { labeled, predicted };
}

/** Returns average precision on the three mice of DeepLabCut's test data, beside pycocotools. */
export async function measureTrimouse(data: string): Promise<Record<string, unknown>> {
  const evaluation = readDeepLabCutEvaluation(await readFile(join(data, 'trimouse', 'trimouse_eval.pickle')));
  const references = JSON.parse(await readFile(join('test', 'reference', 'pose', 'trimouse-coco.json'), 'utf8')) as {
    real: Record<string, { statistics: readonly number[] }>;
  };
  const { keypoints } = evaluation;
  const images = evaluation.images
    .toSorted((a, b) => (a.image < b.image ? -1 : 1))
    .map((picture) => animalsOf(picture, keypoints));
  const rows: Row[] = [];
  for (const [value, { statistics }] of Object.entries(references.real)) {
    const sigma = { values: keypoints.map(() => Number(value)), convention: 'coco' } as const;
    const { all } = poseAveragePrecision(images, { sigma });
    const coco = [
      all.averagePrecision,
      all.precisionAt['0.50'],
      all.precisionAt['0.75'],
      null,
      null,
      all.averageRecall,
    ];
    for (const [i, measure] of ['AP', 'AP50', 'AP75', '', '', 'AR'].entries()) {
      if (measure === '') continue;
      rows.push({ measure, sigma: Number(value), ours: coco[i] as number, pycocotools: statistics[i] as number });
    }
    const own = deepLabCutAveragePrecision(images, { sigma });
    rows.push(
      {
        measure: "mAP as DeepLabCut's evaluation",
        sigma: Number(value),
        ours: own.meanAveragePrecision,
        pycocotools: null,
      },
      {
        measure: "mAR as DeepLabCut's evaluation",
        sigma: Number(value),
        ours: own.meanAverageRecall,
        pycocotools: null,
      },
    );
  }
  const count = (key: 'labeled' | 'predicted') => images.reduce((sum, image) => sum + image[key].length, 0);
  return { images: images.length, labeled: count('labeled'), predicted: count('predicted'), rows };
}

/** Returns the part of the page about the three mice. */
export function describeTrimouse(result: Readonly<Record<string, unknown>>): string {
  const { images, labeled, predicted, rows } = result as {
    images: number;
    labeled: number;
    predicted: number;
    rows: readonly Row[];
  };
  return [
    '## Average precision on three mice: `data/trimouse`',
    '',
    `${images} labeled images with ${labeled} mice of 12 points; the network's single detections in \`trimouse_eval.pickle\`, put together to ${predicted} animals by the largest affinity to the first keypoint. The file stores no scores of DeepLabCut's own to compare with, so the reference is pycocotools 2.0.11 on the same animals; sigma in the \`coco\` convention.`,
    '',
    table(
      ['measure', 'sigma', 'ours', 'pycocotools'],
      rows.map((row) => [
        ...[row.measure, `${row.sigma}`, row.ours.toFixed(6)],
        row.pycocotools === null ? '' : row.pycocotools.toFixed(6),
      ]),
    ),
  ].join('\n');
}
