import { apply, applyAll, defineOperation, type Emitter } from '../graph/operation.js';
import { sameShape, shapeText, type TensorType, type Value } from '../graph/value.js';
import { add, mul, scale, sub } from './arithmetic.js';
import { checkFloat } from './broadcast.js';
import { mean, sumTo } from './reduce.js';
import { reshape } from './shape.js';
import { neg } from './unary.js';

interface NormAttributes {
  /** First of the axes over which mean and variance are taken. */
  readonly axis: number;
  readonly epsilon: number;
}

function trailingAxes(rank: number, axis: number): number[] {
  return Array.from({ length: rank - axis }, (_, i) => axis + i);
}

function checkNorm(name: string, inputs: readonly TensorType[], { axis, epsilon }: NormAttributes): readonly number[] {
  checkFloat(name, inputs);
  const { shape } = inputs[0] as TensorType;
  if (!(axis >= 0 && axis < shape.length)) {
    throw new RangeError(`${name}: needs one trailing axis of ${shapeText(shape)} or more, got axis ${axis}`);
  }
  if (!(epsilon > 0)) throw new RangeError(`${name}: epsilon must be positive, got ${epsilon}`);
  return shape;
}

/** Writes centered values times the reciprocal standard deviation; returns both. */
function emitComposite(e: Emitter, x: string, rank: number, { axis, epsilon }: NormAttributes): [string, string] {
  const axes = e.ints(trailingAxes(rank, axis));
  const centered = e.node('Sub', [x, e.node('ReduceMean', [x, axes], { keepdims: 1 })]);
  const variance = e.node('ReduceMean', [e.node('Mul', [centered, centered]), axes], { keepdims: 1 });
  const inverse = e.node('Reciprocal', [e.node('Sqrt', [e.node('Add', [variance, e.floats(epsilon)])])]);
  return [e.node('Mul', [centered, inverse]), inverse];
}

const standardizeOperation = defineOperation<NormAttributes>({
  name: 'standardize',
  doc: 'Trailing axes less their mean, divided by their standard deviation; also the reciprocal of that.',
  infer: (inputs, attributes) => {
    const shape = checkNorm('standardize', inputs, attributes);
    return [
      { dtype: 'float32', shape },
      { dtype: 'float32', shape: shape.map((size, at) => (at < attributes.axis ? size : 1)) },
    ];
  },
  // The second and third result of LayerNormalization are missing on WebGPU.
  forms: (_inputs, _attributes, target) => (target === 'webgpu' ? ['composite'] : ['fused', 'composite']),
  emit: (e, [x], { attributes, inputs: [type], form }) => {
    const { shape } = type as TensorType;
    if (form === 'composite') return emitComposite(e, x as string, shape.length, attributes);
    const ones = e.node('Expand', [e.floats([1]), e.ints(shape.slice(attributes.axis))]);
    const settings = { axis: attributes.axis, epsilon: { float: attributes.epsilon } };
    const [y, , inverse] = e.nodes('LayerNormalization', [x as string, ones], 3, settings);
    return [y as string, inverse as string];
  },
  gradient: ({ attributes: { axis }, outputs, gradients: [g, byInverse] }) => {
    const [y, inverse] = outputs as readonly [Value, Value];
    const axes = trailingAxes(y.shape.length, axis);
    const average = (value: Value): Value => mean(value, { axes, keepAxes: true });
    let total: Value | undefined;
    if (g) total = mul(sub(sub(g, average(g)), mul(y, average(mul(g, y)))), inverse);
    if (byInverse) {
      // d inverse / d x = -inverse^2 y / n
      const count = axes.reduce((product, at) => product * (y.shape[at] as number), 1);
      const drift = mul(y, neg(scale(mul(byInverse, mul(inverse, inverse)), 1 / count)));
      total = total ? add(total, drift) : drift;
    }
    return [total];
  },
});

/** Returns `(x - mean) / sqrt(variance + epsilon)`, both taken over the last `axisCount` axes, and `1 / sqrt(variance + epsilon)`. */
export function standardize(x: Value, axisCount: number, epsilon: number): { y: Value; inverse: Value } {
  const [y, inverse] = applyAll(standardizeOperation, [x], { axis: x.shape.length - axisCount, epsilon });
  return { y: y as Value, inverse: inverse as Value };
}

const layerNormOperation = defineOperation<NormAttributes>({
  name: 'layerNorm',
  doc: 'Trailing axes standardized, then scaled and shifted element by element.',
  infer: (inputs, attributes) => {
    const shape = checkNorm('layerNorm', inputs, attributes);
    const normalized = shape.slice(attributes.axis);
    for (const { shape: own } of inputs.slice(1)) {
      if (!sameShape(own, normalized)) {
        throw new RangeError(
          `layerNorm: weight and bias must have shape ${shapeText(normalized)} for input ${shapeText(shape)}, got ${shapeText(own)}`,
        );
      }
    }
    return [{ dtype: 'float32', shape }];
  },
  forms: () => ['fused', 'composite'],
  emit: (e, [x, weight, bias], { attributes, inputs: [type], form }) => {
    const inputs = [x, weight, bias] as [string, string, string];
    if (form === 'fused') {
      return e.node('LayerNormalization', inputs, {
        axis: attributes.axis,
        epsilon: { float: attributes.epsilon },
      });
    }
    const [y] = emitComposite(e, inputs[0], (type as TensorType).shape.length, attributes);
    return e.node('Add', [e.node('Mul', [y, inputs[1]]), inputs[2]]);
  },
  gradient: ({ attributes: { axis, epsilon }, inputs, gradients, needed }) => {
    const [x, weight, bias] = inputs as readonly [Value, Value, Value];
    const g = gradients[0] as Value;
    const { y, inverse } = standardize(x, x.shape.length - axis, epsilon);
    const axes = trailingAxes(x.shape.length, axis);
    const average = (value: Value): Value => mean(value, { axes, keepAxes: true });
    const scaled = mul(g, weight);
    return [
      needed[0] ? mul(sub(sub(scaled, average(scaled)), mul(y, average(mul(scaled, y)))), inverse) : undefined,
      needed[1] ? sumTo(mul(g, y), weight.shape) : undefined,
      needed[2] ? sumTo(g, bias.shape) : undefined,
    ];
  },
});

/** Options of a normalization. */
export interface NormOptions {
  /** Added to the variance; 1e-5 by default. */
  epsilon?: number;
}

/**
 * Returns the value standardized over the trailing axes that `weight` and `bias` have, times weight plus bias
 * (Ba, Kiros and Hinton 2016).
 */
export function layerNorm(x: Value, weight: Value, bias: Value, { epsilon = 1e-5 }: NormOptions = {}): Value {
  return apply(layerNormOperation, [x, weight, bias], { axis: x.shape.length - weight.shape.length, epsilon });
}

/**
 * Returns `[batch, channel, ...]` standardized per group of neighboring channels, times weight `[channel]` plus bias
 * `[channel]` (Wu and He 2018).
 */
export function groupNorm(
  x: Value,
  groups: number,
  weight: Value,
  bias: Value,
  { epsilon = 1e-5 }: NormOptions = {},
): Value {
  const [batch = 1, channels = 1, ...space] = x.shape;
  if (x.shape.length < 2 || !(Number.isInteger(groups) && groups > 0 && channels % groups === 0)) {
    throw new RangeError(`groupNorm: groups must divide the channels of ${shapeText(x.shape)}, got ${groups}`);
  }
  for (const [name, value] of Object.entries({ weight, bias })) {
    if (!sameShape(value.shape, [channels])) {
      throw new RangeError(`groupNorm: ${name} must have shape [${channels}], got ${shapeText(value.shape)}`);
    }
  }
  const perChannel = [channels, ...space.map(() => 1)];
  const { y } = standardize(reshape(x, [batch, groups, -1]), 1, epsilon);
  return add(mul(reshape(y, x.shape), reshape(weight, perChannel)), reshape(bias, perChannel));
}
