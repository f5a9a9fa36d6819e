import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { hashText } from '@zoopraxis/core';

/** What this machine is, as far as speed and bit-identical results depend on it. */
export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Version of the installed onnxruntime-node. */
  readonly onnxRuntime: string;
}

function onnxRuntimeVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json');
  const { version } = manifest as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}

/** Returns a description of this machine. */
export function describeMachine(): Machine {
  return {
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    onnxRuntime: onnxRuntimeVersion(),
  };
}

/** Returns a short text that changes with whatever may change the best op forms: processor, threads, runtime version. */
export function machineKey(machine: Machine, device: string, threads: number): string {
  const text = [machine.platform, machine.cpu, machine.cores, machine.onnxRuntime, device, threads].join('|');
  return `${hashText(text).toString(16).padStart(8, '0')}${hashText(text, 7).toString(16).padStart(8, '0')}`;
}
