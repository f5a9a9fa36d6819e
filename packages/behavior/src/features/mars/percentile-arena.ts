import { quantileOfSorted } from '@zoopraxis/core';
import type { MarsSource } from './load-points.js';

/** Edges of the place the mice are in, in the unit of the tracks. */
export interface ArenaEdges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const shares = [0.01, 0.99] as const;
const infinity = 0x7f800000;

/**
 * Returns the values at ranks in the ascending order of numbers above 0, list, by counting the upper and then the lower
 * half of their bits, which ascend as the numbers do: exact, and no larger for a longer recording.
 */
function ranked(
  bits: Int32Array,
  step: number,
  places: readonly number[],
  ranksOf: (count: number) => number[],
): number[] {
  const counts = new Float64Array(1 << 16);
  for (const place of places) {
    for (let at = place; at < bits.length; at += step) {
      const pattern = bits[at] as number;
      if (pattern > 0 && pattern < infinity) counts[pattern >>> 16] = (counts[pattern >>> 16] as number) + 1;
    }
  }
  const ranks = ranksOf(counts.reduce((sum, count) => sum + count, 0));
  const found = new Int32Array(1);
  return ranks.map((rank) => {
    let [high, below] = [0, 0];
    while (below + (counts[high] as number) <= rank) below += counts[high++] as number;
    const lower = new Float64Array(1 << 16);
    for (const place of places) {
      for (let at = place; at < bits.length; at += step) {
        const pattern = bits[at] as number;
        if (pattern >>> 16 === high) lower[pattern & 0xffff] = (lower[pattern & 0xffff] as number) + 1;
      }
    }
    let low = 0;
    while (below + (lower[low] as number) <= rank) below += lower[low++] as number;
    found[0] = (high << 16) | low;
    return new Float32Array(found.buffer)[0] as number;
  });
}

function sortedQuantiles(position: Float64Array, step: number, places: readonly number[]): number[] {
  const values: number[] = [];
  for (const place of places) {
    for (let at = place; at < position.length; at += step) {
      const value = position[at] as number;
      if (value > 0 && value < Number.POSITIVE_INFINITY) values.push(value);
    }
  }
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => quantileOfSorted(sorted, share));
}

function countedQuantiles(position: Float32Array, step: number, places: readonly number[]): number[] {
  const bits = new Int32Array(position.buffer, position.byteOffset, position.length);
  let parts: number[] = [];
  const values = ranked(bits, step, places, (count) => {
    if (count === 0) return [];
    const exact = shares.map((share) => share * (count - 1));
    parts = exact.map((place) => place - Math.floor(place));
    return exact.flatMap((place) => [Math.floor(place), Math.ceil(place)]);
  });
  return shares.map((_, at) => {
    const [low, high] = [values[2 * at] ?? Number.NaN, values[2 * at + 1] ?? Number.NaN];
    return low + (parts[at] ?? 0) * (high - low);
  });
}

/**
 * Returns the 1st and 99th percentile (linear between neighbors) of all coordinates above 0 of both mice's points, as
 * MARS takes them for the edges of the cage; NaN where no point is known.
 */
export function percentileArena({ tracks, position, mice, keypoints }: MarsSource): ArenaEdges {
  const points = tracks.skeleton.keypoints.length;
  const step = tracks.individuals.length * points * 2;
  const [[left, right], [top, bottom]] = [0, 1].map((axis) => {
    const places = mice.flatMap((mouse) => keypoints.map((keypoint) => (mouse * points + keypoint) * 2 + axis));
    return position instanceof Float64Array
      ? sortedQuantiles(position, step, places)
      : countedQuantiles(position, step, places);
  }) as [[number, number], [number, number]];
  return { left, top, right, bottom };
}
