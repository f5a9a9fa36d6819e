import type { Scope } from '../graph/scope.js';
import { constant, type Value } from '../graph/value.js';
import { tanh } from '../ops/activation.js';
import { add, div, mul, scale, sub } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { expandAxes } from '../ops/rearrange.js';
import { concat, reshape, slice } from '../ops/shape.js';
import { cos, exp, neg, sin, square } from '../ops/unary.js';
import { diagonalState } from './hippo.js';

/** Options of the state-space kernels. */
export interface KernelOptions {
  /** States per channel, an even number: half as many conjugate pairs. 64 by default. */
  states?: number;
  /** Range in which the time step of each channel starts, evenly in its logarithm; 0.001 to 0.1 by default. */
  step?: readonly [number, number];
}

/** Returns the starting logarithm of time steps; throws RangeError on an empty range. */
export function stepInitializer([low, high]: readonly [number, number]) {
  if (!(low > 0 && low <= high)) throw new RangeError(`state space: step must be a range above 0, got ${low}..${high}`);
  return { kind: 'uniform', low: Math.log(low), high: Math.log(high) } as const;
}

/** Returns the list `[row * column]` repeated for each of `rows` rows. */
export function repeatRows(rows: number, row: ArrayLike<number>): Float32Array {
  const out = new Float32Array(rows * row.length);
  for (let i = 0; i < rows; i++) out.set(Float32Array.from(row), i * row.length);
  return out;
}

/** Real and imaginary part of a complex value. */
export interface Complex {
  readonly real: Value;
  readonly imaginary: Value;
}

/** Returns both parts of a parameter whose last axis holds them, as PyTorch's `view_as_real` does. */
export function complexOf(pair: Value): Complex {
  const part = (index: number): Value =>
    reshape(slice(pair, { axis: -1, start: index, end: index + 1 }), pair.shape.slice(0, -1));
  return { real: part(0), imaginary: part(1) };
}

/** Returns the product of two complex values. */
export function multiply(a: Complex, b: Complex): Complex {
  return {
    real: sub(mul(a.real, b.real), mul(a.imaginary, b.imaginary)),
    imaginary: add(mul(a.real, b.imaginary), mul(a.imaginary, b.real)),
  };
}

/** Returns e^x of a complex value. */
function exponential(x: Complex): Complex {
  const size = exp(x.real);
  return { real: mul(size, cos(x.imaginary)), imaginary: mul(size, sin(x.imaginary)) };
}

/** Returns e^x - 1, exact for small x: e^a - 1 = tanh(a / 2) (e^a + 1) and cos b - 1 = -2 sin(b / 2)^2. */
function exponentialLessOne(x: Complex): Complex {
  const size = exp(x.real);
  const growth = mul(tanh(scale(x.real, 0.5)), add(size, constant(1)));
  const turn = mul(size, scale(square(sin(scale(x.imaginary, 0.5))), -2));
  return { real: add(growth, turn), imaginary: mul(size, sin(x.imaginary)) };
}

/** Returns x times 1, 2, ... as a new last axis of `count` places from 0 on, scaled by `factor`. */
function multiples(x: Complex, count: number, factor: number): Complex {
  const steps = constant(Float32Array.from({ length: count }, (_, i) => i * factor));
  const rank = x.real.shape.length;
  return {
    real: mul(expandAxes(x.real, [rank]), steps),
    imaginary: mul(expandAxes(x.imaginary, [rank]), steps),
  };
}

/**
 * Returns `[channel, length]`: twice the real part of sum over n of coefficient[n] e^(exponent[n] t), t = 0..length-1, from
 * `[channel, state]`. With t = i w + j it is a matrix product of the powers at i w and at j, so that no array
 * of all states and times is made.
 */
export function exponentialSum(coefficient: Complex, exponent: Complex, length: number): Value {
  const width = Math.ceil(Math.sqrt(length));
  const rows = Math.ceil(length / width);
  const coarse = exponential(multiples(exponent, rows, width));
  const fine = exponential(multiples(exponent, width, 1));
  const column = (value: Value): Value => expandAxes(value, [value.shape.length]);
  const left = multiply({ real: column(coefficient.real), imaginary: column(coefficient.imaginary) }, coarse);
  const rowsOf = concat([left.real, neg(left.imaginary)], 1);
  const product = matmul(rowsOf, concat([fine.real, fine.imaginary], 1), { transposeA: true });
  const [channels = 1] = product.shape;
  return scale(slice(reshape(product, [channels, rows * width]), { axis: 1, end: length }), 2);
}

/**
 * Returns the S4D convolution kernel `[channel, length]` (Gu, Gupta, Goel and Re 2022): twice the real part of
 * C (e^(A step) - 1) / A e^(A step t), a diagonal state space held constant over each step (zero-order hold), with input 1.
 * Declares `C` `[channel, states / 2, 2]`, `log_dt` `[channel]`, `log_A_real` and `A_imag` `[channel, states / 2]`.
 */
export function s4dKernel(
  scope: Scope,
  channels: number,
  length: number,
  options: KernelOptions & { start?: 'legs' | 'lin' | 'inv' } = {},
): Value {
  const { states = 64, step = [0.001, 0.1], start = 'legs' } = options;
  const half = states / 2;
  if (!(Number.isInteger(half) && half > 0)) {
    throw new RangeError(`s4dKernel: states must be an even number, at least 2, got ${states}`);
  }
  const { real, imaginary } = diagonalState(start, states);
  const coefficient = complexOf(scope.parameter('C', [channels, half, 2], { kind: 'normal', std: Math.SQRT1_2 }));
  const logStep = scope.parameter('log_dt', [channels], stepInitializer(step));
  const logDecay = scope.parameter('log_A_real', [channels, half], {
    kind: 'values',
    values: repeatRows(
      channels,
      real.map((value) => Math.log(-value)),
    ),
  });
  const frequency = scope.parameter('A_imag', [channels, half], {
    kind: 'values',
    values: repeatRows(channels, imaginary),
  });
  const a: Complex = { real: neg(exp(logDecay)), imaginary: frequency };
  const dt = expandAxes(exp(logStep), [1]);
  const exponent: Complex = { real: mul(a.real, dt), imaginary: mul(a.imaginary, dt) };
  const size = add(square(a.real), square(a.imaginary));
  const inverse: Complex = { real: div(a.real, size), imaginary: neg(div(a.imaginary, size)) };
  const held = multiply(exponentialLessOne(exponent), inverse);
  return exponentialSum(multiply(coefficient, held), exponent, length);
}
