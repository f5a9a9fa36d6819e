import { constant, sameShape, shapeText, type Value } from '../graph/value.js';
import { add, div, maximum, mul, scale, sub } from '../ops/arithmetic.js';
import { cast, equal } from '../ops/compare.js';
import { oneHot } from '../ops/gather.js';
import { sum } from '../ops/reduce.js';
import { transpose } from '../ops/shape.js';
import { logSoftmax } from '../ops/softmax.js';
import { exp, power } from '../ops/unary.js';
import { checkGamma, type FocalOptions } from './binary.js';
import { type ReductionOptions, reduceLoss } from './reduction.js';

/** Options of losses of class labels. */
export interface LabelOptions extends ReductionOptions {
  /** Factor per class, shape `[class]`; the mean divides by the sum of the labels' factors. */
  classWeight?: Value;
  /** Label whose elements count for nothing, also not in the mean. */
  ignoreIndex?: number;
}

interface Labeled {
  /** Log-probabilities, classes last. */
  readonly logProbability: Value;
  /** 1 at the label, classes last. */
  readonly target: Value;
  /** 1 per element whose label is a class and not ignored. */
  readonly counted: Value;
  /** The label's class weight per counted element, else 0. */
  readonly weight: Value;
}

function labeled(name: string, logits: Value, labels: Value, options: LabelOptions): Labeled {
  const [batch = 1, classes = 1, ...space] = logits.shape;
  if (logits.shape.length < 2 || !sameShape(labels.shape, [batch, ...space])) {
    throw new RangeError(
      `${name}: needs logits [batch, class, ...] and labels [batch, ...], got ${shapeText(logits.shape)} and ${shapeText(labels.shape)}`,
    );
  }
  const { classWeight, ignoreIndex } = options;
  if (classWeight && !sameShape(classWeight.shape, [classes])) {
    throw new RangeError(`${name}: classWeight must have shape [${classes}], got ${shapeText(classWeight.shape)}`);
  }
  const target = oneHot(labels, classes);
  let counted = sum(target, { axes: [-1] });
  if (ignoreIndex !== undefined) {
    const ignored = equal(cast(labels, 'int64'), constant([ignoreIndex], [], 'int64'));
    counted = mul(counted, sub(constant(1), cast(ignored, 'float32')));
  }
  const weight = classWeight ? mul(counted, sum(mul(target, classWeight), { axes: [-1] })) : counted;
  const order = [0, ...space.map((_, axis) => axis + 2), 1];
  return { logProbability: logSoftmax(transpose(logits, order)), target, counted, weight };
}

/** Returns the sum of elements over the sum of weights; 0 where all weights are 0. */
function weightedMean(elements: Value, weight: Value): Value {
  return div(sum(elements), maximum(sum(weight), constant(1e-12)));
}

/**
 * Returns the cross entropy of softmax(logits `[batch, class, ...]`) with labels `[batch, ...]` (int32 or int64):
 * `-w_y log p_y`. With `labelSmoothing` s the target becomes (1 - s) at the label plus s / classes everywhere
 * (Szegedy et al. 2016), each class with its own weight. The mean is weighted, as PyTorch's.
 * A label outside 0..classes-1 counts for nothing.
 */
export function crossEntropy(
  logits: Value,
  labels: Value,
  options: LabelOptions & { labelSmoothing?: number } = {},
): Value {
  const { labelSmoothing = 0, reduction = 'mean' } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`crossEntropy: labelSmoothing must be in 0..1, got ${labelSmoothing}`);
  }
  const { logProbability, target, counted, weight } = labeled('crossEntropy', logits, labels, options);
  let elements = scale(mul(weight, sum(mul(target, logProbability), { axes: [-1] })), -1);
  if (labelSmoothing > 0) {
    const { classWeight } = options;
    const weighted = classWeight ? mul(logProbability, classWeight) : logProbability;
    const spread = mul(counted, sum(weighted, { axes: [-1] }));
    const share = -labelSmoothing / (logits.shape[1] as number);
    elements = add(scale(elements, 1 - labelSmoothing), scale(spread, share));
  }
  return reduction === 'mean' ? weightedMean(elements, weight) : reduceLoss('crossEntropy', elements, reduction);
}

/**
 * Returns the focal loss of softmax(logits `[batch, class, ...]`) for labels `[batch, ...]` (Lin et al. 2017):
 * `-w_y (1 - p_y)^gamma log p_y`. The mean is over the elements whose label counts, not weighted by class.
 */
export function focal(logits: Value, labels: Value, options: LabelOptions & FocalOptions = {}): Value {
  const { gamma = 2, reduction = 'mean' } = options;
  checkGamma('focal', gamma);
  const { logProbability, target, counted, weight } = labeled('focal', logits, labels, options);
  const atLabel = sum(mul(target, logProbability), { axes: [-1] });
  const hit = sum(mul(target, exp(logProbability)), { axes: [-1] });
  let elements = mul(weight, scale(atLabel, -1));
  // Rounding can put a sure probability above 1, where a power with a fraction is NaN.
  if (gamma !== 0) elements = mul(power(maximum(sub(constant(1), hit), constant(0)), gamma), elements);
  return reduction === 'mean' ? weightedMean(elements, counted) : reduceLoss('focal', elements, reduction);
}
