import { createPoseTracks, type PoseTracks, type Provenance } from '@zoopraxis/core';
import { derived } from './clear-false-positions.js';

/** Tracks in which one body has one name, and what was taken away. */
export interface UndoubledTracks {
  readonly tracks: PoseTracks;
  /** Frames in which a body had several names. */
  readonly frameCount: number;
  /** Points taken away. */
  readonly pointCount: number;
}

/** When two individuals are one body. */
export interface DoubledOptions {
  /** Mean distance of their common points below which two are one, unit of the tracks; a twentieth of the body is a good guess. */
  readonly within: number;
  readonly versions?: Provenance['versions'];
}

/**
 * Returns tracks without bodies that carry two names, as detectors make where one animal hides the other: of two
 * individuals with two common points or more, on the mean nearer than `within`, the one with fewer points goes, of
 * equally many the one with less confidence, of equally sure ones the later. Its points that the other lacks go to the
 * other.
 */
export function clearDoubledAnimals(tracks: PoseTracks, { within, versions = {} }: DoubledOptions): UndoubledTracks {
  if (!(within > 0)) throw new RangeError(`doubled animals: within must be above 0, got ${within}`);
  const { individuals, skeleton, dimensions, timeBase } = tracks;
  const [animals, points] = [individuals.length, skeleton.keypoints.length];
  const position = tracks.position.slice();
  const confidence = tracks.confidence.slice();
  let [frameCount, pointCount] = [0, 0];
  const isKnown = (point: number) => !Number.isNaN(position[point * dimensions]);
  const weigh = (first: number) => {
    let [known, sure] = [0, 0];
    for (let k = first; k < first + points; k++) {
      if (!isKnown(k)) continue;
      known++;
      if (!Number.isNaN(confidence[k])) sure += confidence[k] as number;
    }
    return [known, sure] as const;
  };
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    let isDoubled = false;
    for (let a = 0; a < animals; a++) {
      for (let b = a + 1; b < animals; b++) {
        const [first, second] = [(frame * animals + a) * points, (frame * animals + b) * points];
        if (!(meanDistance(position, first, second, points, dimensions) < within)) continue;
        const [mine, other] = [weigh(first), weigh(second)];
        const isFirst = mine[0] > other[0] || (mine[0] === other[0] && mine[1] >= other[1]);
        const [kept, gone] = isFirst ? [first, second] : [second, first];
        for (let k = 0; k < points; k++) {
          if (!isKnown(gone + k)) continue;
          if (isKnown(kept + k)) pointCount++;
          else {
            position.copyWithin((kept + k) * dimensions, (gone + k) * dimensions, (gone + k + 1) * dimensions);
            confidence[kept + k] = confidence[gone + k] as number;
          }
          position.fill(Number.NaN, (gone + k) * dimensions, (gone + k + 1) * dimensions);
          confidence[gone + k] = Number.NaN;
        }
        isDoubled = true;
      }
    }
    if (isDoubled) frameCount++;
  }
  const parameters = { within, frameCount, pointCount };
  return {
    tracks: createPoseTracks({
      ...tracks,
      position,
      confidence,
      provenance: derived(tracks, 'clear doubled animals', parameters, versions),
    }),
    frameCount,
    pointCount,
  };
}

/** Returns the mean distance of the points that two bodies have in common; NaN under two. */
function meanDistance(
  position: Float32Array,
  first: number,
  second: number,
  points: number,
  dimensions: number,
): number {
  let [sum, common] = [0, 0];
  for (let k = 0; k < points; k++) {
    let squares = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const a = position[(first + k) * dimensions + axis] as number;
      squares += (a - (position[(second + k) * dimensions + axis] as number)) ** 2;
    }
    if (Number.isNaN(squares)) continue;
    sum += Math.sqrt(squares);
    common++;
  }
  return common < 2 ? Number.NaN : sum / common;
}
