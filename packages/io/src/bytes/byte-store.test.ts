import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteStore, MemoryStore } from '@zoopraxis/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FolderStore } from './folder-store.node.js';
import { openReader, writePieces } from './piecewise.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
const stores: [string, () => ByteStore][] = [
  ['MemoryStore', () => new MemoryStore()],
  ['FolderStore', () => new FolderStore(join(folder, String(count++), 'not', 'yet', 'there'))],
];
const text = (value: string) => new TextEncoder().encode(value);

describe.each(stores)('%s keeps the promises of a byte store', (_name, create) => {
  test('an empty store reads nothing, lists nothing and removes nothing', async () => {
    const store = create();
    expect(await store.read('a')).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.remove('a/b');
  });

  test('reads what was last written, and gives it away', async () => {
    const store = create();
    const bytes = text('old');
    await store.write('runs/a/model.bin', bytes);
    bytes.fill(0);
    expect(await store.read('runs/a/model.bin')).toEqual(text('old'));
    (await store.read('runs/a/model.bin'))?.fill(0);
    expect(await store.read('runs/a/model.bin')).toEqual(text('old'));
    await store.write('runs/a/model.bin', text('longer than before'));
    await store.write('runs/a/model.bin', text('new'));
    expect(await store.read('runs/a/model.bin')).toEqual(text('new'));
    await store.write('runs/a/model.bin', new Uint8Array());
    expect(await store.read('runs/a/model.bin')).toEqual(new Uint8Array());
  });

  test('gives plain bytes whose buffer holds nothing else', async () => {
    const store = create();
    await store.write('a', text('12345').subarray(1, 4));
    const bytes = await store.read('a');
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes?.buffer.byteLength).toBe(3);
    expect(bytes).toEqual(text('234'));
  });

  test('takes bytes in shared memory', async () => {
    const store = create();
    const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(9);
    await store.write('a', shared);
    await store.append('a', shared);
    expect(await store.read('a')).toEqual(new Uint8Array(8).fill(9));
  });

  test('appends in the order of the calls', async () => {
    const store = create();
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.append('log/train.jsonl', text(`${i}\n`))));
    const expected = Array.from({ length: 20 }, (_, i) => `${i}\n`).join('');
    expect(new TextDecoder().decode(await store.read('log/train.jsonl'))).toBe(expected);
  });

  test('the last of many simultaneous writes stands', async () => {
    const store = create();
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.write('a', text(String(i)))));
    expect(await store.read('a')).toEqual(text('19'));
    expect(await store.list()).toEqual(['a']);
  });

  test('lists names sorted, by any prefix', async () => {
    const store = create();
    const names = ['b', 'a/z', 'a/b/c', 'a.txt', 'ab/c', 'ä/日本', 'B', 'a/b.bin', '.hidden'];
    for (const name of names) await store.write(name, text(name));
    expect(await store.list()).toEqual([...names].sort());
    expect(await store.list('a')).toEqual(['a.txt', 'a/b.bin', 'a/b/c', 'a/z', 'ab/c']);
    expect(await store.list('a/')).toEqual(['a/b.bin', 'a/b/c', 'a/z']);
    expect(await store.list('a/b')).toEqual(['a/b.bin', 'a/b/c']);
    expect(await store.list('a/b/')).toEqual(['a/b/c']);
    expect(await store.list('none/')).toEqual([]);
    expect(await store.list('b/')).toEqual([]);
  });

  test('removes a name and only that; a folder is no name', async () => {
    const store = create();
    await store.write('a/b', text('1'));
    await store.write('a/c', text('2'));
    await store.remove('a');
    expect(await store.read('a')).toBeUndefined();
    expect(await store.read('a/b/c')).toBeUndefined();
    await store.remove('a/b/c');
    await store.remove('a/b');
    await store.remove('a/b');
    expect(await store.list()).toEqual(['a/c']);
    await store.write('a/b', text('3'));
    expect(await store.read('a/b')).toEqual(text('3'));
  });

  test('writes pieces as one content, and none of them where their maker fails', async () => {
    const store = create();
    await store.write('a', text('old'));
    const pieces = async function* (fails: boolean) {
      const piece = text('12');
      yield piece;
      // A maker may use its memory again for the next piece.
      piece.set(text('34'));
      if (fails) throw new Error('no more');
      yield piece;
      yield text('');
    };
    await expect(writePieces(store, 'a', pieces(true))).rejects.toThrow('no more');
    expect(await store.read('a')).toEqual(text('old'));
    await writePieces(store, 'a', pieces(false));
    expect(await store.read('a')).toEqual(text('1234'));
    expect(await store.list()).toEqual(['a']);
  });

  test('reads pieces of the content that was there when the reader was opened', async () => {
    const store = create();
    expect(await openReader(store, 'a/b')).toBeUndefined();
    await store.write('a/b', text('0123456789'));
    const reader = await openReader(store, 'a/b');
    await store.write('a/b', text('replaced'));
    expect(reader?.byteLength).toBe(10);
    expect(await reader?.read(2, 5)).toEqual(text('234'));
    expect(await reader?.read(8, 12)).toEqual(text('89'));
    expect(await reader?.read(5, 5)).toEqual(text(''));
    await reader?.close();
    await expect(openReader(store, '../a')).rejects.toThrow(RangeError);
  });

  test('refuses names and prefixes that leave the store', async () => {
    const store = create();
    for (const name of ['', '/etc/passwd', '../a', 'a/../../b', 'a//b', './a', 'a\\..\\b', 'a\0']) {
      await expect(store.read(name)).rejects.toThrow(RangeError);
      await expect(store.write(name, text('x'))).rejects.toThrow(RangeError);
      await expect(store.append(name, text('x'))).rejects.toThrow(RangeError);
      await expect(store.remove(name)).rejects.toThrow(RangeError);
    }
    await expect(store.list('../')).rejects.toThrow(RangeError);
    expect(await store.list()).toEqual([]);
  });
});
