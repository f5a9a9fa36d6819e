import { Random } from '@zoopraxis/core';
import type { FeatureSource } from '../features/feature-block.js';
import type { TrainingRecording } from './training-recording.js';

/** Returns a source of given columns in blocks of 100 frames, each written into the same array as the one before. */
export function sourceOf(columns: Readonly<Record<string, Float32Array>>, fps = 30): FeatureSource {
  const names = Object.keys(columns);
  const frameCount = columns[names[0] as string]?.length ?? 0;
  const size = 100;
  return {
    timeBase: { fps, frameCount },
    columns: names.map((name) => ({ name, unit: 'px', definition: `made: ${name}`, subject: 'a' })),
    async *blocks() {
      const values = new Float32Array(names.length * size);
      for (let firstFrame = 0; firstFrame < frameCount; firstFrame += size) {
        const count = Math.min(size, frameCount - firstFrame);
        for (const [c, name] of names.entries()) {
          values.set((columns[name] as Float32Array).subarray(firstFrame, firstFrame + count), c * count);
        }
        yield { firstFrame, frameCount: count, values: values.subarray(0, names.length * count) };
      }
    },
  };
}

/** Returns recordings of bouts of `chase`, `groom` and `other` of 10 to 60 frames, told apart by noisy features. */
export function madeRecordings(
  count: number,
  { frames = 1500, noise = 0.5, seed = 1, session = 0 } = {},
): (TrainingRecording & { label: Uint8Array })[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(seed).fork(index + session);
    const label = new Uint8Array(frames);
    for (let at = 0; at < frames; ) {
      const [end, own] = [at + 10 + random.integer(51), random.integer(4)];
      label.fill(Math.min(own, 2), at, end);
      at = end;
    }
    const signal = (wanted: number) =>
      Float32Array.from(label, (own) => (own === wanted ? 1 : 0) + noise * random.normal());
    const gaps = signal(1);
    for (let frame = 0; frame < frames; frame += 13) gaps[frame] = Number.NaN;
    const features = sourceOf({ speed: signal(0), licks: gaps, useless: signal(9) });
    return {
      id: `session ${index + session}`,
      group: `rat ${index + session}`,
      features,
      truth: { behaviors: ['chase', 'groom', 'other'], label },
      label,
    };
  });
}
