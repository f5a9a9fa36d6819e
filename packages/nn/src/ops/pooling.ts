import { apply, defineOperation, type Emitter } from '../graph/operation.js';
import { constant, shapeText, type TensorType, type Value } from '../graph/value.js';
import { mul } from './arithmetic.js';
import { convTranspose2dTo } from './convolution.js';
import { type ConvolutionAttributes, checkImages, four, fourPaddings, windowOutput } from './convolution-geometry.js';
import { mean } from './reduce.js';
import { spreadByStride } from './strided-elements.js';

interface PoolAttributes extends Omit<ConvolutionAttributes, 'groups'> {
  /** Rows, columns (list of two). */
  readonly kernel: readonly [number, number];
}

/** Geometry of a pooling window. */
export interface PoolOptions {
  /** Window size; a pair is rows, columns. */
  kernel: number | readonly [number, number];
  /** Step between windows, the window size by default; a pair is rows, columns. */
  stride?: number | readonly [number, number];
  /** Rows and columns added around the input, 0 by default; a pair is rows, columns; four are top, left, bottom, right. */
  padding?: number | readonly [number, number] | readonly [number, number, number, number];
}

const both = (value: number | readonly [number, number]): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value;

function poolAttributes(name: string, options: PoolOptions): PoolAttributes {
  const kernel = both(options.kernel);
  const stride = both(options.stride ?? options.kernel);
  const padding = fourPaddings(options.padding);
  if (![...kernel, ...stride].every((item) => Number.isInteger(item) && item > 0)) {
    throw new RangeError(
      `${name}: kernel and stride must be positive integers, got ${kernel.join('x')} and ${stride.join('x')}`,
    );
  }
  if (padding.some((count, side) => count >= (kernel[side % 2] as number))) {
    throw new RangeError(
      `${name}: padding must be smaller than the kernel, got ${padding.join(', ')} for ${kernel.join('x')}`,
    );
  }
  return { kernel, stride, padding, dilation: [1, 1] };
}

function inferPool(name: string, [x]: readonly TensorType[], attributes: PoolAttributes): TensorType[] {
  checkImages(name, [x as TensorType]);
  const [batch, channels, height, width] = four(x);
  return [
    { dtype: 'float32', shape: [batch, channels, ...windowOutput([height, width], attributes.kernel, attributes)] },
  ];
}

const onnxAttributes = ({ kernel, stride, padding }: PoolAttributes) => ({
  kernel_shape: kernel,
  strides: stride,
  pads: padding,
});

const maxPoolOperation = defineOperation<PoolAttributes>({
  name: 'maxPool2d',
  doc: 'Largest element of each window; the first of equal ones gets the gradient.',
  infer: (inputs, attributes) => inferPool('maxPool2d', inputs, attributes),
  emit: (e, [x], { attributes }) =>
    e.target === 'cpu'
      ? (e.nodes('MaxPool', [x as string], 2, onnxAttributes(attributes))[0] as string)
      : e.node('MaxPool', [x as string], onnxAttributes(attributes)),
  gradient: ({ attributes, inputs: [x], outputs: [y], gradients: [g] }) => [
    apply(maxPoolGradientOperation, [x as Value, y as Value, g as Value], attributes),
  ],
});

const maxPoolGradientOperation = defineOperation<PoolAttributes>({
  name: 'maxPool2dGradient',
  doc: 'Gradient of maxPool2d, from input, output and the gradient by the output.',
  infer: ([x]) => [{ dtype: 'float32', shape: four(x) }],
  emit: (e, inputs, { attributes, inputs: types }) => {
    const [x, y, g] = inputs as readonly [string, string, string];
    return e.target === 'cpu'
      ? emitScatter(e, x, g, four(types[0]), attributes)
      : emitMaxTaps(e, x, y, g, four(types[0]), four(types[1]), attributes);
  },
});

function emitScatter(e: Emitter, x: string, g: string, shape: readonly number[], attributes: PoolAttributes): string {
  const indices = e.nodes('MaxPool', [x], 2, onnxAttributes(attributes))[1] as string;
  const list = e.ints([-1]);
  const zeros = e.node('ConstantOfShape', [e.ints([shape.reduce((product, size) => product * size, 1)])]);
  const flat = e.node('ScatterElements', [zeros, e.node('Reshape', [indices, list]), e.node('Reshape', [g, list])], {
    axis: 0,
    reduction: 'add',
  });
  return e.node('Reshape', [flat, e.ints(shape)]);
}

/** Without indices: compare each tap with the maximum, let the first hit take the gradient, put it back in its place. */
function emitMaxTaps(
  e: Emitter,
  x: string,
  y: string,
  g: string,
  shape: readonly [number, number, number, number],
  output: readonly [number, number, number, number],
  { kernel, stride, padding }: PoolAttributes,
): string {
  const [top, left, bottom, right] = padding;
  const [, , height, width] = shape;
  const [, , rows, columns] = output;
  const full = [height + top + bottom, width + left + right] as const;
  const source =
    top + left + bottom + right === 0
      ? x
      : e.node('Pad', [x, e.ints([0, 0, top, left, 0, 0, bottom, right]), e.floats(-3.4028234663852886e38)]);
  let free = '';
  let total = '';
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      const end = [row + (rows - 1) * stride[0] + 1, column + (columns - 1) * stride[1] + 1] as const;
      const part = e.node('Slice', [source, e.ints([row, column]), e.ints(end), e.ints([2, 3]), e.ints(stride)]);
      const equal = e.node('Cast', [e.node('Equal', [part, y])], { to: 1 });
      const hit = free === '' ? equal : e.node('Mul', [equal, free]);
      free = e.node('Sub', [free === '' ? e.floats(1) : free, hit]);
      const tight = spreadByStride(e, e.node('Mul', [hit, g]), output, stride);
      const placed = e.node('Pad', [
        tight,
        e.ints([0, 0, row, column, 0, 0, full[0] - end[0], full[1] - end[1]]),
        e.floats(0),
      ]);
      total = total === '' ? placed : e.node('Add', [total, placed]);
    }
  }
  return e.node('Slice', [total, e.ints([top, left]), e.ints([top + height, left + width]), e.ints([2, 3])]);
}

const averagePoolOperation = defineOperation<PoolAttributes & { readonly countPadding: boolean }>({
  name: 'averagePool2d',
  doc: 'Mean of each window.',
  infer: (inputs, attributes) => inferPool('averagePool2d', inputs, attributes),
  emit: (e, [x], { attributes }) =>
    e.node('AveragePool', [x as string], {
      ...onnxAttributes(attributes),
      count_include_pad: attributes.countPadding ? 1 : 0,
    }),
  gradient: ({ attributes, inputs: [x], outputs: [y], gradients: [g] }) => {
    const { kernel } = attributes;
    const [, channels, height, width] = four(x);
    const [, , rows, columns] = four(y);
    const shares = constant(windowShares([height, width], [rows, columns], attributes), [1, 1, rows, columns]);
    const ones = constant(new Float32Array(channels * kernel[0] * kernel[1]).fill(1), [channels, 1, ...kernel]);
    return [convTranspose2dTo(mul(g as Value, shares), ones, [height, width], { ...attributes, groups: channels })];
  },
});

/** Returns 1 / (elements counted) of each window, shape `[rows, columns]`. */
function windowShares(
  size: readonly [number, number],
  output: readonly [number, number],
  { kernel, stride, padding, countPadding }: PoolAttributes & { countPadding: boolean },
): Float32Array {
  const counted = (axis: 0 | 1, index: number): number => {
    const from = index * stride[axis] - padding[axis];
    const bounds = countPadding ? [-padding[axis], size[axis] + padding[axis === 0 ? 2 : 3]] : [0, size[axis]];
    return Math.min(from + kernel[axis], bounds[1] as number) - Math.max(from, bounds[0] as number);
  };
  const shares = new Float32Array(output[0] * output[1]);
  for (let row = 0; row < output[0]; row++) {
    for (let column = 0; column < output[1]; column++) {
      shares[row * output[1] + column] = 1 / (counted(0, row) * counted(1, column));
    }
  }
  return shares;
}

/** Returns the largest element of each window of `[batch, channel, height, width]`; padding never wins. */
export function maxPool2d(x: Value, options: PoolOptions): Value {
  return apply(maxPoolOperation, [x], poolAttributes('maxPool2d', options));
}

/** Returns the mean of each window of `[batch, channel, height, width]`; padding counts as zeros unless `countPadding` is false. */
export function averagePool2d(x: Value, options: PoolOptions & { countPadding?: boolean }): Value {
  return apply(averagePoolOperation, [x], {
    ...poolAttributes('averagePool2d', options),
    countPadding: options.countPadding ?? true,
  });
}

/** Returns the mean over height and width of `[batch, channel, height, width]`, shape `[batch, channel, 1, 1]`. */
export function globalAveragePool2d(x: Value): Value {
  if (x.shape.length !== 4)
    throw new RangeError(`globalAveragePool2d: input must have four axes, got ${shapeText(x.shape)}`);
  return mean(x, { axes: [2, 3], keepAxes: true });
}
