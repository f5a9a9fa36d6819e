import { answerCalls } from '@zoopraxis/core/node';
import type { SessionOptions } from './backend.js';
import { directBackend } from './ort-backend.node.js';
import { type ProbeTask, runProbe } from './probe.js';

/** What a probe worker is asked. */
export interface ProbeRequest {
  device: 'cpu' | 'webgpu' | 'cuda';
  task: ProbeTask;
  options: SessionOptions;
}

answerCalls<ProbeRequest>(async ({ device, task, options }) => ({
  reply: await runProbe(directBackend(device), task, options),
}));
