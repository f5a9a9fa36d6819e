/** A Hermitian part of a state matrix in its own basis; conjugate pairs are kept once. Arrays are `[state]`. */
export interface DiagonalState {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The HiPPO-LegS state space as diagonal plus rank one, A = Lambda - P P*, with its input B. All arrays are `[state]`. */
export interface NormalPlusLowRank {
  readonly lambda: DiagonalState;
  readonly p: DiagonalState;
  readonly b: DiagonalState;
}

/**
 * Returns eigenvalues `[n]` and eigenvectors `[n, n]` (one per row) of a real symmetric matrix `[n, n]`, by cyclic
 * Jacobi rotations (Golub and Van Loan, section 8.5). The matrix is overwritten.
 */
export function symmetricEigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const at = (i: number, j: number): number => matrix[i * n + j] as number;
  const rotate = (
    array: Float64Array,
    i: number,
    j: number,
    stride: number,
    step: number,
    c: number,
    s: number,
  ): void => {
    for (let k = 0; k < n; k++) {
      const x = array[i * stride + k * step] as number;
      const y = array[j * stride + k * step] as number;
      array[i * stride + k * step] = c * x - s * y;
      array[j * stride + k * step] = s * x + c * y;
    }
  };
  const total = matrix.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let rest = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) rest += at(i, j) ** 2;
    if (rest <= 1e-30 * total) break;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (at(i, j) === 0) continue;
        const slope = (at(j, j) - at(i, i)) / (2 * at(i, j));
        const t = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(slope, 1));
        const c = 1 / Math.hypot(t, 1);
        rotate(matrix, i, j, n, 1, c, c * t);
        rotate(matrix, i, j, 1, n, c, c * t);
        rotate(vectors, i, j, n, 1, c, c * t);
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => at(i, i)), vectors };
}

const knownStates = new Map<number, NormalPlusLowRank>();

/**
 * Returns the HiPPO-LegS matrix of `size` states (an even number) as diagonal plus rank one (Gu, Goel and Re 2022,
 * appendix C): A + P P^T with P[n] = sqrt(n + 1/2) is -1/2 I plus a skew matrix, which a unitary basis makes diagonal.
 * Half of the eigenvalues are kept, those of positive imaginary part, in growing order.
 */
export function hippoLegS(size: number): NormalPlusLowRank {
  if (!(Number.isInteger(size) && size >= 2 && size % 2 === 0)) {
    throw new RangeError(`hippoLegS: size must be an even number of states, at least 2, got ${size}`);
  }
  const old = knownStates.get(size);
  if (old) return old;
  const half = size / 2;
  // With K skew, -i K is Hermitian; as a real symmetric matrix it is [[0, K], [-K, 0]], each eigenvalue twice.
  const n = 2 * size;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const skew = -Math.sqrt((2 * i + 1) * (2 * j + 1)) / 2;
      matrix[i * n + size + j] = skew;
      matrix[j * n + size + i] = -skew;
      matrix[(size + j) * n + i] = skew;
      matrix[(size + i) * n + j] = -skew;
    }
  }
  const { values, vectors } = symmetricEigen(matrix, n);
  const order = [...values.keys()].filter((i) => (values[i] as number) > 0);
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  const empty = (): DiagonalState => ({ real: new Float64Array(half), imaginary: new Float64Array(half) });
  const state: NormalPlusLowRank = { lambda: empty(), p: empty(), b: empty() };
  for (let k = 0; k < half; k++) {
    const row = order[2 * k] as number;
    state.lambda.real[k] = -0.5;
    state.lambda.imaginary[k] = values[row] as number;
    for (let i = 0; i < size; i++) {
      const [x, y] = [vectors[row * n + i] as number, vectors[row * n + size + i] as number];
      // Projection on the conjugate of the eigenvector x + i y.
      for (const [target, source] of [
        [state.p, Math.sqrt(i + 0.5)],
        [state.b, Math.sqrt(2 * i + 1)],
      ] as const) {
        target.real[k] = (target.real[k] as number) + x * source;
        target.imaginary[k] = (target.imaginary[k] as number) - y * source;
      }
    }
  }
  knownStates.set(size, state);
  return state;
}

/**
 * Returns the diagonal state matrix of S4D with `size` states, conjugate pairs once (Gu et al. 2022, "On the
 * Parameterization and Initialization of Diagonal State Space Models"): `legs` is the diagonal of HiPPO-LegS without its
 * low-rank part, `lin` is -1/2 + i pi n (equation 9), `inv` is -1/2 + i size / pi (size / (2 n + 1) - 1) (equation 8).
 */
export function diagonalState(kind: 'legs' | 'lin' | 'inv', size: number): DiagonalState {
  if (kind === 'legs') return hippoLegS(size).lambda;
  const half = size / 2;
  const imaginary = Float64Array.from({ length: half }, (_, n) =>
    kind === 'lin' ? Math.PI * n : (size / Math.PI) * (size / (2 * n + 1) - 1),
  );
  return { real: new Float64Array(half).fill(-0.5), imaginary };
}
