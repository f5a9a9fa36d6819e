import type { Random } from '@zoopraxis/core';
import { UnavailableError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { TensorMap } from '../runtime/backend.js';
import { type BatchOptions, type Dataset, datasetBatches } from './batches.js';
import { workerBatches } from './batches.node.js';
import { SampleError } from './errors.js';
import { createDataset, type NumbersOptions } from './numbers.test.data.js';

const moduleUrl = new URL('./numbers.test.data.js', import.meta.url);

const rowsOf = (batch: TensorMap): number[][] => {
  const { data, shape } = batch.values!;
  const [rows = 0, columns = 0] = shape;
  return Array.from({ length: rows }, (_, row) => [
    ...(data as Float32Array).subarray(row * columns, (row + 1) * columns),
  ]);
};

async function rows(options: BatchOptions, steps: number, length = 10): Promise<number[][][]> {
  const source = datasetBatches(createDataset({ length }), options);
  const all: number[][][] = [];
  for (let step = 0; step < steps; step++) all.push(rowsOf(await source.batch(step)));
  return all;
}

describe('batches of a dataset', () => {
  test('hold every sample once an epoch, in a new order each, with new chance', async () => {
    const all = await rows({ batchSize: 5, seed: 1 }, 4);
    const epochs = [all.slice(0, 2).flat(), all.slice(2).flat()];
    for (const epoch of epochs) expect(epoch.map(([index]) => index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const orders = epochs.map((epoch) => epoch.map(([index]) => index));
    expect(orders[0]).not.toEqual(orders[1]);
    const chanceOf3 = epochs.map((epoch) => epoch.find(([index]) => index === 3)?.[1]);
    expect(chanceOf3[0]).not.toBe(chanceOf3[1]);
    expect(await rows({ batchSize: 5, seed: 2 }, 4)).not.toEqual(all);
  });

  test('can be made again in any order', async () => {
    const options = { batchSize: 3, seed: 1 };
    const all = await rows(options, 8);
    const source = datasetBatches(createDataset({ length: 10 }), options);
    for (const step of [7, 0, 3, 3]) expect(rowsOf(await source.batch(step))).toEqual(all[step]);
  });

  test('end an epoch as asked', async () => {
    const indices = async (last: 'drop' | 'fill' | 'short') =>
      (await rows({ batchSize: 4, seed: 1, shuffle: false, last }, 3)).map((batch) => batch.map(([index]) => index));
    expect(await indices('drop')).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [0, 1, 2, 3],
    ]);
    expect(await indices('fill')).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 0, 1],
    ]);
    expect(await indices('short')).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(() => datasetBatches(createDataset({ length: 3 }), { batchSize: 4, seed: 1 })).toThrow(RangeError);
    expect(() => datasetBatches(createDataset({ length: 3 }), { batchSize: 0, seed: 1 })).toThrow('batchSize');
  });

  test('an error names the sample and keeps the hint', async () => {
    const options = { batchSize: 2, seed: 1, shuffle: false };
    const source = datasetBatches(createDataset({ length: 6, failAt: 3 }), options);
    await source.batch(0);
    await expect(source.batch(1)).rejects.toThrow(SampleError);
    await expect(source.batch(1)).rejects.toMatchObject({
      message: 'sample 3 of the dataset (epoch 0): cannot be read',
      hint: 'Remove it.',
    });
    const uneven: Dataset = {
      length: 2,
      sample: (index: number, rng: Random) => createDataset({ length: 2, columns: 2 + index }).sample(index, rng),
    };
    await expect(datasetBatches(uneven, options).batch(0)).rejects.toThrow(
      'sample 1 of the dataset (epoch 0): values: must be float32 [2] as in the samples before, is float32 [3]',
    );
  });
});

describe('batches from worker threads', () => {
  const open = (dataset: NumbersOptions, options: { workers: number; prefetch?: number }) =>
    workerBatches(moduleUrl, dataset, { batchSize: 3, seed: 1, ...options });

  test('are those of one thread, whatever the number of workers', async () => {
    const wanted = await rows({ batchSize: 3, seed: 1 }, 7);
    for (const workers of [1, 3]) {
      const source = await open({ length: 10, slowAt: 4 }, { workers });
      expect(source.stepsPerEpoch).toBe(3);
      for (const [step, batch] of wanted.entries()) expect(rowsOf(await source.batch(step))).toEqual(batch);
      // A jump, as after a resume.
      expect(rowsOf(await source.batch(2))).toEqual(wanted[2]);
      await source.close();
    }
  });

  test('are made ahead, but only so many', async () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const source = await open({ length: 3000, counter }, { workers: 1, prefetch: 2 });
    await source.batch(0);
    // The worker answers in order: when step 3 is there, everything asked for before is done.
    await source.batch(1);
    await source.batch(2);
    await source.batch(3);
    expect(Atomics.load(counter, 0)).toBeGreaterThanOrEqual(4 * 3);
    expect(Atomics.load(counter, 0)).toBeLessThanOrEqual(6 * 3);
    await source.close();
  });

  test('an error names the sample, and the others still come', async () => {
    const source = await open({ length: 9, failAt: 4 }, { workers: 2 });
    const results = await Promise.allSettled([0, 1, 2].map((step) => source.batch(step)));
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toBeInstanceOf(SampleError);
    expect(failed[0]?.reason).toMatchObject({
      message: 'sample 4 of the dataset (epoch 0): cannot be read',
      hint: 'Remove it.',
    });
    await source.close();
    await expect(source.batch(0)).rejects.toThrow('closed');
  });

  test('a worker that dies is reported', async () => {
    const source = await open({ length: 9, exitAt: 4 }, { workers: 1, prefetch: 0 });
    const results = await Promise.allSettled([0, 1, 2].map((step) => source.batch(step)));
    const failed = results.find((result) => result.status === 'rejected');
    expect(failed?.reason).toBeInstanceOf(UnavailableError);
    expect(failed?.reason).toMatchObject({
      message: expect.stringContaining('data worker: its thread ended'),
      hint: expect.stringContaining('checkpoint'),
    });
    await source.close();
  });

  test('a module without a dataset is refused', async () => {
    const bad = new URL('./errors.js', import.meta.url);
    await expect(workerBatches(bad, {}, { batchSize: 1, seed: 1 })).rejects.toThrow('createDataset');
    await expect(open({ length: 2 }, { workers: 1 })).rejects.toThrow(RangeError);
  });
});
