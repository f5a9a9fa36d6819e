import { ThreadCalls } from '@zoopraxis/core/node';
import { type PredictTreesOptions, predictTrees } from './predict.js';
import type { PredictRequest } from './predict.worker.node.js';
import type { TreeEnsemble } from './tree-ensemble.js';

/** A model held by several threads, to predict block after block. */
export interface TreePredictor {
  /** Returns what `predictTrees` returns, bit for bit: values of shape `[column, row]` give `[row, output]`. */
  predict(values: Float32Array, rowCount: number, options?: Pick<PredictTreesOptions, 'output'>): Promise<Float32Array>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Rows below which one more thread costs more than it gives. */
const LEAST_ROWS = 1024;

/** Returns a predictor with that many threads; with one, this thread does the work. The caller closes it. */
export async function openTreePredictor(
  model: TreeEnsemble,
  options: { readonly threads: number },
): Promise<TreePredictor> {
  const { threads } = options;
  if (!(Number.isInteger(threads) && threads > 0 && threads <= 256))
    throw new RangeError(`threads: must be a whole number in 1..256, got ${threads}`);
  const lanes = Array.from({ length: threads === 1 ? 0 : threads }, () => {
    const url = new URL('./predict.worker.node.js', import.meta.url);
    return new ThreadCalls<PredictRequest>(url, { label: 'prediction by trees' });
  });
  const close = async (): Promise<void> => {
    await Promise.all(lanes.map((lane) => lane.close()));
  };
  try {
    await Promise.all(lanes.map((lane) => lane.call({ kind: 'open', model })));
  } catch (error) {
    await close();
    throw error;
  }
  const { columnCount, outputCount } = model;
  return {
    async predict(values, rowCount, { output = 'probability' } = {}) {
      if (lanes.length === 0 || rowCount < LEAST_ROWS) return predictTrees(model, values, rowCount, { output });
      if (values.length !== columnCount * rowCount)
        throw new RangeError(
          `values: must have ${columnCount} columns of ${rowCount} rows, got ${values.length} values`,
        );
      // What is shared already is read where it lies.
      const shared =
        values.buffer instanceof SharedArrayBuffer
          ? values
          : new Float32Array(new SharedArrayBuffer(values.byteLength));
      if (shared !== values) shared.set(values);
      const parts = await Promise.all(
        lanes.map((lane, index) => {
          const [from, to] = [index, index + 1].map((share) => Math.floor((rowCount * share) / lanes.length));
          return lane.call<Float32Array>({
            kind: 'predict',
            values: shared,
            rowCount,
            from: from as number,
            to: to as number,
            output,
          });
        }),
      );
      const result = new Float32Array(rowCount * outputCount);
      let at = 0;
      for (const part of parts) {
        result.set(part, at);
        at += part.length;
      }
      return result;
    },
    close,
  };
}
