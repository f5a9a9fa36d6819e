import { apply, applyAll, defineOperation, type Emitter } from '../graph/operation.js';
import { constant, shapeText, type TensorType, type Value } from '../graph/value.js';
import type { OnnxAttribute } from '../onnx/model.js';
import { add, div, mul, sub } from './arithmetic.js';
import { checkImages, four } from './convolution-geometry.js';
import { sum } from './reduce.js';
import { reshape } from './shape.js';
import { sqrt } from './unary.js';

/** Activation that runs in the same pass as a normalization. */
export type FusedActivation = 'none' | 'relu' | 'relu6';

/** Activation attributes of ONNX Runtime's fused convolution. */
const fusedAttributes: Record<FusedActivation, Record<string, OnnxAttribute>> = {
  none: {},
  relu: { activation: 'Relu' },
  relu6: { activation: 'Clip', activation_params: { floats: [0, 6] } },
};

interface BatchNormAttributes {
  readonly epsilon: number;
  readonly activation: FusedActivation;
}

/** Larger than 1 / (smallest normal float32): turns a positive number into 1, anything else into 0. */
const STEEP = 3e38;

function checkChannels(operation: string, [x, ...vectors]: readonly TensorType[]): void {
  checkImages(operation, [x as TensorType]);
  const channels = four(x)[1];
  for (const vector of vectors) {
    if (vector.shape.length !== 1 || vector.shape[0] !== channels) {
      throw new RangeError(
        `${operation}: per-channel inputs must have shape [${channels}], got ${shapeText(vector.shape)}`,
      );
    }
  }
}

/** Returns `x scale + shift` per channel, activated, plus `rest` before the activation; `scale` and `shift` have shape [channel]. */
function emitAffine(
  e: Emitter,
  x: string,
  scale: string,
  shift: string,
  channels: number,
  activation: FusedActivation,
  rest = '',
): string {
  if (e.target === 'cpu') {
    const weight = e.node('Reshape', [scale, e.ints([channels, 1, 1, 1])]);
    const attributes = { group: channels, kernel_shape: [1, 1], ...fusedAttributes[activation] };
    const inputs = rest === '' ? [x, weight, shift] : [x, weight, shift, rest];
    return e.node('FusedConv', inputs, attributes, 'com.microsoft');
  }
  const column = e.ints([1, channels, 1, 1]);
  const scaled = e.node('Mul', [x, e.node('Reshape', [scale, column])]);
  const shifted = e.node('Add', [scaled, e.node('Reshape', [shift, column])]);
  const total = rest === '' ? shifted : e.node('Add', [shifted, rest]);
  if (activation === 'relu6') return e.node('Clip', [total, e.floats(0), e.floats(6)]);
  return activation === 'relu' ? e.node('Relu', [total]) : total;
}

/** Returns the gradient where the activation passed its input on, else 0. */
function emitMasked(e: Emitter, g: string, y: string, activation: FusedActivation): string {
  if (activation === 'none') return g;
  const inside = activation === 'relu' ? y : e.node('Mul', [y, e.node('Sub', [e.floats(6), y])]);
  return e.node('Mul', [g, emitPositive(e, inside)]);
}

/** The same as values. */
function masked(g: Value, y: Value, activation: FusedActivation): Value {
  if (activation === 'none') return g;
  return mul(g, positive(activation === 'relu' ? y : mul(y, sub(constant(6), y))));
}

/** Returns 1 where the tensor is positive, else 0, in one pass: faster than a comparison and a cast. */
export function emitPositive(e: Emitter, y: string): string {
  return e.target === 'cpu'
    ? e.node('HardSigmoid', [y], { alpha: { float: STEEP }, beta: { float: 0 } })
    : e.node('Cast', [e.node('Greater', [y, e.floats(0)])], { to: 1 });
}

/** Names that the forward and backward emission share; equal nodes are written once, so both use the same tensors. */
function emitStatistics(e: Emitter, x: string, [batch, channels, height, width]: readonly number[], epsilon: number) {
  const count = (batch as number) * (height as number) * (width as number);
  const axes = e.ints([0, 2, 3]);
  const mean = e.node('ReduceMean', [x, axes], { keepdims: 1 });
  const centered = e.node('Sub', [x, mean]);
  const squares = e.node('ReduceSumSquare', [centered, axes], { keepdims: 1 });
  const vector = e.ints([channels as number]);
  const variance = e.node('Reshape', [e.node('Mul', [squares, e.floats(1 / count)]), vector]);
  const rstd = e.node('Reciprocal', [e.node('Sqrt', [e.node('Add', [variance, e.floats(epsilon)])])]);
  return { count, axes, vector, mean: e.node('Reshape', [mean, vector]), centered, variance, rstd };
}

const batchNormOperation = defineOperation<BatchNormAttributes>({
  name: 'batchNorm',
  doc: 'Batch normalization with the statistics of the batch; also gives their mean and biased variance.',
  infer: (inputs) => {
    checkChannels('batchNorm', inputs);
    const channels = four(inputs[0])[1];
    return [
      { dtype: 'float32', shape: four(inputs[0]) },
      { dtype: 'float32', shape: [channels] },
      { dtype: 'float32', shape: [channels] },
    ];
  },
  emit: (e, inputs, { attributes, inputs: types }) => {
    const [x, weight, bias] = inputs as readonly [string, string, string];
    const shape = four(types[0]);
    const { mean, centered, variance, rstd } = emitStatistics(e, x, shape, attributes.epsilon);
    const y = emitAffine(e, centered, e.node('Mul', [weight, rstd]), bias, shape[1], attributes.activation);
    return [y, mean, variance];
  },
  gradient: ({ attributes, inputs, outputs, gradients, needed }) => {
    if (gradients[1] || gradients[2]) {
      throw new TypeError('batchNorm: no gradient flows through its statistics outputs: wrap them in stopGradient');
    }
    const [x, weight] = inputs as readonly [Value, Value];
    const [dx, dWeight, dBias] = applyAll(
      batchNormGradientOperation,
      [x, weight, outputs[0] as Value, gradients[0] as Value],
      attributes,
    );
    return [needed[0] ? dx : undefined, needed[1] ? dWeight : undefined, needed[2] ? dBias : undefined];
  },
});

const batchNormGradientOperation = defineOperation<BatchNormAttributes>({
  name: 'batchNormGradient',
  doc: 'Gradient of batchNorm by input, weight and bias, from input, weight, output and the gradient by the output.',
  infer: (inputs) => {
    const [x, weight] = inputs as readonly [TensorType, TensorType];
    return [
      { dtype: 'float32', shape: x.shape },
      { dtype: 'float32', shape: weight.shape },
      { dtype: 'float32', shape: weight.shape },
    ];
  },
  emit: (e, inputs, { attributes, inputs: types }) => {
    const [x, weight, y, g] = inputs as readonly [string, string, string, string];
    const shape = four(types[0]);
    const { count, axes, vector, centered, rstd } = emitStatistics(e, x, shape, attributes.epsilon);
    const inner = emitMasked(e, g, y, attributes.activation);
    const total = e.node('Reshape', [e.node('ReduceSum', [inner, axes], { keepdims: 1 }), vector]);
    const product = e.node('ReduceSum', [e.node('Mul', [inner, centered]), axes], { keepdims: 1 });
    const dWeight = e.node('Mul', [e.node('Reshape', [product, vector]), rstd]);
    const scale = e.node('Mul', [weight, rstd]);
    // dx = scale (g - mean(g) - centered rstd^2 mean(g centered)), Ioffe and Szegedy 2015.
    const shrunk = e.node('Mul', [scale, e.floats(-1 / count)]);
    const slope = e.node('Mul', [shrunk, e.node('Mul', [dWeight, rstd])]);
    const rest = e.node('Mul', [centered, e.node('Reshape', [slope, e.ints([1, shape[1], 1, 1])])]);
    const dx = emitAffine(e, inner, scale, e.node('Mul', [shrunk, total]), shape[1], 'none', rest);
    return [dx, dWeight, total];
  },
});

const channelAffineOperation = defineOperation<{ readonly activation: FusedActivation }>({
  name: 'channelAffine',
  doc: 'x scale + shift per channel, then an activation: batch normalization with frozen statistics.',
  infer: (inputs) => {
    checkChannels('channelAffine', inputs);
    return [{ dtype: 'float32', shape: four(inputs[0]) }];
  },
  emit: (e, inputs, { attributes, inputs: types }) => {
    const [x, scale, shift] = inputs as readonly [string, string, string];
    return emitAffine(e, x, scale, shift, four(types[0])[1], attributes.activation);
  },
  gradient: ({ attributes, inputs, outputs: [y], gradients: [g], needed }) => {
    const [x, scale] = inputs as readonly [Value, Value];
    const gradient = masked(g as Value, y as Value, attributes.activation);
    const axes = [0, 2, 3];
    return [
      needed[0] ? mul(gradient, reshape(scale, [1, -1, 1, 1])) : undefined,
      needed[1] ? sum(mul(gradient, x), { axes }) : undefined,
      needed[2] ? sum(gradient, { axes }) : undefined,
    ];
  },
});

const positiveOperation = defineOperation<null>({
  name: 'positive',
  doc: '1 where x > 0, else 0.',
  infer: ([x]) => [{ dtype: 'float32', shape: x?.shape ?? [] }],
  emit: (e, [x]) => emitPositive(e, x as string),
  gradient: 'zero',
});

/** Returns 1 where x > 0, else 0, as float32; subnormal numbers count as 0 on the CPU. No gradient passes. */
export function positive(x: Value): Value {
  return apply(positiveOperation, [x], null);
}

/** Result of {@link batchNorm}. */
export interface BatchNormResult {
  readonly y: Value;
  /** Mean of the batch, shape `[channel]`. */
  readonly mean: Value;
  /** Biased variance of the batch, shape `[channel]`. */
  readonly variance: Value;
}

/**
 * Returns `x` `[batch, channel, height, width]` normalized by the statistics of the batch, times `weight` `[channel]`
 * plus `bias` `[channel]`, then activated (Ioffe and Szegedy 2015), with the statistics for a running update.
 */
export function batchNorm(
  x: Value,
  weight: Value,
  bias: Value,
  options: { epsilon?: number; activation?: FusedActivation } = {},
): BatchNormResult {
  const { epsilon = 1e-5, activation = 'none' } = options;
  const [y, mean, variance] = applyAll(batchNormOperation, [x, weight, bias], { epsilon, activation });
  return { y: y as Value, mean: mean as Value, variance: variance as Value };
}

/**
 * Returns `x` `[batch, channel, height, width]` normalized by given statistics: `weight (x - mean) / sqrt(variance + epsilon) + bias`,
 * all `[channel]`, then activated.
 */
export function batchNormFrozen(
  x: Value,
  statistics: { weight: Value; bias: Value; mean: Value; variance: Value },
  options: { epsilon?: number; activation?: FusedActivation } = {},
): Value {
  const { epsilon = 1e-5, activation = 'none' } = options;
  const { weight, bias, mean, variance } = statistics;
  const scale = div(weight, sqrt(add(variance, constant(epsilon))));
  return apply(channelAffineOperation, [x, scale, sub(bias, mul(mean, scale))], { activation });
}
