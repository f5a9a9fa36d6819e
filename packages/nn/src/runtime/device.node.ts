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

/** Fastest first: what `auto` tries. */
const ORDER: readonly NodeDevice[] = ['cuda', 'webgpu', 'cpu'];

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

/**
 * Returns the device to use: `auto` takes the first of CUDA, WebGPU and CPU that works.
 * @throws UnavailableError where a named device does not work, saying why and what to install.
 */
export async function resolveDevice(name: DeviceName): Promise<NodeDevice> {
  for (const device of name === 'auto' ? ORDER : [name]) {
    const status = await tryDevice(device);
    if (status.available) return device;
    if (name === 'auto') continue;
    throw new UnavailableError(
      status.reason ?? `device ${device} cannot be used`,
      status.hint ? { hint: status.hint } : {},
    );
  }
  throw new UnavailableError('no device can run networks', { hint: 'reinstall onnxruntime-node' });
}
