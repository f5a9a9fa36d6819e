import { type ByteStore, joinBytes } from '@zoopraxis/core';

/** One content of a store, opened for reading in pieces; a replacement meanwhile does not show. */
export interface ByteReader {
  readonly byteLength: number;
  /** Returns the bytes from `start` (included) to `end` (excluded) in memory of their own. */
  read(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A store that also reads and writes contents too large for memory. */
export interface PiecewiseStore extends ByteStore {
  /** Replaces the content in one durable step, as `write` does, by pieces of bytes that are made one after another. */
  writePieces(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Returns a reader of the content as it is now, or undefined where the name does not exist. */
  openReader(name: string): Promise<ByteReader | undefined>;
}

const isPiecewise = (store: ByteStore): store is PiecewiseStore => 'writePieces' in store && 'openReader' in store;

/** Replaces a content in one durable step by pieces of bytes; a store without this ability holds all of them in memory. */
export async function writePieces(store: ByteStore, name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  if (isPiecewise(store)) return store.writePieces(name, pieces);
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece.slice());
  await store.write(name, joinBytes(all));
}

/** Returns a reader of a content, or undefined where it does not exist; a plain store reads all of it at once. */
export async function openReader(store: ByteStore, name: string): Promise<ByteReader | undefined> {
  if (isPiecewise(store)) return store.openReader(name);
  const bytes = await store.read(name);
  if (bytes === undefined) return undefined;
  return {
    byteLength: bytes.length,
    read: async (start, end) => bytes.slice(start, end),
    close: async () => undefined,
  };
}
