import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import { type DomainErrorOptions, UnavailableError } from '@zoopraxis/core';
import { describeError, type ErrorData, restoreError } from './worker-errors.js';

type Envelope = { id: number; reply: unknown } | { id: number; error: ErrorData };

/** A class of errors that a worker's errors of its name become again. */
export type ErrorClass = new (message: string, options?: DomainErrorOptions) => Error;

/** A worker thread that answers requests in their order. It keeps the process alive only while it has some to answer. */
export class WorkerCalls<Request> {
  readonly #worker: Worker;
  readonly #label: string;
  readonly #errors: readonly ErrorClass[];
  readonly #waiting = new Map<number, { resolve: (reply: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 0;
  #failure: Error | undefined;

  /** Starts the worker; `label` names it in errors, and `errors` are classes (list) to restore beside those of `core`. */
  constructor(url: URL, label: string, errors: readonly ErrorClass[] = []) {
    this.#label = label;
    this.#errors = errors;
    this.#worker = new Worker(url);
    this.#worker.unref();
    this.#worker.on('message', (envelope: Envelope) => this.#settle(envelope));
    this.#worker.on('messageerror', (error) => this.#fail(error.message));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => this.#fail(`exit code ${code}`));
  }

  /** Returns the worker's answer; buffers in `moved` change their owner. Rejects with the worker's error, its class and hint kept. */
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

  /** Ends the thread; what it has not answered is rejected. */
  async close(): Promise<void> {
    this.#failure ??= new TypeError(`${this.#label}: it is closed`);
    this.#rejectAll(this.#failure);
    await this.#worker.terminate();
  }

  #settle(envelope: Envelope): void {
    const waiting = this.#waiting.get(envelope.id);
    this.#waiting.delete(envelope.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in envelope) waiting?.reject(this.#restore(envelope.error));
    else waiting?.resolve(envelope.reply);
  }

  #restore(data: ErrorData): Error {
    const known = this.#errors.find(({ name }) => name === data.name);
    if (known === undefined) return restoreError(data);
    return new known(data.message, data.hint === undefined ? {} : { hint: data.hint });
  }

  #fail(reason: string): void {
    this.#failure ??= new UnavailableError(`${this.#label}: its thread ended without being asked to (${reason})`, {
      hint: 'If memory ran out, take smaller batches or fewer workers; a run with checkpoints goes on from the last one.',
    });
    this.#rejectAll(this.#failure);
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** What a worker answers, with the buffers (list) that move with it. */
export interface Answer {
  reply: unknown;
  moved?: readonly Transferable[];
}

/** Answers the requests of {@link WorkerCalls} in this worker thread, one after another. */
export function answerCalls<Request>(answer: (request: Request) => Promise<Answer>): void {
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
