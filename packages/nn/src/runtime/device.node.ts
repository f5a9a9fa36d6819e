import { UnavailableError } from '@zoopraxis/core';
import { emitGraph } from '../graph/emit.js';
import { input } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { matmul } from '../ops/matmul.js';
import type { DeviceName } from './backend.js';
import { workerBackend } from './session.node.js';

/** A device that networks can run on in Node. */
export type NodeDevice = 'cpu' | 'webgpu' | 'cuda';

/** Whether a device works on this machine, and if not, why and what to do. */
export interface DeviceStatus {
  readonly device: NodeDevice;
  readonly available: boolean;
  /** Why it cannot be used, in ONNX Runtime's words. */
  readonly reason?: string;
  /** What to install. */
  readonly hint?: string;
}

/** Encoded model of a square matrix product, as raw bytes: the smallest real work there is. */
export function productModel(size: number): Uint8Array {
  const product = matmul(input('a', [size, size]), input('b', [size, size]));
  return encodeModel(emitGraph(new Map([['product', product]]), { target: 'wasm' }).model);
}

/** Returns whether a device runs a small product right, by trying it. */
export async function tryDevice(device: NodeDevice): Promise<DeviceStatus> {
  try {
    const session = await workerBackend(device).createSession(productModel(2));
    try {
      const identity = Float32Array.of(1, 0, 0, 1);
      const values = Float32Array.of(1, 2, 3, 4);
      const tensor = (data: Float32Array) => ({ dtype: 'float32' as const, shape: [2, 2], data });
      const { product } = await session.run({ a: tensor(identity), b: tensor(values) });
      const right = values.every((value, index) => product?.data[index] === value);
      return right ? { device, available: true } : { device, available: false, reason: 'it computes wrong numbers' };
    } finally {
      await session.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = error instanceof UnavailableError ? error.hint : undefined;
    return { device, available: false, reason, ...(hint === undefined ? {} : { hint }) };
  }
}

/** Width of the matrices that devices are timed on. */
const TIMED_SIZE = 1024;

/** Returns the rate of a 1024 x 1024 float32 matrix product, in 10^9 operations a second: the median over a time. */
export async function productRate(device: NodeDevice, options: { threads?: number; seconds: number }): Promise<number> {
  const { threads, seconds } = options;
  const session = await workerBackend(device).createSession(
    productModel(TIMED_SIZE),
    threads === undefined ? {} : { threads },
  );
  try {
    const data = new Float32Array(TIMED_SIZE * TIMED_SIZE).fill(0.5);
    const tensor = { dtype: 'float32' as const, shape: [TIMED_SIZE, TIMED_SIZE], data };
    const feeds = { a: tensor, b: tensor };
    await session.run(feeds);
    const times: number[] = [];
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end || times.length < 3) {
      const start = performance.now();
      await session.run(feeds);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    return (2 * TIMED_SIZE ** 3) / ((times[times.length >> 1] as number) * 1e6);
  } finally {
    await session.close();
  }
}

/**
 * Returns the device to use. `auto` takes CUDA where it works, then WebGPU where it works and outruns the processor in
 * a matrix product (a driver in software does not), else the CPU.
 * @throws UnavailableError where a named device does not work, saying why and what to install.
 */
export async function resolveDevice(name: DeviceName): Promise<NodeDevice> {
  if (name !== 'auto') {
    const status = await tryDevice(name);
    if (status.available) return name;
    const options = status.hint === undefined ? {} : { hint: status.hint };
    throw new UnavailableError(status.reason ?? `device ${name} cannot be used`, options);
  }
  if ((await tryDevice('cuda')).available) return 'cuda';
  if (!(await tryDevice('webgpu')).available) return 'cpu';
  const gpu = await productRate('webgpu', { seconds: 0.2 });
  const cpu = await productRate('cpu', { seconds: 0.2 });
  return gpu > cpu ? 'webgpu' : 'cpu';
}
