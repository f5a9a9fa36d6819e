import { shapeText, type TensorType } from '../graph/value.js';
import { checkFloat } from './broadcast.js';

/** Geometry of a two-dimensional convolution, complete. */
export interface ConvolutionAttributes {
  /** Rows, columns (list of two). */
  readonly stride: readonly [number, number];
  /** Rows, columns (list of two). */
  readonly dilation: readonly [number, number];
  /** Zeros before rows, before columns, after rows, after columns (list of four). */
  readonly padding: readonly [number, number, number, number];
  readonly groups: number;
}

/** Geometry as callers give it. */
export interface ConvolutionOptions {
  /** Step between outputs, 1 by default; a pair is rows, columns. */
  stride?: number | readonly [number, number];
  /** Step between kernel taps, 1 by default; a pair is rows, columns. */
  dilation?: number | readonly [number, number];
  /** Zeros around the input, 0 by default; a pair is rows, columns; four are top, left, bottom, right. */
  padding?: number | readonly [number, number] | readonly [number, number, number, number];
  /** Groups of channels convolved apart, 1 by default. */
  groups?: number;
}

function pair(value: number | readonly [number, number], name: string, least: number): readonly [number, number] {
  const list = typeof value === 'number' ? ([value, value] as const) : value;
  if (list.length !== 2 || !list.every((item) => Number.isInteger(item) && item >= least)) {
    throw new RangeError(`${name}: must be an integer of at least ${least}, or two, got ${String(value)}`);
  }
  return list;
}

/** Returns four paddings (top, left, bottom, right) from one, two or four. */
export function fourPaddings(padding: ConvolutionOptions['padding'] = 0): readonly [number, number, number, number] {
  if (typeof padding !== 'number' && padding.length === 4) {
    if (!padding.every((item) => Number.isInteger(item) && item >= 0)) {
      throw new RangeError(`padding: must be integers of at least 0, got ${padding.join(', ')}`);
    }
    return padding;
  }
  const [rows, columns] = pair(padding as number | readonly [number, number], 'padding', 0);
  return [rows, columns, rows, columns];
}

/** Returns the complete geometry; throws RangeError on impossible values. */
export function convolutionAttributes(options: ConvolutionOptions): ConvolutionAttributes {
  const groups = options.groups ?? 1;
  if (!(Number.isInteger(groups) && groups > 0))
    throw new RangeError(`groups: must be a positive integer, got ${groups}`);
  return {
    stride: pair(options.stride ?? 1, 'stride', 1),
    dilation: pair(options.dilation ?? 1, 'dilation', 1),
    padding: fourPaddings(options.padding),
    groups,
  };
}

/** Returns the output height and width (list of two) of a convolution or pooling window over `[height, width]`. */
export function windowOutput(
  size: readonly [number, number],
  kernel: readonly [number, number],
  { stride, dilation, padding }: Omit<ConvolutionAttributes, 'groups'>,
): [number, number] {
  const along = (axis: 0 | 1): number => {
    const covered = size[axis] + padding[axis] + padding[axis === 0 ? 2 : 3] - dilation[axis] * (kernel[axis] - 1) - 1;
    return Math.floor(covered / stride[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** Throws unless both inputs are float32 with four axes. */
export function checkImages(operation: string, inputs: readonly TensorType[]): void {
  checkFloat(operation, inputs);
  for (const [index, { shape }] of inputs.entries()) {
    if (shape.length !== 4) {
      throw new RangeError(`${operation}: input ${index} must have four axes, got ${shapeText(shape)}`);
    }
  }
}

/** A shape of four axes, by name: `[batch, channels, height, width]` or `[out, in, height, width]`. */
export function four(type: TensorType | undefined): readonly [number, number, number, number] {
  return (type as TensorType).shape as unknown as readonly [number, number, number, number];
}

/** Returns whether a convolution with a weight of shape `[out, in / groups, rows, columns]` (list) treats every channel alone. */
export function isDepthwise({ groups }: ConvolutionAttributes, [out, into]: readonly number[]): boolean {
  return groups > 1 && into === 1 && out === groups;
}
