import { readFileSync } from 'node:fs';
import { FormatError } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { buildNetwork } from '../graph/network.js';
import type { Declarations } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { loadWeights } from '../weights/load.js';
import { readPytorch } from '../weights/pytorch.js';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.js';
import { float32Tensor, type WeightTensor } from '../weights/weight-set.js';
import { formulaWeights } from './formula-weights.test.kit.js';
import { buildCase, evaluationDeviations, FOLDER, readReference } from './parity.test.kit.js';
import { resnet50 } from './resnet.js';

const targetOf = ({ parameters, buffers }: Declarations) => new Map([...parameters, ...buffers]);

test('a file written by torch.save is loaded and gives the outputs of PyTorch', async () => {
  const reference = readReference('unet-small');
  const network = buildCase(reference.case, false);
  const { tensors } = await readPytorch(new Uint8Array(readFileSync(`${FOLDER}/unet-small.pth`)));
  expect([...tensors.keys()].filter((name) => name.endsWith('num_batches_tracked')).length).toBe(6);
  const { matched } = loadWeights(targetOf(network), tensors);
  const list = await evaluationDeviations(reference, new Map(matched));
  expect(list.length).toBe(3);
  expect(list.filter(({ share }) => !(share < 1e-4))).toEqual([]);
  expect(matched).toEqual(formulaWeights(network, reference.case.seed, reference.case.formula));
});

test('ResNet-50 under the names of torchvision is loaded from safetensors, whole or for a new head', async () => {
  const reference = readReference('resnet50');
  const network = buildCase(reference.case, false);
  const file = new Map<string, WeightTensor>();
  const shapes = targetOf(network);
  for (const [name, data] of formulaWeights(network, reference.case.seed, reference.case.formula)) {
    file.set(`module.${name}`, float32Tensor(shapes.get(name)?.shape ?? [], data));
    const counter: WeightTensor = { shape: [], type: 'int64', data: new BigInt64Array(1) };
    if (name.endsWith('running_var')) file.set(`module.${name.replace('running_var', 'num_batches_tracked')}`, counter);
  }
  const { tensors } = readSafetensors(writeSafetensors(file));
  const rename = (name: string) => name.replace(/^module\./, '');

  const whole = loadWeights(shapes, tensors, { rename });
  expect([whole.missing, whole.unexpected, whole.mismatched]).toEqual([[], [], []]);
  const list = await evaluationDeviations(reference, new Map(whole.matched));
  expect(list.filter(({ share }) => !(share < 1e-4))).toEqual([]);

  const small = buildNetwork((scope) => {
    const { logits } = resnet50(scope, scope.input('image', [1, 3, 64, 64]), { classes: 3 });
    return { logits: logits as Value };
  });
  expect(() => loadWeights(targetOf(small), tensors, { rename })).toThrow(FormatError);
  const headless = loadWeights(targetOf(small), tensors, { rename, ignore: (name) => name.startsWith('fc.') });
  expect(headless.mismatched.map(({ name, found }) => [name, found])).toEqual([
    ['fc.bias', [1000]],
    ['fc.weight', [1000, 2048]],
  ]);
  expect(headless.matched.size).toBe(shapes.size - 2);
});
