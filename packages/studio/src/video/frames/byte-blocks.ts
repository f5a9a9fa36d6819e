/** A file that is read by ranges. */
export interface ByteBlocks {
  readonly sizeBytes: number;
  /** Returns the bytes from `start` to before `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** How a file is read. */
export interface ByteBlocksOptions {
  /** Bytes that are asked for at once. */
  readonly blockBytes?: number;
  /** Bytes that are kept. */
  readonly keptBytes?: number;
  readonly signal?: AbortSignal;
  /** Wait before a server that is away is asked again, ms; default 1000. */
  readonly patienceMs?: number;
  /** Asks the server; default the global one. */
  readonly fetch?: (url: string, request: RequestInit) => Promise<Response>;
}

const failed = (what: string) => new Error(`the bytes of the video: ${what}`);

/**
 * Opens a file at an address by range requests; blocks that were used last are kept, one that is on its way is not asked for
 * twice. Rejects where the server does not answer with ranges, or the file was changed since it was opened.
 */
export async function openByteBlocks(url: string, options: ByteBlocksOptions = {}): Promise<ByteBlocks> {
  const { blockBytes = 2 ** 19, keptBytes = 48 * 2 ** 20, patienceMs = 1000, signal } = options;
  const ask = options.fetch ?? ((address: string, request: RequestInit) => fetch(address, request));
  const blocks = new Map<number, Promise<Uint8Array>>();
  const most = Math.max(2, Math.floor(keptBytes / blockBytes));
  let etag: string | null = null;
  let sizeBytes = 0;

  /** Asks until the server is there: it may be starting again. */
  async function askPatiently(request: RequestInit): Promise<Response> {
    for (;;) {
      try {
        const response = await ask(url, request);
        if (response.status === 401 || response.status === 503) throw new TypeError('the server is not ready');
        return response;
      } catch (error) {
        if (!(error instanceof TypeError) || signal?.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, patienceMs));
      }
    }
  }

  async function load(block: number): Promise<Uint8Array> {
    const range = `bytes=${block * blockBytes}-${(block + 1) * blockBytes - 1}`;
    const headers: Record<string, string> = { range };
    if (etag !== null) headers['if-range'] = etag;
    const response = await askPatiently({
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status === 200 && etag !== null) throw failed('the file was changed while it was shown');
    if (response.status !== 206) throw failed(`the server answered ${response.status}`);
    const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
    if (!Number.isSafeInteger(total) || (sizeBytes !== 0 && total !== sizeBytes))
      throw failed('the file was changed while it was shown');
    etag ??= response.headers.get('etag');
    sizeBytes = total;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length !== Math.min(blockBytes, total - block * blockBytes)) throw failed('the answer was cut short');
    return bytes;
  }
  function block(number: number): Promise<Uint8Array> {
    const bytes = blocks.get(number) ?? load(number);
    blocks.delete(number);
    blocks.set(number, bytes);
    bytes.catch(() => {
      if (blocks.get(number) === bytes) blocks.delete(number);
    });
    for (const oldest of blocks.keys()) {
      if (blocks.size <= most) break;
      blocks.delete(oldest);
    }
    return bytes;
  }

  await block(0);
  return {
    sizeBytes,
    async read(start, end) {
      const first = Math.floor(start / blockBytes);
      const last = Math.floor((end - 1) / blockBytes);
      if (first === last) {
        const at = first * blockBytes;
        return (await block(first)).subarray(start - at, end - at);
      }
      const target = new Uint8Array(end - start);
      const parts = Array.from({ length: last - first + 1 }, (_, i) => block(first + i));
      for (const [i, part] of (await Promise.all(parts)).entries()) {
        const at = (first + i) * blockBytes;
        const from = Math.max(start, at);
        target.set(part.subarray(from - at, Math.min(end, at + part.length) - at), from - start);
      }
      return target;
    },
  };
}
