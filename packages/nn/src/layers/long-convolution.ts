import { sameShape, shapeText, type Value } from '../graph/value.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { split } from '../ops/rearrange.js';
import { concat } from '../ops/shape.js';
import { fourierMatrix, inverseFourierMatrix } from './fourier.js';

/** Returns real and imaginary parts of the product of two spectra given as halves (real, imaginary) of their last axis. */
function multiplySpectra(a: Value, b: Value): Value {
  const [aReal, aImaginary] = split(a, 2, a.shape.length - 1) as [Value, Value];
  const [bReal, bImaginary] = split(b, 2, b.shape.length - 1) as [Value, Value];
  return concat(
    [sub(mul(aReal, bReal), mul(aImaginary, bImaginary)), add(mul(aReal, bImaginary), mul(aImaginary, bReal))],
    -1,
  );
}

/**
 * Returns `y` `[batch, channel, length]` with y[t] = sum over s <= t of kernel[s] x[t - s], per channel, from `x` of that
 * shape and `kernel` `[channel, length]`. Both go through Fourier transforms padded to twice the length, so nothing wraps
 * around; the transforms are matrix products, which beat ONNX's DFT on every device measured. Their matrices take
 * 8 length^2 bytes each: 32 MiB for 2048 samples.
 */
export function causalConvolution(x: Value, kernel: Value): Value {
  const [, channels, length = 0] = x.shape;
  if (x.shape.length !== 3 || !sameShape(kernel.shape, [channels as number, length])) {
    throw new RangeError(
      `causalConvolution: needs x [batch, channel, length] and kernel [channel, length], got ${shapeText(x.shape)} and ${shapeText(kernel.shape)}`,
    );
  }
  const forward = fourierMatrix(length, 2 * length);
  const spectrum = multiplySpectra(matmul(x, forward), matmul(kernel, forward));
  return matmul(spectrum, inverseFourierMatrix(length, 2 * length));
}
