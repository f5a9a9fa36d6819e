import { ThreadCalls } from '@zoopraxis/core/node';
import { emptyArray, type Tensor } from '../graph/value.js';
import type { Backend, Session, SessionOptions, TensorMap } from './backend.js';
import { ownBuffers } from './own-buffers.js';
import type { SessionNames, SessionRequest, SessionResults } from './session-messages.js';
import { threadHint } from './thread-hint.js';
import './private-runtime.node.js';

/** Feeds that fit one model, kept so that two runs can be prepared and running at once without new memory. */
type FeedSlot = Map<string, Tensor>;

const SLOTS = 2;

/** A session in a worker thread: a run does not block the caller. */
class WorkerSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #calls: ThreadCalls<SessionRequest>;
  readonly #slots: FeedSlot[] = Array.from({ length: SLOTS }, () => new Map());
  readonly #slotQueue: ((slot: FeedSlot) => void)[] = [];

  constructor(calls: ThreadCalls<SessionRequest>, { inputNames, outputNames }: SessionNames) {
    this.#calls = calls;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
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
      slot.clear();
      const reply = await this.#calls.call<SessionResults>(
        { kind: 'run', feeds: moved },
        ownBuffers(Object.values(moved).map(({ data }) => data)),
      );
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

  close(): Promise<void> {
    return this.#calls.close({ kind: 'close' });
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
      const calls = new ThreadCalls<SessionRequest>(new URL('./session.worker.node.js', import.meta.url), {
        label: 'session',
        hint: threadHint,
      });
      try {
        return new WorkerSession(calls, await calls.call<SessionNames>({ kind: 'create', device, model, options }));
      } catch (error) {
        await calls.close();
        throw error;
      }
    },
  };
}
