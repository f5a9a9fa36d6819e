import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import { UnavailableError } from '../errors.js';
import { describeError, type ErrorClass, type ErrorData, restoreError } from './error-data.js';

type Envelope = { id: number; reply: unknown } | { id: number; error: ErrorData };

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/** How a thread is named, and what its errors become. */
export interface ThreadCallsOptions {
  /** Names the thread in errors, such as `trainer` or the path of a video. */
  label: string;
  /** What helps where the thread ended by itself, as one sentence; closing other programs by default. */
  hint?: string;
  /** Classes (list) to restore beside those of `core`; none by default. */
  errors?: readonly ErrorClass[];
}

/** A worker thread that answers requests in their order. It keeps the process alive only while it has some to answer. */
export class ThreadCalls<Request> {
  readonly #worker: Worker;
  readonly #label: string;
  readonly #hint: string;
  readonly #errors: readonly ErrorClass[];
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  /** Starts the thread from a module that calls {@link answerCalls}. */
  constructor(url: URL, options: ThreadCallsOptions) {
    const { label, hint = 'If memory ran out, close other programs, then try again.', errors = [] } = options;
    this.#label = label;
    this.#hint = hint;
    this.#errors = errors;
    this.#worker = new Worker(url);
    this.#worker.unref();
    this.#worker.on('message', (envelope: Envelope) => this.#settle(envelope));
    this.#worker.on('messageerror', (error) => this.#fail(error.message));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => this.#fail(`exit code ${code}`));
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

  /**
   * Ends the thread, and resolves when it has ended. With a `last` request the thread first answers all that it was
   * asked and then that; without one, what it has not answered is rejected. A second call waits for the first.
   */
  close(last?: Request): Promise<void> {
    this.#closing ??= this.#end(last);
    return this.#closing;
  }

  async #end(last: Request | undefined): Promise<void> {
    // The order matters: once the failure is set, no call is taken.
    const done = last === undefined ? undefined : this.call(last).catch(() => undefined);
    this.#failure ??= new TypeError(`${this.#label}: it is closed`);
    await done;
    this.#rejectAll(this.#failure);
    await this.#worker.terminate();
  }

  #settle(envelope: Envelope): void {
    const waiting = this.#waiting.get(envelope.id);
    this.#waiting.delete(envelope.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in envelope) waiting?.reject(restoreError(envelope.error, this.#errors));
    else waiting?.resolve(envelope.reply);
  }

  #fail(reason: string): void {
    const message = `${this.#label}: its thread ended without being asked to (${reason})`;
    this.#failure ??= new UnavailableError(message, { hint: this.#hint });
    this.#rejectAll(this.#failure);
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** What a thread answers, with the buffers (list) that move with it. */
export interface ThreadAnswer {
  reply: unknown;
  moved?: readonly Transferable[];
}

/** Answers the requests of {@link ThreadCalls} in this thread, one after another. */
export function answerCalls<Request>(answer: (request: Request) => ThreadAnswer | Promise<ThreadAnswer>): void {
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
