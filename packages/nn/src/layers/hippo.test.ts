import { expect, test } from 'vitest';
import { diagonalState, hippoLegS, symmetricEigen } from './hippo.js';

test.each([2, 4, 16, 64])('hippoLegS of %i states keeps the invariants of the HiPPO-LegS matrix', (size) => {
  const { lambda, p, b } = hippoLegS(size);
  expect(lambda.real.length).toBe(size / 2);
  // Trace: A has -(n + 1) on its diagonal; half the eigenvalues are kept.
  let trace = 0;
  let normSquared = 0;
  let readout = 0;
  let expectedReadout = 0;
  for (let n = 0; n < size; n++) {
    trace += -(n + 1);
    normSquared += n + 0.5;
    expectedReadout += Math.sqrt((n + 0.5) * (2 * n + 1));
  }
  let kept = 0;
  let keptNorm = 0;
  for (let k = 0; k < size / 2; k++) {
    kept += 2 * (lambda.real[k] as number);
    keptNorm += 2 * ((p.real[k] as number) ** 2 + (p.imaginary[k] as number) ** 2);
    readout +=
      2 * ((p.real[k] as number) * (b.real[k] as number) + (p.imaginary[k] as number) * (b.imaginary[k] as number));
  }
  expect(kept - keptNorm).toBeCloseTo(trace, 6);
  expect(keptNorm).toBeCloseTo(normSquared, 6);
  expect(readout).toBeCloseTo(expectedReadout, 6);
});

/** Moment C (A^m) B of the dense HiPPO-LegS matrix with C = B^T. */
function denseMoment(size: number, power: number): number {
  const input = Float64Array.from({ length: size }, (_, n) => Math.sqrt(2 * n + 1));
  let state = input;
  for (let m = 0; m < power; m++) {
    const before = state;
    state = input.map((root, n) => {
      let sum = -(n + 1) * (before[n] as number);
      for (let k = 0; k < n; k++) sum -= root * Math.sqrt(2 * k + 1) * (before[k] as number);
      return sum;
    });
  }
  return state.reduce((sum, x, n) => sum + x * (input[n] as number), 0);
}

/** The same moment from diagonal plus rank one; the pairs' other halves are conjugates. */
function structuredMoment(size: number, power: number): number {
  const { lambda, p, b } = hippoLegS(size);
  const half = size / 2;
  let real = b.real.slice();
  let imaginary = b.imaginary.slice();
  for (let m = 0; m < power; m++) {
    // P* x over all pairs is real.
    let inner = 0;
    for (let k = 0; k < half; k++) {
      inner +=
        2 * ((p.real[k] as number) * (real[k] as number) + (p.imaginary[k] as number) * (imaginary[k] as number));
    }
    const nextReal = new Float64Array(half);
    const nextImaginary = new Float64Array(half);
    for (let k = 0; k < half; k++) {
      const [lr, li] = [lambda.real[k] as number, lambda.imaginary[k] as number];
      nextReal[k] = lr * (real[k] as number) - li * (imaginary[k] as number) - inner * (p.real[k] as number);
      nextImaginary[k] = lr * (imaginary[k] as number) + li * (real[k] as number) - inner * (p.imaginary[k] as number);
    }
    real = nextReal;
    imaginary = nextImaginary;
  }
  let sum = 0;
  for (let k = 0; k < half; k++) {
    sum += 2 * ((b.real[k] as number) * (real[k] as number) + (b.imaginary[k] as number) * (imaginary[k] as number));
  }
  return sum;
}

test.each([1, 2, 3, 5])('moment %i of the structured form is that of the dense HiPPO-LegS matrix', (power) => {
  for (const size of [2, 6, 16]) {
    const expected = denseMoment(size, power);
    expect(Math.abs(structuredMoment(size, power) / expected - 1)).toBeLessThan(1e-9);
  }
});

test('eigenvalues and eigenvectors solve a symmetric matrix', () => {
  const n = 6;
  const matrix = Float64Array.from({ length: n * n }, (_, at) => Math.cos(Math.floor(at / n) * (at % n)));
  const { values, vectors } = symmetricEigen(matrix.slice(), n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += (matrix[i * n + j] as number) * (vectors[k * n + j] as number);
      expect(product).toBeCloseTo((values[k] as number) * (vectors[k * n + i] as number), 10);
    }
  }
});

test('diagonal states follow their formulas', () => {
  expect([...diagonalState('lin', 6).imaginary]).toEqual([0, Math.PI, 2 * Math.PI]);
  expect(diagonalState('inv', 4).imaginary[0]).toBeCloseTo((4 / Math.PI) * 3, 12);
  expect(diagonalState('legs', 8).imaginary).toEqual(hippoLegS(8).lambda.imaginary);
});

test('an odd number of states is refused', () => {
  expect(() => hippoLegS(5)).toThrow('size must be an even number of states, at least 2, got 5');
});
