import type { LabeledFrames } from '@zoopraxis/core';
import type { PredictedFrames } from '../evaluate/predicted-frames.js';
import type { PoseSample } from './training-options.js';

/** Returns predictions on a few images, evenly chosen of those that were predicted, beside the first labels of each. */
export function poseSamplesOf(labels: LabeledFrames, predicted: PredictedFrames, count: number): PoseSample[] {
  const total = predicted.image.length;
  const points = predicted.keypoints.length;
  const chosen = new Set(
    Array.from({ length: Math.min(count, total) }, (_, i) => Math.floor((i * total) / Math.min(count, total))),
  );
  return [...chosen].map((row) => {
    const image = predicted.image[row] as number;
    const { group, file } = labels.images[image] as (typeof labels.images)[number];
    const at = labels.image.indexOf(image);
    const from = at * points * 2;
    return {
      group,
      file,
      predicted: predicted.position.slice(row * points * 2, (row + 1) * points * 2),
      confidence: predicted.confidence.slice(row * points, (row + 1) * points),
      labeled:
        at < 0
          ? new Float32Array(points * 2).fill(Number.NaN)
          : Float32Array.from(labels.position.subarray(from, from + points * 2)),
    };
  });
}
