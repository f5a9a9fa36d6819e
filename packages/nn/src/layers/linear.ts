import type { Initializer } from '../graph/initializer.js';
import type { Scope } from '../graph/scope.js';
import { shapeText, type Value } from '../graph/value.js';
import { add } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';

/** Options of a linear layer. */
export interface LinearOptions {
  /** Whether it adds a bias per output feature; true by default. */
  bias?: boolean;
  /** How the weight starts; PyTorch's default (uniform, `1 / sqrt(fanIn)`) if absent. */
  initializer?: Initializer;
  /** How the bias starts; PyTorch's default (uniform, `1 / sqrt(fanIn)`) if absent. */
  biasInitializer?: Initializer;
}

/** Weight start of PyTorch's layers: uniform within `1 / sqrt(fanIn)`. */
const layerDefault: Initializer = { kind: 'kaiming', fan: 'in', gain: Math.sqrt(1 / 3), shape: 'uniform' };

/** Returns `x` `[..., in]` times `weight` `[out, in]` transposed, plus `bias` `[out]`. */
export function affine(x: Value, weight: Value, bias?: Value): Value {
  const product = matmul(x, weight, { transposeB: true });
  return bias === undefined ? product : add(product, bias);
}

/** Returns `x` `[..., in]` mapped to `features` outputs; declares `weight` `[out, in]` and, unless turned off, `bias` `[out]`. */
export function linear(scope: Scope, x: Value, features: number, options: LinearOptions = {}): Value {
  const inputs = x.shape.at(-1);
  if (x.shape.length < 2 || inputs === undefined) {
    throw new RangeError(`${scope.fullName('linear')}: input must be [..., feature], got ${shapeText(x.shape)}`);
  }
  const bound = 1 / Math.sqrt(inputs);
  const { bias = true, initializer = layerDefault } = options;
  const weight = scope.parameter('weight', [features, inputs], initializer);
  const start = options.biasInitializer ?? { kind: 'uniform', low: -bound, high: bound };
  return affine(x, weight, bias ? scope.parameter('bias', [features], start) : undefined);
}
