import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { createBinEdges } from './bin-edges.js';
import { createBinnedRows, placeOfColumn } from './binned-rows.js';

const binsOf = (rows: ReturnType<typeof createBinnedRows>, column: number): number[] => {
  const { base, stride } = placeOfColumn(rows.layout, column);
  const bytes = new Uint8Array(rows.memory.buffer);
  return Array.from({ length: rows.filledCount }, (_, row) => bytes[base + row * stride] as number);
};

test('few distinct values get a bin each, cut halfway, missing ones the last', () => {
  const values = Float32Array.of(3, 1, Number.NaN, 2, 1, -0, 0, 3);
  const edges = createBinEdges(values, 1);
  expect([...edges.cuts]).toEqual([0.5, 1.5, 2.5]);
  const rows = createBinnedRows(edges, 8);
  rows.appendBlock(values, 8);
  expect(binsOf(rows, 0)).toEqual([3, 1, 255, 2, 1, 0, 0, 3]);
});

test('neighboring floats are still cut apart', () => {
  const [low, high] = [1, 1 + 2 ** -23];
  expect([...createBinEdges(Float32Array.of(low, high), 1).cuts]).toEqual([high]);
});

test('many values fall into bins of about equal counts, and a frequent one has its own', () => {
  const random = new Random('bins');
  const count = 20_000;
  const values = Float32Array.from({ length: count }, () => (random.uniform() < 0.3 ? 0 : random.normal()));
  const rows = createBinnedRows(createBinEdges(values, 1, { maxBins: 33 }), count);
  rows.appendBlock(values, count);
  const bins = binsOf(rows, 0);
  const zero = bins[values.indexOf(0)] as number;
  const others = new Map<number, number>();
  bins.forEach((bin, row) => {
    if (bin === zero) expect(Math.abs(values[row] as number)).toBeLessThan(0.1);
    else others.set(bin, (others.get(bin) ?? 0) + 1);
  });
  expect(others.size).toBeGreaterThanOrEqual(28);
  expect(Math.max(...others.values())).toBeLessThan((2 * 0.7 * count) / 31);
});

test('each value lies where the count of cuts at or below it says, in columns of any place', () => {
  const random = new Random('place');
  const [columnCount, count] = [70, 300];
  const values = Float32Array.from({ length: columnCount * count }, () =>
    random.uniform() < 0.05 ? Number.NaN : random.normal(),
  );
  const edges = createBinEdges(values, columnCount);
  const rows = createBinnedRows(edges, count);
  // Blocks of uneven length, cut out of each column.
  for (let from = 0, size = 1; from < count; from += size, size = Math.min(count - from, size + 40)) {
    const block = Float32Array.from(
      { length: columnCount * size },
      (_, i) => values[Math.floor(i / size) * count + from + (i % size)] as number,
    );
    rows.appendBlock(block, size);
  }
  for (const column of [0, 7, 8, 63, 64, 69]) {
    const cuts = edges.cuts.subarray(edges.start[column], edges.start[column + 1]);
    const expected = Array.from(values.subarray(column * count, (column + 1) * count), (value) =>
      Number.isNaN(value) ? 255 : cuts.filter((cut) => cut <= value).length,
    );
    expect(binsOf(rows, column)).toEqual(expected);
  }
});

test('infinite values, wrong sizes and too many rows are refused', () => {
  expect(() => createBinEdges(Float32Array.of(1, Number.POSITIVE_INFINITY), 1)).toThrow(
    'got Infinity in column 0, row 1',
  );
  expect(() => createBinEdges(Float32Array.of(1, 2, 3), 2)).toThrow('multiple of columnCount 2');
  expect(() => createBinEdges(Float32Array.of(1), 1, { maxBins: 257 })).toThrow('3..256');
  const rows = createBinnedRows(createBinEdges(Float32Array.of(1, 2), 1), 2);
  rows.appendBlock(Float32Array.of(1), 1);
  expect(() => rows.appendBlock(Float32Array.of(Number.NEGATIVE_INFINITY), 1)).toThrow('column 0, row 1');
  expect(() => rows.appendBlock(Float32Array.of(1), 2)).toThrow('must have 1 columns of 2 rows');
  expect(() => rows.appendBlock(Float32Array.of(1, 2), 2)).toThrow('at most 2 in all, got 3');
  expect(() => createBinnedRows(rows.edges, 0)).toThrow('rowCount');
});
