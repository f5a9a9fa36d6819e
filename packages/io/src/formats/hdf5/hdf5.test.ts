import { FormatError, joinBytes } from '@zoopraxis/core';
import { File, FS, ready } from 'h5wasm';
import { describe, expect, test } from 'vitest';
import { findHeapDamage } from './global-heaps.js';
import { isHdf5, readHdf5 } from './hdf5-reader.js';
import { hdf5Pieces, type WrittenGroup } from './hdf5-writer.js';

const read = <T>(bytes: Uint8Array, use: Parameters<typeof readHdf5<T>>[2]) =>
  readHdf5(bytes, { format: 'test', path: 'a.h5' }, use);

const content: WrittenGroup = {
  attributes: { CLASS: { text: 'GROUP' }, empty: { text: '' }, pickle: { ascii: 'N.' }, ü: { text: 'größe' } },
  groups: {
    b: {
      attributes: {
        n: { type: 'int64', value: -5 },
        f: { type: 'float64', value: 0.25 },
        u: { type: 'uint8', value: 200 },
      },
    },
    a: { attributes: {}, groups: { deep: { attributes: {} } } },
  },
  datasets: {
    numbers: {
      type: 'float64',
      shape: [5, 2],
      attributes: { name: { text: 'n' } },
      bytes: (start, end) =>
        new Uint8Array(Float64Array.from({ length: (end - start) * 2 }, (_, i) => start * 2 + i + 0.5).buffer),
    },
    narrow: {
      type: 'float32',
      shape: [3],
      attributes: {},
      bytes: (a, b) => new Uint8Array(Float32Array.of(1, 2, 3).slice(a, b).buffer),
    },
    words: {
      type: { textBytes: 3 },
      shape: [2],
      attributes: {},
      bytes: (a, b) => new TextEncoder().encode('ab\0ü\0').subarray(a * 3, b * 3),
    },
    table: {
      type: {
        members: [
          ['index', 'int64'],
          ['values_block_0', { of: 'float64', length: 2 }],
        ],
      },
      shape: [2],
      attributes: {},
      bytes: () => new Uint8Array(48).fill(1),
    },
    none: { type: 'int32', shape: [0, 4], attributes: {}, bytes: () => new Uint8Array() },
    single: { type: 'int64', shape: [], attributes: {}, bytes: () => new Uint8Array(BigInt64Array.of(7n).buffer) },
  },
};

describe('hdf5Pieces', () => {
  const file = joinBytes([...hdf5Pieces(content)]);

  test('is read by the HDF5 library as it was meant', async () => {
    expect(isHdf5(file)).toBe(true);
    await read(file, (hdf5) => {
      expect(hdf5.list('/')).toEqual(['a', 'b', 'narrow', 'none', 'numbers', 'single', 'table', 'words']);
      expect(hdf5.list('/a')).toEqual(['deep']);
      expect(hdf5.list('/a/deep')).toEqual([]);
      expect(hdf5.kind('/a/deep')).toBe('group');
      expect(hdf5.kind('/nothing')).toBeUndefined();
      expect(['CLASS', 'empty', 'pickle', 'ü', 'none'].map((name) => hdf5.attribute('/', name))).toEqual([
        'GROUP',
        '',
        'N.',
        'größe',
        undefined,
      ]);
      expect(['n', 'f', 'u'].map((name) => hdf5.attribute('/b', name))).toEqual([-5, 0.25, 200]);
      expect([...hdf5.numbers('/numbers')]).toEqual(Array.from({ length: 10 }, (_, i) => i + 0.5));
      expect([...new Float64Array(hdf5.bytes('/numbers', 1, 3).buffer)]).toEqual([2.5, 3.5, 4.5, 5.5]);
      expect([...hdf5.numbers('/narrow')]).toEqual([1, 2, 3]);
      expect([...hdf5.numbers('/single')]).toEqual([7]);
      expect(hdf5.strings('/words')).toEqual(['ab', 'ü']);
      expect(hdf5.describe('/none').shape).toEqual([0, 4]);
      const { type } = hdf5.describe('/table');
      expect(type.members.map(({ name, offset, type: member }) => [name, offset, member.kind, member.shape])).toEqual([
        ['index', 0, 'integer', []],
        ['values_block_0', 8, 'array', [2]],
      ]);
      hdf5.checkAll();
    });
  });

  test('writes large datasets in pieces and refuses rows of a wrong size', () => {
    const large = (bytes: (start: number, end: number) => Uint8Array): WrittenGroup => ({
      attributes: {},
      datasets: { d: { type: 'uint8', shape: [3000, 4096], attributes: {}, bytes } },
    });
    const sizes = [...hdf5Pieces(large((start, end) => new Uint8Array((end - start) * 4096)))].map(
      ({ length }) => length,
    );
    expect(Math.max(...sizes)).toBe(1 << 22);
    expect(() => [...hdf5Pieces(large(() => new Uint8Array(5)))]).toThrow(RangeError);
    expect(() => [...hdf5Pieces({ attributes: { long: { ascii: 'x'.repeat(70_000) } } })]).toThrow(/below 64 kB/);
  });

  test('a file is never changed by being read, and a missing or other dataset is named', async () => {
    await expect(read(file, (hdf5) => hdf5.numbers('/words'))).rejects.toThrow(/\/words: expected numbers/);
    await expect(read(file, (hdf5) => hdf5.strings('/nothing'))).rejects.toThrow(/\/nothing: expected a dataset/);
    await expect(read(file.slice(0, 300), () => 0)).rejects.toThrow(/the start of the file: .*truncated file.*a\.h5/);
    await read(file, (hdf5) => expect(hdf5.kind('/numbers/inside')).toBeUndefined());
    await expect(read(new Uint8Array(100), () => 0)).rejects.toThrow(FormatError);
    expect(joinBytes([...hdf5Pieces(content)])).toEqual(file);
  });

  test('a shape that claims more than the file holds is refused before memory is taken', async () => {
    await ready;
    const made = new File('claims.h5', 'w');
    made
      .create_dataset({ name: 'numbers', data: new Float64Array(8), shape: [8], maxshape: [null], chunks: [8] })
      .resize([2 ** 32]);
    made.close();
    const bytes = FS?.readFile('claims.h5') as Uint8Array;
    FS?.unlink('claims.h5');
    const refusal = /no more values than the file can hold, found shape \[4294967296\]/;
    await expect(read(bytes, (hdf5) => hdf5.numbers('/numbers'))).rejects.toThrow(refusal);
    await expect(read(bytes, (hdf5) => hdf5.checkAll())).rejects.toThrow(refusal);
  });
});

describe('findHeapDamage', () => {
  const heap = (objects: [number, number][], size = 256) => {
    const bytes = new Uint8Array(8 + size);
    const view = new DataView(bytes.buffer);
    bytes.set([0x47, 0x43, 0x4f, 0x4c, 1], 8);
    view.setBigUint64(16, BigInt(size), true);
    let at = 24;
    for (const [index, length] of objects) {
      view.setUint16(at, index, true);
      view.setBigUint64(at + 8, BigInt(length), true);
      at += index === 0 ? length : 16 + Math.ceil(length / 8) * 8;
    }
    return bytes;
  };
  test('finds what sends HDF5 in a circle: free space of no length', () => {
    expect(
      findHeapDamage(
        heap([
          [1, 10],
          [0, 208],
        ]),
      ),
    ).toBeUndefined();
    expect(
      findHeapDamage(
        heap([
          [1, 10],
          [0, 0],
        ]),
      ),
    ).toMatch(/free space of 0 bytes/);
    expect(findHeapDamage(heap([[1, 1000]]))).toMatch(/a text of 1000 bytes/);
    expect(findHeapDamage(heap([[0, 240]], 256).slice(0, 100))).toMatch(/ends behind the file/);
    expect(findHeapDamage(new TextEncoder().encode('GCOL is a word here'))).toBeUndefined();
  });
});
