import type { Scope } from '../graph/scope.js';
import { constant, type Value } from '../graph/value.js';
import { add, div, mul, scale, sub } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { expandAxes, split, stack } from '../ops/rearrange.js';
import { concat, reshape } from '../ops/shape.js';
import { cos, exp, neg, sin, square } from '../ops/unary.js';
import { frequencyCount, inverseFourierMatrix } from './fourier.js';
import { type DiagonalState, hippoLegS } from './hippo.js';
import { type Complex, complexOf, type KernelOptions, multiply, repeatRows, stepInitializer } from './s4d.js';

function conjugate({ real, imaginary }: Complex): Complex {
  return { real, imaginary: neg(imaginary) };
}

function divide(a: Complex, b: Complex): Complex {
  const size = add(square(b.real), square(b.imaginary));
  const product = multiply(a, conjugate(b));
  return { real: div(product.real, size), imaginary: div(product.imaginary, size) };
}

function interleave({ real, imaginary }: DiagonalState): Float64Array {
  return Float64Array.from({ length: 2 * real.length }, (_, i) =>
    i % 2 === 0 ? (real[i / 2] as number) : (imaginary[(i - 1) / 2] as number),
  );
}

/**
 * Returns sums over conjugate pairs of v / (g - lambda), over frequencies: `[channel, numerator, frequency]`.
 *
 * The transform of the kernel is evaluated at roots of unity z = e^(-i theta), where the bilinear transform gives
 * g = 2 / step (1 - z) / (1 + z). With s = sin(theta / 2) and c = cos(theta / 2), a pair's terms
 * times 2 step / (1 + z) are, but for the factor 2 step e^(i theta / 2) that all share,
 * (2 i s Re v - step c Re(v conj lambda)) / (step^2 c^2 |lambda|^2 - 4 s^2 - 4 i s c step Re lambda):
 * finite everywhere, so that z = -1 is no exception. Numerators are `[channel, numerator, state]`.
 */
function cauchySums(v: Complex, lambda: Complex, step: Value, length: number): Complex {
  const count = frequencyCount(length);
  const halfAngles = Float64Array.from({ length: count }, (_, f) => (Math.PI * f) / length);
  const s = constant(Float32Array.from(halfAngles, Math.sin));
  const c = constant(Float32Array.from(halfAngles, Math.cos));
  const size = add(square(lambda.real), square(lambda.imaginary));
  const wide = (value: Value): Value => expandAxes(value, [value.shape.length]);
  // [channel, state, frequency]
  const denominatorReal = sub(mul(wide(mul(square(step), size)), square(c)), scale(square(s), 4));
  const denominatorImaginary = mul(wide(mul(step, lambda.real)), scale(mul(s, c), -4));
  const norm = add(square(denominatorReal), square(denominatorImaginary));
  const inverse = concat([div(denominatorReal, norm), div(denominatorImaginary, norm)], 2);
  const lambdaWide: Complex = { real: expandAxes(lambda.real, [1]), imaginary: expandAxes(lambda.imaginary, [1]) };
  const turned = add(mul(v.real, lambdaWide.real), mul(v.imaginary, lambdaWide.imaginary));
  // Rows of Re v and of step Re(v conj lambda), times the real and imaginary part of 1 / denominator's conjugate.
  const rows = concat([v.real, mul(turned, expandAxes(step, [1]))], 1);
  const sums = matmul(rows, inverse);
  const [plain, drift] = split(sums, 2, 1) as [Value, Value];
  const [plainReal, plainImaginary] = split(plain, 2, 2) as [Value, Value];
  const [driftReal, driftImaginary] = split(drift, 2, 2) as [Value, Value];
  const twice = scale(s, 2);
  return {
    real: sub(mul(plainImaginary, twice), mul(driftReal, c)),
    imaginary: add(mul(plainReal, twice), mul(driftImaginary, c)),
  };
}

/**
 * Returns the S4 convolution kernel `[channel, length]` of a state space A = Lambda - P P*, B, C (Gu, Goel and Re 2022,
 * "Efficiently Modeling Long Sequences with Structured State Spaces", algorithm 1), in real arithmetic: the truncated
 * generating function at the roots of unity by Cauchy sums and Woodbury's identity, then an inverse Fourier transform.
 * Starts from HiPPO-LegS; rank 1. Declares `C` `[channel, states / 2, 2]`, `log_dt` `[channel]`, `B` and `P`
 * `[states / 2, 2]`, `log_A_real` and `A_imag` `[states / 2]`; all channels share A and B.
 *
 * The paper's C~ = C (1 - A^length) is taken here as C (1 - e^(Lambda step length)) per state, without the part of P,
 * which costs no matrix power and keeps the kernel's scale for each length.
 */
export function s4Kernel(scope: Scope, channels: number, length: number, options: KernelOptions = {}): Value {
  const { states = 64, step: range = [0.001, 0.1] } = options;
  const start = hippoLegS(states);
  const half = states / 2;
  const values = (list: ArrayLike<number>) => ({ kind: 'values', values: repeatRows(1, list) }) as const;
  const c = complexOf(scope.parameter('C', [channels, half, 2], { kind: 'normal', std: Math.SQRT1_2 }));
  const step = expandAxes(exp(scope.parameter('log_dt', [channels], stepInitializer(range))), [1]);
  const b = complexOf(scope.parameter('B', [half, 2], values(interleave(start.b))));
  const p = complexOf(scope.parameter('P', [half, 2], values(interleave(start.p))));
  const logDecay = scope.parameter('log_A_real', [half], values(start.lambda.real.map((value) => Math.log(-value))));
  const imaginary = scope.parameter('A_imag', [half], values(start.lambda.imaginary));
  const lambda: Complex = {
    real: expandAxes(neg(exp(logDecay)), [0]),
    imaginary: expandAxes(imaginary, [0]),
  };

  const span = scale(step, length);
  const decay = exp(mul(lambda.real, span));
  const angle = mul(lambda.imaginary, span);
  const kept: Complex = { real: sub(constant(1), mul(decay, cos(angle))), imaginary: neg(mul(decay, sin(angle))) };
  const truncated = multiply(c, kept);
  const conjugateP = conjugate(p);
  const pairs = [multiply(truncated, b), multiply(truncated, p), multiply(conjugateP, b), multiply(conjugateP, p)];
  const zero = mul(step, constant(0));
  const rowsOf = (part: 'real' | 'imaginary'): Value =>
    stack(
      pairs.map((pair) => add(pair[part], zero)),
      1,
    );
  const sums = cauchySums({ real: rowsOf('real'), imaginary: rowsOf('imaginary') }, lambda, step, length);
  const imaginaries = split(sums.imaginary, 4, 1);
  const [cb, cp, pb, pp] = split(sums.real, 4, 1).map((real, row) => ({
    real: reshape(real, [channels, -1]),
    imaginary: reshape(imaginaries[row] as Value, [channels, -1]),
  })) as [Complex, Complex, Complex, Complex];

  const cosines = constant(
    Float32Array.from({ length: frequencyCount(length) }, (_, f) => 2 * Math.cos((Math.PI * f) / length)),
  );
  const weight = mul(step, cosines);
  const weighted = (value: Complex): Complex => ({
    real: mul(value.real, weight),
    imaginary: mul(value.imaginary, weight),
  });
  const lowRank = weighted(pp);
  const correction = divide(weighted(multiply(cp, pb)), {
    real: add(lowRank.real, constant(1)),
    imaginary: lowRank.imaginary,
  });
  const spectrum = concat([sub(cb.real, correction.real), sub(cb.imaginary, correction.imaginary)], 1);
  return mul(matmul(spectrum, inverseFourierMatrix(length, length, 0.5)), scale(step, 2));
}
