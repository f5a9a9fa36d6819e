import type { ByteStore } from '@zoopraxis/core';
import { ThreadCalls } from '@zoopraxis/core/node';
import type { FormChoices } from '../graph/emit.js';
import type { Value } from '../graph/value.js';
import { describeMachine, machineKey } from './machine.node.js';
import { type ProbeResult, probeTasks } from './probe.js';
import type { ProbeRequest } from './probe.worker.node.js';
import { threadHint } from './thread-hint.js';
import './private-runtime.node.js';

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
    const calls = new ThreadCalls<ProbeRequest>(new URL('./probe.worker.node.js', import.meta.url), {
      label: 'probe',
      hint: threadHint,
    });
    try {
      for (const [index, task] of tasks.entries()) {
        signal?.throwIfAborted();
        const result = await calls.call<ProbeResult>({ device, task, options: { threads } });
        known[task.key] = result.form;
        onProgress?.(index + 1, tasks.length, result);
      }
    } finally {
      await calls.close();
    }
    await cache?.write(name, new TextEncoder().encode(`${JSON.stringify(known, Object.keys(known).sort(), 1)}\n`));
  }
  return known;
}
