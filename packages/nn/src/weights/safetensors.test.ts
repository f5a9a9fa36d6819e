import { readFileSync } from 'node:fs';
import { FormatError, Random } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { duplicateKey } from './duplicate-key.js';
import { expectedOf, referenceFile, tensorsAsExpected } from './reference-weights.test.kit.js';
import { readSafetensors, safetensorsPieces, writeSafetensors } from './safetensors.js';
import { float32Tensor, type WeightSet, type WeightTensor } from './weight-set.js';

const float32 = (shape: readonly number[], ...values: number[]) => float32Tensor(shape, Float32Array.from(values));

const mixed: WeightSet = new Map<string, WeightTensor>([
  ['b.weight', float32([2, 2], 1, 2, 3, 4)],
  ['flag', { shape: [3], type: 'bool', data: Uint8Array.of(1, 0, 1) }],
  ['half', { shape: [1], type: 'float16', data: Uint16Array.of(0x3c00) }],
  ['a', float32([], 7)],
  ['10', float32([0, 5])],
  ['count', { shape: [1], type: 'int64', data: BigInt64Array.of(-3n) }],
]);

function fileOf(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function problem(bytes: Uint8Array): string {
  try {
    readSafetensors(bytes, 'w.safetensors');
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as FormatError).message;
  }
  throw new Error('nothing was thrown');
}

const entry = (begin: number, end: number, shape = '[1]') =>
  `{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe('writeSafetensors', () => {
  it('writes what readSafetensors gives back', () => {
    const metadata = { format: 'pt', note: 'ü "x"' };
    const read = readSafetensors(writeSafetensors(mixed, metadata));
    expect(read.metadata).toEqual(metadata);
    expect([...read.tensors].sort()).toEqual([...mixed].sort());
  });

  it('gives the same bytes for the same tensors in any order, the header padded to 8 bytes', () => {
    const bytes = writeSafetensors(mixed);
    expect(writeSafetensors(new Map([...mixed].reverse()))).toEqual(bytes);
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    expect([...readSafetensors(bytes).tensors.keys()]).toEqual(['count', '10', 'a', 'b.weight', 'half', 'flag']);
  });

  it('writes an empty set', () => {
    expect(readSafetensors(writeSafetensors(new Map())).tensors.size).toBe(0);
  });

  it('offers the pieces without copying tensors', () => {
    const { byteCount, pieces } = safetensorsPieces(mixed, { a: 'b' });
    expect(Buffer.concat(pieces).equals(writeSafetensors(mixed, { a: 'b' }))).toBe(true);
    expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(byteCount);
    expect(pieces.some((piece) => piece.buffer === mixed.get('b.weight')?.data.buffer)).toBe(true);
  });

  it('refuses a tensor whose elements do not fit its shape, and the reserved name', () => {
    const bad: WeightTensor = { shape: [3], type: 'float32', data: new Float32Array(2) };
    expect(() => writeSafetensors(new Map([['w', bad]]))).toThrow(/w: shape \[3\] does not hold 2 elements/);
    expect(() => writeSafetensors(new Map([['__metadata__', float32([], 1)]]))).toThrow(RangeError);
  });
});

describe('readSafetensors', () => {
  it('reads what the reference implementation wrote', () => {
    const { tensors, metadata } = readSafetensors(referenceFile('types.safetensors'));
    expect(metadata).toEqual({ format: 'pt', note: 'zoopraxis' });
    expect(tensorsAsExpected(tensors)).toEqual(expectedOf('types.safetensors').tensors);
  });

  it('reads tensors that are not aligned', () => {
    const { tensors } = readSafetensors(referenceFile('unaligned.safetensors'));
    expect(tensorsAsExpected(tensors)).toEqual(expectedOf('unaligned.safetensors').tensors);
  });

  it('shows tensors as views of the file', () => {
    const bytes = writeSafetensors(mixed);
    for (const tensor of readSafetensors(bytes).tensors.values()) expect(tensor.data.buffer).toBe(bytes.buffer);
  });

  it('reads names that are keys of every object', () => {
    const tensors = new Map([
      ['__proto__', float32([], 1)],
      ['constructor', float32([], 2)],
    ]);
    expect(readSafetensors(writeSafetensors(tensors)).tensors).toEqual(tensors);
  });

  it('refuses headers that are too long, truncated or not JSON', () => {
    expect(problem(new Uint8Array(5))).toContain('8 bytes, found 5 bytes');
    const long = fileOf('{}', 0);
    new DataView(long.buffer).setBigUint64(0, 2n ** 62n, true);
    expect(problem(long)).toContain('at most 100000000 bytes');
    new DataView(long.buffer).setBigUint64(0, 50n, true);
    expect(problem(long)).toContain('truncated');
    expect(problem(fileOf('[]', 0))).toContain('begins with {');
    expect(problem(fileOf('{"a":', 0))).toContain('JSON');
    expect(problem(fileOf('{"a":1}', 0))).toContain('an object, found 1');
    const notText = fileOf('{" ":1}', 0);
    notText[10] = 255;
    expect(problem(notText)).toContain('UTF-8');
  });

  it('refuses a name that stands twice', () => {
    expect(problem(fileOf(`{"a":${entry(0, 4)},"a":${entry(0, 4)}}`, 4))).toContain('each key once, found "a" twice');
    expect(problem(fileOf(`{"a":${entry(0, 4)},"\\u0061"           :${entry(0, 4)}}`, 4))).toContain('"a" twice');
    expect(problem(fileOf(`{"a":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,4]}}`, 4))).toContain(
      '"dtype" twice',
    );
  });

  it('refuses offsets that overlap, leave a gap, lie, or reach beyond the file', () => {
    expect(problem(fileOf(`{"a":${entry(0, 4)},"b":${entry(0, 4)}}`, 4))).toContain('overlaps');
    expect(problem(fileOf(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12))).toContain('leaves a gap');
    expect(problem(fileOf(`{"a":${entry(0, 4)}}`, 8))).toContain('4 bytes of data, found 8');
    expect(problem(fileOf(`{"a":${entry(0, 4)}}`, 3))).toContain('truncated');
    expect(problem(fileOf(`{"a":${entry(0, 8)}}`, 8))).toContain('4 bytes for F32 [1], found 8');
    expect(problem(fileOf(`{"a":${entry(4, 0)}}`, 8))).toContain('in order');
    expect(problem(fileOf(`{"a":${entry(0, 4, '[-1]')}}`, 4))).toContain('whole numbers');
    expect(problem(fileOf(`{"a":${entry(0, 4, '[1.5]')}}`, 4))).toContain('whole numbers');
    expect(problem(fileOf(`{"a":${entry(0, 4, '[1e10,1e10]')}}`, 4))).toContain('F32');
    expect(problem(fileOf('{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}', 1))).toContain('"F8_E4M3"');
    expect(problem(fileOf('{"a":{"shape":[1],"data_offsets":[0,1]}}', 1))).toContain('dtype');
    expect(problem(fileOf('{"__metadata__":{"a":1}}', 0))).toContain('a text for "a"');
  });

  it('names the file last in the message', () => {
    expect(problem(new Uint8Array())).toMatch(/: w\.safetensors$/);
  });

  it('refuses every truncation of a real file', () => {
    const bytes = new Uint8Array(readFileSync('test/reference/weights/types.safetensors'));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(FormatError);
    }
  });

  it('throws nothing but FormatError on flipped bits', () => {
    const rng = new Random('safetensors bit flips');
    const bytes = referenceFile('types.safetensors');
    for (let round = 0; round < 2000; round++) {
      const damaged = bytes.slice();
      const at = rng.integer(700);
      damaged[at] = (damaged[at] as number) ^ (1 << rng.integer(8));
      try {
        readSafetensors(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  });
});

describe('duplicateKey', () => {
  it('tells keys from texts and objects from each other', () => {
    expect(duplicateKey('{"a":"a","b":["a","a"],"c":{"a":1,"d":{"a":2}}}')).toBeUndefined();
    expect(duplicateKey('[{"a\\"":1},{"a\\"":1}]')).toBeUndefined();
    expect(duplicateKey('{"x":[{"a":1,"a"\n:2}]}')).toBe('a');
  });
});
