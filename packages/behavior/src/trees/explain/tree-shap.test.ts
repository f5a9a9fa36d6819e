import { expect, test } from 'vitest';
import { predictTrees } from '../model/predict.js';
import type { TreeEnsemble } from '../model/tree-ensemble.js';
import { madeRows } from '../train/exact-trees.test.kit.js';
import { trainTrees } from '../train/train-trees.js';
import { treeShap } from './tree-shap.js';

/** What a tree says where only some columns are known: others are averaged by cover. */
function expectation(model: TreeEnsemble, node: number, row: readonly number[], known: number): number {
  const column = model.column[node] as number;
  if (column < 0) return model.threshold[node] as number;
  const [left, right] = [model.left[node] as number, model.right[node] as number];
  if ((known >> column) & 1) {
    const value = row[column] as number;
    const toLeft = Number.isNaN(value) ? model.missingLeft[node] === 1 : value < (model.threshold[node] as number);
    return expectation(model, toLeft ? left : right, row, known);
  }
  const share = (model.cover[left] as number) / (model.cover[node] as number);
  const other = (model.cover[right] as number) / (model.cover[node] as number);
  return share * expectation(model, left, row, known) + other * expectation(model, right, row, known);
}

test('contributions are Shapley values over all subsets of columns, and sum to the margin', async () => {
  const { rows, labels, values, rowCount, columnCount } = madeRows('shap', 300, 4);
  const model = await trainTrees(rows, labels, {
    objective: 'binary:logistic',
    rounds: 3,
    maxDepth: 6,
    minChildWeight: 0.2,
  });
  const shap = treeShap(model, values, rowCount);
  const margins = predictTrees(model, values, rowCount, { output: 'margin' });
  const roots = model.treeStart.subarray(0, -1);
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  for (let at = 0; at < 40; at++) {
    const row = Array.from({ length: columnCount }, (_, column) => values[column * rowCount + at] as number);
    const worth = Array.from({ length: 2 ** columnCount }, (_, known) =>
      roots.reduce((sum, root) => sum + expectation(model, root, row, known), 0),
    );
    let total = shap[at * (columnCount + 1) + columnCount] as number;
    for (let column = 0; column < columnCount; column++) {
      let expected = 0;
      for (let known = 0; known < 2 ** columnCount; known++) {
        if ((known >> column) & 1) continue;
        const size = known.toString(2).replaceAll('0', '').length;
        const weight = (factorial(size) * factorial(columnCount - size - 1)) / factorial(columnCount);
        expected += weight * ((worth[known | (1 << column)] as number) - (worth[known] as number));
      }
      const own = shap[at * (columnCount + 1) + column] as number;
      expect(own).toBeCloseTo(expected, 9);
      total += own;
    }
    // Covers are kept in 32 bits, so that those of two children miss their parent's by 1e-7 of it.
    expect(total).toBeCloseTo(margins[at] as number, 4);
  }
});

test('values of the wrong size are refused', async () => {
  const { rows, labels } = madeRows('size', 30, 3);
  const model = await trainTrees(rows, labels, { objective: 'binary:logistic', rounds: 1 });
  expect(() => treeShap(model, new Float32Array(5), 2)).toThrow('3 columns of 2 rows');
  expect(() => predictTrees(model, new Float32Array(5), 2)).toThrow('3 columns of 2 rows');
  expect(() => predictTrees(model, new Float32Array(6), 2, { into: new Float32Array(1) })).toThrow('into: must have 2');
});
