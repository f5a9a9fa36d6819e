import type { Tensor } from '../graph/value.js';
import type { Backend } from '../runtime/backend.js';
import type { FeedSets } from './calibrate.js';

/**
 * Returns, for each float32 output (one number), how much stronger the outputs of `reference` are than what `model` differs from
 * them by, in dB (both the bytes of ONNX files):
 * 10 log10 of the sum of squares over the sum of squared differences, over all feeds; Infinity where they are equal.
 */
export async function signalToNoise(
  reference: Uint8Array,
  model: Uint8Array,
  feedSets: FeedSets,
  options: { backend: Backend; signal?: AbortSignal | undefined },
): Promise<Record<string, number>> {
  const exact = await options.backend.createSession(reference);
  try {
    const rounded = await options.backend.createSession(model);
    try {
      const sums = new Map<string, { signal: number; noise: number }>();
      for await (const feeds of feedSets) {
        options.signal?.throwIfAborted();
        const expected = await exact.run(feeds);
        const found = await rounded.run(feeds);
        for (const [name, { dtype, data }] of Object.entries(expected)) {
          if (dtype !== 'float32') continue;
          const sum = sums.get(name) ?? { signal: 0, noise: 0 };
          sums.set(name, sum);
          const other = (found[name] as Tensor).data;
          for (const [i, value] of (data as Float32Array).entries()) {
            sum.signal += value ** 2;
            sum.noise += (value - (other[i] as number)) ** 2;
          }
        }
      }
      const decibel = ({ signal, noise }: { signal: number; noise: number }): number =>
        noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
      return Object.fromEntries([...sums].map(([name, sum]) => [name, decibel(sum)]));
    } finally {
      await rounded.close();
    }
  } finally {
    await exact.close();
  }
}
