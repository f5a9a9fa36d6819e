import { FormatError, Random } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { buildZip } from './build-zip.test.kit.js';
import { readPytorch } from './pytorch.js';
import { expectedOf, referenceFile, referenceNames, tensorsAsExpected } from './reference-weights.test.kit.js';
import type { WeightTensor } from './weight-set.js';

async function problem(bytes: Uint8Array, path?: string): Promise<FormatError> {
  const error = await readPytorch(bytes, path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FormatError);
  return error as FormatError;
}

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));
const int32 = (value: number) => ['J'.charCodeAt(0), ...new Uint8Array(Int32Array.of(value).buffer)];
const sizes = (values: readonly number[]) => [40, ...values.flatMap(int32), ...ascii('t')];

/** A pickle that rebuilds one float32 tensor, as torch.save would. */
function tensorPickle(
  shape: readonly number[],
  stride: readonly number[],
  options: { offset?: number; elements?: number } = {},
): number[] {
  return [
    ...ascii('ctorch._utils\n_rebuild_tensor_v2\n('),
    ...ascii('(U\x07storagectorch\nFloatStorage\nU\x010U\x03cpu'),
    ...int32(options.elements ?? 4),
    ...ascii('tQ'),
    ...int32(options.offset ?? 0),
    ...sizes(shape),
    ...sizes(stride),
    0x89,
    ...ascii('}tR'),
  ];
}

function archive(pickle: readonly number[], elements = 4, isDeflated = false): Uint8Array {
  const data = new Uint8Array(Float32Array.from({ length: elements }, (_, i) => i).buffer);
  return buildZip([
    { name: 'x/data.pkl', data: Uint8Array.from([...pickle, ...ascii('.')]) },
    { name: 'x/data/0', data, isDeflated },
  ]);
}

describe('readPytorch on files written by PyTorch', () => {
  const readable = referenceNames.filter((name) => /\.ptx?h?$/.test(name) && expectedOf(name).refused === undefined);
  const refused = referenceNames.filter((name) => expectedOf(name).refused !== undefined);

  it.each(readable)('reads %s', async (name) => {
    const expected = expectedOf(name);
    const { tensors, part } = await readPytorch(referenceFile(name));
    expect(tensorsAsExpected(tensors)).toEqual(expected.tensors);
    expect(part ?? null).toBe(expected.part);
  });

  it.each(refused)('refuses %s by name', async (name) => {
    const error = await problem(referenceFile(name), name);
    expect(error.message).toContain(expectedOf(name).refused);
    expect(error.path).toBe(name);
  });

  it('has both kinds of reference', () => {
    expect(readable.length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeGreaterThanOrEqual(10);
  });

  it('gives the rest of a checkpoint as plain data', async () => {
    const { tree } = await readPytorch(referenceFile('checkpoint.pt'));
    const root = tree as ReadonlyMap<string, unknown>;
    const rest = [...root].filter(([key]) => key !== 'state_dict' && key !== 'optimizer');
    expect(rest).toEqual([
      ['epoch', 3],
      ['best', 0.75],
      ['note', 'größer'],
      ['huge', 2n ** 70n],
      ['negative', -5],
      ['nothing', null],
      ['flags', [true, false]],
      ['pair', [1, 2.5]],
      ['dtype', 'torch.float16'],
      ['device', 'cuda:1'],
      ['size', [2, 3]],
    ]);
    const optimizer = root.get('optimizer') as ReadonlyMap<
      string,
      ReadonlyMap<number, ReadonlyMap<string, WeightTensor>>
    >;
    expect(optimizer.get('state')?.get(0)?.get('exp_avg')?.shape).toEqual([3, 2, 2, 2]);
  });

  it('shows tensors of a stored archive as views, and a shared storage once', async () => {
    const bytes = referenceFile('views.pt');
    const { tensors } = await readPytorch(bytes);
    const base = tensors.get('base')!.data;
    const row = tensors.get('row')!.data;
    expect(base.buffer).toBe(bytes.buffer);
    expect(row.byteOffset - base.byteOffset).toBe(2 * 5 * 4);
    expect(tensors.get('transposed')!.data.buffer).not.toBe(bytes.buffer);
  });

  it('tells how to mend what is no file of torch.save', async () => {
    expect((await problem(referenceFile('torchscript.pt'))).hint).toContain('torch.jit.load');
    expect((await problem(referenceFile('whole-module.pt'))).hint).toContain('state_dict()');
    expect((await problem(referenceFile('types.safetensors'))).expected).toContain('torch.save');
    expect((await problem(new Uint8Array())).expected).toContain('torch.save');
    expect((await problem(buildZip([{ name: 'a.txt', data: new Uint8Array(3) }]))).expected).toContain('data.pkl');
  });
});

describe('readPytorch on hostile files', () => {
  it('reads the honest file that the others are made from', async () => {
    const { tensors } = await readPytorch(archive(tensorPickle([2, 2], [1, 2])));
    expect(tensors.get('')?.data).toEqual(Float32Array.of(0, 2, 1, 3));
  });

  it('refuses tensors that reach beyond their storage', async () => {
    expect((await problem(archive(tensorPickle([5], [1])))).found).toBe('one up to byte 20');
    expect((await problem(archive(tensorPickle([2, 2], [1, 3])))).found).toBe('one up to byte 20');
    expect((await problem(archive(tensorPickle([4], [1], { offset: 1 })))).found).toBe('one up to byte 20');
    expect((await problem(archive(tensorPickle([2], [2 ** 31 - 1])))).expected).toContain('inside storage 0');
    expect((await problem(archive(tensorPickle([1], [-1])))).expected).toContain('strides of at least 0');
    expect((await problem(archive(tensorPickle([-1], [1])))).expected).toContain('sizes of at least 0');
    expect((await problem(archive(tensorPickle([1], [1], { offset: -1 })))).expected).toContain('first element');
    expect((await problem(archive(tensorPickle([2, 2], [1])))).expected).toContain('2 strides');
    expect((await problem(archive(tensorPickle(Array(65).fill(1), Array(65).fill(1))))).expected).toContain(
      'at most 64',
    );
  });

  it('refuses storages of another size than the pickle says', async () => {
    expect((await problem(archive(tensorPickle([8], [1], { elements: 8 })))).found).toBe('16');
    expect((await problem(archive(tensorPickle([1], [1], { elements: 1 })))).found).toBe('16');
    const missing = buildZip([
      { name: 'x/data.pkl', data: Uint8Array.from([...tensorPickle([1], [1]), ...ascii('.')]) },
    ]);
    expect((await problem(missing)).where).toBe('x/data/0');
  });

  it('refuses to blow an expanded tensor up', async () => {
    const huge = [2 ** 20, 2 ** 20];
    expect((await problem(archive(tensorPickle(huge, [0, 0])))).expected).toContain('bytes of reordered tensors');
    const many = [
      ...ascii('('),
      ...Array.from({ length: 9 }, () => tensorPickle([2 ** 23], [0])).flat(),
      ...ascii('t'),
    ];
    expect((await problem(archive(many))).expected).toContain('bytes of reordered tensors');
  });

  it('is not misled by a list that changes after it became a shape', async () => {
    const pickle = tensorPickle([], []);
    const empty = sizes([]);
    const at = pickle.findIndex((_, index) => empty.every((byte, i) => pickle[index + i] === byte));
    // The shape becomes a memoized list, to which 1000 is appended when the tensor is made.
    pickle.splice(at, empty.length, ...ascii(']q\x05'));
    pickle.push(...ascii('h\x05'), ...int32(1000), ...ascii('a\x86'));
    const { tensors } = await readPytorch(archive(pickle));
    expect(tensors.get('0')?.shape).toEqual([]);
    expect(tensors.get('0')?.data).toEqual(Float32Array.of(0));
  });

  it('refuses bare storages and functions among the values', async () => {
    expect((await problem(archive(ascii('ctorch\nFloatStorage\n')))).found).toContain('a bare storage');
    expect((await problem(archive([...ascii(']ctorch\nSize\na')]))).found).toContain('function');
  });

  it('ends on lists that hold each other many times or themselves', async () => {
    const laughs = [
      ...ascii(']q\x00'),
      ...Array.from({ length: 30 }, (_, i) => [...ascii('0h'), i, 104, i, 0x86, 113, i + 1]).flat(),
    ];
    expect((await problem(archive(laughs))).expected).toContain('values');
    expect((await problem(archive(ascii(']q\x00h\x00a')))).expected).toContain('deep');
  });

  it('keeps names like __proto__ as names', async () => {
    const dict = [...ascii('}U\x09__proto__'), ...tensorPickle([1], [1]), ...ascii('s')];
    expect([...(await readPytorch(archive(dict))).tensors.keys()]).toEqual(['__proto__']);
  });

  it('refuses every truncation', async () => {
    for (const name of ['bare.pt', 'legacy.pth']) {
      const bytes = referenceFile(name);
      for (let length = 0; length < bytes.length; length++) await problem(bytes.subarray(0, length));
    }
  });

  it('throws nothing but FormatError on flipped bits', async () => {
    const rng = new Random('pytorch bit flips');
    let refusedCount = 0;
    for (const name of ['checkpoint.pt', 'legacy.pth', 'deflated.pth', 'views.pt']) {
      const bytes = referenceFile(name);
      for (let round = 0; round < 400; round++) {
        const damaged = bytes.slice();
        for (let flips = 1 + rng.integer(3); flips > 0; flips--) {
          const at = rng.integer(damaged.length);
          damaged[at] = (damaged[at] as number) ^ (1 << rng.integer(8));
        }
        try {
          await readPytorch(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          refusedCount++;
        }
      }
    }
    expect(refusedCount).toBeGreaterThan(200);
  });
});
