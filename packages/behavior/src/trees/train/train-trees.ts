import type { BinnedRows } from '../bins/binned-rows.js';
import { openLane, type RoundResult } from '../grow/lane.js';
import type { TreeEnsemble } from '../model/tree-ensemble.js';
import { prepareTraining, runRounds } from './training.js';
import type { TreeOptions } from './tree-options.js';

/** Milliseconds after which other work of this thread gets its turn. */
const TURN_MS = 30;

/**
 * Returns gradient-boosted trees that were trained on rows, in this thread, which is given free between rounds. Labels are
 * class numbers or values, shape `[row]`. Rows without a label (NaN) must be left out of `useRows`. Throws TypeError or
 * RangeError on options and labels that cannot be trained on, UnavailableError where memory is missing.
 */
export async function trainTrees(rows: BinnedRows, labels: Float32Array, options: TreeOptions): Promise<TreeEnsemble> {
  return trainHere(rows, labels, options, false);
}

/** Returns boosted trees, or a forest, that were trained in this thread on labels, shape `[row]`. */
export async function trainHere(
  rows: BinnedRows,
  labels: Float32Array,
  options: TreeOptions,
  forest: boolean,
): Promise<TreeEnsemble> {
  options.signal?.throwIfAborted();
  const prepared = prepareTraining(rows, labels, options, 1, forest);
  try {
    const run = openLane(prepared.plan, rows.memory, 0);
    let began = performance.now();
    return await runRounds(rows, prepared, options, async (round): Promise<RoundResult> => {
      if (performance.now() - began > TURN_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        began = performance.now();
      }
      return run(round);
    });
  } finally {
    prepared.region.release();
  }
}
