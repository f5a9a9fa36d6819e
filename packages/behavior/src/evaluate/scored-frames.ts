import { FormatError } from '@zoopraxis/core';
import type { Spans } from '../annotators/bouts/spans.js';
import { type FrameTruth, unscoredLabel } from './frame-truth-type.js';

/** Truth and prediction of one recording on the same frames and with the same numbers of behaviors. */
export interface ScoredFrames {
  /** Names of the behaviors of truth and prediction, those of the truth first. */
  readonly behaviors: readonly string[];
  /** `[frame]`, index into `behaviors`; 255 in both where either has no label. */
  readonly truth: Uint8Array;
  /** `[frame]`, as `truth`. */
  readonly predicted: Uint8Array;
  /** Frames with both labels. */
  readonly frameCount: number;
  /** Frames that the truth leaves unscored. */
  readonly unscoredCount: number;
  /** Scored frames that the prediction leaves without a label. */
  readonly unpredictedCount: number;
  /** Scored frames behind the end of the prediction. */
  readonly cutCount: number;
}

/** What becomes of a prediction that is longer or shorter than the truth. */
export type LengthRule = 'cut' | 'refuse';

/** Returns the behaviors of all lists, each once, in the order in which they come. */
export function unionOfBehaviors(lists: readonly FrameTruth[]): string[] {
  const names = new Set<string>();
  for (const { behaviors, label } of lists) {
    if (new Set(behaviors).size < behaviors.length) {
      throw new RangeError(`evaluation: behaviors must be different names, got ${behaviors.join(', ')}`);
    }
    for (let frame = 0; frame < label.length; frame++) {
      const value = label[frame] as number;
      if (value >= behaviors.length && value !== unscoredLabel) {
        throw new RangeError(
          `evaluation: label must be below ${behaviors.length} or ${unscoredLabel}, got ${value} in frame ${frame}`,
        );
      }
    }
    for (const name of behaviors) names.add(name);
  }
  if (names.size > unscoredLabel) {
    throw new RangeError(`evaluation: at most ${unscoredLabel} behaviors can be told apart, got ${names.size}`);
  }
  return [...names];
}

/** Returns labels with the numbers of other behaviors, shape `[frame]`. */
export function relabel({ behaviors, label }: FrameTruth, names: readonly string[], frameCount: number): Uint8Array {
  const numbers = new Uint8Array(256).fill(unscoredLabel);
  for (const [i, name] of behaviors.entries()) {
    const number = names.indexOf(name);
    if (number >= 0) numbers[i] = number;
  }
  return label.subarray(0, frameCount).map((value) => numbers[value] as number);
}

/**
 * Returns truth and prediction of one recording side by side, cut to the shorter.
 * @throws FormatError for different lengths under the rule `refuse`.
 */
export function scoredFrames(
  truth: FrameTruth,
  predicted: FrameTruth,
  { behaviors, name, lengths = 'cut' }: { behaviors: readonly string[]; name: string; lengths?: LengthRule },
): ScoredFrames {
  const [wanted, given] = [truth.label.length, predicted.label.length];
  if (wanted !== given && lengths === 'refuse') {
    throw new FormatError({
      format: 'frame labels',
      where: name,
      expected: `a prediction of ${wanted} frames, as many as the truth`,
      found: `${given} frames`,
      hint: 'Check that both belong to one video and that the frame rate is right, or have what lies behind the shorter cut off.',
    });
  }
  const length = Math.min(wanted, given);
  const [own, other] = [relabel(truth, behaviors, length), relabel(predicted, behaviors, length)];
  let [frameCount, unscoredCount, unpredictedCount, cutCount] = [0, 0, 0, 0];
  for (let frame = 0; frame < length; frame++) {
    if (own[frame] === unscoredLabel) {
      unscoredCount++;
      other[frame] = unscoredLabel;
    } else if (other[frame] === unscoredLabel) {
      unpredictedCount++;
      own[frame] = unscoredLabel;
    } else frameCount++;
  }
  for (let frame = length; frame < wanted; frame++) {
    if (truth.label[frame] === unscoredLabel) unscoredCount++;
    else cutCount++;
  }
  return { behaviors, truth: own, predicted: other, frameCount, unscoredCount, unpredictedCount, cutCount };
}

/**
 * Tells whether a frame tells nothing: background that is taken for a behavior that nobody looked for. `backgrounds` is a list
 * of behaviors by index, `isUnlooked` a list by behavior.
 */
export const isUnlookedFor = (
  truth: number | undefined,
  predicted: number | undefined,
  { backgrounds, isUnlooked }: { readonly backgrounds: readonly number[]; readonly isUnlooked: readonly boolean[] },
): boolean =>
  truth !== undefined &&
  predicted !== undefined &&
  backgrounds.includes(truth) &&
  !backgrounds.includes(predicted) &&
  isUnlooked[predicted] === true;

/**
 * Returns frames without those of which the truth knows nothing: background that is predicted as a behavior that nobody
 * looked for.
 * @param isUnlooked By behavior, list.
 */
export function withoutUnlooked(
  frames: ScoredFrames,
  isUnlooked: readonly boolean[],
  background: readonly string[],
): ScoredFrames {
  if (!isUnlooked.includes(true)) return frames;
  const backgrounds = frames.behaviors.flatMap((name, b) => (background.includes(name) ? [b] : []));
  const without = (label: Uint8Array) =>
    label.map((own, frame) =>
      isUnlookedFor(frames.truth[frame], frames.predicted[frame], { backgrounds, isUnlooked }) ? unscoredLabel : own,
    );
  const [truth, predicted] = [without(frames.truth), without(frames.predicted)];
  const left = truth.reduce((sum, own, frame) => sum + (own === frames.truth[frame] ? 0 : 1), 0);
  return {
    ...{ ...frames, truth, predicted },
    frameCount: frames.frameCount - left,
    unscoredCount: frames.unscoredCount + left,
  };
}

/** A run of frames with one label. */
export interface LabelRun {
  /** Index into the behaviors. */
  readonly behavior: number;
  readonly startFrame: number;
  /** First frame behind the run. */
  readonly endFrame: number;
}

/** Returns the runs of equal labels (shape `[frame]`), in order; unscored frames are in none and end those beside them. */
export function labelRuns(label: Uint8Array): LabelRun[] {
  const runs: LabelRun[] = [];
  let start = 0;
  for (let frame = 1; frame <= label.length; frame++) {
    if (frame < label.length && label[frame] === label[start]) continue;
    const behavior = label[start];
    if (behavior !== undefined && behavior !== unscoredLabel) {
      runs.push({ behavior, startFrame: start, endFrame: frame });
    }
    start = frame;
  }
  return runs;
}

/** Returns the bouts of each behavior as spans of frames: list by behavior, each of shape `[span, 2]`. */
export function spansOfRuns(runs: readonly LabelRun[], behaviorCount: number): Spans[] {
  const edges = Array.from({ length: behaviorCount }, (): number[] => []);
  for (const { behavior, startFrame, endFrame } of runs) (edges[behavior] as number[]).push(startFrame, endFrame);
  return edges.map((list) => Float64Array.from(list));
}
