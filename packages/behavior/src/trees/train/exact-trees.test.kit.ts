import { Random } from '@zoopraxis/core';
import { createBinEdges } from '../bins/bin-edges.js';
import { type BinnedRows, createBinnedRows } from '../bins/binned-rows.js';
import { emptyTree, joinTrees, type TreeEnsemble, type TreeNodes } from '../model/tree-ensemble.js';

/** Rows with their labels. */
export interface MadeRows {
  /** Shape `[column, row]`. */
  readonly values: Float32Array;
  readonly rowCount: number;
  readonly columnCount: number;
  /** Whether a hidden rule holds, 0 or 1; shape `[row]`. */
  readonly labels: Float32Array;
  readonly rows: BinnedRows;
}

/** Returns rows of a few distinct values, some missing, whose first three columns decide the label. */
export function madeRows(seed: string, rowCount: number, columnCount: number, distinct = 12): MadeRows {
  const random = new Random(seed);
  const values = Float32Array.from({ length: rowCount * columnCount }, () =>
    random.uniform() < 0.1 ? Number.NaN : random.integer(distinct) / 4 - 1,
  );
  const at = (column: number, row: number) => values[column * rowCount + row] as number;
  const labels = Float32Array.from({ length: rowCount }, (_, row) => {
    const second = at(1, row);
    const signal = (at(0, row) || 1) - (Number.isNaN(second) ? 1 : second) * (at(2, row) || 0.5);
    return signal + 0.7 * random.normal() > 0.2 ? 1 : 0;
  });
  return { values, rowCount, columnCount, labels, rows: binned(values, columnCount) };
}

/** Returns rows of values, shape `[column, row]`, in their bins. */
export function binned(values: Float32Array, columnCount: number): BinnedRows {
  const rows = createBinnedRows(createBinEdges(values, columnCount), values.length / columnCount);
  rows.appendBlock(values, values.length / columnCount);
  return rows;
}

/** What the plain training needs to know. */
export interface PlainOptions {
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxDepth: number;
  readonly lambda: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly minChildWeight: number;
}

interface Found {
  gain: number;
  column: number;
  threshold: number;
  missingLeft: boolean;
}

/** Returns boosted trees of two classes by the definition: every split of every column is tried, in plain numbers. */
export function trainPlainly({ values, rowCount, columnCount, labels }: MadeRows, options: PlainOptions): TreeEnsemble {
  const { lambda, alpha, gamma, minChildWeight } = options;
  const share = labels.reduce((sum, label) => sum + label, 0) / rowCount;
  const baseScore = Float32Array.of(share);
  const start = Math.log((baseScore[0] as number) / (1 - (baseScore[0] as number)));
  const margins = new Float64Array(rowCount).fill(start);
  const trees: { output: number; nodes: TreeNodes }[] = [];
  const shrunk = (sum: number) => Math.sign(sum) * Math.max(0, Math.abs(sum) - alpha);
  const score = (g: number, h: number) => shrunk(g) ** 2 / (h + lambda);
  for (let round = 0; round < options.rounds; round++) {
    const p = margins.map((margin) => 1 / (1 + Math.exp(-margin)));
    const gradient = p.map((value, row) => value - (labels[row] as number));
    const hessian = p.map((value) => value * (1 - value));
    const nodes = emptyTree();
    const sums = (list: readonly number[]): [number, number] => [
      list.reduce((sum, row) => sum + (gradient[row] as number), 0),
      list.reduce((sum, row) => sum + (hessian[row] as number), 0),
    ];
    const goesLeft = (row: number, column: number, threshold: number, missingLeft: boolean) => {
      const value = values[column * rowCount + row] as number;
      return Number.isNaN(value) ? missingLeft : value < threshold;
    };
    let level = [{ list: Array.from({ length: rowCount }, (_, row) => row), node: 0 }];
    const add = (list: readonly number[]): number => {
      const [g, h] = sums(list);
      const weight = (-options.learningRate * shrunk(g)) / (h + lambda);
      nodes.column.push(-1);
      nodes.threshold.push(weight);
      nodes.weight.push(weight);
      nodes.left.push(nodes.left.length);
      nodes.right.push(nodes.right.length);
      nodes.missingLeft.push(0);
      nodes.gain.push(0);
      return nodes.cover.push(h) - 1;
    };
    add(level[0]?.list ?? []);
    for (let depth = 0; depth < options.maxDepth; depth++) {
      const next: typeof level = [];
      for (const { list, node } of level) {
        const [g, h] = sums(list);
        let best: Found | undefined;
        for (let column = 0; column < columnCount; column++) {
          const own = [...new Set(list.map((row) => values[column * rowCount + row] as number))];
          const known = own.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
          const all = values.subarray(column * rowCount, (column + 1) * rowCount);
          const most = all.reduce((sum, value) => (value > sum ? value : sum), Number.NEGATIVE_INFINITY);
          const thresholds = known.map((value) => (value < most ? value + 0.125 : 3.4028234663852886e38));
          for (const missingLeft of own.some(Number.isNaN) ? [false, true] : [false])
            for (const threshold of thresholds) {
              const left = list.filter((row) => goesLeft(row, column, threshold, missingLeft));
              if (left.length === 0 || left.length === list.length) continue;
              const [gl, hl] = sums(left);
              if (hl < minChildWeight || h - hl < minChildWeight) continue;
              const gain = score(gl, hl) + score(g - gl, h - hl) - score(g, h);
              // Ties within rounding go to the earlier one.
              if (best === undefined || gain > best.gain + 1e-7) best = { gain, column, threshold, missingLeft };
            }
        }
        if (best === undefined || best.gain < Math.max(gamma, 1e-6)) continue;
        const { column, threshold, missingLeft, gain } = best;
        const left = list.filter((row) => goesLeft(row, column, threshold, missingLeft));
        const right = list.filter((row) => !goesLeft(row, column, threshold, missingLeft));
        const [leftNode, rightNode] = [add(left), add(right)];
        nodes.column[node] = column;
        nodes.threshold[node] = threshold;
        nodes.left[node] = leftNode;
        nodes.right[node] = rightNode;
        nodes.gain[node] = gain;
        const hasMissing = list.some((row) => Number.isNaN(values[column * rowCount + row] as number));
        nodes.missingLeft[node] = Number(hasMissing ? missingLeft : sums(left)[1] > sums(right)[1] + 1e-9);
        next.push({ list: left, node: leftNode }, { list: right, node: rightNode });
      }
      level = next;
    }
    trees.push({ output: 0, nodes });
    for (let row = 0; row < rowCount; row++) {
      let node = 0;
      while ((nodes.column[node] as number) >= 0) {
        const toLeft = goesLeft(
          row,
          nodes.column[node] as number,
          nodes.threshold[node] as number,
          nodes.missingLeft[node] === 1,
        );
        node = (toLeft ? nodes.left[node] : nodes.right[node]) as number;
      }
      margins[row] = (margins[row] as number) + Math.fround(nodes.threshold[node] as number);
    }
  }
  return joinTrees({ objective: 'binary:logistic', outputCount: 1, columnCount, baseScore, parallelTrees: 1 }, trees);
}
