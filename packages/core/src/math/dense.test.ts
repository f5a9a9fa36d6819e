import { expect, test } from 'vitest';
import { Random } from '../random.js';
import { choleskyFactor, multiplyMatrices, solveLinear, transposeMatrix } from './dense.js';
import { largestDifference } from './reference-numbers.test.kit.js';

const random = new Random('dense');
const filled = (count: number) => Float64Array.from({ length: count }, () => random.between(-1, 1));

test('a solved system gives the right side back, for one and for many columns', () => {
  for (const [size, columns] of [
    [1, 1],
    [3, 1],
    [6, 4],
  ] as const) {
    const [a, b] = [filled(size * size), filled(size * columns)];
    a[0] = 0; // needs a row exchange
    if (size === 1) a[0] = 2;
    const x = solveLinear(a, b, { size, columns }) as Float64Array;
    expect(largestDifference(multiplyMatrices(a, x, { rows: size, inner: size, columns }), b)).toBeLessThan(1e-12);
  }
  expect(solveLinear([1, 2, 2, 4], [1, 1], { size: 2 })).toBeUndefined();
});

test('the Cholesky factor squares to its matrix; a matrix that is not positive definite has none', () => {
  const a = filled(25);
  const positive = multiplyMatrices(a, transposeMatrix(a, { rows: 5, columns: 5 }), { rows: 5, inner: 5, columns: 5 });
  const lower = choleskyFactor(positive, 5) as Float64Array;
  const back = multiplyMatrices(lower, transposeMatrix(lower, { rows: 5, columns: 5 }), {
    rows: 5,
    inner: 5,
    columns: 5,
  });
  expect(largestDifference(back, positive)).toBeLessThan(1e-12);
  expect(choleskyFactor([1, 2, 2, 1], 2)).toBeUndefined();
});

test('rectangles multiply and turn, and wrong lengths are refused', () => {
  expect([...multiplyMatrices([1, 2, 3, 4, 5, 6], [1, 0, 0, 1, 1, 1], { rows: 2, inner: 3, columns: 2 })]).toEqual([
    4, 5, 10, 11,
  ]);
  expect([...transposeMatrix([1, 2, 3, 4, 5, 6], { rows: 2, columns: 3 })]).toEqual([1, 4, 2, 5, 3, 6]);
  expect(() => multiplyMatrices([1], [1], { rows: 1, inner: 2, columns: 1 })).toThrow(/shape \[1,2\]/);
});
