import { unscoredLabel } from '../evaluate/frame-truth-type.js';

/** Options of {@link mergeByHighest}. */
export interface MergeOptions {
  readonly classCount: number;
  /** Class that frames get where no other is positive; without one the likeliest class wins everywhere. */
  readonly other?: number;
  /** Which classes are positive, shape `[frame, class]` of 0 and 1; those above `threshold` by default. */
  readonly positive?: Uint8Array;
  /** Probability above which a class is positive; 0.5 by default. */
  readonly threshold?: number;
}

/**
 * Returns one label per frame, shape `[frame]`: stage C of MARS. Among the classes that are positive the one of the
 * highest probability (shape `[frame, class]`; the first of equal ones), else `other`. A frame whose probabilities are all
 * NaN is 255: not scored.
 */
export function mergeByHighest(probability: ArrayLike<number>, options: MergeOptions): Uint8Array {
  const { classCount, other, positive, threshold = 0.5 } = options;
  if (!(Number.isInteger(classCount) && classCount > 0 && classCount < unscoredLabel)) {
    throw new RangeError(`classCount: must be an integer in 1..254, got ${classCount}`);
  }
  if (other !== undefined && !(Number.isInteger(other) && other >= 0 && other < classCount)) {
    throw new RangeError(`other: must be a class in 0..${classCount - 1}, got ${other}`);
  }
  const frameCount = probability.length / classCount;
  if (!Number.isInteger(frameCount)) {
    throw new RangeError(`probability: must have shape [frame,${classCount}], got ${probability.length} values`);
  }
  const labels = new Uint8Array(frameCount);
  for (let frame = 0; frame < frameCount; frame++) {
    let [label, best, known] = [unscoredLabel, Number.NEGATIVE_INFINITY, false];
    for (let index = 0; index < classCount; index++) {
      const at = frame * classCount + index;
      const value = probability[at] as number;
      if (Number.isNaN(value)) continue;
      known = true;
      if (other !== undefined) {
        if (index === other) continue;
        if (!(positive ? positive[at] === 1 : value > threshold)) continue;
      }
      if (value > best) [label, best] = [index, value];
    }
    labels[frame] = label === unscoredLabel && known && other !== undefined ? other : label;
  }
  return labels;
}
