import { apply, applyAll, defineOperation } from '../graph/operation.js';
import { constant, shapeText, type TensorType, type Value } from '../graph/value.js';
import { checkAxes } from './broadcast.js';
import { broadcastTo, concat, reshape, transpose } from './shape.js';

interface SplitAttributes {
  readonly axis: number;
  readonly sizes: readonly number[];
}

const splitOperation = defineOperation<SplitAttributes>({
  name: 'split',
  doc: 'Consecutive parts along an axis.',
  infer: ([x], { axis, sizes }) => {
    const value = x as TensorType;
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total !== value.shape[axis]) {
      throw new RangeError(`split: sizes ${shapeText(sizes)} must add up to axis ${axis} of ${shapeText(value.shape)}`);
    }
    return sizes.map((size) => ({ dtype: value.dtype, shape: value.shape.map((n, at) => (at === axis ? size : n)) }));
  },
  emit: (e, [x], { attributes: { axis, sizes } }) =>
    e.nodes('Split', [x as string, e.ints(sizes)], sizes.length, { axis }),
  gradient: ({ attributes: { axis }, outputs, gradients }) => {
    const parts = outputs.map((output, i) => gradients[i] ?? broadcastTo(constant(0), output.shape));
    return [concat(parts, axis)];
  },
});

/** Returns consecutive parts along an axis: of the given sizes (list), or that many equal ones. */
export function split(x: Value, sizes: number | readonly number[], axis: number): Value[] {
  const at = checkAxes('split', [axis], x.shape.length)[0] as number;
  const total = x.shape[at] as number;
  if (typeof sizes === 'number' && !(Number.isInteger(sizes) && sizes > 0 && total % sizes === 0)) {
    throw new RangeError(`split: parts must divide axis ${axis} of ${shapeText(x.shape)}, got ${sizes}`);
  }
  const list = typeof sizes === 'number' ? new Array<number>(sizes).fill(total / sizes) : sizes;
  return list.length === 1 ? [x] : [...applyAll(splitOperation, [x], { axis: at, sizes: list })];
}

/** Returns the value with axes of size 1 put in so that they stand at `axes` (list) of the result. */
export function expandAxes(x: Value, axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length;
  const list = checkAxes('expandAxes', axes, rank);
  const rest = [...x.shape];
  return reshape(
    x,
    Array.from({ length: rank }, (_, axis) => (list.includes(axis) ? 1 : (rest.shift() as number))),
  );
}

/** Returns values of one shape joined along a new axis, 0 by default. */
export function stack(values: readonly Value[], axis = 0): Value {
  const first = values[0];
  if (first === undefined) throw new TypeError('stack: needs at least one value, got none');
  const at = checkAxes('stack', [axis], first.shape.length + 1)[0] as number;
  return concat(
    values.map((value) => expandAxes(value, [at])),
    at,
  );
}

interface RollAttributes {
  readonly axis: number;
  readonly shift: number;
}

const rollOperation = defineOperation<RollAttributes>({
  name: 'roll',
  doc: 'Elements moved along an axis, those that leave it coming in at the other end.',
  infer: ([x]) => [{ dtype: (x as TensorType).dtype, shape: (x as TensorType).shape }],
  emit: (e, [x], { attributes: { axis, shift }, inputs: [type] }) => {
    const size = (type as TensorType).shape[axis] as number;
    const part = (start: number, end: number): string =>
      e.node('Slice', [x as string, e.ints([start]), e.ints([end]), e.ints([axis])]);
    return e.node('Concat', [part(size - shift, size), part(0, size - shift)], { axis });
  },
  gradient: ({ attributes: { axis, shift }, gradients: [g] }) => [roll(g as Value, -shift, axis)],
});

/** Returns the value with its elements moved by `shift` places along an axis, those that leave it coming in at the other end. */
export function roll(x: Value, shift: number, axis: number): Value {
  if (!Number.isInteger(shift)) throw new RangeError(`roll: shift must be an integer, got ${shift}`);
  const at = checkAxes('roll', [axis], x.shape.length)[0] as number;
  const size = x.shape[at] as number;
  const by = ((shift % size) + size) % size;
  return by === 0 ? x : apply(rollOperation, [x], { axis: at, shift: by });
}

function checkFactor(name: string, x: Value, factor: number): readonly [number, number, number, number] {
  if (x.shape.length !== 4 || !(Number.isInteger(factor) && factor > 0)) {
    throw new RangeError(
      `${name}: needs [batch, channel, row, column] and a positive whole factor, got ${shapeText(x.shape)} and ${factor}`,
    );
  }
  return x.shape as readonly number[] as readonly [number, number, number, number];
}

/** Returns `[batch, channel / factor^2, row * factor, column * factor]`: channels laid out in space (PyTorch's `pixel_shuffle`). */
export function depthToSpace(x: Value, factor: number): Value {
  const [batch, channels, rows, columns] = checkFactor('depthToSpace', x, factor);
  const out = channels / (factor * factor);
  if (!Number.isInteger(out)) {
    throw new RangeError(`depthToSpace: channels must divide by ${factor * factor}, got ${channels}`);
  }
  const apart = reshape(x, [batch, out, factor, factor, rows, columns]);
  return reshape(transpose(apart, [0, 1, 4, 2, 5, 3]), [batch, out, rows * factor, columns * factor]);
}

/** Returns `[batch, channel * factor^2, row / factor, column / factor]`: the reverse of {@link depthToSpace}. */
export function spaceToDepth(x: Value, factor: number): Value {
  const [batch, channels, rows, columns] = checkFactor('spaceToDepth', x, factor);
  if (rows % factor !== 0 || columns % factor !== 0) {
    throw new RangeError(`spaceToDepth: rows and columns must divide by ${factor}, got ${shapeText(x.shape)}`);
  }
  const apart = reshape(x, [batch, channels, rows / factor, factor, columns / factor, factor]);
  return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [
    batch,
    channels * factor * factor,
    rows / factor,
    columns / factor,
  ]);
}
