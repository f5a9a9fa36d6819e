import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@zoopraxis/core';
import { type InstanceImage, type PoseAveragePrecision, poseAveragePrecision } from '@zoopraxis/pose';
import { expectSame, type MeasureTimes, runPeer, timeRuns } from './time-runs.js';

const folder = '.cache/bench/coco-10k';
const sigma = 0.05;
const pointCount = 17;

/** Returns 10,000 labeled animals of 17 points with as many predictions, a tenth of them false, in 5,000 images. */
function makeImages(): InstanceImage[] {
  const random = new Random('bench average precision');
  const animal = () => {
    const [x, y, size] = [900 * random.uniform(), 900 * random.uniform(), 30 + 170 * random.uniform()];
    const keypoints = Float64Array.from(
      { length: 2 * pointCount },
      (_, i) => (i % 2 ? y : x) + size * random.uniform(),
    );
    return { keypoints, areaPx2: 0.6 * size ** 2 };
  };
  return Array.from({ length: 5000 }, () => {
    const labeled = [animal(), animal()];
    const predicted = labeled.map(({ keypoints }) => ({
      keypoints: random.uniform() < 0.1 ? animal().keypoints : keypoints.map((value) => value + 8 * random.normal()),
      score: random.uniform(),
    }));
    return { labeled, predicted };
  });
}

/** Returns a point list as COCO writes it: x, y, visibility 2. */
const cocoKeypoints = (keypoints: ArrayLike<number>): number[] =>
  Array.from({ length: pointCount }, (_, k) => [keypoints[2 * k] as number, keypoints[2 * k + 1] as number, 2]).flat();

/** Writes the animals as the two JSON files that COCO's own evaluation reads. */
async function writeCoco(images: readonly InstanceImage[]): Promise<{ labels: string; predictions: string }> {
  const annotations = images.flatMap(({ labeled }, image) =>
    labeled.map(({ keypoints, areaPx2 }) => ({
      image_id: image,
      category_id: 1,
      iscrowd: 0,
      keypoints: cocoKeypoints(keypoints),
      num_keypoints: pointCount,
      area: areaPx2,
      bbox: [0, 0, 1, 1], // read for animals without points alone
    })),
  );
  const results = images.flatMap(({ predicted }, image) =>
    predicted.map(({ keypoints, score }) => ({
      image_id: image,
      category_id: 1,
      keypoints: cocoKeypoints(keypoints),
      score,
    })),
  );
  await mkdir(folder, { recursive: true });
  const [labels, predictions] = [join(folder, 'labels.json'), join(folder, 'predictions.json')];
  const dataset = {
    info: {},
    images: images.map((_, id) => ({ id })),
    categories: [{ id: 1, name: 'mouse' }],
    annotations: annotations.map((annotation, i) => ({ id: i + 1, ...annotation })),
  };
  await writeFile(labels, JSON.stringify(dataset));
  await writeFile(predictions, JSON.stringify(results));
  return { labels, predictions };
}

/** Returns COCO's ten numbers in its order. */
function cocoStatistics({ all, medium, large }: PoseAveragePrecision): number[] {
  const { averagePrecision, precisionAt, averageRecall, recallAt } = all;
  return [
    ...[averagePrecision, precisionAt['0.50'], precisionAt['0.75'], medium.averagePrecision, large.averagePrecision],
    ...[averageRecall, recallAt['0.50'], recallAt['0.75'], medium.averageRecall, large.averageRecall],
  ].map((value) => value ?? -1);
}

/** Returns the seconds of AP and AR on the same animals, of ours and of pycocotools, whose ten numbers must agree. */
export async function timeAveragePrecision(): Promise<MeasureTimes> {
  const images = makeImages();
  const values = Array.from({ length: pointCount }, () => sigma);
  const measure = () => poseAveragePrecision(images, { sigma: { values, convention: 'coco' }, area: 'given' });
  const ours = await timeRuns(measure);
  const { labels, predictions } = await writeCoco(images);
  const peer = await runPeer<{ statistics: number[] }>('pycocotools', 'coco_precision.py', [
    labels,
    predictions,
    sigma,
  ]);
  if (peer === undefined) return { ours };
  expectSame('AP and AR', cocoStatistics(measure()), peer.statistics);
  return { ours, peer: { name: `pycocotools ${peer.version}`, seconds: peer.seconds } };
}
