import type { Initializer } from '../graph/initializer.js';
import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { conv2d, convTranspose2d, type TransposedConvolutionOptions } from '../ops/convolution.js';
import type { ConvolutionOptions } from '../ops/convolution-geometry.js';

/** Options of a convolution layer. */
export interface ConvolutionLayerOptions extends ConvolutionOptions {
  /** Whether it adds a bias per output channel; true by default. */
  bias?: boolean;
  /** How the weight starts; PyTorch's default (uniform, `1 / sqrt(fanIn)`) if absent. */
  initializer?: Initializer;
  /** How the bias starts; zeros by default. */
  biasInitializer?: Initializer;
}

/** Weight start of PyTorch's layers: uniform within `1 / sqrt(fanIn)`. */
const layerDefault: Initializer = { kind: 'kaiming', fan: 'in', gain: Math.sqrt(1 / 3), shape: 'uniform' };
const zeros: Initializer = { kind: 'fill', value: 0 };

const both = (kernel: number | readonly [number, number]): readonly [number, number] =>
  typeof kernel === 'number' ? [kernel, kernel] : kernel;

/**
 * Returns `x` `[batch, in, height, width]` convolved to `channels` outputs; declares `weight`
 * `[out, in / groups, rows, columns]` and, unless turned off, `bias` `[out]`.
 */
export function convolution(
  scope: Scope,
  x: Value,
  channels: number,
  kernel: number | readonly [number, number],
  options: ConvolutionLayerOptions = {},
): Value {
  const { bias = true, initializer = layerDefault, biasInitializer = zeros, ...geometry } = options;
  const into = (x.shape[1] ?? 0) / (options.groups ?? 1);
  const weight = scope.parameter('weight', [channels, into, ...both(kernel)], initializer);
  const shift = bias ? { bias: scope.parameter('bias', [channels], biasInitializer) } : {};
  return conv2d(x, weight, { ...geometry, ...shift });
}

/** Returns `x` through a transposed convolution; declares `weight` `[in, out / groups, rows, columns]` and `bias` `[out]`. */
export function transposedConvolution(
  scope: Scope,
  x: Value,
  channels: number,
  kernel: number | readonly [number, number],
  options: ConvolutionLayerOptions & Pick<TransposedConvolutionOptions, 'outputPadding'> = {},
): Value {
  const { bias = true, initializer = layerDefault, biasInitializer = zeros, ...geometry } = options;
  const weight = scope.parameter(
    'weight',
    [x.shape[1] ?? 0, channels / (options.groups ?? 1), ...both(kernel)],
    initializer,
  );
  const shift = bias ? { bias: scope.parameter('bias', [channels], biasInitializer) } : {};
  return convTranspose2d(x, weight, { ...geometry, ...shift });
}
