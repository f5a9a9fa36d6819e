import { MemoryStore } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { type FrameTableBlock, type FrameTableHeader, readFrameTable, writeFrameTable } from './frame-table.js';

const provenance = { operation: 'features', versions: {}, inputs: [], parameters: { set: 'general' } };
const header = (frameCount: number, timesSec?: Float64Array): FrameTableHeader => ({
  kind: 'features',
  timeBase: { frameCount, fps: 30, ...(timesSec === undefined ? {} : { timesSec }) },
  columns: [
    { name: 'speed', unit: 'px/s', definition: 'distance over time', subject: 'a' },
    { name: 'distance', unit: 'px', subject: 'a', partner: 'b' },
  ],
  provenance,
});

async function* blocksOf(values: Float32Array, frameCount: number, size: number): AsyncGenerator<FrameTableBlock> {
  const columns = values.length / frameCount;
  for (let first = 0; first < frameCount; first += size) {
    const count = Math.min(size, frameCount - first);
    const block = new Float32Array(columns * count);
    for (let c = 0; c < columns; c++) {
      block.set(values.subarray(c * frameCount + first, c * frameCount + first + count), c * count);
    }
    yield { firstFrame: first, frameCount: count, values: block };
  }
}

test('a table of frames comes back the same, in bytes that do not depend on the blocks', async () => {
  const frameCount = 700;
  const values = Float32Array.from({ length: 2 * frameCount }, (_, i) => (i % 7 === 0 ? Number.NaN : Math.sin(i)));
  const store = new MemoryStore();
  await writeFrameTable(store, 'a.parquet', header(frameCount), blocksOf(values, frameCount, 700));
  await writeFrameTable(store, 'b.parquet', header(frameCount), blocksOf(values, frameCount, 33));
  expect(await store.read('a.parquet')).toEqual(await store.read('b.parquet'));
  const read = await readFrameTable(store, 'a.parquet', { kind: 'features' });
  expect(read?.values).toEqual(values);
  expect(read?.columns).toEqual(header(frameCount).columns);
  expect(read?.timeBase).toEqual({ frameCount, fps: 30 });
  expect(read?.provenance).toMatchObject(provenance);
  expect(await readFrameTable(store, 'nowhere.parquet')).toBeUndefined();
});

test('times of a variable rate are kept, and no frames are a table too', async () => {
  const store = new MemoryStore();
  const times = Float64Array.of(0, 0.1, 0.15);
  await writeFrameTable(store, 'v.parquet', header(3, times), blocksOf(new Float32Array(6), 3, 2));
  expect((await readFrameTable(store, 'v.parquet'))?.timeBase.timesSec).toEqual(times);
  await writeFrameTable(store, 'none.parquet', header(0), blocksOf(new Float32Array(0), 0, 1));
  expect((await readFrameTable(store, 'none.parquet'))?.values).toHaveLength(0);
});

test('missing frames and gaps are refused, and nothing is written', async () => {
  const store = new MemoryStore();
  await expect(writeFrameTable(store, 'c.parquet', header(10), blocksOf(new Float32Array(16), 8, 4))).rejects.toThrow(
    /must have all 10 frames, got 8/,
  );
  async function* gap(): AsyncGenerator<FrameTableBlock> {
    yield { firstFrame: 1, frameCount: 2, values: new Float32Array(4) };
  }
  await expect(writeFrameTable(store, 'c.parquet', header(10), gap())).rejects.toThrow(/follow one another/);
  expect(await store.read('c.parquet')).toBeUndefined();
});

test('a file of another kind is told', async () => {
  const store = new MemoryStore();
  await writeFrameTable(store, 'a.parquet', header(1), blocksOf(new Float32Array(2), 1, 1));
  await expect(readFrameTable(store, 'a.parquet', { kind: 'scores' })).rejects.toThrow(
    /expected scores, found features/,
  );
  await store.write('bad.parquet', new Uint8Array(40));
  await expect(readFrameTable(store, 'bad.parquet')).rejects.toThrow(/not a valid Parquet file/);
});
