import type { PoseSamples } from './pose-samples.js';

/** What labels tell about the animals in the pictures. */
export interface LabelStatistics {
  /** Median of the longer side of the box around an animal's labeled points, px; undefined where no animal has two points. */
  readonly extentPx: number | undefined;
  /** 90th percentile of it, px. */
  readonly largestExtentPx: number | undefined;
  /**
   * 0..1: how alike the animals' directions are. For each pair of keypoints the mean resultant length of the angles from one
   * to the other (Batschelet 1981), and of these the median: near 0 in an open field seen from above, near 1 in a reaching task
   * seen from the side. Undefined below 8 animals with a pair.
   */
  readonly directionality: number | undefined;
}

const quantile = (sorted: readonly number[], share: number): number | undefined =>
  sorted.length === 0 ? undefined : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

/** Returns statistics of labeled samples that sizes and augmentation go by. */
export function labelStatistics({ keypoints, names, position }: PoseSamples): LabelStatistics {
  const points = keypoints.length;
  const extents: number[] = [];
  for (let sample = 0; sample < names.length; sample++) {
    const own = position.subarray(2 * sample * points, 2 * (sample + 1) * points);
    const xs = own.filter((value, at) => at % 2 === 0 && !Number.isNaN(value));
    const ys = own.filter((value, at) => at % 2 === 1 && !Number.isNaN(value));
    if (xs.length > 1) {
      extents.push(Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)));
    }
  }
  extents.sort((a, b) => a - b);
  const lengths: number[] = [];
  for (let a = 0; a < points; a++) {
    for (let b = a + 1; b < points; b++) {
      let [x, y, count] = [0, 0, 0];
      for (let sample = 0; sample < names.length; sample++) {
        const [from, to] = [2 * (sample * points + a), 2 * (sample * points + b)];
        const dx = (position[to] as number) - (position[from] as number);
        const dy = (position[to + 1] as number) - (position[from + 1] as number);
        const length = Math.hypot(dx, dy);
        if (!(length > 0)) continue;
        x += dx / length;
        y += dy / length;
        count++;
      }
      if (count >= 8) lengths.push(Math.hypot(x, y) / count);
    }
  }
  lengths.sort((a, b) => a - b);
  return {
    extentPx: quantile(extents, 0.5),
    largestExtentPx: quantile(extents, 0.9),
    directionality: quantile(lengths, 0.5),
  };
}
