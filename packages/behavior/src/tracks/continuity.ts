import type { PoseTracks, TimeBase } from '@zoopraxis/core';
import { secondsOfFrame } from '@zoopraxis/core';

/** What is remembered of the animals: where each of their points was last, and when. */
export interface AnimalMemory {
  /** Shape `[animal, keypoint, dimensions]`; NaN = never seen. */
  readonly position: Float64Array;
  /** Seconds, shape `[animal, keypoint]`; -Infinity = never seen. */
  readonly seenSec: Float64Array;
}

/** Tracks as this code reads them. */
export interface Observed {
  readonly animals: number;
  readonly points: number;
  readonly dimensions: number;
  /** Shape `[frame, animal, keypoint, dimensions]`; NaN = missing. */
  readonly position: Float32Array;
  readonly timeBase: TimeBase;
  /** How far a point goes in one frame, about, in the unit of the positions. */
  readonly stepLength: number;
}

/** Returns tracks as the code that follows animals reads them. */
export function observe(tracks: PoseTracks, stepLength: number): Observed {
  return {
    animals: tracks.individuals.length,
    points: tracks.skeleton.keypoints.length,
    dimensions: tracks.dimensions,
    position: tracks.position,
    timeBase: tracks.timeBase,
    stepLength,
  };
}

/** Returns a memory of animals that were never seen. */
export function createMemory({ animals, points, dimensions }: Observed): AnimalMemory {
  return {
    position: new Float64Array(animals * points * dimensions).fill(Number.NaN),
    seenSec: new Float64Array(animals * points).fill(Number.NEGATIVE_INFINITY),
  };
}

/**
 * Cost of an animal that was never seen before: minus the logarithm of an even chance over an arena of about a hundred
 * steps a side. What would have had to jump farther than chance puts it is taken for the newcomer.
 */
const unseenCost = 8;

/**
 * Returns what it costs to say that an animal in memory is what was tracked as `tracked` in a frame: for each point known
 * in both, minus the logarithm of a round Cauchy distribution whose width grows with the square root of the frames
 * between, and the mean of these. Without a common point the middles of the known points stand for them. Nothing tracked
 * costs nothing.
 */
export function continuityCost(
  observed: Observed,
  memory: AnimalMemory,
  animal: number,
  tracked: number,
  frame: number,
): number {
  const { animals, points, dimensions, position, timeBase, stepLength } = observed;
  const now = (frame * animals + tracked) * points;
  const before = animal * points;
  const sec = secondsOfFrame(timeBase, frame);
  let sum = 0;
  let common = 0;
  let seen = 0;
  let known = 0;
  for (let k = 0; k < points; k++) {
    const isKnown = !Number.isNaN(position[(now + k) * dimensions]);
    const wasSeen = (memory.seenSec[before + k] as number) > Number.NEGATIVE_INFINITY;
    if (isKnown) known++;
    if (wasSeen) seen++;
    if (!isKnown || !wasSeen) continue;
    let squares = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const step =
        (position[(now + k) * dimensions + axis] as number) -
        (memory.position[(before + k) * dimensions + axis] as number);
      squares += step * step;
    }
    sum += cauchyCost(squares, (sec - (memory.seenSec[before + k] as number)) * timeBase.fps, stepLength);
    common++;
  }
  if (known === 0) return 0;
  if (seen === 0) return unseenCost;
  if (common > 0) return sum / common;
  let [squares, last] = [0, Number.NEGATIVE_INFINITY];
  for (let axis = 0; axis < dimensions; axis++) {
    let [here, there] = [0, 0];
    for (let k = 0; k < points; k++) {
      const value = position[(now + k) * dimensions + axis] as number;
      const old = memory.position[(before + k) * dimensions + axis] as number;
      if (!Number.isNaN(value)) here += value;
      if (!Number.isNaN(old)) there += old;
      last = Math.max(last, memory.seenSec[before + k] as number);
    }
    squares += (here / known - there / seen) ** 2;
  }
  // Middles of different points differ even of an animal that rests, so they say less: by some four steps.
  return cauchyCost(squares, (sec - last) * timeBase.fps + 15, stepLength);
}

function cauchyCost(squares: number, frames: number, stepLength: number): number {
  const age = Math.max(frames, 1);
  return 1.5 * Math.log1p(squares / (stepLength * stepLength * age)) + Math.log(age);
}

/** Writes into memory that an animal is what was tracked as `tracked` in a frame; points not seen stay as they were. */
export function remember(
  { animals, points, dimensions, position, timeBase }: Observed,
  memory: AnimalMemory,
  animal: number,
  tracked: number,
  frame: number,
): void {
  const now = (frame * animals + tracked) * points;
  const sec = secondsOfFrame(timeBase, frame);
  for (let k = 0; k < points; k++) {
    if (Number.isNaN(position[(now + k) * dimensions])) continue;
    memory.seenSec[animal * points + k] = sec;
    for (let axis = 0; axis < dimensions; axis++) {
      memory.position[(animal * points + k) * dimensions + axis] = position[(now + k) * dimensions + axis] as number;
    }
  }
}

/** Returns all orders of `count` things, the unchanged one first: list of lists. */
export function ordersOf(count: number): number[][] {
  if (count === 0) return [[]];
  return ordersOf(count - 1)
    .flatMap((order) =>
      Array.from({ length: count }, (_, i) => {
        const at = count - 1 - i;
        return [...order.slice(0, at), count - 1, ...order.slice(at)];
      }),
    )
    .sort((a, b) => compareLists(a, b));
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}
