import { type ByteStore, IntegrityError, joinBytes } from '@zoopraxis/core';

/** How far a download is. */
export interface TransferProgress {
  /** Bytes stored so far, those of earlier attempts included. */
  byteCount: number;
  /** Undefined where the server does not say. */
  totalByteCount: number | undefined;
  /** Mean rate since this call began, 0 before the first bytes. */
  bytesPerSec: number;
  /** Undefined where the total or the rate is unknown. */
  remainingSec: number | undefined;
}

/** What {@link Transfer} needs. */
export interface TransferOptions {
  url: string;
  store: ByteStore;
  /** Name in the store that the bytes are appended to; `<name>.json` beside it says what they belong to. */
  partName: string;
  /** True where the whole can be checked later, so that resuming needs no word of the server. */
  checkedLater: boolean;
  maxByteCount: number;
  fetch: typeof fetch;
  signal: AbortSignal | undefined;
  onProgress: ((progress: TransferProgress) => void) | undefined;
}

/** A failure that another attempt may mend. */
export class TransferBroken extends Error {
  /** HTTP status, where the server answered. */
  readonly status: number | undefined;
  /** True where another attempt is no use. */
  readonly final: boolean;

  constructor(message: string, options: { status?: number; final?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TransferBroken';
    this.status = options.status;
    this.final = options.final ?? false;
  }
}

/** What the bytes of a partial file belong to. */
interface PartState {
  url: string;
  /** Strong ETag or Last-Modified date, as `If-Range` takes it. */
  validator?: string;
  totalByteCount?: number;
  resumable: boolean;
}

/** Bytes collected before they are appended: appending is durable, hence slow. */
const APPEND_BYTES = 4 * 2 ** 20;

/** One file on its way from a server into a store, attempt by attempt. */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #startedAt = performance.now();
  #byteCount = 0;
  #received = 0;
  #state: PartState | undefined;

  private constructor(options: TransferOptions) {
    this.#options = options;
  }

  /** Returns a transfer that goes on from what an earlier one left in the store, if that is of the same address. */
  static async open(options: TransferOptions): Promise<Transfer> {
    const transfer = new Transfer(options);
    const state = parseState(await options.store.read(`${options.partName}.json`));
    const part = state === undefined ? undefined : await options.store.read(options.partName);
    if (state === undefined || part === undefined || state.url !== options.url) await transfer.discard();
    else {
      transfer.#state = state;
      transfer.#byteCount = part.length;
    }
    return transfer;
  }

  /** Removes what was stored. */
  async discard(): Promise<void> {
    await this.#options.store.remove(this.#options.partName);
    await this.#options.store.remove(`${this.#options.partName}.json`);
    this.#byteCount = 0;
    this.#state = undefined;
  }

  /** Fetches what is missing. Throws TransferBroken where another attempt may help; what arrived stays stored. */
  async attempt(): Promise<void> {
    // Taken out of the options because browsers refuse a fetch that is called as a method.
    const { url, signal, fetch } = this.#options;
    if (this.#byteCount > 0 && this.#byteCount === this.#state?.totalByteCount) return;
    if (this.#byteCount > 0 && !this.#canResume()) await this.discard();
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (this.#byteCount > 0) {
      headers.range = `bytes=${this.#byteCount}-`;
      if (this.#state?.validator !== undefined) headers['if-range'] = this.#state.validator;
    }
    let response: Response;
    try {
      response = await fetch(url, { headers, ...(signal === undefined ? {} : { signal }) });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new TransferBroken(reason(cause), { cause });
    }
    await this.#accept(response);
    await this.#store(response);
    const total = this.#state?.totalByteCount;
    if (total !== undefined && this.#byteCount !== total) {
      if (this.#byteCount > total) await this.discard();
      throw new TransferBroken(`the connection ended after ${this.#byteCount} of ${total} bytes`);
    }
  }

  #canResume(): boolean {
    return this.#state?.resumable === true && (this.#state.validator !== undefined || this.#options.checkedLater);
  }

  /** Decides from the head of the answer whether its body continues the stored bytes or begins anew. */
  async #accept(response: Response): Promise<void> {
    const { status } = response;
    if (status === 206 && this.#byteCount > 0) {
      const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
      const total = range?.[2] === '*' ? undefined : Number(range?.[2]);
      const validator = validatorOf(response);
      const known = this.#state;
      const isSame =
        Number(range?.[1]) === this.#byteCount &&
        (total === undefined || known?.totalByteCount === undefined || total === known.totalByteCount) &&
        (validator === undefined || known?.validator === undefined || validator === known.validator);
      if (isSame) return;
      await response.body?.cancel();
      await this.discard();
      throw new TransferBroken('the file changed on the server');
    }
    if (status === 200) {
      if (this.#byteCount > 0) await this.discard();
      const encoding = response.headers.get('content-encoding');
      const isPlain = encoding === null || encoding === 'identity';
      const length = Number(response.headers.get('content-length') ?? Number.NaN);
      const validator = isPlain ? validatorOf(response) : undefined;
      this.#state = {
        url: this.#options.url,
        resumable: isPlain,
        ...(validator === undefined ? {} : { validator }),
        ...(isPlain && Number.isSafeInteger(length) ? { totalByteCount: length } : {}),
      };
      await this.#options.store.write(
        `${this.#options.partName}.json`,
        new TextEncoder().encode(JSON.stringify(this.#state)),
      );
      return;
    }
    await response.body?.cancel();
    if (status === 416) {
      await this.discard();
      throw new TransferBroken('the server has fewer bytes than were stored', { status });
    }
    const isPassing = status === 408 || status === 425 || status === 429 || status >= 500;
    throw new TransferBroken(`the server answered ${status} ${response.statusText}`.trimEnd(), {
      status,
      final: !isPassing,
    });
  }

  async #store(response: Response): Promise<void> {
    const { signal, store, partName, maxByteCount } = this.#options;
    const reader = response.body?.getReader();
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const flush = async () => {
      if (waitingBytes === 0) return;
      await store.append(partName, joinBytes(waiting));
      this.#byteCount += waitingBytes;
      waiting = [];
      waitingBytes = 0;
    };
    while (reader !== undefined) {
      let piece: { done: boolean; value?: Uint8Array | undefined };
      try {
        piece = await reader.read();
      } catch (cause) {
        await flush();
        signal?.throwIfAborted();
        throw new TransferBroken(reason(cause), { cause });
      }
      if (piece.done || piece.value === undefined) break;
      waiting.push(piece.value);
      waitingBytes += piece.value.length;
      this.#received += piece.value.length;
      if (this.#byteCount + waitingBytes > maxByteCount) {
        await reader.cancel();
        await this.discard();
        throw new IntegrityError(`${this.#options.url} gave more than ${maxByteCount} bytes`);
      }
      if (waitingBytes >= APPEND_BYTES) await flush();
      this.#report(this.#byteCount + waitingBytes);
      if (signal?.aborted) {
        await flush();
        await reader.cancel();
        signal.throwIfAborted();
      }
    }
    await flush();
  }

  #report(byteCount: number): void {
    const sec = (performance.now() - this.#startedAt) / 1000;
    const bytesPerSec = sec > 0 ? this.#received / sec : 0;
    const totalByteCount = this.#state?.totalByteCount;
    const remainingSec =
      totalByteCount === undefined || bytesPerSec === 0
        ? undefined
        : Math.max(0, totalByteCount - byteCount) / bytesPerSec;
    this.#options.onProgress?.({ byteCount, totalByteCount, bytesPerSec, remainingSec });
  }
}

function parseState(bytes: Uint8Array | undefined): PartState | undefined {
  if (bytes === undefined) return undefined;
  try {
    const state = JSON.parse(new TextDecoder().decode(bytes)) as Partial<PartState> | null;
    if (typeof state?.url !== 'string') return undefined;
    return {
      url: state.url,
      resumable: state.resumable === true,
      ...(typeof state.validator === 'string' ? { validator: state.validator } : {}),
      ...(typeof state.totalByteCount === 'number' ? { totalByteCount: state.totalByteCount } : {}),
    };
  } catch {
    // A damaged note only costs the partial file.
    return undefined;
  }
}

/** `If-Range` takes a strong ETag or a date (RFC 9110, 13.1.5). */
function validatorOf(response: Response): string | undefined {
  const etag = response.headers.get('etag');
  if (etag !== null && !etag.startsWith('W/')) return etag;
  return response.headers.get('last-modified') ?? undefined;
}

/** undici says only `fetch failed`; the cause says why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
