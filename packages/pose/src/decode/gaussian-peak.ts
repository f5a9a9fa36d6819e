/** Scores at and below this carry no information on the logarithm's slope. */
const FLOOR = 1e-6;

/** A paraboloid flatter than this has no top: it is what rounding leaves of equal scores. */
const LEAST_CURVATURE = -1e-5;

/** Unknowns of the fit: constant, slopes along x and y, curvature. */
const UNKNOWNS = 4;

/** Solves the symmetric system in place by elimination with pivots; returns false where it has no single solution. */
function solve(matrix: Float64Array, right: Float64Array): boolean {
  const n = UNKNOWNS;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(matrix[row * n + column] as number) > Math.abs(matrix[pivot * n + column] as number)) pivot = row;
    }
    const largest = matrix[pivot * n + column] as number;
    if (!(Math.abs(largest) > 1e-12)) return false;
    if (pivot !== column) {
      for (let at = 0; at < n; at++) {
        const kept = matrix[column * n + at] as number;
        matrix[column * n + at] = matrix[pivot * n + at] as number;
        matrix[pivot * n + at] = kept;
      }
      const kept = right[column] as number;
      right[column] = right[pivot] as number;
      right[pivot] = kept;
    }
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const factor = (matrix[row * n + column] as number) / largest;
      for (let at = column; at < n; at++) {
        matrix[row * n + at] = (matrix[row * n + at] as number) - factor * (matrix[column * n + at] as number);
      }
      right[row] = (right[row] as number) - factor * (right[column] as number);
    }
  }
  for (let row = 0; row < n; row++) right[row] = (right[row] as number) / (matrix[row * n + row] as number);
  return true;
}

/**
 * Returns the sub-cell place `[x, y]` of a Gaussian's top relative to the middle of a square window, in cells: the
 * logarithm of the scores is fitted by a paraboloid, each cell weighted by its squared score (Guo 2011, "A simple
 * algorithm for fitting a Gaussian function"), which is exact for a Gaussian of any width. `[0, 0]` where the scores have
 * no top within one cell of the middle.
 * @param scores shape `[side, side]`, row by row; cells that are to be left out are NaN or 0.
 */
export function gaussianTop(scores: ArrayLike<number>, side: number): [number, number] {
  const reach = (side - 1) / 2;
  const matrix = new Float64Array(UNKNOWNS * UNKNOWNS);
  const right = new Float64Array(UNKNOWNS);
  for (let at = 0; at < side * side; at++) {
    const score = scores[at] as number;
    if (!(score > FLOOR)) continue;
    const x = (at % side) - reach;
    const y = Math.floor(at / side) - reach;
    const terms = [1, x, y, x * x + y * y];
    const weight = score * score;
    const value = Math.log(score);
    for (let row = 0; row < UNKNOWNS; row++) {
      const scaled = weight * (terms[row] as number);
      right[row] = (right[row] as number) + scaled * value;
      for (let column = 0; column < UNKNOWNS; column++) {
        const cell = row * UNKNOWNS + column;
        matrix[cell] = (matrix[cell] as number) + scaled * (terms[column] as number);
      }
    }
  }
  if (!solve(matrix, right)) return [0, 0];
  const [, slopeX, slopeY, curvature] = right as unknown as [number, number, number, number];
  const [x, y] = [-slopeX / (2 * curvature), -slopeY / (2 * curvature)];
  return curvature < LEAST_CURVATURE && Math.abs(x) <= 1 && Math.abs(y) <= 1 ? [x, y] : [0, 0];
}
