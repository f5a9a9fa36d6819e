import { Random } from '../../random.js';

const smallEnough = 2000;

/**
 * Returns the number of the given rank (from 0) among the sums x[i] + y[j], without making them: rows and columns ascend,
 * so a pivot splits them in one walk (after Johnson and Mizoguchi 1978, with random pivots). Time n log n.
 * @param firstColumn First column of each row that counts, shape `[row]`, not descending.
 */
function selectSum(x: Float64Array, y: Float64Array, rank: number, firstColumn: (row: number) => number): number {
  const rows = x.length;
  const low = Int32Array.from({ length: rows }, (_, i) => firstColumn(i));
  const high = new Int32Array(rows).fill(y.length);
  const below = new Int32Array(rows);
  const upTo = new Int32Array(rows);
  const random = new Random('pairwise order');
  let skipped = 0;
  for (;;) {
    let total = 0;
    for (let i = 0; i < rows; i++) total += (high[i] as number) - (low[i] as number);
    if (total <= smallEnough) {
      const rest = new Float64Array(total);
      let at = 0;
      for (let i = 0; i < rows; i++) {
        for (let j = low[i] as number; j < (high[i] as number); j++) rest[at++] = (x[i] as number) + (y[j] as number);
      }
      return rest.sort()[rank - skipped] as number;
    }
    let place = Math.floor(random.uniform() * total);
    let row = 0;
    while (place >= (high[row] as number) - (low[row] as number))
      place -= (high[row] as number) - (low[row++] as number);
    const pivot = (x[row] as number) + (y[(low[row] as number) + place] as number);
    let [smaller, notLarger] = [0, 0];
    let [a, b] = [y.length, y.length];
    for (let i = 0; i < rows; i++) {
      const base = x[i] as number;
      while (a > 0 && base + (y[a - 1] as number) >= pivot) a--;
      while (b > 0 && base + (y[b - 1] as number) > pivot) b--;
      const start = firstColumn(i);
      below[i] = Math.max(a, start);
      upTo[i] = Math.max(b, start);
      smaller += (below[i] as number) - start;
      notLarger += (upTo[i] as number) - start;
    }
    if (rank >= smaller && rank < notLarger) return pivot;
    if (rank < smaller) {
      for (let i = 0; i < rows; i++) high[i] = Math.min(high[i] as number, below[i] as number);
    } else {
      skipped = notLarger;
      for (let i = 0; i < rows; i++) low[i] = Math.max(low[i] as number, upTo[i] as number);
    }
  }
}

/** Order statistics of a set of numbers that is too large to make: `at(rank)` gives the one of a rank, from 0. */
export interface PairwiseOrder {
  readonly count: number;
  readonly at: (rank: number) => number;
}

/** Returns the order of all differences of a value of the first group and one of the second, each of shape `[value]`. */
export function differencesOf(first: Float64Array, second: Float64Array): PairwiseOrder {
  const x = Float64Array.from(first).sort();
  const y = Float64Array.from(second, (value) => -value).sort();
  return { count: x.length * y.length, at: (rank) => selectSum(x, y, rank, () => 0) };
}

/** Returns the order of the means of all pairs of values (shape `[value]`), each with itself too: the Walsh averages. */
export function walshAverages(values: Float64Array): PairwiseOrder {
  const x = Float64Array.from(values).sort();
  const n = x.length;
  return { count: (n * (n + 1)) / 2, at: (rank) => selectSum(x, x, rank, (row) => row) / 2 };
}

/** Returns the median of such numbers: the Hodges-Lehmann estimate. */
export function medianOf({ count, at }: PairwiseOrder): number {
  const upper = at(Math.floor(count / 2));
  return count % 2 === 1 ? upper : (at(count / 2 - 1) + upper) / 2;
}
