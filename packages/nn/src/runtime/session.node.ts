import { Worker } from 'node:worker_threads';
import { emptyArray, type Tensor } from '../graph/value.js';
import type { Backend, Session, SessionOptions, TensorMap } from './backend.js';
import { buffersOf, type SessionReply, type SessionRequest } from './session.worker.node.js';
import { restoreError } from './worker-errors.js';

/** Feeds that fit one model, kept so that two runs can be prepared and running at once without new memory. */
type FeedSlot = Map<string, Tensor>;

const SLOTS = 2;

type Unnumbered<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/** A session in a worker thread: a run does not block the caller. */
class WorkerSession implements Session {
  inputNames: readonly string[] = [];
  outputNames: readonly string[] = [];
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (reply: SessionReply) => void; reject: (error: Error) => void }>();
  readonly #slots: FeedSlot[] = Array.from({ length: SLOTS }, () => new Map());
  readonly #slotQueue: ((slot: FeedSlot) => void)[] = [];
  #nextId = 0;
  #failure: Error | undefined;

  constructor() {
    this.#worker = new Worker(new URL('./session.worker.node.js', import.meta.url));
    this.#worker.unref();
    this.#worker.on('message', (reply: SessionReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('session: its worker thread ended')));
  }

  #settle(reply: SessionReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    waiting?.resolve(reply);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }

  request(request: Unnumbered<SessionRequest>, moved: TensorMap = {}): Promise<SessionReply> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ ...request, id }, buffersOf(moved));
    });
  }

  #takeSlot(): Promise<FeedSlot> {
    const slot = this.#slots.pop();
    return slot ? Promise.resolve(slot) : new Promise((resolve) => this.#slotQueue.push(resolve));
  }

  #giveSlot(slot: FeedSlot): void {
    const next = this.#slotQueue.shift();
    if (next) next(slot);
    else this.#slots.push(slot);
  }

  async run(feeds: TensorMap, into: TensorMap = {}): Promise<Record<string, Tensor>> {
    const slot = await this.#takeSlot();
    try {
      const moved: Record<string, Tensor> = {};
      for (const name of this.inputNames) {
        const tensor = feeds[name];
        if (tensor === undefined) throw new TypeError(`session: input ${name} is not fed`);
        const kept = slot.get(name);
        const fits = kept?.dtype === tensor.dtype && kept.data.length === tensor.data.length;
        const data = fits ? kept.data : emptyArray(tensor.dtype, tensor.data.length);
        data.set(tensor.data as never);
        moved[name] = { dtype: tensor.dtype, shape: tensor.shape, data };
      }
      const reply = await this.request({ kind: 'run', feeds: moved }, moved);
      if (reply.kind === 'failed') {
        for (const [name, tensor] of Object.entries(reply.feeds ?? {})) slot.set(name, tensor);
        throw restoreError(reply.error);
      }
      if (reply.kind !== 'ran') throw new Error(`session: unexpected answer ${reply.kind}`);
      for (const [name, tensor] of Object.entries(reply.feeds)) slot.set(name, tensor);
      const results: Record<string, Tensor> = { ...reply.results };
      for (const [name, target] of Object.entries(into)) {
        const result = results[name];
        if (result === undefined) continue;
        target.data.set(result.data as never);
        results[name] = target;
      }
      return results;
    } finally {
      this.#giveSlot(slot);
    }
  }

  async close(): Promise<void> {
    if (this.#failure) return;
    await this.request({ kind: 'close' });
    this.#failure = new TypeError('session: it is closed');
    await this.#worker.terminate();
  }
}

/**
 * Returns a backend whose sessions each live in a worker thread: a run does not block the caller, and two may be
 * under way, so that the next input is prepared while the network runs. Inputs are copied once into buffers that
 * move between the threads; results move.
 */
export function workerBackend(device: 'cpu' | 'webgpu' | 'cuda' = 'cpu'): Backend {
  return {
    target: device,
    async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
      const session = new WorkerSession();
      const reply = await session.request({ kind: 'create', device, model, options });
      if (reply.kind !== 'created') {
        await session.close();
        throw reply.kind === 'failed'
          ? restoreError(reply.error)
          : new Error(`session: unexpected answer ${reply.kind}`);
      }
      session.inputNames = reply.inputNames;
      session.outputNames = reply.outputNames;
      return session;
    },
  };
}
