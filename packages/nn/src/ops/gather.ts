import { apply, defineOperation, type Emitter } from '../graph/operation.js';
import { shapeText, sizeOf, type TensorType, type Value } from '../graph/value.js';
import { OnnxType } from '../onnx/model.js';
import { checkAxes, checkFloat } from './broadcast.js';

/** Throws TypeError unless the type holds indices. */
function checkIndices(operation: string, type: TensorType): void {
  if (type.dtype !== 'int32' && type.dtype !== 'int64') {
    throw new TypeError(`${operation}: indices must be int32 or int64, got ${type.dtype}`);
  }
}

/**
 * Returns ONNX nodes that compare indices `[..., 1]` with 0..size-1. WebGPU has no 64-bit integers, so there
 * the comparison is one of floats, which are exact up to 2^24.
 */
function emitOneHot(e: Emitter, indices: string, shape: readonly number[], size: number): string {
  const column = e.node('Reshape', [indices, e.ints([...shape, 1])]);
  const range = Array.from({ length: size }, (_, i) => i);
  const hit =
    e.target === 'webgpu'
      ? e.node('Equal', [e.node('Cast', [column], { to: OnnxType.float32 }), e.floats(range)])
      : e.node('Equal', [e.node('Cast', [column], { to: OnnxType.int64 }), e.ints(range)]);
  return e.node('Cast', [hit], { to: OnnxType.float32 });
}

const gatherOperation = defineOperation<{ readonly axis: number }>({
  name: 'gather',
  doc: 'Elements at indices along an axis, which is replaced by the axes of the indices.',
  infer: ([x, indices], { axis }) => {
    const value = x as TensorType;
    checkFloat('gather', [value]);
    checkIndices('gather', indices as TensorType);
    const shape = [...value.shape.slice(0, axis), ...(indices as TensorType).shape, ...value.shape.slice(axis + 1)];
    return [{ dtype: value.dtype, shape }];
  },
  emit: (e, [x, indices], { attributes: { axis } }) => e.node('Gather', [x as string, indices as string], { axis }),
  gradient: ({ attributes: { axis }, inputs: [x, indices], gradients: [g] }) => [
    scatterAdd(g as Value, indices as Value, axis, (x as Value).shape[axis] as number),
    undefined,
  ],
});

/**
 * Returns the elements at `indices` (int32 or int64) along an axis, 0 by default; the axes of the indices take its place.
 * Indices must be in 0..size-1: ONNX Runtime refuses others when it runs.
 */
export function gather(x: Value, indices: Value, axis = 0): Value {
  return apply(gatherOperation, [x, indices], { axis: checkAxes('gather', [axis], x.shape.length)[0] as number });
}

interface ScatterAttributes {
  readonly axis: number;
  readonly size: number;
}

const scatterAddOperation = defineOperation<ScatterAttributes>({
  name: 'scatterAdd',
  doc: 'Zeros to which elements are added at indices along an axis: the reverse of gather.',
  infer: ([values, indices], { axis, size }) => {
    const value = values as TensorType;
    const at = indices as TensorType;
    checkFloat('scatterAdd', [value]);
    checkIndices('scatterAdd', at);
    const fits = at.shape.every((length, i) => value.shape[axis + i] === length);
    if (!fits || !Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(
        `scatterAdd: values ${shapeText(value.shape)} must hold the axes of indices ${shapeText(at.shape)} from axis ${axis} on, and size be a positive integer, got ${size}`,
      );
    }
    return [
      { dtype: 'float32', shape: [...value.shape.slice(0, axis), size, ...value.shape.slice(axis + at.shape.length)] },
    ];
  },
  // ScatterElements adds one element after another: its sums do not depend on the thread count (checked bit for bit).
  forms: (_inputs, _attributes, target) => (target === 'webgpu' ? ['oneHot'] : ['scatter', 'oneHot']),
  emit: (e, [values, indices], { attributes: { axis, size }, inputs, outputs, form }) => {
    const [value, at] = inputs as readonly [TensorType, TensorType];
    const before = sizeOf(value.shape.slice(0, axis));
    const count = sizeOf(at.shape);
    const after = sizeOf(value.shape.slice(axis + at.shape.length));
    const flat = e.node('Reshape', [values as string, e.ints([before, count, after])]);
    const result = e.ints((outputs[0] as TensorType).shape);
    if (form === 'oneHot') {
      const hot = emitOneHot(e, indices as string, [count], size);
      return e.node('Reshape', [e.node('MatMul', [e.node('Transpose', [hot], { perm: [1, 0] }), flat]), result]);
    }
    const wide = e.node('Expand', [
      e.node('Reshape', [indices as string, e.ints([1, count, 1])]),
      e.ints([before, count, after]),
    ]);
    const zeros = e.node('Expand', [e.floats([0]), e.ints([before, size, after])]);
    return e.node('Reshape', [e.node('ScatterElements', [zeros, wide, flat], { axis: 1, reduction: 'add' }), result]);
  },
  gradient: ({ attributes: { axis }, inputs: [, indices], gradients: [g] }) => [
    gather(g as Value, indices as Value, axis),
    undefined,
  ],
});

/**
 * Returns zeros with `size` places along an axis, to which the elements of `values` are added at `indices`:
 * the reverse of {@link gather}. The axes of the indices stand in `values` from `axis` on.
 */
export function scatterAdd(values: Value, indices: Value, axis: number, size: number): Value {
  const at = checkAxes('scatterAdd', [axis], values.shape.length)[0] as number;
  return apply(scatterAddOperation, [values, indices], { axis: at, size });
}

const oneHotOperation = defineOperation<{ readonly size: number }>({
  name: 'oneHot',
  doc: '1 at the index along a new last axis, else 0.',
  infer: ([indices], { size }) => {
    const at = indices as TensorType;
    checkIndices('oneHot', at);
    return [{ dtype: 'float32', shape: [...at.shape, size] }];
  },
  emit: (e, [indices], { attributes: { size }, inputs: [at] }) =>
    emitOneHot(e, indices as string, (at as TensorType).shape, size),
  gradient: 'zero',
});

/** Returns 1 at each index (int32 or int64) along a new last axis of `size` places, else 0; all 0 for an index outside. */
export function oneHot(indices: Value, size: number): Value {
  return apply(oneHotOperation, [indices], { size });
}

const argMaxOperation = defineOperation<{ readonly axis: number }>({
  name: 'argMax',
  doc: 'Index of the largest element along an axis, the first of equals.',
  infer: ([x], { axis }) => {
    const value = x as TensorType;
    checkFloat('argMax', [value]);
    return [{ dtype: 'int64', shape: value.shape.filter((_, at) => at !== axis) }];
  },
  emit: (e, [x], { attributes: { axis } }) => e.node('ArgMax', [x as string], { axis, keepdims: 0 }),
  gradient: 'zero',
});

/** Returns the index (int64) of the largest element along an axis, the last by default, which is left out; the first of equals. */
export function argMax(x: Value, axis = -1): Value {
  return apply(argMaxOperation, [x], { axis: checkAxes('argMax', [axis], x.shape.length)[0] as number });
}
