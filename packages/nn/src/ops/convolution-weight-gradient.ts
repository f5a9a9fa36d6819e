import { apply, defineOperation, type EmitCall, type Emitter } from '../graph/operation.js';
import { shapeText, type TensorType, type Value } from '../graph/value.js';
import { blockedConvolution, fitsBlocks, fromBlocked, toBlocked } from './blocked-layout.js';
import { type ConvolutionAttributes, checkImages, four, isDepthwise } from './convolution-geometry.js';
import { emitProduct } from './matmul.js';
import { subsample } from './strided-elements.js';

interface WeightGradientAttributes extends ConvolutionAttributes {
  /** Shape of the weight: out, in / groups, rows, columns (list of four). */
  readonly weight: readonly number[];
}

type Call = EmitCall<WeightGradientAttributes>;

const weightGradientOperation = defineOperation<WeightGradientAttributes>({
  name: 'conv2dWeightGradient',
  doc: 'Gradient of conv2d by its weight, from the input and the gradient by the output.',
  infer: (inputs, { weight }) => {
    checkImages('conv2dWeightGradient', inputs);
    return [{ dtype: 'float32', shape: weight }];
  },
  forms: ([x], attributes, target) => {
    const [, , rows, columns] = attributes.weight as readonly [number, number, number, number];
    const [, channels] = four(x);
    if (isDepthwise(attributes, attributes.weight)) {
      return target === 'cpu' && fitsBlocks(channels) ? ['taps', 'grouped', 'blockedGrouped'] : ['taps', 'grouped'];
    }
    if (attributes.groups > 1) return ['taps'];
    const isStrided = attributes.stride[0] * attributes.stride[1] > 1;
    if (rows * columns === 1) return isStrided ? ['taps', 'tapsByPhase', 'flat', 'flatByPhase'] : ['taps', 'flat'];
    if (isDense(attributes)) return ['taps', 'columns', 'stacked', 'stackedFlat'];
    return isStrided ? ['taps', 'tapsByPhase', 'columns', 'columnsByPhase'] : ['taps', 'columns'];
  },
  emit: (e, inputs, call) => {
    const [x, g] = inputs as readonly [string, string];
    switch (call.form) {
      case 'grouped':
      case 'blockedGrouped':
        return emitGrouped(e, x, g, call);
      case 'columns':
      case 'columnsByPhase':
        return emitColumns(e, x, g, call);
      case 'stacked':
        return emitStacked(e, x, g, call);
      case 'stackedFlat':
        return emitStackedFlat(e, x, g, call);
      case 'flat':
      case 'flatByPhase':
        return emitFlat(e, x, g, call);
      default:
        return emitTaps(e, x, g, call);
    }
  },
});

function isDense({ stride, dilation }: ConvolutionAttributes): boolean {
  return stride.every((step) => step === 1) && dilation.every((step) => step === 1);
}

/** Returns `a` times the transpose of `b` over the last two axes. */
function timesTransposed(e: Emitter, a: string, b: string, rank: number): string {
  return emitProduct(e, a, b, { transposeA: false, transposeB: true, ranks: [rank, rank] });
}

function padded(e: Emitter, x: string, { padding: [top, left, bottom, right] }: ConvolutionAttributes): string {
  if (top + left + bottom + right === 0) return x;
  return e.node('Pad', [x, e.ints([0, 0, top, left, 0, 0, bottom, right]), e.floats(0)]);
}

/** Returns the part of the padded input that kernel tap (row, column) meets, shaped as the output. */
function tap(e: Emitter, x: string, call: Call, row: number, column: number): string {
  const { stride, dilation, padding } = call.attributes;
  const [, , height, width] = four(call.inputs[1]);
  const [, , inputHeight, inputWidth] = four(call.inputs[0]);
  const start = [row * dilation[0], column * dilation[1]] as const;
  const end = [start[0] + (height - 1) * stride[0] + 1, start[1] + (width - 1) * stride[1] + 1] as const;
  const whole = [inputHeight + padding[0] + padding[2], inputWidth + padding[1] + padding[3]];
  if (start[0] + start[1] === 0 && end[0] === whole[0] && end[1] === whole[1] && stride[0] * stride[1] === 1) return x;
  if (!call.form.endsWith('ByPhase')) {
    return e.node('Slice', [x, e.ints(start), e.ints(end), e.ints([2, 3]), e.ints(stride)]);
  }
  // All taps of one phase share its elements, taken once; a tap is then a plain range of them.
  const phase = [start[0] % stride[0], start[1] % stride[1]] as const;
  const shifted = phase[0] + phase[1] === 0 ? x : e.node('Slice', [x, e.ints(phase), e.ints(whole), e.ints([2, 3])]);
  const elements = subsample(e, shifted, stride);
  const size = ([0, 1] as const).map((axis) => Math.ceil(((whole[axis] as number) - phase[axis]) / stride[axis]));
  const first = ([0, 1] as const).map((axis) => (start[axis] - phase[axis]) / stride[axis]);
  const last = [(first[0] as number) + height, (first[1] as number) + width];
  if (first[0] === 0 && first[1] === 0 && last[0] === size[0] && last[1] === size[1]) return elements;
  return e.node('Slice', [elements, e.ints(first), e.ints(last), e.ints([2, 3])]);
}

function eachTap(call: Call, make: (row: number, column: number) => string): string[] {
  const [, , rows, columns] = call.attributes.weight as readonly [number, number, number, number];
  const list: string[] = [];
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) list.push(make(row, column));
  return list;
}

function sumOverBatch(e: Emitter, x: string, batch: number): string {
  if (batch === 1) return x;
  return e.node('ReduceSum', [x, e.ints([0])], { keepdims: 1 });
}

/** One product per kernel tap: works for every geometry. */
function emitTaps(e: Emitter, x: string, g: string, call: Call): string {
  const { weight, groups } = call.attributes;
  const [out, into] = weight as readonly [number, number, number, number];
  const [batch, , height, width] = four(call.inputs[1]);
  const area = height * width;
  const source = padded(e, x, call.attributes);
  const isAlone = isDepthwise(call.attributes, weight);
  const gradient = isAlone ? g : e.node('Reshape', [g, e.ints([batch, groups, out / groups, area])]);
  const products = eachTap(call, (row, column) => {
    const part = tap(e, source, call, row, column);
    if (isAlone) {
      const total = e.node('ReduceSum', [e.node('Mul', [part, g]), e.ints([0, 2, 3])], { keepdims: 1 });
      return e.node('Reshape', [total, e.ints([out, 1, 1])]);
    }
    const flat = e.node('Reshape', [part, e.ints([batch, groups, into, area])]);
    const product = sumOverBatch(e, timesTransposed(e, gradient, flat, 4), batch);
    return e.node('Reshape', [product, e.ints([out, into, 1])]);
  });
  const joined = products.length === 1 ? (products[0] as string) : e.node('Concat', products, { axis: 2 });
  return e.node('Reshape', [joined, e.ints(weight)]);
}

/** A 1x1 kernel as one product over batch and area. */
function emitFlat(e: Emitter, x: string, g: string, call: Call): string {
  const { weight } = call.attributes;
  const flatten = (name: string, channels: number): string =>
    e.node('Reshape', [e.node('Transpose', [name], { perm: [1, 0, 2, 3] }), e.ints([channels, -1])]);
  const part = tap(e, padded(e, x, call.attributes), call, 0, 0);
  const product = timesTransposed(e, flatten(g, weight[0] as number), flatten(part, weight[1] as number), 2);
  return e.node('Reshape', [product, e.ints(weight)]);
}

/** Returns equally shaped parts (list) of `channels` side by side within each channel: `[..., channels x parts, length]`. */
function interleave(
  e: Emitter,
  parts: readonly string[],
  lead: readonly number[],
  channels: number,
  length: number,
): string {
  const split = parts.map((part) => e.node('Reshape', [part, e.ints([...lead, channels, 1, length])]));
  const joined = e.node('Concat', split, { axis: lead.length + 1 });
  return e.node('Reshape', [joined, e.ints([...lead, channels * parts.length, length])]);
}

/** All taps side by side (im2col), then one product per picture: it comes out in the weight's order. */
function emitColumns(e: Emitter, x: string, g: string, call: Call): string {
  const { weight } = call.attributes;
  const [out, into] = weight as readonly [number, number, number, number];
  const [batch, , height, width] = four(call.inputs[1]);
  const source = padded(e, x, call.attributes);
  const taps = eachTap(call, (row, column) => tap(e, source, call, row, column));
  const columns = interleave(e, taps, [batch], into, height * width);
  const gradient = e.node('Reshape', [g, e.ints([batch, out, height * width])]);
  const product = sumOverBatch(e, timesTransposed(e, gradient, columns, 3), batch);
  return e.node('Reshape', [product, e.ints(weight)]);
}

/** Parts of the stacked forms: the input once per kernel column, the gradient once per kernel row, row shifts by padding. */
function stackParts(
  e: Emitter,
  x: string,
  g: string,
  call: Call,
): { inputs: string[]; gradients: string[]; length: number } {
  const { weight, padding } = call.attributes;
  const [, , rows, columns] = weight as readonly [number, number, number, number];
  const [, , height, width] = four(call.inputs[1]);
  const source = padded(e, x, call.attributes);
  const fullHeight = (four(call.inputs[0])[2] as number) + padding[0] + padding[2];
  const inputs = Array.from({ length: columns }, (_, column) =>
    e.node('Slice', [source, e.ints([column]), e.ints([column + width]), e.ints([3])]),
  );
  const gradients = Array.from({ length: rows }, (_, row) =>
    e.node('Pad', [g, e.ints([0, 0, row, 0, 0, 0, fullHeight - height - row, 0]), e.floats(0)]),
  );
  return { inputs, gradients, length: fullHeight * width };
}

/** From `[out, rows, in, columns]` products to the weight's order. */
function unstack(e: Emitter, product: string, weight: readonly number[]): string {
  const [out, into, rows, columns] = weight as readonly [number, number, number, number];
  const split = e.node('Reshape', [product, e.ints([out, rows, into, columns])]);
  return e.node('Transpose', [split], { perm: [0, 2, 1, 3] });
}

/** Rows of the kernel stacked on the gradient, columns on the input: one product per picture gives every tap. */
function emitStacked(e: Emitter, x: string, g: string, call: Call): string {
  const { weight } = call.attributes;
  const [out, into] = weight as readonly [number, number, number, number];
  const [batch] = four(call.inputs[1]);
  const { inputs, gradients, length } = stackParts(e, x, g, call);
  const left = interleave(e, gradients, [batch], out, length);
  const right = interleave(e, inputs, [batch], into, length);
  return unstack(e, sumOverBatch(e, timesTransposed(e, left, right, 3), batch), weight);
}

/** The same with the batch inside the product: better for small pictures with many channels. */
function emitStackedFlat(e: Emitter, x: string, g: string, call: Call): string {
  const { weight } = call.attributes;
  const [out, into] = weight as readonly [number, number, number, number];
  const [batch] = four(call.inputs[1]);
  const { inputs, gradients, length } = stackParts(e, x, g, call);
  const flatten = (parts: string[], channels: number): string => {
    const turned = parts.map((part) => e.node('Transpose', [part], { perm: [1, 0, 2, 3] }));
    return interleave(e, turned, [], channels, batch * length);
  };
  return unstack(e, timesTransposed(e, flatten(gradients, out), flatten(inputs, into), 2), weight);
}

/** Depthwise: every channel of every picture is a group whose kernel is the gradient itself. */
function emitGrouped(e: Emitter, x: string, g: string, call: Call): string {
  const { weight, stride, dilation, padding } = call.attributes;
  const [out, , rows, columns] = weight as readonly [number, number, number, number];
  const [batch, channels, inputHeight, inputWidth] = four(call.inputs[0] as TensorType);
  const [, , height, width] = four(call.inputs[1]);
  const groups = batch * channels;
  const onnx = {
    kernel_shape: [height, width],
    strides: dilation,
    dilations: stride,
    pads: padding,
    group: groups,
  };
  const image = e.node('Reshape', [x, e.ints([1, groups, inputHeight, inputWidth])]);
  let result: string;
  if (call.form === 'blockedGrouped') {
    const kernel = toBlocked(e, e.node('Reshape', [g, e.ints([1, groups, height, width])]));
    const shaped = e.node('Reshape', [kernel, e.ints([groups, 1, height, width])]);
    result = fromBlocked(e, blockedConvolution(e, [toBlocked(e, image), shaped], onnx), groups);
  } else {
    result = e.node('Conv', [image, e.node('Reshape', [g, e.ints([groups, 1, height, width])])], onnx);
  }
  // Padding that the stride never reached leaves taps beyond the kernel: cut them off.
  const resultSize = ([0, 1] as const).map((axis) => {
    const size = axis === 0 ? inputHeight : inputWidth;
    const covered =
      size + padding[axis] + padding[axis === 0 ? 2 : 3] - stride[axis] * ((axis === 0 ? height : width) - 1) - 1;
    return Math.floor(covered / dilation[axis]) + 1;
  });
  if (resultSize[0] !== rows || resultSize[1] !== columns) {
    result = e.node('Slice', [result, e.ints([0, 0]), e.ints([rows, columns]), e.ints([2, 3])]);
  }
  const split = e.node('Reshape', [result, e.ints([batch, out, rows * columns])]);
  return e.node('Reshape', [sumOverBatch(e, split, batch), e.ints(weight)]);
}

/**
 * Returns the gradient of `conv2d` by its weight (shape as the list `[out, in / groups, rows, columns]`), from the
 * input `[batch, in, height, width]` and the gradient by the output `[batch, out, ...]`.
 */
export function conv2dWeightGradient(
  x: Value,
  gradient: Value,
  weight: readonly number[],
  attributes: ConvolutionAttributes,
): Value {
  if (weight.length !== 4)
    throw new RangeError(`conv2dWeightGradient: weight must have four axes, got ${shapeText(weight)}`);
  const { stride, dilation, padding, groups } = attributes;
  return apply(weightGradientOperation, [x, gradient], { stride, dilation, padding, groups, weight });
}
