import { median, type PoseTracks, UnavailableError } from '@zoopraxis/core';

/** How long the animals are. */
export interface TrackedBodyLength {
  /** Names of the two keypoints between which the body is measured. */
  readonly from: string;
  readonly to: string;
  /** Median over all animals and frames in which both points are known, in the unit of the tracks. */
  readonly length: number;
  /** Median of each individual, list; NaN where it was never seen whole. */
  readonly perIndividual: readonly number[];
  /** Frames that each individual's median is from, list. */
  readonly frameCounts: readonly number[];
}

/** Between which points bodies are measured. */
export interface BodyLengthOptions {
  /** Two keypoint indices, list. Default: nose, else head, and tail base, by the roles of the skeleton. */
  readonly between?: readonly [number, number];
  /** Points less sure than this count as missing; default 0. */
  readonly minimumConfidence?: number;
}

/**
 * Returns the length of the animals: the median over frames of the straight distance between two points, which neither
 * rearing and curling (shorter) nor single false points (longer) move much.
 * @throws UnavailableError where the points are not known or never seen together.
 */
export function bodyLengthOf(tracks: PoseTracks, options: BodyLengthOptions = {}): TrackedBodyLength {
  const { skeleton, individuals, dimensions, position, confidence, timeBase } = tracks;
  const { roles, keypoints } = skeleton;
  const { minimumConfidence = 0 } = options;
  const between = options.between ?? ([roles.nose ?? roles.head, roles.tailBase] as const);
  const [from, to] = between;
  const hint = 'Say which keypoints are the nose (or head) and the tail base, or choose px.';
  if (from === undefined || to === undefined) {
    throw new UnavailableError('body length: the skeleton has no nose (or head) and tail base', { hint });
  }
  const [animals, points, frames] = [individuals.length, keypoints.length, timeBase.frameCount];
  const all = new Float64Array(frames * animals).fill(Number.NaN);
  for (let animal = 0; animal < animals; animal++) {
    for (let frame = 0; frame < frames; frame++) {
      const first = (frame * animals + animal) * points;
      if ((confidence[first + from] as number) < minimumConfidence) continue;
      if ((confidence[first + to] as number) < minimumConfidence) continue;
      let squares = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        const a = position[(first + from) * dimensions + axis] as number;
        squares += (a - (position[(first + to) * dimensions + axis] as number)) ** 2;
      }
      all[animal * frames + frame] = Math.sqrt(squares);
    }
  }
  const length = median(all);
  const names = [keypoints[from] as string, keypoints[to] as string] as const;
  if (!(length > 0)) {
    throw new UnavailableError(`body length: ${names[0]} and ${names[1]} are never seen together`, { hint });
  }
  const own = individuals.map((_, animal) => all.subarray(animal * frames, (animal + 1) * frames));
  return {
    from: names[0],
    to: names[1],
    length,
    perIndividual: own.map(median),
    frameCounts: own.map((lengths) => lengths.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0)),
  };
}
