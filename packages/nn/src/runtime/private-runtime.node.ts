import { isMainThread } from 'node:worker_threads';
import { UnavailableError } from '@zoopraxis/core';

/** The switch that ONNX Runtime reads once, before its first session: without it, it sends what it runs to its maker. */
const name = 'ORT_DISABLE_TELEMETRY';

// A thread has a copy of the environment, which the native library does not see: only the main thread can set it.
if (isMainThread) process.env[name] = '1';

/**
 * Makes sure that ONNX Runtime stays silent: no upload, no device number and no event store on disk.
 * @throws UnavailableError in a thread of a process whose main thread has not set the switch.
 */
export function requirePrivateRuntime(): void {
  if (process.env[name] === '1') return;
  throw new UnavailableError('ONNX Runtime would report its use over the network, and a thread cannot turn that off', {
    hint: `Import '@zoopraxis/nn/node' in the main thread before starting the thread, or set ${name}=1 before starting the program.`,
  });
}
