import { Random } from '@zoopraxis/core';
import type { FeatureSource } from '../features/feature-block.js';
import type { TemporalRecording } from './temporal-recording.js';

/** Returns a source of columns of values, shape `[column, frame]`, in blocks of so many frames. */
export function sourceOf(values: readonly Float32Array[], blockFrames: number): FeatureSource {
  const frameCount = values[0]?.length ?? 0;
  return {
    timeBase: { frameCount, fps: 30 },
    columns: values.map((_, i) => ({
      name: `column ${i}`,
      unit: 'px',
      definition: 'made for a test',
      subject: 'mouse',
    })),
    async *blocks() {
      for (let firstFrame = 0; firstFrame < frameCount; firstFrame += blockFrames) {
        const count = Math.min(blockFrames, frameCount - firstFrame);
        const block = new Float32Array(values.length * count);
        for (const [i, column] of values.entries())
          block.set(column.subarray(firstFrame, firstFrame + count), i * count);
        yield { firstFrame, frameCount: count, values: block };
      }
    },
  };
}

/**
 * Returns a recording whose behaviors (rise, fall, rest) are the slope of a slow signal under noise that is ten times a
 * frame's change: no frame shows its behavior alone. A second column is noise with gaps.
 */
export function slopeRecording(id: string, seed: number, frameCount = 4000): TemporalRecording {
  const rng = new Random(seed);
  const [signal, other] = [new Float32Array(frameCount), new Float32Array(frameCount)];
  const label = new Uint8Array(frameCount);
  let [level, slope, left] = [0, 0, 0];
  for (let frame = 0; frame < frameCount; frame++) {
    if (left-- === 0) [slope, left] = [(slope + 1 + rng.integer(2)) % 3, 20 + rng.integer(40)];
    level = 0.98 * level + [0.05, -0.05, 0][slope]!;
    signal[frame] = 100 + 20 * (level + 0.3 * rng.normal());
    other[frame] = rng.normal();
    label[frame] = frame < 50 ? 255 : slope;
  }
  signal.fill(Number.NaN, 700, 704);
  other.fill(Number.NaN, 300, 900);
  return { id, features: sourceOf([signal, other], 333), truth: { behaviors: ['rise', 'fall', 'rest'], label } };
}
