import { ThreadCalls } from '@zoopraxis/core/node';
import type { TensorMap } from '../runtime/backend.js';
import { threadHint } from '../runtime/thread-hint.js';
import type { BatchOptions, BatchSource } from './batches.js';
import type { BatchRequest } from './batches.worker.node.js';
import { trainingErrors } from './errors.js';

/** How many threads make batches. */
export interface WorkerBatchOptions extends BatchOptions {
  /** Threads; 2 by default. Batches do not depend on it. */
  workers?: number;
  /** Batches made or in the making beyond the one that was asked for; twice the workers by default. */
  prefetch?: number;
}

interface Pool {
  readonly workers: readonly { calls: ThreadCalls<BatchRequest>; busy: number }[];
  readonly prefetch: number;
}

/**
 * Returns batches of a dataset that is made in worker threads. Each loads the module, which must export
 * `createDataset(options): Dataset | Promise<Dataset>`; `datasetOptions` is plain data. Batches are the same as
 * `datasetBatches` gives, in whatever order threads finish. `close` ends the threads.
 * @throws SampleError from `batch`, naming the sample; UnavailableError where a thread died.
 */
export async function workerBatches(
  moduleUrl: string | URL,
  datasetOptions: unknown,
  options: WorkerBatchOptions,
): Promise<BatchSource & { readonly stepsPerEpoch: number; close(): Promise<void> }> {
  const { workers: count = 2, prefetch = 2 * count, ...batchOptions } = options;
  if (!(Number.isInteger(count) && count > 0))
    throw new RangeError(`workers: must be a positive integer, got ${count}`);
  if (!(Number.isInteger(prefetch) && prefetch >= 0)) {
    throw new RangeError(`prefetch: must be a whole number, got ${prefetch}`);
  }
  const url = new URL('./batches.worker.node.js', import.meta.url);
  const workers = Array.from({ length: count }, () => ({
    calls: new ThreadCalls<BatchRequest>(url, { label: 'data worker', hint: threadHint, errors: trainingErrors }),
    busy: 0,
  }));
  const close = async (): Promise<void> => {
    await Promise.all(workers.map(({ calls }) => calls.close()));
  };
  let perEpoch = 0;
  try {
    const request: BatchRequest = { kind: 'open', moduleUrl: String(moduleUrl), datasetOptions, batchOptions };
    const answers = await Promise.all(workers.map(({ calls }) => calls.call<number>(request)));
    perEpoch = answers[0] as number;
  } catch (error) {
    await close();
    throw error;
  }
  const batch = orderedBatches({ workers, prefetch });
  return { stepsPerEpoch: perEpoch, batch, close };
}

function orderedBatches({ workers, prefetch }: Pool): (step: number) => Promise<TensorMap> {
  const pending = new Map<number, Promise<TensorMap>>();
  const request = (step: number): Promise<TensorMap> => {
    const known = pending.get(step);
    if (known) return known;
    const worker = workers.reduce((idlest, other) => (other.busy < idlest.busy ? other : idlest));
    worker.busy++;
    const made = worker.calls.call<TensorMap>({ kind: 'batch', step }).finally(() => {
      worker.busy--;
    });
    // One that nobody asks for in the end must not count as an unhandled rejection.
    made.catch(() => undefined);
    pending.set(step, made);
    return made;
  };
  return (step) => {
    const wanted = request(step);
    for (let ahead = 1; ahead <= prefetch; ahead++) request(step + ahead);
    pending.delete(step);
    // After a jump to another step, what was made for the old place is let go.
    for (const known of pending.keys()) if (known < step || known > step + prefetch) pending.delete(known);
    return wanted;
  };
}
