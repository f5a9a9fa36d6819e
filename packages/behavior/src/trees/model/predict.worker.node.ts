import { answerCalls } from '@zoopraxis/core/node';
import { predictRows } from './predict.js';
import type { TreeEnsemble } from './tree-ensemble.js';

/** What a thread that predicts is asked. */
export type PredictRequest =
  | { kind: 'open'; model: TreeEnsemble }
  | {
      kind: 'predict';
      /** Shape `[column, row]`. */
      values: Float32Array;
      rowCount: number;
      from: number;
      to: number;
      output: 'margin' | 'probability';
    };

let held: TreeEnsemble | undefined;

answerCalls<PredictRequest>((request) => {
  if (request.kind === 'open') {
    held = request.model;
    return { reply: undefined };
  }
  if (held === undefined) throw new TypeError('prediction: it must be opened first');
  const { values, rowCount, from, to, output } = request;
  const reply = new Float32Array((to - from) * held.outputCount);
  predictRows(held, values, rowCount, { from, to, output, into: reply });
  return { reply, moved: [reply.buffer] };
});
