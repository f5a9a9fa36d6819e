/** Eigenvalues, descending (shape `[size]`), and eigenvectors of a symmetric matrix, one a row: shape `[size, size]`. */
export interface SymmetricEigen {
  /** Descending, shape `[size]`. */
  readonly values: Float64Array;
  /** Unit vectors, one for each value: shape `[size, size]`. */
  readonly vectors: Float64Array;
}

/**
 * Returns the eigenvalues and eigenvectors of a symmetric matrix, shape `[size, size]`, by Jacobi's rotations (Golub and Van
 * Loan 2013, section 8.5): for matrices of a few dozen rows.
 */
export function symmetricEigen(matrix: ArrayLike<number>, size: number): SymmetricEigen {
  if (matrix.length !== size * size) {
    throw new RangeError(`eigen: matrix must have shape [${size},${size}], got ${matrix.length} values`);
  }
  const a = Float64Array.from(matrix);
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const square = (a[i * size + j] as number) ** 2;
        all += square;
        if (i !== j) off += square;
      }
    }
    if (off <= all * 1e-32) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, v, { size, p, q });
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => (a[j * size + j] as number) - (a[i * size + i] as number),
  );
  return {
    values: Float64Array.from(order, (i) => a[i * size + i] as number),
    vectors: Float64Array.from({ length: size * size }, (_, at) => {
      const which = order[Math.floor(at / size)] as number;
      return v[(at % size) * size + which] as number;
    }),
  };
}

function rotate(a: Float64Array, v: Float64Array, { size, p, q }: { size: number; p: number; q: number }): void {
  const apq = a[p * size + q] as number;
  if (apq === 0) return;
  const tau = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * apq);
  const t = Math.sign(tau || 1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const [x, y] = [a[k * size + p] as number, a[k * size + q] as number];
    a[k * size + p] = c * x - s * y;
    a[k * size + q] = s * x + c * y;
  }
  for (let k = 0; k < size; k++) {
    const [x, y] = [a[p * size + k] as number, a[q * size + k] as number];
    a[p * size + k] = c * x - s * y;
    a[q * size + k] = s * x + c * y;
    const [f, g] = [v[k * size + p] as number, v[k * size + q] as number];
    v[k * size + p] = c * f - s * g;
    v[k * size + q] = s * f + c * g;
  }
}
