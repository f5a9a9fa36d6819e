/** A least-cost assignment. */
export interface Assignment {
  /** Column of each row, -1 where it stays alone, shape `[row]`. */
  readonly columnOfRow: Int32Array;
  /** Sum of the costs of all pairs. */
  readonly cost: number;
}

/**
 * Returns the pairs of rows and columns with the lowest sum of costs, each row and column used at most once and as many
 * pairs as can be: shortest augmenting paths (Kuhn 1955; Jonker and Volgenant 1987), about `min^2 * max` steps.
 * An infinite cost forbids a pair, so some rows may stay alone.
 * @param costs Shape `[row, column]`; finite of either sign, or Infinity.
 * @throws RangeError for a wrong length, NaN or -Infinity.
 */
export function assign(costs: ArrayLike<number>, { rows, columns }: { rows: number; columns: number }): Assignment {
  if (costs.length !== rows * columns) {
    throw new RangeError(`assignment: costs must have shape [${rows},${columns}], got ${costs.length} values`);
  }
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < costs.length; i++) {
    const cost = costs[i] as number;
    if (Number.isNaN(cost) || cost === Number.NEGATIVE_INFINITY) {
      throw new RangeError(`assignment: costs must be finite or Infinity, got ${cost} at ${i}`);
    }
    if (cost === Number.POSITIVE_INFINITY) continue;
    lowest = Math.min(lowest, cost);
    highest = Math.max(highest, cost);
  }
  const columnOfRow = new Int32Array(rows).fill(-1);
  if (lowest > highest) return { columnOfRow, cost: 0 };
  const wide = rows <= columns;
  const [few, many] = wide ? [rows, columns] : [columns, rows];
  // One forbidden pair costs more than any choice of allowed ones, so there are as few of them as can be.
  const forbidden = (highest - lowest) * (few + 1) + 1;
  const costAt = (a: number, b: number): number => {
    const cost = costs[wide ? a * columns + b : b * columns + a] as number;
    return cost === Number.POSITIVE_INFINITY ? forbidden : cost - lowest;
  };
  // Index `many` stands for the member of the small side that looks for a partner.
  const partner = new Int32Array(many + 1).fill(-1);
  const smallPrice = new Float64Array(few);
  const largePrice = new Float64Array(many + 1);
  const way = new Int32Array(many + 1);
  const slack = new Float64Array(many);
  const reached = new Uint8Array(many + 1);
  for (let a = 0; a < few; a++) {
    slack.fill(Number.POSITIVE_INFINITY);
    reached.fill(0);
    partner[many] = a;
    let at = many;
    while (partner[at] !== -1) {
      reached[at] = 1;
      const small = partner[at] as number;
      let [step, next] = [Number.POSITIVE_INFINITY, -1];
      for (let b = 0; b < many; b++) {
        if (reached[b] === 1) continue;
        const reduced = costAt(small, b) - (smallPrice[small] as number) - (largePrice[b] as number);
        if (reduced < (slack[b] as number)) {
          slack[b] = reduced;
          way[b] = at;
        }
        if ((slack[b] as number) < step) [step, next] = [slack[b] as number, b];
      }
      for (let b = 0; b <= many; b++) {
        if (reached[b] === 1) {
          const member = partner[b] as number;
          smallPrice[member] = (smallPrice[member] as number) + step;
          largePrice[b] = (largePrice[b] as number) - step;
        } else if (b < many) slack[b] = (slack[b] as number) - step;
      }
      at = next;
    }
    while (at !== many) {
      const from = way[at] as number;
      partner[at] = partner[from] as number;
      at = from;
    }
    partner[many] = -1;
  }
  let cost = 0;
  for (let b = 0; b < many; b++) {
    const a = partner[b] as number;
    if (a < 0) continue;
    const [row, column] = wide ? [a, b] : [b, a];
    const value = costs[row * columns + column] as number;
    if (value === Number.POSITIVE_INFINITY) continue;
    columnOfRow[row] = column;
    cost += value;
  }
  return { columnOfRow, cost };
}
