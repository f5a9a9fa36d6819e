import { Worker } from 'node:worker_threads';
import type { ByteStore } from '@zoopraxis/core';
import type { FormChoices } from '../graph/emit.js';
import type { Value } from '../graph/value.js';
import { describeMachine, machineKey } from './machine.node.js';
import { type ProbeResult, probeTasks } from './probe.js';
import type { ProbeReply, ProbeRequest } from './probe.worker.node.js';
import { restoreError } from './worker-errors.js';

/** How forms are chosen. */
export interface ChooseFormsOptions {
  device?: 'cpu' | 'webgpu' | 'cuda';
  /** Threads that sessions will use; the number of cores by default. */
  threads?: number;
  /** Where choices are remembered for this machine; nowhere by default. */
  cache?: ByteStore;
  onProgress?: (done: number, total: number, result: ProbeResult) => void;
  signal?: AbortSignal;
}

function parseChoices(bytes: Uint8Array | undefined): Record<string, string> {
  if (bytes === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const entries = Object.entries(parsed as Record<string, unknown>);
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // A damaged cache costs one more probe, nothing else.
    return {};
  }
}

/**
 * Returns the fastest forms on this machine for all calls that `outputs` depend on. Each kind of call is timed once
 * in a worker thread, and remembered in `cache` under the machine's key.
 */
export async function chooseForms(outputs: Iterable<Value>, options: ChooseFormsOptions = {}): Promise<FormChoices> {
  const machine = describeMachine();
  const { device = 'cpu', threads = machine.cores, cache, onProgress, signal } = options;
  const name = `op-forms-${machineKey(machine, device, threads)}.json`;
  const known = parseChoices(await cache?.read(name));
  const list = [...outputs];
  const tasks = probeTasks(list, device, known);
  if (tasks.length > 0) {
    const worker = new Worker(new URL('./probe.worker.node.js', import.meta.url));
    try {
      for (const [index, task] of tasks.entries()) {
        signal?.throwIfAborted();
        const result = await ask(worker, { device, task, options: { threads } });
        known[task.key] = result.form;
        onProgress?.(index + 1, tasks.length, result);
      }
    } finally {
      await worker.terminate();
    }
    await cache?.write(name, new TextEncoder().encode(`${JSON.stringify(known, Object.keys(known).sort(), 1)}\n`));
  }
  return known;
}

function ask(worker: Worker, request: ProbeRequest): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: ProbeReply): void => {
      finish();
      if ('result' in reply) resolve(reply.result);
      else reject(restoreError(reply.error));
    };
    const onError = (error: Error): void => {
      finish();
      reject(error);
    };
    const onExit = (): void => onError(new Error('probe: its worker thread ended'));
    const finish = (): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(request);
  });
}
