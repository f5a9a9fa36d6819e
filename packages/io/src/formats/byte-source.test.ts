import { FormatError } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { plainPieces, wholeBytes } from './byte-source.js';

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);

test('gives the content of plain and gzipped bytes, whole or in pieces', async () => {
  const packed = await gzip(content);
  for (const source of [content, packed, inPieces(content, 1000), inPieces(packed, 999)]) {
    expect(await wholeBytes(source)).toEqual(content);
  }
  expect(await wholeBytes(new Uint8Array())).toEqual(new Uint8Array());
});

test('tells a damaged archive from a file, and stops at a limit', async () => {
  const packed = await gzip(content);
  await expect(wholeBytes(packed.slice(0, 500), { path: 'a.csv.gz' })).rejects.toThrow(FormatError);
  await expect(wholeBytes(Uint8Array.of(0x1f, 0x8b, 9, 9), { path: 'a.csv.gz' })).rejects.toThrow(/a\.csv\.gz/);
  await expect(wholeBytes(packed, { maxBytes: 1000 })).rejects.toThrow(/at most 1000 bytes/);
});

test('stops when it is told to', async () => {
  const controller = new AbortController();
  const read = async () => {
    for await (const _ of plainPieces(inPieces(content, 100), { signal: controller.signal })) controller.abort();
  };
  await expect(read()).rejects.toThrow(/abort/i);
});
