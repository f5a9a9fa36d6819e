import { expect, test } from 'vitest';
import { checkStoreName, checkStorePrefix, MemoryStore } from './memory-store.js';

const leaving = ['', '/', '/a', 'a/', 'a//b', '.', './a', '..', '../a', 'a/../b', 'a/..', 'a\\b', '..\\a', 'a\0b'];

test('names that could leave the store are refused, plain ones come back', () => {
  for (const name of leaving) expect(() => checkStoreName(name), JSON.stringify(name)).toThrow(RangeError);
  for (const name of ['a', 'a/b', '.hidden', '..a', 'a..', 'ä b/日本.txt']) expect(checkStoreName(name)).toBe(name);
});

test('prefixes are beginnings of names', () => {
  for (const prefix of ['', 'a', 'a/', 'a/b', '..', 'a/..']) expect(checkStorePrefix(prefix)).toBe(prefix);
  for (const prefix of ['/', '../', 'a//', './', 'a\\']) {
    expect(() => checkStorePrefix(prefix), prefix).toThrow(/store prefix: must be the beginning/);
  }
});

test('every verb of the memory store refuses a leaving name', async () => {
  const store = new MemoryStore();
  const bytes = new Uint8Array(1);
  await expect(store.read('../a')).rejects.toThrow(RangeError);
  await expect(store.write('../a', bytes)).rejects.toThrow(RangeError);
  await expect(store.append('../a', bytes)).rejects.toThrow(RangeError);
  await expect(store.remove('../a')).rejects.toThrow(RangeError);
  await expect(store.list('../')).rejects.toThrow(RangeError);
  expect(await store.list()).toEqual([]);
});
