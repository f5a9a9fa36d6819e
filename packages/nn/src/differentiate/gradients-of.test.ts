import { expect, test } from 'vitest';
import { apply, defineOperation } from '../graph/operation.js';
import { callsInOrder } from '../graph/order.js';
import { input, type Value } from '../graph/value.js';
import { add, mul } from '../ops/arithmetic.js';
import { greater, stopGradient, where } from '../ops/compare.js';
import { gather } from '../ops/gather.js';
import { sum } from '../ops/reduce.js';
import { exp } from '../ops/unary.js';
import { gradientsOf, MissingGradientError } from './gradients-of.js';

const oneWay = defineOperation<null>({
  name: 'oneWay',
  doc: 'An operation without a gradient.',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  emit: (e, [x]) => e.node('Ceil', [x as string]),
});

const crooked = defineOperation<null>({
  name: 'crooked',
  doc: 'An operation whose gradient has a wrong shape.',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  emit: (e, [x]) => e.node('Ceil', [x as string]),
  gradient: ({ gradients: [g] }) => [sum(g as Value)],
});

test('a missing gradient rule is an error that names the operation', () => {
  const x = input('x', [3]);
  const loss = sum(apply(oneWay, [exp(x)], null));
  expect(() => gradientsOf(loss, [x])).toThrow(MissingGradientError);
  expect(() => gradientsOf(loss, [x])).toThrow('operation oneWay has no gradient rule');
});

test('an operation without a rule off the path to the target does no harm', () => {
  const [x, y] = [input('x', [3]), input('y', [3])];
  const loss = sum(mul(x, apply(oneWay, [y], null)));
  expect(gradientsOf(loss, [x])[0]?.shape).toEqual([3]);
});

test('a gradient rule of wrong shape is an error that names operation and shapes', () => {
  const x = input('x', [3]);
  expect(() => gradientsOf(sum(apply(crooked, [x], null)), [x])).toThrow(
    'gradient rule of crooked: input 0 has shape [3], its gradient []',
  );
});

test('gradients have the shape of what was broadcast, on either side', () => {
  const [a, b] = [input('a', [5]), input('b', [2, 3, 1])];
  for (const [left, right] of [
    [a, b],
    [b, a],
  ] as const) {
    const [byLeft, byRight] = gradientsOf(sum(mul(left, right)), [left, right]);
    expect(byLeft?.shape).toEqual(left.shape);
    expect(byRight?.shape).toEqual(right.shape);
  }
});

test('what the loss does not depend on, or only through a stop, gets no gradient', () => {
  const [x, y, z] = [input('x', [2]), input('y', [2]), input('z', [2])];
  const loss = sum(add(x, stopGradient(y)));
  expect(gradientsOf(loss, [x, y, z]).map((gradient) => gradient?.shape)).toEqual([[2], undefined, undefined]);
});

test('integer inputs and conditions get no gradient', () => {
  const [x, i] = [input('x', [4, 2]), input('i', [3], 'int64')];
  const loss = sum(where(greater(gather(x, i), input('t', [2])), gather(x, i), input('e', [])));
  const gradients = gradientsOf(loss, [x, i]);
  expect(gradients[0]?.shape).toEqual([4, 2]);
  expect(gradients[1]).toBeUndefined();
});

test('a value used twice gets the sum of both gradients, and gradients of intermediate values can be asked for', () => {
  const x = input('x', [2]);
  const y = exp(x);
  const [byY, byX] = gradientsOf(sum(mul(y, y)), [y, x]) as [Value, Value];
  expect(byY.shape).toEqual([2]);
  expect(callsInOrder([byX]).map((call) => call.operation.name)).toContain('add');
});

test('the loss must be one float32', () => {
  const x = input('x', [2]);
  expect(() => gradientsOf(exp(x), [x])).toThrow('gradients: the loss must be one float32, got float32 [2]');
});
