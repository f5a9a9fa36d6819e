import { expect, test } from 'vitest';
import { Random } from '../random.js';
import { assign } from './assignment.js';
import { references } from './reference-numbers.test.kit.js';

const costs = (rows: number, columns: number) =>
  Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return Math.sin(1.3 * i + 2.7 * j + 0.4 * i * j) * 10;
  });

/** Returns the best number of pairs and its least cost by trying all, with forbidden pairs left out. */
function tryAll(matrix: ArrayLike<number>, rows: number, columns: number): { pairs: number; cost: number } {
  let best = { pairs: 0, cost: 0 };
  const used = new Set<number>();
  const visit = (row: number, pairs: number, cost: number) => {
    if (row === rows) {
      if (pairs > best.pairs || (pairs === best.pairs && cost < best.cost)) best = { pairs, cost };
      return;
    }
    visit(row + 1, pairs, cost);
    for (let column = 0; column < columns; column++) {
      const value = matrix[row * columns + column] as number;
      if (used.has(column) || value === Number.POSITIVE_INFINITY) continue;
      used.add(column);
      visit(row + 1, pairs + 1, cost + value);
      used.delete(column);
    }
  };
  visit(0, 0, 0);
  return best;
}

test('assignments are those of SciPy, square and both ways rectangular', () => {
  for (const { rows, columns, pairs, cost } of references.assignments) {
    const found = assign(costs(rows, columns), { rows, columns });
    expect(found.cost, `${rows} x ${columns}`).toBeCloseTo(cost, 9);
    const ours = [...found.columnOfRow.entries()].filter(([, column]) => column >= 0);
    expect(ours).toEqual(pairs);
  }
});

test('with forbidden pairs there are as many pairs as can be, at the least cost', () => {
  const random = new Random('forbidden');
  for (let round = 0; round < 300; round++) {
    const [rows, columns] = [1 + random.integer(5), 1 + random.integer(5)];
    const matrix = Float64Array.from({ length: rows * columns }, () =>
      random.uniform() < 0.5 ? Number.POSITIVE_INFINITY : random.between(-5, 5),
    );
    const { columnOfRow, cost } = assign(matrix, { rows, columns });
    const best = tryAll(matrix, rows, columns);
    const taken = [...columnOfRow].filter((column) => column >= 0);
    expect(taken).toHaveLength(best.pairs);
    expect(new Set(taken).size).toBe(best.pairs);
    expect(Math.abs(cost - best.cost)).toBeLessThan(1e-9);
  }
});

test('nothing to pair gives no pairs, and costs that are no numbers are refused', () => {
  expect([...assign([], { rows: 0, columns: 3 }).columnOfRow]).toEqual([]);
  expect([...assign([], { rows: 2, columns: 0 }).columnOfRow]).toEqual([-1, -1]);
  const none = assign([Number.POSITIVE_INFINITY], { rows: 1, columns: 1 });
  expect(none).toEqual({ columnOfRow: Int32Array.of(-1), cost: 0 });
  expect(() => assign([Number.NaN], { rows: 1, columns: 1 })).toThrow(/got NaN at 0/);
  expect(() => assign([1], { rows: 1, columns: 2 })).toThrow(/shape \[1,2\]/);
});
