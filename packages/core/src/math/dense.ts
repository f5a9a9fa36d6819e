function checkShape(name: string, values: ArrayLike<number>, rows: number, columns: number): void {
  if (values.length !== rows * columns) {
    throw new RangeError(`matrix: ${name} must have shape [${rows},${columns}], got ${values.length} values`);
  }
}

/** Returns the product of two matrices, row by row: shapes `[rows, inner]` and `[inner, columns]` to `[rows, columns]`. */
export function multiplyMatrices(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
): Float64Array {
  checkShape('the first', a, rows, inner);
  checkShape('the second', b, inner, columns);
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k] as number;
      for (let j = 0; j < columns; j++) {
        out[i * columns + j] = (out[i * columns + j] as number) + factor * (b[k * columns + j] as number);
      }
    }
  }
  return out;
}

/** Returns a matrix with rows and columns exchanged: shape `[rows, columns]` to `[columns, rows]`. */
export function transposeMatrix(
  a: ArrayLike<number>,
  { rows, columns }: { rows: number; columns: number },
): Float64Array {
  checkShape('it', a, rows, columns);
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j] as number;
  }
  return out;
}

/**
 * Returns the lower triangle L with L L^T = a, shape `[size, size]`, or undefined where `a` is not positive definite
 * to rounding. Only the lower half of `a`, shape `[size, size]`, is read.
 */
export function choleskyFactor(a: ArrayLike<number>, size: number): Float64Array | undefined {
  checkShape('it', a, size, size);
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number);
      if (i !== j) lower[i * size + j] = sum / (lower[j * size + j] as number);
      else if (sum > 0) lower[i * size + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

/**
 * Returns x with a x = b, shape `[size, columns]`, by elimination with row exchange, or undefined where `a`,
 * shape `[size, size]`, is singular to rounding. `b` has shape `[size, columns]`.
 */
export function solveLinear(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { size, columns = 1 }: { size: number; columns?: number },
): Float64Array | undefined {
  checkShape('a', a, size, size);
  checkShape('b', b, size, columns);
  const left = Float64Array.from(a);
  const right = Float64Array.from(b);
  let largest = 0;
  for (const value of left) largest = Math.max(largest, Math.abs(value));
  const swap = (values: Float64Array, width: number, p: number, q: number) => {
    for (let j = 0; j < width; j++) {
      const kept = values[p * width + j] as number;
      values[p * width + j] = values[q * width + j] as number;
      values[q * width + j] = kept;
    }
  };
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) {
      if (Math.abs(left[i * size + k] as number) > Math.abs(left[pivot * size + k] as number)) pivot = i;
    }
    const top = left[pivot * size + k] as number;
    if (!(Math.abs(top) > largest * size * Number.EPSILON)) return undefined;
    if (pivot !== k) {
      swap(left, size, pivot, k);
      swap(right, columns, pivot, k);
    }
    for (let i = k + 1; i < size; i++) {
      const factor = (left[i * size + k] as number) / top;
      if (factor === 0) continue;
      for (let j = k; j < size; j++) {
        left[i * size + j] = (left[i * size + j] as number) - factor * (left[k * size + j] as number);
      }
      for (let j = 0; j < columns; j++) {
        right[i * columns + j] = (right[i * columns + j] as number) - factor * (right[k * columns + j] as number);
      }
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = 0; j < columns; j++) {
      let sum = right[i * columns + j] as number;
      for (let k = i + 1; k < size; k++) sum -= (left[i * size + k] as number) * (right[k * columns + j] as number);
      right[i * columns + j] = sum / (left[i * size + i] as number);
    }
  }
  return right;
}
