import type { FamilyContext } from './fit-family.js';
import { fitRows } from './fit-rows.js';
import { readBinnedRows } from './training-rows.js';

/** How columns are chosen. */
export interface SelectionOptions {
  /** How many columns are kept. */
  readonly count: number;
  /** Rounds of the trees that judge them. Default 40. */
  readonly rounds?: number;
}

/**
 * Returns the columns that lower the loss of a short training of boosted trees most (sum of gains), indices ascending, shape
 * `[column]`. It sees the training recordings only, so no test is spoiled by it.
 */
export async function selectColumns(
  { count, rounds = 40 }: SelectionOptions,
  context: Omit<FamilyContext, 'temporal'>,
): Promise<Int32Array> {
  const { plan, rows, sources, columns, trees, seed, signal, onStep } = context;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`selection: count must be a whole number above 0, got ${count}`);
  }
  if (count >= columns.length) return columns;
  onStep(`choosing ${count} of ${columns.length} columns`);
  const binned = await readBinnedRows(sources, rows, { columns, signal });
  const { scorer } = await fitRows(
    { kind: 'trees', settings: { rounds, columnSample: 0.3 } },
    { plan, rows, binned },
    { engine: trees, seed, signal },
  );
  const gain = new Float64Array(columns.length);
  for (const ensemble of scorer.kind === 'trees' ? scorer.ensembles : []) {
    for (let node = 0; node < ensemble.column.length; node++) {
      const column = ensemble.column[node] as number;
      if (column >= 0) gain[column] = (gain[column] as number) + (ensemble.gain[node] as number);
    }
  }
  const order = Array.from(gain.keys()).sort((a, b) => (gain[b] as number) - (gain[a] as number) || a - b);
  return Int32Array.from(order.slice(0, count), (i) => columns[i] as number).sort();
}
