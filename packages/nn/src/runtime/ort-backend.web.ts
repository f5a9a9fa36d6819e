import { UnavailableError } from '@zoopraxis/core';
import { encodeModel } from '../onnx/encode.js';
import type { OnnxModel } from '../onnx/model.js';
import {
  type Backend,
  deviceUnavailable,
  type OrtModule,
  type Session,
  type SessionOptions,
  type TensorMap,
  wrapSession,
} from './backend.js';

/** Options of {@link webBackend}. */
export interface WebBackendOptions {
  /** `wasm` (the default) runs everywhere, `webgpu` where the browser offers it. */
  device?: 'wasm' | 'webgpu';
  /** Address of onnxruntime-web's `.wasm` file for the device; beside the module that loads it by default. */
  wasmUrl?: string;
}

/** ONNX Runtime with the settings it takes before its first session and keeps from then on. */
type WebOrtModule = OrtModule & {
  readonly env: { readonly wasm: { numThreads?: number; wasmPaths?: { wasm: string } | string } };
};

/** One WebAssembly instance, shared by all sessions of a page or worker. */
interface Runtime {
  readonly module: WebOrtModule;
  readonly threads: number;
  readonly wasmUrl: string | undefined;
  /** End of the last job given to it: with WebGPU it refuses a second call while one is under way. */
  queue: Promise<unknown>;
}

const runtimes = new Map<'wasm' | 'webgpu', Promise<Runtime>>();

const hints = {
  wasm: 'install onnxruntime-web, and serve its .wasm file beside its module or pass its address as wasmUrl',
  webgpu: 'use a browser with WebGPU on a page served over https or from localhost, or take the device wasm',
  threads:
    'serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or take one thread',
} as const;

/** The smallest model there is: whether it loads tells a missing runtime from a faulty model. */
const trialModel: OnnxModel = {
  opsets: { '': 20 },
  graph: {
    name: 'trial',
    nodes: [{ opType: 'Identity', inputs: ['x'], outputs: ['y'] }],
    initializers: [],
    inputs: [{ name: 'x', type: 'float32', dims: [1] }],
    outputs: [{ name: 'y', type: 'float32', dims: [1] }],
  },
};

async function importRuntime(device: 'wasm' | 'webgpu'): Promise<WebOrtModule> {
  try {
    const module = device === 'wasm' ? await import('onnxruntime-web/wasm') : await import('onnxruntime-web/webgpu');
    return module as unknown as WebOrtModule;
  } catch (error) {
    throw deviceUnavailable(device, error, hints.wasm);
  }
}

async function checkAdapter(): Promise<void> {
  const { gpu } = globalThis.navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  if (gpu === undefined) throw deviceUnavailable('webgpu', 'this browser or page has no navigator.gpu', hints.webgpu);
  if ((await gpu.requestAdapter()) === null) {
    throw deviceUnavailable('webgpu', 'the browser has WebGPU but finds no adapter', hints.webgpu);
  }
}

async function start(device: 'wasm' | 'webgpu', wasmUrl: string | undefined, threads: number): Promise<Runtime> {
  if (device === 'webgpu') await checkAdapter();
  if (threads > 1 && !globalThis.crossOriginIsolated) {
    throw new UnavailableError(`threads: ${threads} need a page that is isolated from other origins`, {
      hint: hints.threads,
    });
  }
  const module = await importRuntime(device);
  module.env.wasm.numThreads = threads;
  if (wasmUrl !== undefined) module.env.wasm.wasmPaths = { wasm: wasmUrl };
  try {
    const trial = await module.InferenceSession.create(encodeModel(trialModel), { executionProviders: [device] });
    await trial.release();
  } catch (error) {
    throw deviceUnavailable(device, error, hints[device]);
  }
  return { module, threads, wasmUrl, queue: Promise.resolve() };
}

async function startOnce(device: 'wasm' | 'webgpu', wasmUrl: string | undefined, threads?: number): Promise<Runtime> {
  let starting = runtimes.get(device);
  if (starting === undefined) {
    starting = start(device, wasmUrl, threads ?? 1);
    runtimes.set(device, starting);
    // What was missing may be there the next time, such as an adapter or the isolation that threads need.
    starting.catch(() => runtimes.delete(device));
  }
  const runtime = await starting;
  if (threads !== undefined && threads !== runtime.threads) {
    throw new RangeError(`session threads: must be ${runtime.threads}, as in the first session here, got ${threads}`);
  }
  if (wasmUrl !== undefined && wasmUrl !== runtime.wasmUrl) {
    throw new RangeError(`wasmUrl: must be the same in all sessions, the first had ${runtime.wasmUrl}, got ${wasmUrl}`);
  }
  return runtime;
}

function inTurn<T>(runtime: Runtime, job: () => Promise<T>): Promise<T> {
  const result = runtime.queue.then(job);
  runtime.queue = result.catch(() => undefined);
  return result;
}

async function runInto(session: Session, feeds: TensorMap, into: TensorMap): ReturnType<Session['run']> {
  // onnxruntime-web does not write into tensors given for results, so they are filled here.
  const results = await session.run(feeds);
  for (const [name, target] of Object.entries(into)) {
    const found = results[name];
    if (found === undefined) continue;
    if (found.data.length !== target.data.length) {
      throw new RangeError(`tensor ${name}: must hold ${found.data.length} elements, got ${target.data.length}`);
    }
    target.data.set(found.data as never);
    results[name] = target;
  }
  return results;
}

/**
 * Returns a backend over onnxruntime-web, for pages and web workers. With `wasm` a run blocks its thread for its whole
 * length: call it from a web worker where a page must stay responsive. All sessions of a thread share one runtime,
 * so the first one fixes the number of threads (one by default; later sessions may name the same or none), and runs are
 * taken one after another. More threads than one need a page that is isolated from other origins.
 * @throws UnavailableError from `createSession` where the device, the package or its `.wasm` file is missing, with the
 * way to get it.
 */
export function webBackend({ device = 'wasm', wasmUrl }: WebBackendOptions = {}): Backend {
  if (device !== 'wasm' && device !== 'webgpu') throw new TypeError(`device: must be wasm or webgpu, got ${device}`);
  return {
    target: device,
    async createSession(model: Uint8Array, { threads }: SessionOptions = {}): Promise<Session> {
      const runtime = await startOnce(device, wasmUrl, threads);
      const settings = { executionProviders: [device], logSeverityLevel: 3, enableMemPattern: false };
      const { module } = runtime;
      const session = await inTurn(runtime, async () =>
        wrapSession(module, await module.InferenceSession.create(model, settings)),
      );
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        run: (feeds, into = {}) => inTurn(runtime, () => runInto(session, feeds, into)),
        close: () => inTurn(runtime, () => session.close()),
      };
    },
  };
}
