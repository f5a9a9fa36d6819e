import { constant, type Value } from '../graph/value.js';
import { sigmoid, softplus } from '../ops/activation.js';
import { add, mul, scale, sub } from '../ops/arithmetic.js';
import { neg, power } from '../ops/unary.js';
import { reduceLoss } from './reduction.js';
import { checkSameShape, type WeightedOptions, weigh } from './regression.js';

/** Returns cross entropies `t softplus(-x) p + (1 - t) softplus(x)` of logits x, targets t and positive weights p. */
function binaryElements(logits: Value, target: Value, positiveWeight?: Value): Value {
  const missed = softplus(neg(logits));
  if (positiveWeight === undefined) {
    // softplus(x) = x + softplus(-x), so one softplus serves both terms
    return add(mul(sub(constant(1), target), logits), missed);
  }
  const factor = add(constant(1), mul(sub(positiveWeight, constant(1)), target));
  return add(mul(sub(constant(1), target), logits), mul(factor, missed));
}

/**
 * Returns the cross entropy of sigmoid(logits) with targets in 0..1, from the logits so that it does not overflow:
 * `-w (p t log s + (1 - t) log(1 - s))` with s = sigmoid(logits). `positiveWeight` p must broadcast to the logits.
 */
export function binaryCrossEntropy(
  logits: Value,
  target: Value,
  options: WeightedOptions & { positiveWeight?: Value } = {},
): Value {
  checkSameShape('binaryCrossEntropy', logits, target);
  const elements = binaryElements(logits, target, options.positiveWeight);
  return reduceLoss('binaryCrossEntropy', weigh('binaryCrossEntropy', elements, options.weight), options.reduction);
}

/** Options of the focal losses. */
export interface FocalOptions {
  /** Exponent that lowers the loss of what is already right; 2 by default. */
  gamma?: number;
}

/** Throws RangeError unless gamma is at least 0. */
export function checkGamma(name: string, gamma: number): void {
  if (!(gamma >= 0 && Number.isFinite(gamma))) {
    throw new RangeError(`${name}: gamma must be at least 0, got ${gamma}`);
  }
}

/**
 * Returns the focal loss of logits for targets in 0..1 (Lin et al. 2017, equation 5): `alphaT (1 - pT)^gamma` times the
 * binary cross entropy, where pT is the probability given to the target and alphaT is `alpha` for positives and
 * 1 - alpha for negatives; without `alpha` (the default) alphaT is 1.
 */
export function binaryFocal(
  logits: Value,
  target: Value,
  options: WeightedOptions & FocalOptions & { alpha?: number } = {},
): Value {
  const { gamma = 2, alpha } = options;
  checkGamma('binaryFocal', gamma);
  if (alpha !== undefined && !(alpha >= 0 && alpha <= 1)) {
    throw new RangeError(`binaryFocal: alpha must be in 0..1, got ${alpha}`);
  }
  checkSameShape('binaryFocal', logits, target);
  const probability = sigmoid(logits);
  // 1 - pT = s + t - 2 s t
  const wrong = sub(add(probability, target), scale(mul(probability, target), 2));
  let elements = binaryElements(logits, target);
  if (gamma !== 0) elements = mul(power(wrong, gamma), elements);
  if (alpha !== undefined) elements = mul(add(constant(1 - alpha), scale(target, 2 * alpha - 1)), elements);
  return reduceLoss('binaryFocal', weigh('binaryFocal', elements, options.weight), options.reduction);
}
