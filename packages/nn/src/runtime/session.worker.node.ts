import { parentPort } from 'node:worker_threads';
import type { Session, SessionOptions, TensorMap } from './backend.js';
import { directBackend } from './ort-backend.node.js';
import { describeError, type ErrorData } from './worker-errors.js';

/** What the owner of a session asks of its worker; a model is the bytes of an ONNX file. */
export type SessionRequest =
  | { id: number; kind: 'create'; device: 'cpu' | 'webgpu' | 'cuda'; model: Uint8Array; options: SessionOptions }
  | { id: number; kind: 'run'; feeds: TensorMap }
  | { id: number; kind: 'close' };

/** What the worker answers; a run gives back the buffers it was fed. */
export type SessionReply =
  | { id: number; kind: 'created'; inputNames: readonly string[]; outputNames: readonly string[] }
  | { id: number; kind: 'ran'; results: TensorMap; feeds: TensorMap }
  | { id: number; kind: 'closed' }
  | { id: number; kind: 'failed'; error: ErrorData; feeds?: TensorMap };

/** Returns the buffers (list) of tensors, each once, to be moved instead of copied. */
export function buffersOf(...maps: readonly TensorMap[]): ArrayBuffer[] {
  const all = maps.flatMap((map) => Object.values(map).map((tensor) => tensor.data.buffer as ArrayBuffer));
  return [...new Set(all)];
}

const port = parentPort;
let session: Session | undefined;
let queue: Promise<void> = Promise.resolve();

async function answer(request: SessionRequest): Promise<void> {
  const { id } = request;
  const feeds = request.kind === 'run' ? request.feeds : {};
  const send = (reply: SessionReply, ...moved: TensorMap[]): void => port?.postMessage(reply, buffersOf(...moved));
  try {
    if (request.kind === 'create') {
      session = await directBackend(request.device).createSession(request.model, request.options);
      send({ id, kind: 'created', inputNames: session.inputNames, outputNames: session.outputNames });
    } else if (request.kind === 'run') {
      if (session === undefined) throw new TypeError('session: it is closed');
      const results = await session.run(feeds);
      send({ id, kind: 'ran', results, feeds }, results, feeds);
    } else {
      await session?.close();
      session = undefined;
      send({ id, kind: 'closed' });
    }
  } catch (error) {
    send({ id, kind: 'failed', error: describeError(error), feeds }, feeds);
  }
}

port?.on('message', (request: SessionRequest) => {
  queue = queue.then(() => answer(request));
});
