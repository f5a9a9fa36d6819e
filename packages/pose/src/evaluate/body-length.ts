import { median } from '@zoopraxis/core';
import type { PosePairs } from './pair-predictions.js';

/** How long the animals are in each session. */
export interface BodyLengths {
  /** Names of the two keypoints between which the body is measured. */
  readonly from: string;
  readonly to: string;
  /** Median over all labeled animals, px. */
  readonly medianPx: number;
  /** Length for each pair: the median of its group, px, shape `[pair]`. */
  readonly perPairPx: Float64Array;
}

/** Returns the two keypoints that span the body by their roles: nose (else head) and tail base; undefined without. */
export function bodyKeypoints({ skeleton }: Pick<PosePairs, 'skeleton'>): [number, number] | undefined {
  const front = skeleton.roles.nose ?? skeleton.roles.head;
  const back = skeleton.roles.tailBase;
  return front === undefined || back === undefined ? undefined : [front, back];
}

/**
 * Returns the body length for each pair: the median labeled distance between two keypoints in its group (session),
 * that of all groups where a group has none; undefined where no animal has both points.
 * @param between Keypoint indices, list of two.
 */
export function measureBodyLengths(pairs: PosePairs, between: readonly [number, number]): BodyLengths | undefined {
  const points = pairs.skeleton.keypoints.length;
  const [from, to] = between;
  const lengths = pairs.individuals.map((_, pair) => {
    const at = (k: number, axis: number) => pairs.labeled[(pair * points + k) * 2 + axis] as number;
    return Math.hypot(at(from, 0) - at(to, 0), at(from, 1) - at(to, 1));
  });
  const medianPx = median(lengths);
  if (!(medianPx > 0)) return undefined;
  const groupOf = (pair: number) => pairs.images[pairs.image[pair] as number]?.group as string;
  const byGroup = new Map<string, number[]>();
  for (const [pair, length] of lengths.entries()) {
    const group = groupOf(pair);
    if (!byGroup.has(group)) byGroup.set(group, []);
    byGroup.get(group)?.push(length);
  }
  const medians = new Map([...byGroup].map(([group, values]) => [group, median(values)]));
  return {
    from: pairs.skeleton.keypoints[from] as string,
    to: pairs.skeleton.keypoints[to] as string,
    medianPx,
    perPairPx: Float64Array.from(lengths, (_, pair) => medians.get(groupOf(pair)) || medianPx),
  };
}
