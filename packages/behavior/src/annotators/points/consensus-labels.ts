import {
  createLabeledFrames,
  type LabeledFrames,
  type MiddleMethod,
  middleOfPoints,
  visibilities,
} from '@zoopraxis/core';
import { pointInRow, sharedAnimals } from './shared-animals.js';

/**
 * Returns one set of labels out of those of several annotators, who are matched by individual: the middle of their points
 * (default: the median of x and of y, as Segalin et al. 2021), occluded where most of them say so, absent where fewer than
 * half of those who labeled the animal placed the point.
 */
export function consensusLabels(
  labels: LabeledFrames,
  { method = 'median', annotator = 'consensus' }: { method?: MiddleMethod; annotator?: string } = {},
): LabeledFrames {
  const points = labels.skeleton.keypoints.length;
  const animals = sharedAnimals(labels);
  const position = new Float64Array(animals.length * points * 2).fill(Number.NaN);
  const visibility = new Uint8Array(animals.length * points);
  for (const [row, { rows }] of animals.entries()) {
    const labeled = rows.filter((own) => own >= 0);
    for (let k = 0; k < points; k++) {
      const seen = labeled.map((own) => labels.visibility[own * points + k] as number).filter((how) => how > 0);
      if (seen.length === 0 || 2 * seen.length < labeled.length) continue;
      const middle = middleOfPoints(
        labeled.flatMap((own) => pointInRow(labels, own, k)),
        method,
      );
      position.set(middle, (row * points + k) * 2);
      const occluded = seen.filter((how) => how === visibilities.occluded).length;
      visibility[row * points + k] = 2 * occluded > seen.length ? visibilities.occluded : visibilities.visible;
    }
  }
  return createLabeledFrames({
    ...labels,
    annotators: [annotator],
    image: Int32Array.from(animals, ({ image }) => image),
    individual: Int32Array.from(animals, ({ individual }) => individual),
    annotator: new Int32Array(animals.length),
    position,
    visibility,
  });
}
