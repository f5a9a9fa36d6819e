import { apply, defineOperation } from '../graph/operation.js';
import { constant, sameShape, sizeOf, type TensorType, type Value } from '../graph/value.js';
import { div, mul } from './arithmetic.js';
import { checkAxes, checkFloat } from './broadcast.js';
import { cast, equal } from './compare.js';
import { broadcastTo, reshape } from './shape.js';

interface ReduceAttributes {
  readonly axes: readonly number[];
}

/** Options of a reduction. */
export interface ReduceOptions {
  /** Axes (list) to reduce; all by default; negative ones count from the end. */
  axes?: readonly number[];
  /** Keep reduced axes with size 1; false by default. */
  keepAxes?: boolean;
}

function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

function inferReduce(name: string) {
  return ([x]: readonly TensorType[], { axes }: ReduceAttributes): TensorType[] => {
    const value = x as TensorType;
    checkFloat(name, [value]);
    return [{ dtype: 'float32', shape: keptShape(value.shape, axes) }];
  };
}

const sumOperation = defineOperation<ReduceAttributes>({
  name: 'sum',
  doc: 'Sum over axes, which are kept with size 1.',
  infer: inferReduce('sum'),
  emit: (e, [x], { attributes }) => e.node('ReduceSum', [x as string, e.ints(attributes.axes)], { keepdims: 1 }),
  gradient: ({ inputs: [x], gradients: [g] }) => [broadcastTo(g as Value, (x as Value).shape)],
});

const maxOperation = defineOperation<ReduceAttributes>({
  name: 'max',
  doc: 'Largest element over axes, which are kept with size 1; ties share the gradient equally.',
  infer: inferReduce('max'),
  emit: (e, [x], { attributes }) => e.node('ReduceMax', [x as string, e.ints(attributes.axes)], { keepdims: 1 }),
  gradient: ({ attributes, inputs: [x], outputs: [y], gradients: [g] }) => {
    const hit = cast(equal(x as Value, broadcastTo(y as Value, (x as Value).shape)), 'float32');
    const count = apply(sumOperation, [hit], attributes);
    return [mul(hit, div(g as Value, count))];
  },
});

function reduce(operation: typeof sumOperation, x: Value, { axes, keepAxes = false }: ReduceOptions): Value {
  const list = checkAxes(operation.name, axes ?? x.shape.map((_, axis) => axis), x.shape.length);
  const kept = list.length === 0 ? x : apply(operation, [x], { axes: list });
  return keepAxes
    ? kept
    : reshape(
        kept,
        x.shape.filter((_, axis) => !list.includes(axis)),
      );
}

/** Returns the sum over axes (all by default). */
export function sum(x: Value, options: ReduceOptions = {}): Value {
  return reduce(sumOperation, x, options);
}

/** Returns the mean over axes (all by default). */
export function mean(x: Value, options: ReduceOptions = {}): Value {
  const total = sum(x, options);
  return mul(total, constant(sizeOf(total.shape) / sizeOf(x.shape)));
}

/** Returns the largest element over axes (all by default); tied elements share the gradient equally, as PyTorch's `amax` does. */
export function max(x: Value, options: ReduceOptions = {}): Value {
  return reduce(maxOperation, x, options);
}

/** Returns a value summed over the axes along which `shape` (list of axis sizes) was broadcast to it: the reverse of broadcasting. */
export function sumTo(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) => (axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : []));
  return reshape(sum(x, { axes, keepAxes: true }), shape);
}
