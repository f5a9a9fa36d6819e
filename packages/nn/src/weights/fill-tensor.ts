import type { PendingTensor } from './pytorch-vocabulary.js';
import { elementByteCount, elementCount, tensorFromBytes, type WeightTensor } from './weight-set.js';

/** Returns whether the elements of a list of sizes and one of strides lie row-major without gaps, so that a view shows them. */
export function isContiguous(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size === 0) return true;
    if (size !== 1 && stride[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/**
 * Sets the elements of a tensor out of its storage's bytes: a view where they lie row-major and aligned, else a copy
 * that is made row-major. The bounds were checked when the tensor was noted.
 */
export function fillTensor(pending: PendingTensor, bytes: Uint8Array): void {
  const { tensor, offset, stride } = pending;
  const { shape, type } = tensor;
  const size = elementByteCount(type);
  const count = elementCount(shape);
  const filled = (data: WeightTensor['data']) => Object.assign(tensor, { data });
  if (count === 0) {
    filled(tensorFromBytes(type, shape, new Uint8Array()).data);
    return;
  }
  if (isContiguous(shape, stride)) {
    filled(tensorFromBytes(type, shape, bytes.subarray(offset * size, (offset + count) * size)).data);
    return;
  }
  const elements = Math.floor(bytes.length / size);
  const from = tensorFromBytes(type, [elements], bytes.subarray(0, elements * size)).data;
  const to = tensorFromBytes(type, shape, new Uint8Array(count * size)).data;
  copyStrided(from as Float32Array, to as Float32Array, shape, stride, offset);
  filled(to);
}

/** Copies elements of any kind: the two arrays have the same one, so float32 stands for all. */
function copyStrided(
  from: Float32Array,
  to: Float32Array,
  shape: readonly number[],
  stride: readonly number[],
  offset: number,
): void {
  const inner = shape.at(-1) as number;
  const innerStride = stride.at(-1) as number;
  const index = new Array<number>(shape.length - 1).fill(0);
  let place = offset;
  for (let out = 0; out < to.length; ) {
    for (let i = 0; i < inner; i++) to[out++] = from[place + i * innerStride] as number;
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      place += stride[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if (index[axis] !== shape[axis]) break;
      place -= (shape[axis] as number) * (stride[axis] as number);
      index[axis] = 0;
    }
  }
}
