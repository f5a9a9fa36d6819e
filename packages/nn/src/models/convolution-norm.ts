import type { Initializer } from '../graph/initializer.js';
import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution } from '../layers/convolution.js';
import { silu } from '../ops/activation.js';
import type { Step } from './backbone.js';

/** Start of every convolution of MobileNetV2 and EfficientNet: normal with variance `2 / fanOut`. */
export const mobileStart: Initializer = { kind: 'kaiming', fan: 'out', gain: Math.SQRT2, shape: 'normal' };

/** Options of {@link convolutionNorm}. */
export interface ConvolutionNormOptions {
  /** Stride and dilation, 1 by default. */
  step?: Step;
  /** 1 by default. */
  groups?: number;
  /** Applied last; 'none' by default. */
  activation?: 'none' | 'relu6' | 'silu';
  /** Use and keep the stored statistics in training too. */
  frozen: boolean;
}

/**
 * Returns `x` convolved to `channels` with the size kept up to the stride, batch normalized and activated;
 * declares `0.weight` and `1.*`, the names of torchvision's `Conv2dNormActivation`.
 */
export function convolutionNorm(
  scope: Scope,
  x: Value,
  channels: number,
  kernel: number,
  options: ConvolutionNormOptions,
): Value {
  const { step = { stride: 1, dilation: 1 }, groups = 1, activation = 'none', frozen } = options;
  const padding = (step.dilation * (kernel - 1)) / 2;
  const convolved = convolution(scope.child('0'), x, channels, kernel, {
    ...step,
    padding,
    groups,
    bias: false,
    initializer: mobileStart,
  });
  const norm = scope.child('1');
  if (activation !== 'silu') return batchNormalization(norm, convolved, { frozen, activation });
  return silu(batchNormalization(norm, convolved, { frozen }));
}
