import { FormatError } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { loadWeights } from './load.js';
import { readPytorch } from './pytorch.js';
import { referenceFile } from './reference-weights.test.kit.js';
import { float32Tensor, type WeightTensor } from './weight-set.js';

const target = new Map([
  ['conv.weight', { shape: [2, 1] }],
  ['fc.bias', { shape: [3] }],
]);
const conv = float32Tensor([2, 1], Float32Array.of(1, 2));
const bias: WeightTensor = { shape: [3], type: 'float16', data: Uint16Array.of(0x3c00, 0x4000, 0x4200) };

function problem(run: () => unknown): FormatError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return error as FormatError;
  }
  throw new Error('nothing was thrown');
}

describe('loadWeights', () => {
  it('gives each parameter its elements as float32', () => {
    const { matched, missing, unexpected, mismatched } = loadWeights(
      target,
      new Map([
        ['fc.bias', bias],
        ['conv.weight', conv],
      ]),
    );
    expect(matched).toEqual(
      new Map([
        ['fc.bias', Float32Array.of(1, 2, 3)],
        ['conv.weight', conv.data],
      ]),
    );
    expect([missing, unexpected, mismatched]).toEqual([[], [], []]);
  });

  it('lists what is missing, unexpected or of another shape', () => {
    const source = new Map<string, WeightTensor>([
      ['conv.weight', float32Tensor([1, 2], Float32Array.of(1, 2))],
      ['head.weight', conv],
    ]);
    const error = problem(() => loadWeights(target, source));
    expect(error.found).toBe(
      '1 missing: fc.bias; 1 unexpected: head.weight; 1 of another shape or type: conv.weight [2, 1] is float32 [1, 2]',
    );
    const result = loadWeights(target, source, { strict: false });
    expect(result.missing).toEqual(['fc.bias']);
    expect(result.unexpected).toEqual(['head.weight']);
    expect(result.mismatched).toEqual([{ name: 'conv.weight', expected: [2, 1], found: [1, 2], foundType: 'float32' }]);
    expect(result.matched.size).toBe(0);
  });

  it('refuses integers in place of weights', () => {
    const source = new Map<string, WeightTensor>([
      ['conv.weight', { shape: [2, 1], type: 'int8', data: Int8Array.of(1, 2) }],
    ]);
    expect(loadWeights(target, source, { strict: false }).mismatched[0]?.foundType).toBe('int8');
  });

  it('renames and leaves out', () => {
    const source = new Map<string, WeightTensor>([
      ['module.conv.weight', conv],
      ['module.fc.bias', bias],
      ['optimizer', conv],
    ]);
    const rename = (name: string) => (name.startsWith('module.') ? name.slice(7) : undefined);
    expect([...loadWeights(target, source, { rename }).matched.keys()]).toEqual(['conv.weight', 'fc.bias']);
    expect(() => loadWeights(target, source, { rename: () => 'conv.weight' })).toThrow(
      /conv.weight for both module.conv.weight and module.fc.bias/,
    );
  });

  it('lets ignored parts differ', () => {
    const source = new Map<string, WeightTensor>([
      ['conv.weight', conv],
      ['fc.bias', float32Tensor([4], new Float32Array(4))],
      ['fc.weight', conv],
    ]);
    const { matched, mismatched } = loadWeights(target, source, { ignore: (name) => name.startsWith('fc.') });
    expect([...matched.keys()]).toEqual(['conv.weight']);
    expect(mismatched.map(({ name }) => name)).toEqual(['fc.bias']);
  });

  it('shortens long lists', () => {
    const many = new Map(Array.from({ length: 50 }, (_, i) => [`p${i}`, { shape: [1] }]));
    expect(problem(() => loadWeights(many, new Map())).found).toMatch(/^50 missing: .* and 30 more$/);
  });

  it('loads a state_dict of PyTorch, passing over its batch counters', async () => {
    const { tensors } = await readPytorch(referenceFile('state-dict.pth'));
    const network = new Map(
      ['conv.weight', 'conv.bias', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var'].map((name) => [
        name,
        { shape: name === 'conv.weight' ? [3, 2, 2, 2] : [3] },
      ]),
    );
    const { matched, unexpected } = loadWeights(network, tensors);
    expect([...matched.keys()].sort()).toEqual([...network.keys()].sort());
    expect(unexpected).toEqual([]);
    expect(tensors.has('bn.num_batches_tracked')).toBe(true);
  });
});
