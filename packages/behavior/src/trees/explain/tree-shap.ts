import { baseMargins, type TreeEnsemble } from '../model/tree-ensemble.js';

/** Depth of a tree that can be explained: the work grows with its square. */
const MOST_DEPTH = 500;

/**
 * Returns what each column adds to each margin, shape `[row, output, column + 1]`; the last is the mean over the training
 * rows, and all together are the margin. Values: shape `[column, row]`, NaN = missing. Exact Shapley values of the trees
 * under their own covers (Lundberg et al. 2018, "Consistent individualized feature attribution for tree ensembles",
 * algorithm 2), as XGBoost's `pred_contribs`.
 */
export function treeShap(model: TreeEnsemble, values: Float32Array, rowCount: number): Float64Array {
  const { columnCount, outputCount, treeStart, treeOutput } = model;
  if (values.length !== columnCount * rowCount)
    throw new RangeError(`values: must have ${columnCount} columns of ${rowCount} rows, got ${values.length} values`);
  const result = new Float64Array(rowCount * outputCount * (columnCount + 1));
  const base = baseMargins(model);
  const depth = deepest(model);
  if (depth > MOST_DEPTH) throw new RangeError(`model: its trees must be at most ${MOST_DEPTH} deep, got ${depth}`);
  const walker = new PathWalker(model, values, rowCount, depth);
  const means = Float64Array.from(treeOutput, (_, tree) => meanOf(model, treeStart[tree] as number));
  for (let row = 0; row < rowCount; row++) {
    for (let tree = 0; tree < treeOutput.length; tree++) {
      const start = (row * outputCount + (treeOutput[tree] as number)) * (columnCount + 1);
      walker.explain(treeStart[tree] as number, row, result.subarray(start, start + columnCount + 1));
      const last = start + columnCount;
      result[last] = (result[last] as number) + (means[tree] as number);
    }
    for (let output = 0; output < outputCount; output++) {
      const last = (row * outputCount + output + 1) * (columnCount + 1) - 1;
      result[last] = (result[last] as number) + (base[output] as number);
    }
  }
  return result;
}

function deepest({ column, left, right, treeStart }: TreeEnsemble): number {
  let most = 0;
  for (const root of treeStart.subarray(0, -1)) {
    const waiting: [node: number, depth: number][] = [[root, 0]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, depth] = next;
      most = Math.max(most, depth);
      if ((column[node] as number) >= 0)
        waiting.push([left[node] as number, depth + 1], [right[node] as number, depth + 1]);
    }
  }
  return most;
}

/** Least share of a child: paths divide by it. */
const LEAST_SHARE = 1e-12;

/** Share of a node's training rows that came to its child; half where none is known. */
function shareOfChild({ cover }: TreeEnsemble, node: number, child: number): number {
  const whole = cover[node] as number;
  return whole > 0 ? Math.max((cover[child] as number) / whole, LEAST_SHARE) : 0.5;
}

function meanOf(model: TreeEnsemble, node: number): number {
  const { column, threshold, left, right } = model;
  if ((column[node] as number) < 0) return threshold[node] as number;
  const [a, b] = [left[node] as number, right[node] as number];
  return shareOfChild(model, node, a) * meanOf(model, a) + shareOfChild(model, node, b) * meanOf(model, b);
}

/** Walks all paths of a tree; each depth keeps its own copy of the path in the same arrays. */
class PathWalker {
  readonly #model: TreeEnsemble;
  readonly #values: Float32Array;
  readonly #rowCount: number;
  readonly #column: Int32Array;
  readonly #zero: Float64Array;
  readonly #one: Float64Array;
  readonly #weight: Float64Array;
  #row = 0;
  #into: Float64Array = new Float64Array(0);

  constructor(model: TreeEnsemble, values: Float32Array, rowCount: number, depth: number) {
    this.#model = model;
    this.#values = values;
    this.#rowCount = rowCount;
    const size = ((depth + 2) * (depth + 3)) / 2 + depth + 2;
    this.#column = new Int32Array(size);
    this.#zero = new Float64Array(size);
    this.#one = new Float64Array(size);
    this.#weight = new Float64Array(size);
  }

  explain(root: number, row: number, into: Float64Array): void {
    this.#row = row;
    this.#into = into;
    this.#walk(root, 0, 0, 1, 1, -1);
  }

  /** `at` is where the path of this depth starts, `length` the number of its elements before this one is added. */
  #walk(node: number, at: number, length: number, zero: number, one: number, column: number): void {
    this.#extend(at, length, zero, one, column);
    const model = this.#model;
    const asked = model.column[node] as number;
    if (asked < 0) {
      for (let i = 1; i <= length; i++) {
        const own = at + i;
        const share = this.#unwoundSum(at, length, i) * ((this.#one[own] as number) - (this.#zero[own] as number));
        const target = this.#column[own] as number;
        this.#into[target] = (this.#into[target] as number) + share * (model.threshold[node] as number);
      }
      return;
    }
    const value = this.#values[asked * this.#rowCount + this.#row] as number;
    const toLeft = value < (model.threshold[node] as number) || (Number.isNaN(value) && model.missingLeft[node] === 1);
    const [left, right] = [model.left[node] as number, model.right[node] as number];
    const [hot, cold] = toLeft ? [left, right] : [right, left];
    let [zeroBefore, oneBefore, size] = [1, 1, length];
    for (let i = 1; i <= length; i++) {
      if (this.#column[at + i] !== asked) continue;
      // The column was asked before: its element is taken out and put in anew with both shares.
      zeroBefore = this.#zero[at + i] as number;
      oneBefore = this.#one[at + i] as number;
      this.#unwind(at, length, i);
      size--;
      break;
    }
    for (const [child, follows] of [
      [hot, oneBefore],
      [cold, 0],
    ] as const) {
      const next = at + size + 1;
      this.#copy(at, next, size + 1);
      this.#walk(child, next, size + 1, zeroBefore * shareOfChild(model, node, child), follows, asked);
    }
  }

  #copy(from: number, to: number, count: number): void {
    this.#column.copyWithin(to, from, from + count);
    this.#zero.copyWithin(to, from, from + count);
    this.#one.copyWithin(to, from, from + count);
    this.#weight.copyWithin(to, from, from + count);
  }

  #extend(at: number, length: number, zero: number, one: number, column: number): void {
    const weight = this.#weight;
    this.#column[at + length] = column;
    this.#zero[at + length] = zero;
    this.#one[at + length] = one;
    weight[at + length] = length === 0 ? 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      const own = weight[at + i] as number;
      weight[at + i + 1] = (weight[at + i + 1] as number) + (one * own * (i + 1)) / (length + 1);
      weight[at + i] = (zero * own * (length - i)) / (length + 1);
    }
  }

  #unwind(at: number, length: number, index: number): void {
    const weight = this.#weight;
    const [zero, one] = [this.#zero[at + index] as number, this.#one[at + index] as number];
    let next = weight[at + length] as number;
    for (let i = length - 1; i >= 0; i--) {
      if (one !== 0) {
        const own = weight[at + i] as number;
        weight[at + i] = (next * (length + 1)) / ((i + 1) * one);
        next = own - ((weight[at + i] as number) * zero * (length - i)) / (length + 1);
      } else weight[at + i] = ((weight[at + i] as number) * (length + 1)) / (zero * (length - i));
    }
    for (let i = index; i < length; i++) {
      this.#column[at + i] = this.#column[at + i + 1] as number;
      this.#zero[at + i] = this.#zero[at + i + 1] as number;
      this.#one[at + i] = this.#one[at + i + 1] as number;
    }
  }

  #unwoundSum(at: number, length: number, index: number): number {
    const weight = this.#weight;
    const [zero, one] = [this.#zero[at + index] as number, this.#one[at + index] as number];
    let next = weight[at + length] as number;
    let total = 0;
    for (let i = length - 1; i >= 0; i--) {
      if (one !== 0) {
        const own = (next * (length + 1)) / ((i + 1) * one);
        total += own;
        next = (weight[at + i] as number) - (own * zero * (length - i)) / (length + 1);
      } else if (zero !== 0) total += ((weight[at + i] as number) * (length + 1)) / (zero * (length - i));
    }
    return total;
  }
}
