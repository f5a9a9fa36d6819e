import type { Scope } from '../graph/scope.js';
import { sizeOf, type Value } from '../graph/value.js';
import { add, scale } from '../ops/arithmetic.js';
import { batchNorm, batchNormFrozen, type FusedActivation } from '../ops/batch-norm.js';
import { reshape } from '../ops/shape.js';

/** Options of a batch normalization layer. */
export interface BatchNormalizationOptions {
  /** Added to the variance, 1e-5 by default. */
  epsilon?: number;
  /** Share of the new batch in the running statistics, 0.1 by default (PyTorch's meaning). */
  momentum?: number;
  /** Activation that runs in the same pass; none by default. */
  activation?: FusedActivation;
  /** Use and keep the stored statistics in training too; false by default. */
  frozen?: boolean;
}

/**
 * Returns `x` `[batch, channel, ...]` normalized per channel. While training (and not frozen) by the batch's statistics,
 * and the running ones are updated, with the unbiased variance as PyTorch keeps it; else by the running ones.
 * Declares `weight`, `bias`, `running_mean`, `running_var`, all `[channel]`.
 */
export function batchNormalization(scope: Scope, x: Value, options: BatchNormalizationOptions = {}): Value {
  const { epsilon = 1e-5, momentum = 0.1, activation = 'none', frozen = false } = options;
  const channels = x.shape[1] ?? 0;
  const image = x.shape.length === 4 ? x : reshape(x, [x.shape[0] ?? 0, channels, -1, 1]);
  const weight = scope.parameter('weight', [channels], { kind: 'fill', value: 1 });
  const bias = scope.parameter('bias', [channels], { kind: 'fill', value: 0 });
  const mean = scope.buffer('running_mean', [channels], { kind: 'fill', value: 0 });
  const variance = scope.buffer('running_var', [channels], { kind: 'fill', value: 1 });
  const back = (y: Value): Value => (y.shape.length === x.shape.length ? y : reshape(y, x.shape));
  if (!scope.training || frozen) {
    return back(batchNormFrozen(image, { weight, bias, mean, variance }, { epsilon, activation }));
  }
  const count = sizeOf(image.shape) / channels;
  if (count < 2) {
    throw new RangeError(
      `${scope.fullName('batch norm')}: needs more than one value per channel to train, got ${count}`,
    );
  }
  const batch = batchNorm(image, weight, bias, { epsilon, activation });
  scope.update('running_mean', add(scale(mean, 1 - momentum), scale(batch.mean, momentum)));
  const unbiased = (momentum * count) / (count - 1);
  scope.update('running_var', add(scale(variance, 1 - momentum), scale(batch.variance, unbiased)));
  return back(batch.y);
}
