import { hashText } from '@zoopraxis/core';
import { type DataType, emptyArray, sizeOf, type Tensor } from '../graph/value.js';

/**
 * What an input of a conformance case is filled with. `test/reference/ops/make-op-references.py` has the same formula,
 * so that references need no stored inputs.
 */
export interface InputSpec {
  /** List of axis sizes. */
  readonly shape: readonly number[];
  /** float32 by default. */
  readonly dtype?: DataType;
  /** Smallest value, -1 by default (0 for integers and bools). */
  readonly low?: number;
  /** Bound that values stay below, 1 by default (2 for integers and bools). */
  readonly high?: number;
  /** Values are odd multiples of half a step above `low`: they keep away from the kinks at its multiples, and tie. */
  readonly step?: number;
  /** All values differ, by (high - low) / n at least. */
  readonly distinct?: boolean;
}

/**
 * Returns an unsigned 32-bit word for element `index` of the named tensor: MurmurHash3's finalizer of
 * `fnv1a(name) + index * 0x9e3779b9`.
 */
export function elementWord(name: string, index: number): number {
  let x = (hashText(name) + Math.imul(index, 0x9e3779b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Returns numbers in [low, high), one per element of the named tensor: `[element]`. */
export function elementNumbers(name: string, count: number, low: number, high: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * elementWord(name, i)) / 2 ** 32);
}

/** Returns the tensor that the formula gives for a name. */
export function inputTensor(name: string, spec: InputSpec): Tensor {
  const { shape, dtype = 'float32', step, distinct = false } = spec;
  const { low = dtype === 'float32' ? -1 : 0, high = dtype === 'float32' ? 1 : 2 } = spec;
  const count = sizeOf(shape);
  const numbers = elementNumbers(name, count, low, high);
  if (dtype !== 'float32') {
    const data = emptyArray(dtype, count);
    for (const [i, number] of numbers.entries()) {
      data[i] = dtype === 'int64' ? BigInt(Math.floor(number)) : Math.floor(number);
    }
    return { dtype, shape, data };
  }
  if (step !== undefined) {
    for (const [i, number] of numbers.entries()) numbers[i] = low + (Math.floor((number - low) / step) + 0.5) * step;
  }
  if (distinct) {
    const order = [...numbers.keys()].sort((a, b) => (numbers[a] as number) - (numbers[b] as number) || a - b);
    for (const [rank, i] of order.entries()) numbers[i] = low + ((rank + 0.5) * (high - low)) / count;
  }
  return { dtype, shape, data: Float32Array.from(numbers) };
}
