import { parentPort } from 'node:worker_threads';
import type { SessionOptions } from './backend.js';
import { directBackend } from './ort-backend.node.js';
import { type ProbeResult, type ProbeTask, runProbe } from './probe.js';
import { describeError, type ErrorData } from './worker-errors.js';

/** What a probe worker is asked. */
export interface ProbeRequest {
  device: 'cpu' | 'webgpu' | 'cuda';
  task: ProbeTask;
  options: SessionOptions;
}

/** What it answers. */
export type ProbeReply = { result: ProbeResult } | { error: ErrorData };

parentPort?.on('message', async ({ device, task, options }: ProbeRequest) => {
  let reply: ProbeReply;
  try {
    reply = { result: await runProbe(directBackend(device), task, options) };
  } catch (error) {
    reply = { error: describeError(error) };
  }
  parentPort?.postMessage(reply);
});
