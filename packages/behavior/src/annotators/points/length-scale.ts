import { type LabeledFrames, type LabeledImage, median } from '@zoopraxis/core';
import { consensusLabels } from './consensus-labels.js';
import { keypointIndex, pointInRow } from './shared-animals.js';

/** The unit in which distances between annotators are told; px unless one is given. */
export type AnnotatorScale =
  | { readonly unit: 'px' }
  /** With px per mm: one number, or one for each image (NaN where it is not known). */
  | { readonly unit: 'mm'; readonly pxPerMm: number | ((image: LabeledImage) => number) }
  /** With the two keypoints whose distance is the body's length: its median in the consensus of the image's group. */
  | { readonly unit: 'body lengths'; readonly from: string; readonly to: string };

/**
 * Returns how many px one unit is in each image, shape `[image]`; NaN where it is not known.
 * @throws RangeError for a scale that is not above 0 or a keypoint that is not there.
 */
export function pxPerUnit(labels: LabeledFrames, scale: AnnotatorScale = { unit: 'px' }): Float64Array {
  if (scale.unit === 'px') return new Float64Array(labels.images.length).fill(1);
  if (scale.unit === 'mm') {
    const { pxPerMm } = scale;
    return Float64Array.from(labels.images, (image) => {
      const px = typeof pxPerMm === 'number' ? pxPerMm : pxPerMm(image);
      if (px > 0 || (Number.isNaN(px) && typeof pxPerMm === 'function')) return px;
      throw new RangeError(`annotators: pxPerMm must be above 0, got ${px} for ${image.group}/${image.file}`);
    });
  }
  const from = keypointIndex(labels, scale.from, 'annotators: from');
  const to = keypointIndex(labels, scale.to, 'annotators: to');
  if (from === to) throw new RangeError(`annotators: from and to must be different keypoints, got ${scale.from} twice`);
  const consensus = consensusLabels(labels);
  const lengths = new Map<string, number[]>();
  for (const [row, image] of consensus.image.entries()) {
    const [[ax, ay], [bx, by]] = [pointInRow(consensus, row, from), pointInRow(consensus, row, to)];
    const length = Math.hypot(ax - bx, ay - by);
    const group = labels.images[image]?.group as string;
    if (length > 0) lengths.set(group, [...(lengths.get(group) ?? []), length]);
  }
  const medians = new Map([...lengths].map(([group, values]) => [group, median(values)]));
  return Float64Array.from(labels.images, ({ group }) => medians.get(group) ?? Number.NaN);
}
