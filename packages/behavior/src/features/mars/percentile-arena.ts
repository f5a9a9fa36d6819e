import { quantileOfSorted } from '@zoopraxis/core';
import type { MarsSource } from './load-points.js';

/** Edges of the place the mice are in, in the unit of the tracks. */
export interface ArenaEdges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Numbers above which order is found by counting, so that memory does not grow with the recording. */
const sortedAtMost = 1 << 20;

/**
 * Returns the value at a place in the ascending order of numbers above 0, and the one after it, by counting the upper
 * and then the lower half of their bits, which ascend as the numbers do.
 */
function ranked(visit: (take: (value: number) => void) => void, rank: number): [number, number] {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  const find = (wanted: number): number => {
    let [high, below] = [0, 0];
    const counts = new Uint32Array(1 << 16);
    visit((value) => {
      single[0] = value;
      counts[(bits[0] as number) >>> 16] = (counts[(bits[0] as number) >>> 16] as number) + 1;
    });
    while (below + (counts[high] as number) <= wanted) below += counts[high++] as number;
    counts.fill(0);
    visit((value) => {
      single[0] = value;
      const pattern = bits[0] as number;
      if (pattern >>> 16 === high) counts[pattern & 0xffff] = (counts[pattern & 0xffff] as number) + 1;
    });
    let low = 0;
    while (below + (counts[low] as number) <= wanted) below += counts[low++] as number;
    bits[0] = (high << 16) | low;
    return single[0] as number;
  };
  return [find(rank), find(rank + 1)];
}

/**
 * Returns the 1st and 99th percentile (linear between neighbors) of all coordinates above 0 of both mice's points, as
 * MARS takes them for the edges of the cage; NaN where no point is known. Single precision is exact at any length;
 * double precision is sorted as a whole.
 */
export function percentileArena(source: MarsSource): ArenaEdges {
  const { tracks, position, mice, keypoints } = source;
  const { frameCount } = tracks.timeBase;
  const points = tracks.skeleton.keypoints.length;
  const step = tracks.individuals.length * points * 2;
  const edges = [0, 1].map((axis) => {
    const places = mice.flatMap((mouse) => keypoints.map((keypoint) => (mouse * points + keypoint) * 2 + axis));
    const visit = (take: (value: number) => void): void => {
      for (let frame = 0; frame < frameCount; frame++) {
        for (const place of places) {
          const value = position[frame * step + place] as number;
          if (value > 0 && value < Number.POSITIVE_INFINITY) take(value);
        }
      }
    };
    let count = 0;
    visit(() => count++);
    if (count === 0) return [Number.NaN, Number.NaN];
    if (position instanceof Float64Array || count <= sortedAtMost) {
      const values = new Float64Array(count);
      let next = 0;
      visit((value) => {
        values[next++] = value;
      });
      values.sort();
      return [quantileOfSorted(values, 0.01), quantileOfSorted(values, 0.99)];
    }
    return [0.01, 0.99].map((share) => {
      const place = share * (count - 1);
      const below = Math.floor(place);
      const [a, b] = ranked(visit, below);
      return place === below ? a : a + (place - below) * (b - a);
    });
  }) as [[number, number], [number, number]];
  return { left: edges[0][0], top: edges[1][0], right: edges[0][1], bottom: edges[1][1] };
}
