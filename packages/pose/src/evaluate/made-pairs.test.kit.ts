import { createSkeleton, visibilities } from '@zoopraxis/core';
import type { PosePairs } from './pair-predictions.js';

/** Returns pairs of one animal an image from rows of points `[x, y]`; NaN = no label, or not predicted. */
export function makePairs(rows: {
  readonly labeled: readonly (readonly (readonly [number, number])[])[];
  readonly predicted: readonly (readonly (readonly [number, number])[])[];
  readonly confidence?: readonly (readonly number[])[];
  readonly occluded?: (image: number, keypoint: number) => boolean;
  readonly groupOf?: (image: number) => string;
}): PosePairs {
  const { labeled, predicted, confidence, occluded = () => false, groupOf = () => 'session' } = rows;
  const count = labeled[0]?.length ?? 0;
  const keypoints = ['nose', 'ear', 'paw', 'hip', 'tailbase'].slice(0, count - 1).concat('tailbase');
  const isAbsent = (image: number, k: number) => Number.isNaN(labeled[image]?.[k]?.[0]);
  return {
    skeleton: createSkeleton({ name: 'mouse', keypoints: keypoints.slice(-count) }),
    unknownKeypoints: [],
    images: labeled.map((_, i) => ({ group: groupOf(i), file: `img${i}.png` })),
    image: Int32Array.from(labeled.keys()),
    individuals: labeled.map(() => 'mouse'),
    labeled: Float64Array.from(labeled.flat(2)),
    visibility: Uint8Array.from(
      labeled.flatMap((points, i) =>
        points.map((_, k) =>
          isAbsent(i, k) ? visibilities.absent : occluded(i, k) ? visibilities.occluded : visibilities.visible,
        ),
      ),
    ),
    predicted: Float64Array.from(predicted.flat(2)),
    confidence: Float64Array.from(confidence?.flat() ?? labeled.flatMap((points) => points.map(() => 0.9))),
    score: new Float64Array(labeled.length).fill(0.9),
    extras: [],
  };
}
