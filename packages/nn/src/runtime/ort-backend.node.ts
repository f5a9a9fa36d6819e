import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ort from 'onnxruntime-node';
import {
  type Backend,
  damageOf,
  deviceUnavailable,
  loadProblem,
  type OrtModule,
  type Session,
  type SessionOptions,
  wrapSession,
} from './backend.js';
import { requirePrivateRuntime } from './private-runtime.node.js';

/** What to do where a device is missing. */
const hints = {
  cpu: 'reinstall onnxruntime-node: its CPU library comes inside the package',
  webgpu: 'install a graphics driver with Vulkan (Linux), Direct3D 12 (Windows) or use macOS with Metal',
  cuda: 'install the NVIDIA driver, CUDA and cuDNN, then run the install script of onnxruntime-node, which fetches its CUDA library',
} as const;

/** Throws where onnxruntime-node lacks its CUDA library: trying without it prints the runtime's own log on the user's screen. */
function checkCudaLibrary(): void {
  const name = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  if (!existsSync(join(dirname(manifest), 'bin', 'napi-v6', process.platform, process.arch, name))) {
    throw new Error(`${name} is not in the package onnxruntime-node`);
  }
}

/**
 * Returns a backend that runs in the calling thread: a run blocks it for its whole length, so call it from a worker.
 * @throws UnavailableError from `createSession` where the device is missing, with the way to get it.
 */
export function directBackend(device: 'cpu' | 'webgpu' | 'cuda' = 'cpu'): Backend {
  return {
    target: device,
    async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
      requirePrivateRuntime();
      const settings = {
        executionProviders: [device],
        logSeverityLevel: 3,
        // With a memory pattern the second run allocates one block for all tensors beside what the first had taken:
        // a ResNet-50 training step peaks at 3.4 GB instead of 2.0, and is at most 4 % faster.
        enableMemPattern: false,
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      };
      try {
        if (device === 'cuda') checkCudaLibrary();
        const module = ort as unknown as OrtModule;
        return wrapSession(module, await module.InferenceSession.create(model, settings));
      } catch (error) {
        const damage = damageOf(model);
        if (damage) throw damage;
        if (device === 'cpu') throw loadProblem(error);
        throw deviceUnavailable(device, error, hints[device]);
      }
    },
  };
}
