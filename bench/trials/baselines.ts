import type { LabeledFrames, Picture } from '@zoopraxis/core';
import { evaluatePose, labelsOfImages, type PoseEvaluation, predictedFromPictures } from '@zoopraxis/pose';

/** Half the side of the square whose mean brightness is sought, px. */
const HALF = 12;

/** Returns the center [x, y] of the darkest square of 25 px in a picture: where a dark animal on a light floor would be. */
export function darkestPlace({ widthPx, heightPx, rgb }: Picture): [number, number] {
  const columns = widthPx + 1;
  const sums = new Float64Array(columns * (heightPx + 1));
  for (let y = 0; y < heightPx; y++) {
    let row = 0;
    for (let x = 0; x < widthPx; x++) {
      const at = 3 * (y * widthPx + x);
      row += (rgb[at] as number) + (rgb[at + 1] as number) + (rgb[at + 2] as number);
      sums[(y + 1) * columns + x + 1] = (sums[y * columns + x + 1] as number) + row;
    }
  }
  let best: [number, number] = [0, 0];
  let least = Number.POSITIVE_INFINITY;
  for (let y = HALF; y < heightPx - HALF; y++) {
    for (let x = HALF; x < widthPx - HALF; x++) {
      const [top, bottom, left, right] = [(y - HALF) * columns, (y + HALF + 1) * columns, x - HALF, x + HALF + 1];
      const corner = (at: number) => sums[at] as number;
      const sum = corner(bottom + right) - corner(bottom + left) - corner(top + right) + corner(top + left);
      if (sum < least) [least, best] = [sum, [x, y]];
    }
  }
  return best;
}

/** Returns the mean position of each keypoint over a list of images, shape `[keypoint, 2]`. */
export function meanPositions(labels: LabeledFrames, images: readonly number[]): Float64Array {
  const { position } = labelsOfImages(labels, images);
  const points = labels.skeleton.keypoints.length;
  const sums = new Float64Array(2 * points);
  const counts = new Float64Array(2 * points);
  for (const [at, value] of position.entries()) {
    if (Number.isNaN(value)) continue;
    sums[at % (2 * points)] = (sums[at % (2 * points)] as number) + value;
    counts[at % (2 * points)] = (counts[at % (2 * points)] as number) + 1;
  }
  return sums.map((sum, at) => sum / (counts[at] as number));
}

/** Returns the scores of answers that are the same for every keypoint set: `answers` holds one `[keypoint, 2]` an image. */
export function scoreAnswers(
  labels: LabeledFrames,
  images: readonly number[],
  answers: readonly Float64Array[],
): PoseEvaluation {
  const { keypoints } = labels.skeleton;
  const poses = answers.map((position) => ({ position, confidence: keypoints.map(() => 1) }));
  return evaluatePose(labelsOfImages(labels, images), predictedFromPictures(poses, { keypoints }));
}

/** Returns one place for every keypoint, shape `[keypoint, 2]`. */
export function everywhere(keypointCount: number, [x, y]: readonly [number, number]): Float64Array {
  return Float64Array.from({ length: 2 * keypointCount }, (_, i) => (i % 2 === 0 ? x : y));
}
