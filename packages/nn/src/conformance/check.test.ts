import { expect, test } from 'vitest';
import { apply, defineOperation } from '../graph/operation.js';
import type { Value } from '../graph/value.js';
import { mul, scale } from '../ops/arithmetic.js';
import { square } from '../ops/unary.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import { conformanceCase, floats } from './case.js';
import { checkCase } from './check.js';
import { elementNumbers, elementWord, inputTensor } from './inputs.js';
import { readReferences } from './references.node.js';

const backend = directBackend('cpu');

const wrongOperation = defineOperation<null>({
  name: 'wrongSquare',
  doc: 'x^2 with a wrong gradient and a wrong second form.',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  forms: () => ['right', 'wrong'],
  emit: (e, [x], { form }) => e.node(form === 'wrong' ? 'Add' : 'Mul', [x as string, x as string]),
  gradient: ({ inputs: [x], gradients: [g] }) => [mul(g as Value, scale(x as Value, 2.01))],
});
const wrong = conformanceCase('wrong', 'wrongSquare', [floats([3, 2], { low: 1, high: 4 })], (x) =>
  apply(wrongOperation, [x], null),
);

test('a wrong gradient, a wrong form and a missing reference are found', async () => {
  const problems = await checkCase(backend, wrong);
  expect(problems.some((problem) => problem.includes('finite differences give'))).toBe(true);
  expect(problems.some((problem) => problem.includes('output0 with form wrong'))).toBe(true);
  expect(problems).toContain('wrong: has no PyTorch reference');
});

test('a value and a gradient off by a hundredth of a percent are found against the reference', async () => {
  const reference = readReferences('elementwise').square;
  const item = { ...conformanceCase('square', 'square', [floats([3, 11])], square) };
  expect(await checkCase(backend, item, reference ? { reference } : {})).toEqual([]);
  const off = { ...item, build: (x: Value) => scale(square(x), 1.0001) };
  const problems = await checkCase(backend, off, reference ? { reference } : {});
  expect(problems.map((problem) => problem.slice(0, 16))).toEqual(['square: output 0', 'square: gradient']);
});

test('a reference of other inputs and an operation that is not in the graph are found', async () => {
  const reference = readReferences('elementwise').neg;
  const item = conformanceCase('neg', ['neg', 'exp'], [floats([3, 12])], square);
  const problems = await checkCase(backend, item, reference ? { reference } : {});
  expect(problems[0]).toBe('neg: operation neg is not in its graph');
  expect(problems[1]).toBe('neg: operation exp is not in its graph');
  expect(problems[2]).toContain('neg: inputs are');
});

test('the formula of inputs gives what its description says', () => {
  // Worked out by hand from the definition with Python's integers, as make-op-references.py does.
  expect([0, 1, 2].map((i) => elementWord('add same/0', i))).toEqual([1654866655, 4202783196, 1000662931]);
  const numbers = elementNumbers('any', 1000, 2, 5);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...numbers)).toBeLessThan(5);
  expect(Math.abs(numbers.reduce((a, b) => a + b, 0) / 1000 - 3.5)).toBeLessThan(5 * Math.sqrt(9 / 12 / 1000));
  const lattice = inputTensor('any', { shape: [50], step: 0.5 });
  expect([...new Set(lattice.data as Float32Array)].sort((a, b) => a - b)).toEqual([-0.75, -0.25, 0.25, 0.75]);
  const distinct = inputTensor('any', { shape: [4], low: 0, high: 8, distinct: true });
  expect([...(distinct.data as Float32Array)].sort((a, b) => a - b)).toEqual([1, 3, 5, 7]);
  const labels = inputTensor('any', { shape: [64], dtype: 'int64', high: 3 });
  expect([...new Set(labels.data as BigInt64Array)].sort()).toEqual([0n, 1n, 2n]);
});
