import { type PoseTracks, quantileOfSorted, type Region, sortedNumbers, UnavailableError } from '@zoopraxis/core';

/**
 * Returns the arena with these corners.
 * @param corners In order around it, three or more, in the unit of the space, shape `[corner, 2]`.
 */
export function arenaFromCorners(
  corners: readonly (readonly [number, number])[],
  { space = 'image' }: { readonly space?: Region['space'] } = {},
): Region {
  if (corners.length < 3 || !corners.flat().every(Number.isFinite)) {
    throw new RangeError(`arena: corners must be three points or more, got ${corners.length}`);
  }
  return { name: 'arena', space, shape: { kind: 'polygon', corners } };
}

/** Points that quantiles are taken of, at most, about. */
const mostPoints = 1_000_000;

/**
 * Returns the upright rectangle in which the animals were: between a low and a high quantile of all known x and of all
 * known y (default 0.01 and 0.99, as in MARS). It is where they went, not where the walls are: an animal that keeps to
 * one side makes it too small, and false points make it too large unless the quantiles leave them out. Of more than a
 * million points, whole frames evenly spread are taken.
 * @throws UnavailableError where too few points are known to tell.
 */
export function arenaFromPercentiles(
  tracks: Pick<PoseTracks, 'position' | 'dimensions' | 'space' | 'individuals' | 'skeleton'>,
  { low = 0.01, high = 0.99 }: { readonly low?: number; readonly high?: number } = {},
): Region {
  if (!(low >= 0 && high <= 1 && low < high)) {
    throw new RangeError(`arena: low and high must be shares in order, 0..1, got ${low} and ${high}`);
  }
  const { position, dimensions, individuals, skeleton } = tracks;
  const frameSize = individuals.length * skeleton.keypoints.length;
  const frames = position.length / (frameSize * dimensions);
  const stride = Math.max(1, Math.ceil((frames * frameSize) / mostPoints));
  const ends = [0, 1].map((axis) => {
    const values = new Float64Array(Math.ceil(frames / stride) * frameSize);
    let count = 0;
    for (let frame = 0; frame < frames; frame += stride) {
      for (let point = frame * frameSize; point < (frame + 1) * frameSize; point++) {
        values[count++] = position[point * dimensions + axis] as number;
      }
    }
    const sorted = sortedNumbers(values);
    return [quantileOfSorted(sorted, low), quantileOfSorted(sorted, high)] as const;
  });
  const [[left, right], [top, bottom]] = ends as unknown as [readonly [number, number], readonly [number, number]];
  if (!(right > left && bottom > top)) {
    throw new UnavailableError('arena from percentiles: too few points are known', {
      hint: 'Give the corners of the arena, or tracks in which animals move.',
    });
  }
  return arenaFromCorners(
    [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ],
    { space: tracks.space === 'image' ? 'image' : 'arena' },
  );
}
