import { apply, defineOperation, type EmitCall, type Emitter, type OperationDefinition } from '../graph/operation.js';
import { shapeText, type Value } from '../graph/value.js';
import type { OnnxAttribute } from '../onnx/model.js';
import {
  blockedConvolution,
  blockedDepthwiseWeight,
  blockedWeight,
  fitsBlocks,
  fromBlocked,
  toBlocked,
} from './blocked-layout.js';
import {
  type ConvolutionAttributes,
  type ConvolutionOptions,
  checkImages,
  convolutionAttributes,
  four,
  isDepthwise,
  windowOutput,
} from './convolution-geometry.js';
import { conv2dWeightGradient } from './convolution-weight-gradient.js';
import { emitProduct } from './matmul.js';
import { sum } from './reduce.js';
import { reshape } from './shape.js';
import { spreadByStride, subsample } from './strided-elements.js';

type Image = readonly [number, number, number, number];

function onnxAttributes(
  attributes: ConvolutionAttributes,
  kernel: readonly [number, number],
): Record<string, OnnxAttribute> {
  return {
    kernel_shape: kernel,
    strides: attributes.stride,
    dilations: attributes.dilation,
    pads: attributes.padding,
    group: attributes.groups,
  };
}

const conv2dOperation: OperationDefinition<ConvolutionAttributes> = defineOperation<ConvolutionAttributes>({
  name: 'conv2d',
  doc: 'Two-dimensional convolution (cross-correlation) of [batch, in, height, width] by [out, in / groups, rows, columns].',
  infer: (inputs, attributes) => {
    checkImages('conv2d', inputs);
    const [batch, channels, height, width] = four(inputs[0]);
    const [out, into, rows, columns] = four(inputs[1]);
    if (into * attributes.groups !== channels || out % attributes.groups !== 0) {
      throw new RangeError(
        `conv2d: weight ${shapeText(four(inputs[1]))} with ${attributes.groups} groups does not fit ${channels} channels`,
      );
    }
    return [{ dtype: 'float32', shape: [batch, out, ...windowOutput([height, width], [rows, columns], attributes)] }];
  },
  forms: ([x, w], attributes, target) => {
    const [, channels] = four(x);
    const [out] = four(w);
    if (target !== 'cpu') return ['plain'];
    if (isDepthwise(attributes, four(w))) return fitsBlocks(channels) ? ['plain', 'blocked'] : ['plain'];
    if (attributes.groups !== 1) return ['plain'];
    return [
      'plain',
      ...(isSubsampling(attributes, four(w)) ? ['subsampled'] : []),
      ...(fitsBlocks(channels, out) ? ['blocked'] : []),
    ];
  },
  emit: (e, inputs, { attributes, inputs: types, form }) => {
    const [x, w] = inputs as readonly [string, string];
    const shape = four(types[1]);
    const onnx = onnxAttributes(attributes, [shape[2], shape[3]]);
    if (form === 'subsampled') {
      return e.node('Conv', [subsample(e, x, attributes.stride), w], { ...onnx, strides: [1, 1] });
    }
    if (form !== 'blocked') return e.node('Conv', [x, w], onnx);
    const weight = attributes.groups > 1 ? blockedDepthwiseWeight(e, w, shape) : blockedWeight(e, w, shape);
    return fromBlocked(e, blockedConvolution(e, [toBlocked(e, x), weight], onnx), shape[0]);
  },
  gradient: ({ attributes, inputs, gradients: [g], needed }) => {
    const [x, w] = inputs as readonly [Value, Value];
    const [, , height, width] = four(x);
    const gradient = g as Value;
    return [
      needed[0] ? apply(convTranspose2dOperation, [gradient, w], { ...attributes, size: [height, width] }) : undefined,
      needed[1] ? conv2dWeightGradient(x, gradient, w.shape, attributes) : undefined,
    ];
  },
});

/** Geometry of a transposed convolution: that of the convolution it reverses, and the size it reverses to. */
interface TransposedAttributes extends ConvolutionAttributes {
  /** Output height and width (list of two). */
  readonly size: readonly [number, number];
}

const convTranspose2dOperation: OperationDefinition<TransposedAttributes> = defineOperation<TransposedAttributes>({
  name: 'convTranspose2d',
  doc: 'Transposed convolution: the gradient of conv2d by its input, for a weight [in, out / groups, rows, columns].',
  infer: (inputs, attributes) => {
    checkImages('convTranspose2d', inputs);
    const [batch, channels, height, width] = four(inputs[0]);
    const [into, out, rows, columns] = four(inputs[1]);
    const [expectedHeight, expectedWidth] = windowOutput(
      [...attributes.size] as [number, number],
      [rows, columns],
      attributes,
    );
    if (into !== channels || into % attributes.groups !== 0 || expectedHeight !== height || expectedWidth !== width) {
      throw new RangeError(
        `convTranspose2d: weight ${shapeText(four(inputs[1]))} and output size ${shapeText(attributes.size)} do not fit input ${shapeText(four(inputs[0]))}`,
      );
    }
    return [{ dtype: 'float32', shape: [batch, out * attributes.groups, ...attributes.size] }];
  },
  forms: ([g, w], attributes, target) => {
    const [, channels] = four(g);
    const [, out] = four(w);
    if (target === 'webgpu' && attributes.groups > 1 && channels > attributes.groups) {
      // ONNX Runtime 1.30 gives wrong numbers for ConvTranspose on WebGPU with several inputs in each of several groups.
      return [isUnitStride(attributes) ? 'turned' : 'spread'];
    }
    if (target !== 'cpu') return ['native'];
    if (isDepthwise(attributes, four(w))) {
      const form = isUnitStride(attributes) ? 'turned' : 'spread';
      return ['native', form, ...(fitsBlocks(channels) ? [`${form}Blocked`] : [])];
    }
    if (attributes.groups !== 1) return isUnitStride(attributes) ? ['native', 'turned'] : ['native'];
    if (!isUnitStride(attributes)) return ['native'];
    const [, , rows, columns] = four(w);
    const isProduct = rows * columns === 1 && attributes.padding.every((count) => count === 0);
    return [
      'native',
      'turned',
      ...(isProduct ? ['product'] : []),
      ...(fitsBlocks(channels, out) ? ['turnedBlocked'] : []),
    ];
  },
  emit: (e, inputs, call) => emitTransposed(e, inputs as readonly [string, string], call),
  gradient: ({ attributes: { size: _, ...attributes }, inputs, gradients: [g], needed }) => {
    const [x, w] = inputs as readonly [Value, Value];
    const gradient = g as Value;
    return [
      needed[0] ? apply(conv2dOperation, [gradient, w], attributes) : undefined,
      needed[1] ? conv2dWeightGradient(gradient, x, w.shape, attributes) : undefined,
    ];
  },
});

/** Whether a convolution is a 1x1 product over every second (third...) element. */
function isSubsampling({ stride, padding }: ConvolutionAttributes, [, , rows, columns]: Image): boolean {
  return rows * columns === 1 && stride[0] * stride[1] > 1 && padding.every((count) => count === 0);
}

function isUnitStride({ stride }: ConvolutionAttributes): boolean {
  return stride[0] === 1 && stride[1] === 1;
}

function emitTransposed(e: Emitter, [g, w]: readonly [string, string], call: EmitCall<TransposedAttributes>): string {
  const { attributes, form } = call;
  const { stride, dilation, padding, groups, size } = attributes;
  const gradientShape = four(call.inputs[0]);
  const shape = four(call.inputs[1]);
  const [, , rows, columns] = shape;
  const reach = [dilation[0] * (rows - 1), dilation[1] * (columns - 1)] as const;
  if (form === 'native') {
    const extra = ([0, 1] as const).map(
      (axis) =>
        size[axis] -
        ((gradientShape[axis === 0 ? 2 : 3] - 1) * stride[axis] +
          reach[axis] +
          1 -
          padding[axis] -
          padding[axis === 0 ? 2 : 3]),
    );
    return e.node('ConvTranspose', [g, w], { ...onnxAttributes(attributes, [rows, columns]), output_padding: extra });
  }
  if (form === 'product') {
    const [batch, channels, height, width] = gradientShape;
    const matrix = e.node('Reshape', [w, e.ints([channels, shape[1]])]);
    const flat = e.node('Reshape', [g, e.ints([batch, channels, height * width])]);
    const product = emitProduct(e, matrix, flat, { transposeA: true, transposeB: false, ranks: [2, 3] });
    return e.node('Reshape', [product, e.ints([batch, shape[1], height, width])]);
  }
  // As a plain convolution of the gradient, spread by the stride, with the turned kernel.
  const [height, width] = [(gradientShape[2] - 1) * stride[0] + 1, (gradientShape[3] - 1) * stride[1] + 1];
  const spread = form.startsWith('spread') ? spreadByStride(e, g, gradientShape, stride) : g;
  const before = [reach[0] - padding[0], reach[1] - padding[1]] as const;
  const pads = [before[0], before[1], size[0] + reach[0] - height - before[0], size[1] + reach[1] - width - before[1]];
  const crop = pads.map((count) => Math.max(0, -count));
  const cropped = crop.some((count) => count > 0)
    ? e.node('Slice', [
        spread,
        e.ints([crop[0] as number, crop[1] as number]),
        e.ints([height - (crop[2] as number), width - (crop[3] as number)]),
        e.ints([2, 3]),
      ])
    : spread;
  const onnx: Record<string, OnnxAttribute> = {
    kernel_shape: [rows, columns],
    strides: [1, 1],
    dilations: dilation,
    pads: pads.map((count) => Math.max(0, count)),
    group: groups,
  };
  if (form.endsWith('Blocked')) {
    const weight = groups > 1 ? blockedDepthwiseWeight(e, w, shape, true) : blockedWeight(e, w, shape, true);
    return fromBlocked(e, blockedConvolution(e, [toBlocked(e, cropped), weight], onnx), shape[1] * groups);
  }
  return e.node('Conv', [cropped, turnedWeight(e, w, shape, groups)], onnx);
}

/** Returns the weight with in and out exchanged within each group and the kernel reversed. */
function turnedWeight(e: Emitter, w: string, [into, out, rows, columns]: Image, groups: number): string {
  const perGroup = into / groups;
  const split = groups === 1 ? w : e.node('Reshape', [w, e.ints([groups, perGroup, out, rows * columns])]);
  const exchanged = e.node('Transpose', [split], { perm: groups === 1 ? [1, 0, 2, 3] : [0, 2, 1, 3] });
  const flat = e.node('Reshape', [exchanged, e.ints([groups * out, perGroup, rows, columns])]);
  if (rows * columns === 1) return flat;
  return e.node('Slice', [flat, e.ints([-1, -1]), e.ints([-rows - 1, -columns - 1]), e.ints([2, 3]), e.ints([-1, -1])]);
}

function addBias(y: Value, bias: Value | undefined): Value {
  return bias === undefined ? y : addChannelBias(y, bias);
}

const channelBiasOperation = defineOperation<null>({
  name: 'channelBias',
  doc: 'Adds one number per channel to [batch, channel, height, width].',
  infer: ([x, b]) => {
    const [, channels] = four(x);
    if (b?.shape.length !== 1 || b.shape[0] !== channels) {
      throw new RangeError(`channelBias: bias must have shape [${channels}], got ${shapeText(b?.shape ?? [])}`);
    }
    return [{ dtype: 'float32', shape: four(x) }];
  },
  emit: (e, [x, b], { inputs: [type] }) => {
    const [, channels] = four(type);
    return e.node('Add', [x as string, e.node('Reshape', [b as string, e.ints([1, channels, 1, 1])])]);
  },
  gradient: ({ gradients: [g], needed }) => [g, needed[1] ? sum(g as Value, { axes: [0, 2, 3] }) : undefined],
});

/** Returns `[batch, channel, height, width]` plus one number per channel, shape `[channel]`. */
export function addChannelBias(x: Value, bias: Value): Value {
  return apply(channelBiasOperation, [x, bias], null);
}

/**
 * Returns the two-dimensional convolution of `x` `[batch, in, height, width]` with `weight`
 * `[out, in / groups, rows, columns]` (cross-correlation, as in every deep-learning library), plus `bias` `[out]`.
 */
export function conv2d(x: Value, weight: Value, options: ConvolutionOptions & { bias?: Value } = {}): Value {
  return addBias(apply(conv2dOperation, [x, weight], convolutionAttributes(options)), options.bias);
}

/** Options of {@link convTranspose2d}. */
export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Rows and columns added to the output's end, 0 by default: chooses among the sizes a strided convolution maps to one. */
  outputPadding?: number | readonly [number, number];
  bias?: Value;
}

/**
 * Returns the transposed convolution of `x` `[batch, in, height, width]` with `weight` `[in, out / groups, rows, columns]`,
 * plus `bias` `[out]`; output size `(size - 1) stride - padding + dilation (kernel - 1) + outputPadding + 1`.
 */
export function convTranspose2d(x: Value, weight: Value, options: TransposedConvolutionOptions = {}): Value {
  checkImages('convTranspose2d', [x, weight]);
  const attributes = convolutionAttributes(options);
  const { stride, dilation, padding } = attributes;
  const extra = options.outputPadding ?? 0;
  const extras = typeof extra === 'number' ? ([extra, extra] as const) : extra;
  const [, , height, width] = four(x);
  const [, , rows, columns] = four(weight);
  const size = [
    (height - 1) * stride[0] + dilation[0] * (rows - 1) + 1 - padding[0] - padding[2] + extras[0],
    (width - 1) * stride[1] + dilation[1] * (columns - 1) + 1 - padding[1] - padding[3] + extras[1],
  ] as const;
  return addBias(apply(convTranspose2dOperation, [x, weight], { ...attributes, size }), options.bias);
}

/** Returns the transposed convolution to a given output `size` (height, width): the gradient of `conv2d` by its input. */
export function convTranspose2dTo(
  x: Value,
  weight: Value,
  size: readonly [number, number],
  attributes: ConvolutionAttributes,
): Value {
  const { stride, dilation, padding, groups } = attributes;
  return apply(convTranspose2dOperation, [x, weight], { stride, dilation, padding, groups, size });
}

/**
 * Returns the one-dimensional convolution of `x` `[batch, in, length]` with `weight` `[out, in / groups, taps]`,
 * plus `bias` `[out]`; `padding` is before and after.
 */
export function conv1d(
  x: Value,
  weight: Value,
  options: {
    stride?: number;
    dilation?: number;
    padding?: number | readonly [number, number];
    groups?: number;
    bias?: Value;
  } = {},
): Value {
  const { stride = 1, dilation = 1, padding = 0, groups = 1, bias } = options;
  const [before, after] = typeof padding === 'number' ? [padding, padding] : padding;
  const wide = conv2d(
    reshape(x, [x.shape[0] ?? 1, x.shape[1] ?? 1, 1, -1]),
    reshape(weight, [...weight.shape.slice(0, 2), 1, -1]),
    {
      stride: [1, stride],
      dilation: [1, dilation],
      padding: [0, before, 0, after],
      groups,
      ...(bias ? { bias } : {}),
    },
  );
  return reshape(wide, [wide.shape[0] ?? 1, wide.shape[1] ?? 1, -1]);
}
