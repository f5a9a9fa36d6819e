import type { Random } from '@zoopraxis/core';
import type { Dataset, TensorMap } from '@zoopraxis/nn';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { channelCount, type InputScaling, scaleBlock } from './input-scaling.js';
import type { TemporalOutput } from './temporal-network.js';
import type { TemporalRecording } from './temporal-recording.js';

/** One standard deviation in stored inputs: they take two bytes, and round at 1/4000 of it. */
const STORED_UNIT = 4000;

/** A recording in memory, ready to be cut into windows. */
interface LoadedRecording {
  readonly frameCount: number;
  /** Shape `[channel, frame]`, in {@link STORED_UNIT}. */
  readonly inputs: Int16Array;
  /** Shape `[frame]`; 255 = not scored. */
  readonly label: Uint8Array;
  /** Frames with a label, list. */
  readonly scoredFrames: Uint32Array;
  /** 1 = the behavior was looked for, shape `[class]`. */
  readonly looked: Float32Array;
}

async function load(
  recording: TemporalRecording,
  scaling: InputScaling,
  signal?: AbortSignal,
): Promise<LoadedRecording> {
  const { features, truth, scored } = recording;
  const { frameCount } = features.timeBase;
  const inputs = new Int16Array(channelCount(scaling) * frameCount);
  for await (const block of features.blocks(signal ? { signal } : {})) {
    signal?.throwIfAborted();
    const target = { out: inputs, frames: frameCount, at: block.firstFrame, unit: STORED_UNIT };
    scaleBlock(scaling, block, { from: 0, to: block.frameCount }, target);
  }
  const label = truth.label;
  const scoredFrames = Uint32Array.from(label.keys()).filter((frame) => label[frame] !== unscoredLabel);
  const looked = new Float32Array(truth.behaviors.length).fill(scored ? 0 : 1);
  for (const index of scored ?? []) looked[index] = 1;
  return { frameCount, inputs, label, scoredFrames, looked };
}

/** How windows are cut. */
export interface WindowPlan {
  readonly windowFrames: number;
  readonly output: TemporalOutput;
  readonly classCount: number;
  /** Standard deviation of noise added to the inputs, in their own standard deviations. */
  readonly noise: number;
}

/** Windows of recordings, and how often each class is in them. */
export interface TemporalWindows extends Dataset {
  /** Scored frames of each class, shape `[class]`. */
  readonly frames: Float64Array;
  /** Frames in which each class was looked for, shape `[class]`. */
  readonly lookedFrames: Float64Array;
}

/**
 * Returns the windows of recordings as a dataset: each pass over it looks at every stretch of scored frames once, from places
 * that are drawn anew.
 * @throws RangeError where no frame is scored.
 */
export async function temporalWindows(
  recordings: readonly TemporalRecording[],
  scaling: InputScaling,
  plan: WindowPlan,
  signal?: AbortSignal,
): Promise<TemporalWindows> {
  const loaded: LoadedRecording[] = [];
  for (const recording of recordings) loaded.push(await load(recording, scaling, signal));
  const { windowFrames, classCount } = plan;
  const frames = new Float64Array(classCount);
  const lookedFrames = new Float64Array(classCount);
  const firstOf: number[] = [];
  let total = 0;
  for (const { label, scoredFrames, looked } of loaded) {
    firstOf.push(total);
    total += scoredFrames.length;
    for (let c = 0; c < classCount; c++)
      lookedFrames[c] = (lookedFrames[c] as number) + (looked[c] as number) * scoredFrames.length;
    for (const frame of scoredFrames) frames[label[frame] as number] = (frames[label[frame] as number] as number) + 1;
  }
  if (total === 0) throw new RangeError('recordings: must have a scored frame, have none');
  return {
    length: Math.ceil(total / windowFrames),
    frames,
    lookedFrames,
    sample(index, rng) {
      const at = Math.min(total - 1, Math.floor((index + rng.uniform()) * windowFrames));
      let which = 0;
      while (which + 1 < loaded.length && (firstOf[which + 1] as number) <= at) which++;
      const recording = loaded[which] as LoadedRecording;
      const anchor = recording.scoredFrames[at - (firstOf[which] as number)] as number;
      const latest = Math.max(0, recording.frameCount - windowFrames);
      const start = Math.min(latest, Math.max(0, anchor - rng.integer(windowFrames)));
      return windowTensors(recording, start, plan, rng);
    },
  };
}

function windowTensors(recording: LoadedRecording, start: number, plan: WindowPlan, rng: Random): TensorMap {
  const { windowFrames, output, classCount, noise } = plan;
  const { frameCount, inputs, label, looked } = recording;
  const channels = inputs.length / frameCount;
  const count = Math.min(windowFrames, frameCount - start);
  const x = new Float32Array(channels * windowFrames);
  if (noise > 0) rng.fillNormal(x, noise);
  for (let channel = 0; channel < channels; channel++) {
    const [from, to] = [channel * frameCount + start, channel * windowFrames];
    for (let i = 0; i < count; i++) x[to + i] = (x[to + i] as number) + (inputs[from + i] as number) / STORED_UNIT;
    x.fill(0, to + count, to + windowFrames);
  }
  const mask = new Float32Array(windowFrames).fill(1, 0, count);
  const tensors = {
    x: { dtype: 'float32' as const, shape: [channels, 1, windowFrames], data: x },
    mask: { dtype: 'float32' as const, shape: [1, 1, windowFrames], data: mask },
  };
  if (output === 'softmax') {
    const labels = new Int32Array(windowFrames).fill(-1);
    for (let i = 0; i < count; i++) {
      const value = label[start + i] as number;
      if (value !== unscoredLabel) labels[i] = value;
    }
    return { ...tensors, label: { dtype: 'int32', shape: [1, windowFrames], data: labels } };
  }
  const target = new Float32Array(classCount * windowFrames);
  const weight = new Float32Array(classCount * windowFrames);
  for (let i = 0; i < count; i++) {
    const value = label[start + i] as number;
    if (value === unscoredLabel) continue;
    target[value * windowFrames + i] = 1;
    for (let c = 0; c < classCount; c++) weight[c * windowFrames + i] = looked[c] as number;
  }
  const shape = [classCount, 1, windowFrames];
  return {
    ...tensors,
    target: { dtype: 'float32', shape, data: target },
    weight: { dtype: 'float32', shape, data: weight },
  };
}
