import type { Random } from '@zoopraxis/core';
import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import type { TrainingRecording } from './training-recording.js';

/**
 * Returns recordings whose labels say nothing of what happens: the scored frames of each are turned around by a random step
 * of at least a tenth, as a ring. Shares, durations and order of behaviors stay as they are, so what a classifier still
 * learns from them is these. Their score is what chance gives.
 */
export function shiftLabels(recordings: readonly TrainingRecording[], random: Random): TrainingRecording[] {
  return recordings.map((recording) => {
    const { behaviors, label } = recording.truth;
    const frames = Uint32Array.from(label.keys()).filter((frame) => label[frame] !== unscoredLabel);
    const count = frames.length;
    const least = Math.ceil(count / 10);
    const step = count < 2 ? 0 : least + random.integer(Math.max(1, count - 2 * least));
    const turned = label.slice();
    for (let i = 0; i < count; i++) turned[frames[i] as number] = label[frames[(i + step) % count] as number] as number;
    return { ...recording, truth: { behaviors, label: turned } };
  });
}
