import { shapeText, type TensorType } from '../graph/value.js';

/** Returns the joint shape (list of axis sizes) of two by the rule of NumPy; throws RangeError where they do not fit. */
export function broadcastShape(operation: string, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new RangeError(`${operation}: shapes ${shapeText(a)} and ${shapeText(b)} do not broadcast`);
    }
    return sizeA === 1 ? sizeB : sizeA;
  });
}

/** Returns axes (list) counted from 0, sorted; negative ones count from the end. Throws RangeError outside the rank. */
export function checkAxes(operation: string, axes: readonly number[], rank: number): number[] {
  const list = axes.map((axis) => {
    const at = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(at) || at < 0 || at >= rank) {
      throw new RangeError(`${operation}: axis must be in ${-rank}..${rank - 1}, got ${axis}`);
    }
    return at;
  });
  if (new Set(list).size !== list.length)
    throw new RangeError(`${operation}: axes must differ, got ${axes.join(', ')}`);
  return list.sort((x, y) => x - y);
}

/** Throws TypeError unless all inputs are float32. */
export function checkFloat(operation: string, inputs: readonly TensorType[]): void {
  for (const [index, { dtype }] of inputs.entries()) {
    if (dtype !== 'float32') throw new TypeError(`${operation}: input ${index} must be float32, got ${dtype}`);
  }
}
