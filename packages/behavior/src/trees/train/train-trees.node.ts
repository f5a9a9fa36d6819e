import { ThreadCalls } from '@zoopraxis/core/node';
import type { BinnedRows } from '../bins/binned-rows.js';
import { BARRIER_WORDS, Barrier } from '../grow/barrier.js';
import type { RoundResult } from '../grow/lane.js';
import type { TreeEnsemble } from '../model/tree-ensemble.js';
import { type ForestOptions, forestOptions } from './train-forest.js';
import { trainHere } from './train-trees.js';
import { prepareTraining, runRounds } from './training.js';
import type { TreeLaneRequest } from './tree-lane.worker.node.js';
import type { TreeOptions } from './tree-options.js';

/**
 * Returns the same model as `trainTrees`, bit for bit, grown by several threads that share the rows' memory, each with its
 * own columns. This thread stays free. Labels: class numbers or values, shape `[row]`.
 */
export function trainTreesThreaded(
  rows: BinnedRows,
  labels: Float32Array,
  options: TreeOptions & { readonly threads: number },
): Promise<TreeEnsemble> {
  return trainInThreads(rows, labels, options, options.threads, false);
}

/** Returns the same model as `trainForest`, bit for bit, grown by several threads. Labels: class numbers or values, shape `[row]`. */
export function trainForestThreaded(
  rows: BinnedRows,
  labels: Float32Array,
  options: ForestOptions & { readonly threads: number },
): Promise<TreeEnsemble> {
  return trainInThreads(rows, labels, forestOptions(rows, options), options.threads, true);
}

async function trainInThreads(
  rows: BinnedRows,
  labels: Float32Array,
  options: TreeOptions,
  threads: number,
  forest: boolean,
): Promise<TreeEnsemble> {
  if (!(Number.isInteger(threads) && threads > 0 && threads <= 256))
    throw new RangeError(`threads: must be a whole number in 1..256, got ${threads}`);
  options.signal?.throwIfAborted();
  const prepared = prepareTraining(rows, labels, options, threads, forest);
  const { laneCount, at } = prepared.plan;
  if (laneCount === 1) {
    prepared.region.release();
    return trainHere(rows, labels, options, forest);
  }
  const lanes = Array.from(
    { length: laneCount },
    () =>
      new ThreadCalls<TreeLaneRequest>(new URL('./tree-lane.worker.node.js', import.meta.url), {
        label: 'training of trees',
      }),
  );
  const barrier = new Barrier(new Int32Array(rows.memory.buffer, at.barrier, BARRIER_WORDS), laneCount);
  try {
    await Promise.all(
      lanes.map((calls, lane) => calls.call({ kind: 'open', plan: prepared.plan, memory: rows.memory, lane })),
    );
    return await runRounds(rows, prepared, options, async (round) => {
      const answers = lanes.map((calls) => calls.call<RoundResult>({ kind: 'round', round }));
      // A thread that fails must not leave the others waiting for it.
      for (const answer of answers) answer.catch(() => barrier.giveUp());
      const failed = (await Promise.allSettled(answers)).filter((answer) => answer.status === 'rejected');
      const cause = failed.find(({ reason }) => (reason as Error).name !== 'AbortError') ?? failed[0];
      if (cause !== undefined) throw cause.reason;
      return (await answers[0]) as RoundResult;
    });
  } finally {
    await Promise.all(lanes.map((calls) => calls.close()));
    prepared.region.release();
  }
}
