import { expect, test } from 'vitest';
import { gradientsOf } from '../differentiate/gradients-of.js';
import { emitGraph } from '../graph/emit.js';
import { Scope } from '../graph/scope.js';
import { input, type Value } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { sum } from '../ops/reduce.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import { channelDropout, dropout, sampleDropout } from './dropout.js';

test('dropout at rest and at rate 0 is the value itself', () => {
  const x = input('x', [2, 3]);
  expect(dropout(new Scope(false), x, 0.5)).toBe(x);
  expect(dropout(new Scope(true), x, 0)).toBe(x);
  expect(dropout(new Scope(true).child('head', { training: false }), x, 0.5)).toBe(x);
});

test('dropout asks for a mask that keeps 1 - rate, in the shape of what is dropped together', () => {
  const scope = new Scope(true);
  const x = input('x', [2, 3, 4, 5]);
  dropout(scope.child('a'), x, 0.25);
  channelDropout(scope.child('b'), x, 0.5);
  sampleDropout(scope, x, 0.125, { name: 'depth' });
  const masks = [...scope.declared.randoms].map(([name, { shape, source }]) => [name, shape, source]);
  expect(masks).toEqual([
    ['a.dropout', [2, 3, 4, 5], { kind: 'random', name: 'a.dropout', fill: { kind: 'keep', keep: 0.75 } }],
    ['b.dropout', [2, 3, 1, 1], { kind: 'random', name: 'b.dropout', fill: { kind: 'keep', keep: 0.5 } }],
    ['depth', [2, 1, 1, 1], { kind: 'random', name: 'depth', fill: { kind: 'keep', keep: 0.875 } }],
  ]);
});

test('value and gradient are multiplied by the mask', async () => {
  const scope = new Scope(true);
  const x = input('x', [2, 2]);
  const y = dropout(scope, x, 0.5);
  const [gradient] = gradientsOf(sum(y), [x]) as [Value];
  const { model } = emitGraph(
    new Map([
      ['y', y],
      ['gradient', gradient],
    ]),
    { target: 'cpu' },
  );
  const session = await directBackend('cpu').createSession(encodeModel(model), { threads: 1 });
  const tensor = (...data: number[]) => ({ dtype: 'float32', shape: [2, 2], data: Float32Array.from(data) }) as const;
  const results = await session.run({ x: tensor(1, 2, 3, 4), dropout: tensor(2, 0, 2, 0) });
  await session.close();
  expect([...(results.y!.data as Float32Array)]).toEqual([2, 0, 6, 0]);
  expect([...(results.gradient!.data as Float32Array)]).toEqual([2, 0, 2, 0]);
});

test('a rate outside 0..1 is refused', () => {
  expect(() => dropout(new Scope(true), input('x', [2]), 1)).toThrow('dropout: rate must be in 0..1, below 1, got 1');
});
