import { constant, sameShape, shapeText, type Value } from '../graph/value.js';
import { minimum, mul, scale, sub } from '../ops/arithmetic.js';
import { abs, square } from '../ops/unary.js';
import { type ReductionOptions, reduceLoss } from './reduction.js';

/** Options of losses that take a weight per element. */
export interface WeightedOptions extends ReductionOptions {
  /** Factor of each element's loss; must broadcast to it. The mean still divides by the number of elements. */
  weight?: Value;
}

/** Throws RangeError unless prediction and target have one shape. */
export function checkSameShape(name: string, prediction: Value, target: Value): void {
  if (!sameShape(prediction.shape, target.shape)) {
    throw new RangeError(
      `${name}: prediction ${shapeText(prediction.shape)} and target ${shapeText(target.shape)} must have one shape`,
    );
  }
}

/** Returns element losses times their weight; throws RangeError where the weight would enlarge them. */
export function weigh(name: string, elements: Value, weight: Value | undefined): Value {
  if (weight === undefined) return elements;
  const weighted = mul(elements, weight);
  if (!sameShape(weighted.shape, elements.shape)) {
    throw new RangeError(
      `${name}: weight ${shapeText(weight.shape)} must broadcast to the losses' shape ${shapeText(elements.shape)}`,
    );
  }
  return weighted;
}

function checkPositive(name: string, option: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`${name}: ${option} must be a positive number, got ${value}`);
  }
}

/** Returns the squared error `w (prediction - target)^2`, the loss of heatmap and offset regression. */
export function meanSquaredError(prediction: Value, target: Value, options: WeightedOptions = {}): Value {
  checkSameShape('meanSquaredError', prediction, target);
  const elements = square(sub(prediction, target));
  return reduceLoss('meanSquaredError', weigh('meanSquaredError', elements, options.weight), options.reduction);
}

/** Returns the absolute error `w |prediction - target|`. */
export function meanAbsoluteError(prediction: Value, target: Value, options: WeightedOptions = {}): Value {
  checkSameShape('meanAbsoluteError', prediction, target);
  const elements = abs(sub(prediction, target));
  return reduceLoss('meanAbsoluteError', weigh('meanAbsoluteError', elements, options.weight), options.reduction);
}

/**
 * Returns `min(|e|, delta)` times `(|e| - min(|e|, delta) / 2)`: e^2 / 2 up to |e| = delta and delta (|e| - delta / 2) beyond.
 * One expression for both branches, so that no element's gradient goes through an unused one.
 */
function huberElements(prediction: Value, target: Value, delta: number): Value {
  const error = abs(sub(prediction, target));
  const inner = minimum(error, constant(delta));
  return mul(inner, sub(error, scale(inner, 0.5)));
}

/**
 * Returns Huber's loss (Huber 1964) of the error e: e^2 / 2 up to `delta` (1 by default), then delta (|e| - delta / 2).
 */
export function huber(prediction: Value, target: Value, options: WeightedOptions & { delta?: number } = {}): Value {
  const delta = options.delta ?? 1;
  checkPositive('huber', 'delta', delta);
  checkSameShape('huber', prediction, target);
  const elements = weigh('huber', huberElements(prediction, target, delta), options.weight);
  return reduceLoss('huber', elements, options.reduction);
}

/**
 * Returns the smooth L1 loss (Girshick 2015) of the error e: e^2 / (2 beta) up to `beta` (1 by default), then |e| - beta / 2.
 */
export function smoothL1(prediction: Value, target: Value, options: WeightedOptions & { beta?: number } = {}): Value {
  const beta = options.beta ?? 1;
  checkPositive('smoothL1', 'beta', beta);
  checkSameShape('smoothL1', prediction, target);
  const elements = scale(huberElements(prediction, target, beta), 1 / beta);
  return reduceLoss('smoothL1', weigh('smoothL1', elements, options.weight), options.reduction);
}
