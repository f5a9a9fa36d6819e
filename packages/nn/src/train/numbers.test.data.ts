import { UnavailableError } from '@zoopraxis/core';
import type { Dataset } from './batches.js';

/** What batches.test.ts asks of its dataset. */
export interface NumbersOptions {
  length: number;
  columns?: number;
  failAt?: number;
  exitAt?: number;
  slowAt?: number;
  /** Counts the samples made, in shared memory. */
  counter?: Int32Array;
}

/** Samples of their index and random numbers. */
export function createDataset({ length, columns = 2, failAt, exitAt, slowAt, counter }: NumbersOptions): Dataset {
  return {
    length,
    async sample(index, rng) {
      if (counter) Atomics.add(counter, 0, 1);
      if (index === failAt) throw new UnavailableError('cannot be read', { hint: 'Remove it.' });
      if (index === exitAt) process.exit(3);
      if (index === slowAt) await new Promise((resolve) => setTimeout(resolve, 20));
      const data = Float32Array.from({ length: columns }, (_, column) => (column === 0 ? index : rng.uniform()));
      return { values: { dtype: 'float32', shape: [columns], data } };
    },
  };
}
