import type { Random } from '@zoopraxis/core';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';

/** How many frames are learned from. */
export interface SamplingOptions {
  /** Frames of all classes together; classes that are rarer than their share stay whole. Default 200,000. */
  readonly maxFrames?: number;
  /** Frames of each class; default no limit. */
  readonly maxFramesPerBehavior?: number;
}

/** Frames to learn from. */
export interface SampledFrames {
  /** Frames of each recording, ascending: list of shape `[recording][frame]`. */
  readonly frames: readonly Uint32Array[];
  /** Frames there are for each one that was taken, shape `[class]`; weights that give classes their true shares again. */
  readonly keptOneOf: Float64Array;
}

/** Returns the least level so that the sizes, cut at it, sum to the total at most. */
function waterLevel(sizes: readonly number[], total: number): number {
  const ascending = [...sizes].sort((a, b) => a - b);
  let left = total;
  for (const [i, size] of ascending.entries()) {
    const level = left / (ascending.length - i);
    if (size >= level) return Math.max(1, Math.floor(level));
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * Returns a seeded choice of frames: all of the rare classes, and of frequent ones as many as the limits allow, each frame
 * as likely as any other of its class. Neighboring frames are near copies, so a tenth of a long bout says nearly as much.
 *
 * @param labels class of each frame, 255 = none; one array for each recording, shape `[frame]`
 */
export function sampleFrames(
  labels: readonly Uint8Array[],
  { classCount, random, ...options }: SamplingOptions & { readonly classCount: number; readonly random: Random },
): SampledFrames {
  const { maxFrames = 200_000, maxFramesPerBehavior = Number.POSITIVE_INFINITY } = options;
  for (const [name, value] of Object.entries({ maxFrames, maxFramesPerBehavior })) {
    if (!(value >= 1)) throw new RangeError(`${name}: must be 1 or more, got ${value}`);
  }
  const sizes = new Array<number>(classCount).fill(0);
  for (const own of labels) {
    for (const label of own) if (label !== unscoredLabel) sizes[label] = (sizes[label] as number) + 1;
  }
  const cut = sizes.map((size) => Math.min(size, maxFramesPerBehavior));
  const level = waterLevel(cut, maxFrames);
  const wanted = cut.map((size) => Math.min(size, level));
  // Selection sampling (Knuth, algorithm S): one pass, exact counts, in order.
  const [left, need] = [[...sizes], [...wanted]];
  const frames = labels.map((own) => {
    const chosen: number[] = [];
    for (let frame = 0; frame < own.length; frame++) {
      const label = own[frame] as number;
      if (label === unscoredLabel) continue;
      const [there, missing] = [left[label] as number, need[label] as number];
      left[label] = there - 1;
      if (missing === 0 || (missing < there && random.uniform() * there >= missing)) continue;
      need[label] = missing - 1;
      chosen.push(frame);
    }
    return Uint32Array.from(chosen);
  });
  const keptOneOf = Float64Array.from(sizes, (size, c) => (size === 0 ? 1 : size / (wanted[c] as number)));
  return { frames, keptOneOf };
}
