import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { checkSequences, type FrameRun, frameRuns, labelBouts, type SequenceStarts } from './frame-runs.js';

/** What a smoother is fitted to: predictions of folds that the classifier was not trained on, and the truth. */
export interface SmoothingData {
  /** Shape `[frame, class]`, 0..1; a frame with a NaN is not known, and ends a sequence. */
  readonly probability: Float32Array;
  /** Class of each frame, shape `[frame]`; 255 = not scored, which ends a sequence. */
  readonly truth: Uint8Array;
  /** Where recordings begin, list of frame indices; one recording by default. */
  readonly sequences?: SequenceStarts;
  /** Index of the class that means none of the others, where there is one. */
  readonly other?: number;
}

/** Returns the number of classes after checking the shapes; throws RangeError where they do not fit each other. */
export function classCountOf({ probability, truth, sequences = [0], other }: SmoothingData): number {
  const classCount = truth.length === 0 ? 0 : probability.length / truth.length;
  if (!Number.isInteger(classCount) || classCount < 1 || classCount >= unscoredLabel) {
    throw new RangeError(
      `probability: must have shape [${truth.length},class] with 1..254 classes, got ${probability.length} values`,
    );
  }
  checkSequences(truth.length, sequences);
  for (let frame = 0; frame < truth.length; frame++) {
    const label = truth[frame] as number;
    if (label >= classCount && label !== unscoredLabel) {
      throw new RangeError(`truth: must be a class in 0..${classCount - 1} or 255, got ${label} in frame ${frame}`);
    }
  }
  if (other !== undefined && !(Number.isInteger(other) && other >= 0 && other < classCount)) {
    throw new RangeError(`other: must be a class in 0..${classCount - 1}, got ${other}`);
  }
  return classCount;
}

/** Returns whether all classes of a frame are known in `probability`, shape `[frame, class]`. */
export function isKnown(probability: ArrayLike<number>, classCount: number, frame: number): boolean {
  for (let at = frame * classCount; at < (frame + 1) * classCount; at++) {
    if (Number.isNaN(probability[at] as number)) return false;
  }
  return true;
}

/** Returns the runs of frames whose probabilities, shape `[frame, class]`, are known, list in order. */
export function knownRuns(probability: Float32Array, classCount: number, sequences: SequenceStarts): FrameRun[] {
  return frameRuns(probability.length / classCount, sequences, (frame) => isKnown(probability, classCount, frame));
}

/** Returns the runs of frames that were scored, list in order. */
export function scoredRuns({ truth, sequences = [0] }: SmoothingData): FrameRun[] {
  return frameRuns(truth.length, sequences, (frame) => truth[frame] !== unscoredLabel);
}

/**
 * Returns the mean F1 of labels against truth, both `[frame]` (255 = left out), over the classes that the truth has; 0 where
 * it has none.
 */
export function frameMacroF1(truth: Uint8Array, labels: Uint8Array, classCount: number): number {
  const [hits, said, there] = [0, 1, 2].map(() => new Float64Array(256)) as [Float64Array, Float64Array, Float64Array];
  for (let frame = 0; frame < truth.length; frame++) {
    const [is, was] = [truth[frame] as number, labels[frame] as number];
    if (is === unscoredLabel) continue;
    there[is] = (there[is] as number) + 1;
    said[was] = (said[was] as number) + 1;
    if (is === was) hits[is] = (hits[is] as number) + 1;
  }
  let [sum, count] = [0, 0];
  for (let c = 0; c < classCount; c++) {
    if (there[c] === 0) continue;
    sum += (2 * (hits[c] as number)) / ((there[c] as number) + (said[c] as number));
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * Returns the mean F1 of bouts over the classes that the truth has, both `[frame]`: a bout is found where one of the same
 * class has at least half of the frames that either has. 0 where the truth has no bout.
 */
export function boutMacroF1(
  truth: Uint8Array,
  labels: Uint8Array,
  { runs, classCount }: { readonly runs: readonly FrameRun[]; readonly classCount: number },
): number {
  const [hits, said, there] = [0, 1, 2].map(() => new Float64Array(256)) as [Float64Array, Float64Array, Float64Array];
  const add = (counts: Float64Array, label: number) => {
    counts[label] = (counts[label] as number) + 1;
  };
  for (const run of runs) {
    const found = labelBouts(labels, run);
    for (const { label } of found) add(said, label);
    let first = 0;
    for (const bout of labelBouts(truth, run)) {
      add(there, bout.label);
      while ((found[first]?.end as number) <= bout.start) first++;
      for (let i = first; i < found.length; i++) {
        const other = found[i] as (typeof found)[number];
        if (other.start >= bout.end) break;
        const both = Math.min(other.end, bout.end) - Math.max(other.start, bout.start);
        const either = Math.max(other.end, bout.end) - Math.min(other.start, bout.start);
        if (other.label !== bout.label || 2 * both < either) continue;
        add(hits, bout.label);
        break;
      }
    }
  }
  let [sum, count] = [0, 0];
  for (let c = 0; c < classCount; c++) {
    if (there[c] === 0) continue;
    sum += (2 * Math.min(hits[c] as number, said[c] as number)) / ((there[c] as number) + (said[c] as number));
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
