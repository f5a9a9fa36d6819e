import { describeMachine, type NodeDevice, openTrainer, resolveDevice, workerBackend } from '@zoopraxis/nn/node';
import type { TemporalRuntime } from './temporal-runtime.js';

/**
 * Returns where temporal networks are trained in Node: in threads of their own, so that windows are cut while a step runs.
 * `device` is `cpu` by default, `threads` the number of cores; weights depend on both.
 * @throws UnavailableError where the device cannot be used.
 */
export async function nodeTemporalRuntime(
  options: { readonly device?: NodeDevice | 'auto'; readonly threads?: number } = {},
): Promise<TemporalRuntime> {
  const { device = 'cpu', threads = describeMachine().cores } = options;
  const target = await resolveDevice(device);
  return { backend: workerBackend(target), threads, openTrainer };
}
