import type { Scope } from '../graph/scope.js';
import { shapeText, type Value } from '../graph/value.js';
import { gelu } from '../ops/activation.js';
import { add, mul } from '../ops/arithmetic.js';
import { expandAxes } from '../ops/rearrange.js';
import { transpose } from '../ops/shape.js';
import { dropout } from './dropout.js';
import { linear } from './linear.js';
import { causalConvolution } from './long-convolution.js';
import { s4Kernel } from './s4.js';
import { type KernelOptions, s4dKernel } from './s4d.js';

/** Options of {@link stateSpace}. */
export interface StateSpaceOptions extends KernelOptions {
  /** State matrix: `s4` (HiPPO-LegS, diagonal plus rank one; the default) or diagonal, started by the named rule. */
  kind?: 's4' | 's4d-legs' | 's4d-lin' | 's4d-inv';
  /** Dropout after the activation in training, 0 by default. */
  dropoutRate?: number;
}

/**
 * Returns `[batch, length, feature]`: a state-space layer (Gu, Goel and Re 2022) over `x` of that shape. Each feature is convolved
 * along time with its own causal kernel and added to itself times `D`; then come GELU, dropout and a linear layer.
 * Declares `D` `[feature]`, the parameters of {@link s4Kernel} or {@link s4dKernel} under `kernel`, and `output_linear`.
 */
export function stateSpace(scope: Scope, x: Value, options: StateSpaceOptions = {}): Value {
  const { kind = 's4', dropoutRate = 0, ...kernelOptions } = options;
  const [, length = 0, features = 0] = x.shape;
  if (x.shape.length !== 3) {
    throw new RangeError(`stateSpace: input must be [batch, length, feature], got ${shapeText(x.shape)}`);
  }
  const inner = scope.child('kernel');
  const kernel =
    kind === 's4'
      ? s4Kernel(inner, features, length, kernelOptions)
      : s4dKernel(inner, features, length, { ...kernelOptions, start: startOf(kind) });
  const channelsFirst = transpose(x, [0, 2, 1]);
  const skip = scope.parameter('D', [features], { kind: 'normal', std: 1 });
  const mixed = add(causalConvolution(channelsFirst, kernel), mul(channelsFirst, expandAxes(skip, [1])));
  const active = dropout(scope, transpose(gelu(mixed), [0, 2, 1]), dropoutRate);
  return linear(scope.child('output_linear'), active, features);
}

function startOf(kind: string): 'legs' | 'lin' | 'inv' {
  switch (kind) {
    case 's4d-legs':
      return 'legs';
    case 's4d-lin':
      return 'lin';
    case 's4d-inv':
      return 'inv';
    default:
      throw new RangeError(`stateSpace: kind must be s4, s4d-legs, s4d-lin or s4d-inv, got ${kind}`);
  }
}
