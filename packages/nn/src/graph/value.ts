import type { Initializer } from './initializer.js';
import type { Operation } from './operation.js';

/** Element types of values in a graph. Gradients exist for `float32` only. */
export type DataType = 'float32' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';

/** Element type and static shape (`[]` is a scalar). */
export interface TensorType {
  readonly dtype: DataType;
  /** List of axis sizes, each at least 1. */
  readonly shape: readonly number[];
}

/** Typed array that holds the elements of a tensor; bools are bytes 0 and 1. */
export type TensorArray = Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

/** A tensor with its elements, row-major over `shape`. */
export interface Tensor extends TensorType {
  readonly data: TensorArray;
}

/** What a random leaf is filled with before each step: 0/1 with probability `keep` of 1, scaled by `1 / keep`; or uniform in [0, 1). */
export type RandomFill = { readonly kind: 'keep'; readonly keep: number } | { readonly kind: 'uniform' };

/** Where a value that no operation computes comes from. */
export type Leaf =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly initializer: Initializer }
  | { readonly kind: 'buffer'; readonly name: string; readonly initializer: Initializer }
  | { readonly kind: 'random'; readonly name: string; readonly fill: RandomFill }
  | { readonly kind: 'constant'; readonly data: TensorArray };

/** One application of an operation. */
export interface Call {
  readonly operation: Operation;
  readonly inputs: readonly Value[];
  readonly attributes: unknown;
  readonly outputs: readonly Value[];
}

/** A symbolic tensor: the result of a leaf or of an operation, with its type known before anything runs. */
export interface Value extends TensorType {
  readonly source: Leaf | { readonly kind: 'call'; readonly call: Call; readonly index: number };
}

/** Returns the number of elements of a shape (list of axis sizes); 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Returns whether two shapes (lists of axis sizes) are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Returns a shape (list of axis sizes) as a text for messages. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function checkShape(name: string, shape: readonly number[]): void {
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new RangeError(`${name}: every axis must be a positive integer, got shape ${shapeText(shape)}`);
  }
}

/** Returns a value that is fed at each run, with the given shape (list of axis sizes). */
export function input(name: string, shape: readonly number[], dtype: DataType = 'float32'): Value {
  checkShape(`input ${name}`, shape);
  return { dtype, shape: [...shape], source: { kind: 'input', name } };
}

/** Returns a leaf of another kind; networks make theirs through a `Scope`. */
export function leaf(source: Leaf, shape: readonly number[], dtype: DataType = 'float32'): Value {
  checkShape(source.kind === 'constant' ? 'constant' : `${source.kind} ${source.name}`, shape);
  return { dtype, shape: [...shape], source };
}

/** Returns an array of the element type's kind with `length` zeros. */
export function emptyArray(dtype: DataType, length: number): TensorArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
  }
}

/** Returns a constant from numbers; `shape` (list of axis sizes) defaults to a scalar for a number and to one axis for a list. */
export function constant(
  values: number | readonly number[] | TensorArray,
  shape?: readonly number[],
  dtype: DataType = 'float32',
): Value {
  const list = typeof values === 'number' ? [values] : values;
  const dims = shape ?? (typeof values === 'number' ? [] : [list.length]);
  if (sizeOf(dims) !== list.length) {
    throw new RangeError(`constant: shape ${shapeText(dims)} holds ${sizeOf(dims)} elements, got ${list.length}`);
  }
  const data = emptyArray(dtype, list.length);
  for (let i = 0; i < list.length; i++) {
    data[i] = dtype === 'int64' ? BigInt(list[i] as number | bigint) : Number(list[i]);
  }
  return leaf({ kind: 'constant', data }, dims, dtype);
}
