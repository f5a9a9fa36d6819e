import { instantiate, PAGE_BYTES } from '../wasm/instance.js';
import { CHAINS, NODE_BYTES, type PredictKernels, predictKernels } from '../wasm/predict-kernel.js';
import type { TreeEnsemble } from './tree-ensemble.js';

/** Rows that all trees see before the next ones: a few hundred columns of them stay in the second cache. */
const BLOCK = 128;

/** Trees laid out for prediction, with room for a block of rows. */
export interface PackedTrees {
  readonly memory: WebAssembly.Memory;
  readonly kernels: PredictKernels;
  /** Columns that any node asks for, list. */
  readonly columns: Int32Array;
  /** Address of each tree's root, and how deep it is (at least 1), shape `[tree]`. */
  readonly roots: Uint32Array;
  /** Shape `[tree]`. */
  readonly depths: Uint32Array;
  /** Address of the values of a block, `[column, row]`. */
  readonly valuesAt: number;
  /** Address of the sums of a block, `[output, row]`. */
  readonly sumsAt: number;
}

const packed = new WeakMap<TreeEnsemble, PackedTrees>();

/** Returns the trees laid out; done once for each model. */
export function packTrees(model: TreeEnsemble): PackedTrees {
  const known = packed.get(model);
  if (known !== undefined) return known;
  const { treeStart, outputCount } = model;
  const treeCount = treeStart.length - 1;
  const columns = Int32Array.from(new Set(model.column.filter((column) => column >= 0))).sort();
  const place = new Int32Array(model.columnCount);
  columns.forEach((column, index) => {
    place[column] = index;
  });
  const nodeBytes = NODE_BYTES * Math.max(1, model.column.length);
  const valuesAt = nodeBytes;
  const sumsAt = valuesAt + 4 * BLOCK * Math.max(1, columns.length);
  const bytes = sumsAt + 8 * BLOCK * outputCount;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const words = new Int32Array(memory.buffer, 0, nodeBytes / 4);
  const floats = new Float32Array(memory.buffer, 0, nodeBytes / 4);
  const roots = new Uint32Array(treeCount);
  const depths = new Uint32Array(treeCount).fill(1);
  let next = 0;
  for (let tree = 0; tree < treeCount; tree++) {
    const waiting: { node: number; at: number; depth: number }[] = [
      { node: treeStart[tree] as number, at: next++, depth: 0 },
    ];
    roots[tree] = (waiting[0] as { at: number }).at * NODE_BYTES;
    for (let i = 0; i < waiting.length; i++) {
      const { node, at, depth } = waiting[i] as { node: number; at: number; depth: number };
      depths[tree] = Math.max(depths[tree] as number, depth);
      const column = model.column[node] as number;
      const word = (at * NODE_BYTES) / 4;
      if (column < 0) {
        // Nothing is at least NaN: a leaf leads to its left child, itself.
        floats[word + 1] = Number.NaN;
        words[word + 2] = at * NODE_BYTES;
        floats[word + 3] = model.threshold[node] as number;
        continue;
      }
      words[word] = (place[column] as number) * BLOCK * 4;
      floats[word + 1] = model.threshold[node] as number;
      words[word + 2] = (next * NODE_BYTES) | (model.missingLeft[node] === 1 ? 0 : 1);
      waiting.push({ node: model.left[node] as number, at: next, depth: depth + 1 });
      waiting.push({ node: model.right[node] as number, at: next + 1, depth: depth + 1 });
      next += 2;
    }
  }
  const kernels = instantiate<PredictKernels>(predictKernels, memory);
  const trees = { memory, kernels, columns, roots, depths, valuesAt, sumsAt };
  packed.set(model, trees);
  return trees;
}

/** Rows of values: which of them are wanted. */
export interface WantedRows {
  /** Shape `[column, row]`. */
  readonly values: Float32Array;
  readonly rowCount: number;
  /** First row that is wanted, and the end. */
  readonly from: number;
  readonly to: number;
}

/** Writes the margins of rows into `into`, shape `[row, output]`, from what sums start from, shape `[output]`. */
export function sumTrees(model: TreeEnsemble, base: Float64Array, rows: WantedRows, into: Float32Array): void {
  const { values, rowCount, from: first, to } = rows;
  const { memory, kernels, columns, roots, depths, valuesAt, sumsAt } = packTrees(model);
  const { outputCount, treeOutput } = model;
  const block = new Float32Array(memory.buffer, valuesAt, BLOCK * columns.length);
  const sums = new Float64Array(memory.buffer, sumsAt, BLOCK * outputCount);
  for (let begin = first; begin < to; begin += BLOCK) {
    const count = Math.min(BLOCK, to - begin);
    for (let i = 0; i < columns.length; i++) {
      const from = (columns[i] as number) * rowCount + begin;
      block.set(values.subarray(from, from + count), i * BLOCK);
    }
    const end = 8 * Math.ceil(count / CHAINS) * CHAINS;
    for (let output = 0; output < outputCount; output++)
      sums.fill(base[output] as number, output * BLOCK, (output + 1) * BLOCK);
    for (let tree = 0; tree < treeOutput.length; tree++) {
      const at = sumsAt + 8 * BLOCK * (treeOutput[tree] as number);
      kernels.addTree(roots[tree] as number, depths[tree] as number, valuesAt, at, at + end);
    }
    for (let row = 0; row < count; row++)
      for (let output = 0; output < outputCount; output++)
        into[(begin - first + row) * outputCount + output] = sums[output * BLOCK + row] as number;
  }
}
