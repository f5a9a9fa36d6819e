import ort from 'onnxruntime-node';
import {
  type Backend,
  deviceUnavailable,
  type OrtModule,
  type Session,
  type SessionOptions,
  wrapSession,
} from './backend.js';

/** What to do where a device is missing. */
const hints = {
  cpu: 'reinstall onnxruntime-node: its CPU library comes inside the package',
  webgpu: 'install a graphics driver with Vulkan (Linux), Direct3D 12 (Windows) or use macOS with Metal',
  cuda: 'install the NVIDIA driver, CUDA and cuDNN, then run the install script of onnxruntime-node, which fetches its CUDA library',
} as const;

/**
 * Returns a backend that runs in the calling thread: a run blocks it for its whole length, so call it from a worker.
 * @throws UnavailableError from `createSession` where the device is missing, with the way to get it.
 */
export function directBackend(device: 'cpu' | 'webgpu' | 'cuda' = 'cpu'): Backend {
  return {
    target: device,
    async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
      const settings = {
        executionProviders: [device],
        logSeverityLevel: 3,
        // With a memory pattern the second run allocates one block for all tensors beside what the first had taken:
        // a ResNet-50 training step peaks at 3.4 GB instead of 2.0, and is at most 4 % faster.
        enableMemPattern: false,
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      };
      try {
        const module = ort as unknown as OrtModule;
        return wrapSession(module, await module.InferenceSession.create(model, settings));
      } catch (error) {
        if (device === 'cpu') throw error;
        throw deviceUnavailable(device, error, hints[device]);
      }
    },
  };
}
