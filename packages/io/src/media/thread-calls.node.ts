import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import { UnavailableError } from '@zoopraxis/core';
import { describeError, type ErrorData, restoreError } from './error-data.js';

type Envelope = { id: number; reply: unknown } | { id: number; error: ErrorData };

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/** A thread that answers requests in their order. It keeps the process alive only while it has some to answer. */
export class ThreadCalls<Request> {
  readonly #worker: Worker;
  readonly #label: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #nextId = 0;
  #failure: Error | undefined;

  /** Starts the thread; `label` names it in errors. */
  constructor(url: URL, label: string) {
    this.#label = label;
    this.#worker = new Worker(url, { stdin: false });
    this.#worker.unref();
    this.#worker.on('message', (envelope: Envelope) => this.#settle(envelope));
    this.#worker.on('messageerror', (error) => this.#fail(error.message));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(`exit code ${code}`);
        resolve();
      });
    });
  }

  /** Returns the thread's answer; buffers in `moved` change their owner. Rejects with the thread's error, its class and hint kept. */
  call<Reply>(request: Request, moved: readonly Transferable[] = []): Promise<Reply> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise<Reply>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (reply: unknown) => void, reject });
      try {
        this.#worker.postMessage({ id, request }, moved);
        this.#worker.ref();
      } catch (error) {
        this.#waiting.delete(id);
        reject(error);
      }
    });
  }

  /** Sends a last request, waits for the thread to end by itself, and rejects what else it had not answered. */
  async close(last: Request): Promise<void> {
    if (this.#failure === undefined) {
      const done = this.call(last).catch(() => undefined);
      this.#failure = new TypeError(`${this.#label}: it is closed`);
      await done;
      this.#rejectAll(this.#failure);
    }
    await this.#worker.terminate();
    await this.#ended;
  }

  #settle(envelope: Envelope): void {
    const waiting = this.#waiting.get(envelope.id);
    this.#waiting.delete(envelope.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in envelope) waiting?.reject(restoreError(envelope.error));
    else waiting?.resolve(envelope.reply);
  }

  #fail(reason: string): void {
    this.#failure ??= new UnavailableError(`${this.#label}: its thread ended without being asked to (${reason})`, {
      hint: 'If memory ran out, close other programs or decode at a smaller size, then try again.',
    });
    this.#rejectAll(this.#failure);
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** What a thread answers, with the buffers (list) that move with it. */
export interface Answer {
  reply: unknown;
  moved?: readonly Transferable[];
}

/** Answers the requests of {@link ThreadCalls} in this thread, one after another. */
export function answerCalls<Request>(answer: (request: Request) => Answer | Promise<Answer>): void {
  let queue: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, request }: { id: number; request: Request }) => {
    queue = queue.then(async () => {
      try {
        const { reply, moved = [] } = await answer(request);
        parentPort?.postMessage({ id, reply }, moved);
      } catch (error) {
        parentPort?.postMessage({ id, error: describeError(error) });
      }
    });
  });
}
