import { apply, defineOperation } from '../graph/operation.js';
import { sameShape, shapeText, sizeOf, type TensorType, type Value } from '../graph/value.js';
import { broadcastShape, checkAxes } from './broadcast.js';
import { sumTo } from './reduce.js';

interface ShapeAttributes {
  readonly shape: readonly number[];
}

const reshapeOperation = defineOperation<ShapeAttributes>({
  name: 'reshape',
  doc: 'The same elements in another shape.',
  infer: ([x], { shape }) => {
    const value = x as TensorType;
    if (sizeOf(value.shape) !== sizeOf(shape)) {
      throw new RangeError(`reshape: ${shapeText(value.shape)} does not fit into ${shapeText(shape)}`);
    }
    return [{ dtype: value.dtype, shape }];
  },
  emit: (e, [x], { attributes }) => e.node('Reshape', [x as string, e.ints(attributes.shape)]),
  gradient: ({ inputs: [x], gradients: [g] }) => [reshape(g as Value, (x as Value).shape)],
});

/** Returns the same elements in another shape (list of axis sizes); one size may be -1 and is worked out. */
export function reshape(x: Value, shape: readonly number[]): Value {
  const free = shape.indexOf(-1);
  const known = sizeOf(shape.filter((size) => size !== -1));
  const full = free < 0 ? shape : shape.map((size, axis) => (axis === free ? sizeOf(x.shape) / known : size));
  return sameShape(x.shape, full) ? x : apply(reshapeOperation, [x], { shape: full });
}

const transposeOperation = defineOperation<{ readonly order: readonly number[] }>({
  name: 'transpose',
  doc: 'Axes in another order.',
  infer: ([x], { order }) => {
    const value = x as TensorType;
    return [{ dtype: value.dtype, shape: order.map((axis) => value.shape[axis] as number) }];
  },
  emit: (e, [x], { attributes }) => e.node('Transpose', [x as string], { perm: attributes.order }),
  gradient: ({ attributes: { order }, gradients: [g] }) => {
    const back: number[] = [];
    for (const [to, from] of order.entries()) back[from] = to;
    return [transpose(g as Value, back)];
  },
});

/** Returns the value with its axes in another order (list): output axis i is input axis `order[i]`. */
export function transpose(x: Value, order: readonly number[]): Value {
  if (order.length !== x.shape.length) {
    throw new RangeError(`transpose: order must name all ${x.shape.length} axes, got ${order.join(', ')}`);
  }
  checkAxes('transpose', order, x.shape.length);
  return order.every((axis, at) => axis === at) ? x : apply(transposeOperation, [x], { order });
}

const broadcastOperation = defineOperation<ShapeAttributes>({
  name: 'broadcastTo',
  doc: 'Repeats axes of size 1 up to a shape.',
  infer: ([x], { shape }) => {
    const value = x as TensorType;
    if (!sameShape(broadcastShape('broadcastTo', value.shape, shape), shape)) {
      throw new RangeError(`broadcastTo: ${shapeText(value.shape)} does not broadcast to ${shapeText(shape)}`);
    }
    return [{ dtype: value.dtype, shape }];
  },
  emit: (e, [x], { attributes }) => e.node('Expand', [x as string, e.ints(attributes.shape)]),
  gradient: ({ inputs: [x], gradients: [g] }) => [sumTo(g as Value, (x as Value).shape)],
});

/** Returns the value repeated along axes of size 1 up to a shape (list of axis sizes). */
export function broadcastTo(x: Value, shape: readonly number[]): Value {
  return sameShape(x.shape, shape) ? x : apply(broadcastOperation, [x], { shape });
}

const concatOperation = defineOperation<{ readonly axis: number }>({
  name: 'concat',
  doc: 'Values joined along an axis.',
  infer: (inputs, { axis }) => {
    const first = inputs[0] as TensorType;
    const size = inputs.reduce((total, value) => total + (value.shape[axis] as number), 0);
    for (const value of inputs) {
      const fits =
        value.shape.length === first.shape.length &&
        value.dtype === first.dtype &&
        value.shape.every((length, at) => at === axis || length === first.shape[at]);
      if (!fits) {
        throw new RangeError(
          `concat: ${value.dtype} ${shapeText(value.shape)} does not join ${first.dtype} ${shapeText(first.shape)} along axis ${axis}`,
        );
      }
    }
    return [{ dtype: first.dtype, shape: first.shape.map((length, at) => (at === axis ? size : length)) }];
  },
  emit: (e, inputs, { attributes }) => e.node('Concat', inputs, { axis: attributes.axis }),
  gradient: ({ attributes: { axis }, inputs, gradients: [g], needed }) => {
    let start = 0;
    return inputs.map((value, index) => {
      const from = start;
      start += value.shape[axis] as number;
      return needed[index] ? slice(g as Value, { axis, start: from, end: start }) : undefined;
    });
  },
});

/** Returns the values joined along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const first = values[0];
  if (first === undefined) throw new TypeError('concat: needs at least one value, got none');
  const [at] = checkAxes('concat', [axis], first.shape.length);
  return values.length === 1 ? first : apply(concatOperation, values, { axis: at as number });
}

interface SliceAttributes {
  readonly axes: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly steps: readonly number[];
}

const sliceOperation = defineOperation<SliceAttributes>({
  name: 'slice',
  doc: 'A range of elements along axes.',
  infer: ([x], { axes, starts, ends, steps }) => {
    const value = x as TensorType;
    const shape = [...value.shape];
    for (const [i, axis] of axes.entries()) {
      const size = shape[axis] as number;
      const [start, end, step] = [starts[i] as number, ends[i] as number, steps[i] as number];
      if (!(Number.isInteger(step) && step > 0 && start >= 0 && start < end && end <= size)) {
        throw new RangeError(
          `slice: range ${start}..${end} step ${step} does not fit axis ${axis} of ${shapeText(value.shape)}`,
        );
      }
      shape[axis] = Math.ceil((end - start) / step);
    }
    return [{ dtype: value.dtype, shape }];
  },
  emit: (e, [x], { attributes: { axes, starts, ends, steps } }) =>
    e.node('Slice', [x as string, e.ints(starts), e.ints(ends), e.ints(axes), e.ints(steps)]),
  gradient: ({ attributes, inputs: [x], gradients: [g] }) => [unslice(g as Value, (x as Value).shape, attributes)],
});

/** One range of {@link slice}. */
export interface SliceRange {
  axis: number;
  /** First element, 0 by default; negative counts from the end. */
  start?: number;
  /** One past the last element, the axis' size by default; negative counts from the end. */
  end?: number;
  /** Distance between elements, 1 by default. */
  step?: number;
}

/** Returns a range of elements along one axis or several. */
export function slice(x: Value, ranges: SliceRange | readonly SliceRange[]): Value {
  const list = (Array.isArray(ranges) ? ranges : [ranges]) as readonly SliceRange[];
  const attributes = { axes: [] as number[], starts: [] as number[], ends: [] as number[], steps: [] as number[] };
  for (const { axis, start = 0, end, step = 1 } of list) {
    const at = checkAxes('slice', [axis], x.shape.length)[0] as number;
    const size = x.shape[at] as number;
    const from = start < 0 ? start + size : start;
    const to = end === undefined ? size : end < 0 ? end + size : end;
    if (from === 0 && to === size && step === 1) continue;
    attributes.axes.push(at);
    attributes.starts.push(from);
    attributes.ends.push(to);
    attributes.steps.push(step);
  }
  return attributes.axes.length === 0 ? x : apply(sliceOperation, [x], attributes);
}

/** Returns zeros of a shape with `g` at the places that a slice took: the reverse of slice. */
function unslice(g: Value, shape: readonly number[], { axes, starts, steps }: SliceAttributes): Value {
  let spread = g;
  for (const [i, axis] of axes.entries()) {
    const step = steps[i] as number;
    if (step === 1) continue;
    const split = [...spread.shape.slice(0, axis + 1), 1, ...spread.shape.slice(axis + 1)];
    const after = split.map((_, at) => (at === axis + 1 ? step - 1 : 0));
    const joined = spread.shape.map((size, at) => (at === axis ? size * step : size));
    const wide = reshape(
      pad(
        reshape(spread, split),
        split.map(() => 0),
        after,
      ),
      joined,
    );
    const used = ((spread.shape[axis] as number) - 1) * step + 1;
    spread = slice(wide, { axis, end: used });
  }
  const before = shape.map((_, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? 0 : (starts[i] as number);
  });
  return pad(
    spread,
    before,
    shape.map((size, axis) => size - (before[axis] as number) - (spread.shape[axis] as number)),
  );
}

const padOperation = defineOperation<{
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}>({
  name: 'pad',
  doc: 'Adds constant elements before and after each axis.',
  infer: ([x], { before, after }) => {
    const value = x as TensorType;
    return [
      {
        dtype: value.dtype,
        shape: value.shape.map((size, axis) => size + (before[axis] as number) + (after[axis] as number)),
      },
    ];
  },
  emit: (e, [x], { attributes: { before, after, value } }) =>
    e.node('Pad', [x as string, e.ints([...before, ...after]), e.floats(value)]),
  gradient: ({ attributes: { before }, inputs: [x], gradients: [g] }) => [
    slice(
      g as Value,
      (x as Value).shape.map((size, axis) => ({
        axis,
        start: before[axis] as number,
        end: (before[axis] as number) + size,
      })),
    ),
  ],
});

/** Returns the value with `before[axis]` and `after[axis]` (lists, one count per axis) constant elements added, 0 by default. */
export function pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
  if (x.dtype !== 'float32') throw new TypeError(`pad: input must be float32, got ${x.dtype}`);
  const counts = [...before, ...after];
  if (counts.length !== 2 * x.shape.length || !counts.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new RangeError(
      `pad: needs a count of at least 0 per axis of ${shapeText(x.shape)}, got before ${shapeText(before)}, after ${shapeText(after)}`,
    );
  }
  return counts.every((count) => count === 0) ? x : apply(padOperation, [x], { before, after, value });
}
