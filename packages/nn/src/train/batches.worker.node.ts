import { answerCalls } from '@zoopraxis/core/node';
import { type BatchOptions, type BatchSource, type Dataset, datasetBatches } from './batches.js';
import { movableBuffers } from './move.js';

/** What a data worker is asked. */
export type BatchRequest =
  | { kind: 'open'; moduleUrl: string; datasetOptions: unknown; batchOptions: BatchOptions }
  | { kind: 'batch'; step: number };

let source: BatchSource | undefined;

async function openDataset(moduleUrl: string, options: unknown): Promise<Dataset> {
  const module = (await import(moduleUrl)) as { createDataset?: unknown };
  if (typeof module.createDataset !== 'function') {
    throw new TypeError(`dataset module: must export a function createDataset: ${moduleUrl}`);
  }
  const dataset = (await module.createDataset(options)) as Partial<Dataset> | undefined;
  if (typeof dataset?.length !== 'number' || typeof dataset.sample !== 'function') {
    throw new TypeError(`dataset module: createDataset must return length and sample: ${moduleUrl}`);
  }
  return dataset as Dataset;
}

answerCalls<BatchRequest>(async (request) => {
  if (request.kind === 'open') {
    source = datasetBatches(await openDataset(request.moduleUrl, request.datasetOptions), request.batchOptions);
    return { reply: source.stepsPerEpoch };
  }
  if (source === undefined) throw new TypeError('data worker: it must be opened first');
  const reply = await source.batch(request.step);
  return { reply, moved: movableBuffers(reply) };
});
