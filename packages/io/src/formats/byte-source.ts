import { FormatError } from '@zoopraxis/core';

/** Bytes of a file: whole, or piece by piece in order (a Node read stream, a browser's `file.stream()`). */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Yields the bytes in pieces of at most 1 MiB where they are given whole, else as they come. */
export async function* bytePieces(source: ByteSource, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const size = 1 << 20;
  if (source instanceof Uint8Array) {
    for (let at = 0; at < source.length; at += size) {
      signal?.throwIfAborted();
      yield source.subarray(at, at + size);
    }
    return;
  }
  for await (const piece of source) {
    signal?.throwIfAborted();
    yield piece;
  }
}

/** Tells whether bytes begin as gzip does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Yields the bytes of a source in pieces, unpacked where it is gzip.
 * @throws FormatError for damaged gzip data.
 */
export async function* plainPieces(
  source: ByteSource,
  options: { path?: string | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array> {
  const pieces = bytePieces(source, options.signal);
  const first = await pieces.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    yield* pieces;
  })();
  if (!isGzip(first.value)) {
    yield* all;
    return;
  }
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await all.next();
      if (next.done) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    async cancel() {
      await all.return(undefined);
    },
  });
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const next = await reader.read().catch((cause: unknown) => {
        options.signal?.throwIfAborted();
        throw new FormatError({
          format: 'gzip',
          ...(options.path === undefined ? {} : { path: options.path }),
          where: 'compressed data',
          expected: 'a complete gzip stream',
          found: cause instanceof Error ? cause.message : 'damaged data',
          hint: 'Copy or download the file again: it is damaged or incomplete.',
          cause,
        });
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Returns all bytes of a source as one array, unpacked where it is gzip; throws FormatError above a limit. */
export async function wholeBytes(
  source: ByteSource,
  options: { path?: string | undefined; signal?: AbortSignal | undefined; maxBytes?: number } = {},
): Promise<Uint8Array> {
  if (source instanceof Uint8Array && !isGzip(source)) return source;
  const maxBytes = options.maxBytes ?? 2 ** 32;
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of plainPieces(source, options)) {
    total += piece.length;
    if (total > maxBytes) {
      throw new FormatError({
        format: 'gzip',
        ...(options.path === undefined ? {} : { path: options.path }),
        where: 'unpacked content',
        expected: `at most ${maxBytes} bytes`,
        found: 'more',
      });
    }
    pieces.push(piece);
  }
  const out = new Uint8Array(total);
  let offset = 0;
  for (const piece of pieces) {
    out.set(piece, offset);
    offset += piece.length;
  }
  return out;
}
