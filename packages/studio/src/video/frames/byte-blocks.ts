/** A file that is read by ranges. */
export interface ByteBlocks {
  readonly sizeBytes: number;
  /** Returns the bytes from `start` to before `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Asks for the bytes from `start` to before `end`, which are read soon. */
  ahead(start: number, end: number): void;
}

/** How a file is read. */
export interface ByteBlocksOptions {
  /** Bytes of a block, the least that is asked for. */
  readonly blockBytes?: number;
  /** Bytes that are kept. */
  readonly keptBytes?: number;
  readonly signal?: AbortSignal;
  /** Wait before a server that is away is asked again, ms; default 1000. */
  readonly patienceMs?: number;
  /** Asks the server; default the global one. */
  readonly fetch?: (url: string, request: RequestInit) => Promise<Response>;
}

/** Blocks that one request brings at most. */
const mostTogether = 32;
/** Blocks that are asked for ahead of who reads on for long. */
const mostAhead = 16;

const failed = (what: string) => new Error(`the bytes of the video: ${what}`);

/**
 * Opens a file at an address by range requests: small ones after a jump, and ahead of who reads on. Blocks that were used last
 * are kept, one that is on its way is not asked for twice. Rejects where the server does not answer with ranges, or the file was
 * changed since it was opened.
 */
export async function openByteBlocks(url: string, options: ByteBlocksOptions = {}): Promise<ByteBlocks> {
  const { blockBytes = 2 ** 17, keptBytes = 48 * 2 ** 20, patienceMs = 1000, signal } = options;
  const ask = options.fetch ?? ((address: string, request: RequestInit) => fetch(address, request));
  const blocks = new Map<number, Promise<Uint8Array>>();
  const most = Math.max(2, Math.floor(keptBytes / blockBytes));
  let etag: string | null = null;
  let sizeBytes = 0;
  let lastRead = -1;
  let aheadBlocks = 0;
  let onwardBytes = 0;

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

  /** Returns the bytes of consecutive blocks, from the first to before `end`. */
  async function load(first: number, end: number): Promise<Uint8Array> {
    const headers: Record<string, string> = { range: `bytes=${first * blockBytes}-${end * blockBytes - 1}` };
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
    const wanted = Math.min(end * blockBytes, total) - first * blockBytes;
    if (bytes.length !== wanted) throw failed('the answer was cut short');
    return bytes;
  }
  function keep(number: number, bytes: Promise<Uint8Array>): void {
    blocks.delete(number);
    blocks.set(number, bytes);
    bytes.catch(() => {
      if (blocks.get(number) === bytes) blocks.delete(number);
    });
  }
  /** Sees to it that blocks from the first to before `end` are there or on their way, and returns them. */
  function want(first: number, end: number): Promise<Uint8Array>[] {
    const wanted: Promise<Uint8Array>[] = [];
    for (let at = first; at < end; ) {
      const known = blocks.get(at);
      if (known !== undefined) {
        keep(at, known);
        wanted.push(known);
        at++;
        continue;
      }
      let to = at + 1;
      while (to < end && to - at < mostTogether && !blocks.has(to)) to++;
      const from = at;
      const loaded = load(from, to);
      for (; at < to; at++) {
        const start = (at - from) * blockBytes;
        // A part of its own, so that what is let go is free.
        const own = to === from + 1 ? loaded : loaded.then((bytes) => bytes.slice(start, start + blockBytes));
        keep(at, own);
        wanted.push(own);
      }
    }
    for (const oldest of blocks.keys()) {
      if (blocks.size <= most) break;
      blocks.delete(oldest);
    }
    return wanted;
  }

  function ahead(first: number, end: number): void {
    for (const block of want(first, Math.min(end, Math.ceil(sizeBytes / blockBytes)))) block.catch(() => undefined);
  }

  await want(0, 1)[0];
  return {
    sizeBytes,
    ahead: (start, end) => ahead(Math.floor(start / blockBytes), Math.ceil(end / blockBytes)),
    async read(start, end) {
      const first = Math.floor(start / blockBytes);
      const last = Math.floor((end - 1) / blockBytes);
      const isOnward = first === lastRead || first === lastRead + 1;
      lastRead = last;
      const parts = want(first, last + 1);
      // Who reads on finds the next bytes there, the more the longer it goes on; after a jump one request is enough.
      const isLate = end - last * blockBytes > blockBytes / 2;
      onwardBytes = isOnward ? onwardBytes + end - start : 0;
      if (!isOnward) aheadBlocks = 0;
      else if (isLate && onwardBytes > blockBytes / 4 && !blocks.has(last + 1)) {
        aheadBlocks = Math.min(mostAhead, Math.max(1, 2 * aheadBlocks));
        ahead(last + 1, last + 1 + aheadBlocks);
      }
      if (first === last) {
        const at = first * blockBytes;
        return ((await parts[0]) as Uint8Array).subarray(start - at, end - at);
      }
      const target = new Uint8Array(end - start);
      for (const [i, part] of (await Promise.all(parts)).entries()) {
        const at = (first + i) * blockBytes;
        const from = Math.max(start, at);
        target.set(part.subarray(from - at, Math.min(end, at + part.length) - at), from - start);
      }
      return target;
    },
  };
}
