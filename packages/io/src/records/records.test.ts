import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError, type Provenance, StorageError } from '@zoopraxis/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { hashBytes } from './hash.js';
import { hashFile } from './hash-file.node.js';
import { parseJson } from './parse-record.js';
import { createProvenance, findOutOfDate, hashProvenance } from './provenance.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('canonical JSON does not depend on the order of keys, and refuses what JSON cannot hold', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: Float32Array.of(0.5), n: undefined })).toBe(
    '{"a":[0.5],"b":[1,{"c":"x","d":null}]}',
  );
  expect(canonicalJson(JSON.parse('{"__proto__": 1, "a": 2}'))).toBe('{"__proto__":1,"a":2}');
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol('x')]) {
    expect(() => canonicalJson({ a: { b: [bad] } })).toThrow(/^a\.b\[0\]: must be plain JSON data/);
  }
});

test('hashes are SHA-256, of views and shared memory too', async () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(await hashBytes(new TextEncoder().encode('abc'))).toBe(abc);
  expect(await hashBytes(new TextEncoder().encode('xabcx').subarray(1, 4))).toBe(abc);
  const shared = new Uint8Array(new SharedArrayBuffer(3));
  shared.set([97, 98, 99]);
  expect(await hashBytes(shared)).toBe(abc);
  await writeFile(join(folder, 'abc'), 'abc');
  expect(await hashFile(join(folder, 'abc'))).toBe(abc);
  await expect(hashFile(join(folder, 'none'))).rejects.toThrow(StorageError);
});

test('huge files are hashed by samples that say so, and see a change of length, start and end', async () => {
  const path = join(folder, 'huge');
  const bytes = Buffer.alloc((64 << 20) + 5, 7);
  await writeFile(path, bytes);
  const hash = await hashFile(path);
  expect(hash).toMatch(/^sampled-sha256:[0-9a-f]{64}$/);
  expect(await hashFile(path)).toBe(hash);
  for (const change of [() => (bytes[0] = 8), () => (bytes[bytes.length - 1] = 8)]) {
    change();
    await writeFile(path, bytes);
    expect(await hashFile(path)).not.toBe(hash);
    bytes.fill(7);
  }
  await writeFile(path, bytes.subarray(1));
  expect(await hashFile(path)).not.toBe(hash);
});

test('a record that does not fit names the place, what is expected and what was found', () => {
  const schema = z.object({ a: z.array(z.object({ b: z.number() })) });
  const place = { format: 'test', path: 'x.json' };
  expect(() => parseJson(schema, '{"a": [{"b": 1}, {"b": "2"}]}', place)).toThrow(
    /^not a valid test file at a\.1\.b: expected .*number.*, found "2": x\.json$/,
  );
  expect(() => parseJson(schema, '', place)).toThrow(/expected JSON text, found nothing/);
  expect(() => parseJson(schema, '{', place)).toThrow(FormatError);
});

const record: Provenance = {
  operation: 'track',
  versions: { zoopraxis: '0.1.0' },
  inputs: [
    { name: 'v.mp4', contentHash: 'aa' },
    { name: 'model', contentHash: 'bb' },
  ],
  parameters: { scale: 1, crop: { left: 0, top: 1 } },
};

test('equal work has one provenance hash, whatever the order', async () => {
  const other = createProvenance({
    ...record,
    inputs: [...record.inputs].reverse(),
    parameters: { crop: { top: 1, left: 0 }, scale: 1 },
  });
  expect(await hashProvenance(createProvenance(record))).toBe(await hashProvenance(other));
  expect(() => createProvenance({ ...record, parameters: { scale: Number.NaN } })).toThrow(/^scale: must be plain/);
});

test('a derived file is out of date where input, parameter or version changed, and says which', async () => {
  const hashOf = async ({ name }: { name: string }) => ({ 'v.mp4': 'aa', model: 'bb' })[name];
  expect(await findOutOfDate(record, { hashOf, parameters: { crop: { top: 1, left: 0 }, scale: 1 } })).toEqual([]);
  expect(
    await findOutOfDate(record, {
      hashOf: async ({ name }) => (name === 'model' ? 'cc' : undefined),
      parameters: { scale: 2 },
      versions: { zoopraxis: '0.2.0' },
    }),
  ).toEqual([
    { name: 'v.mp4', kind: 'input-missing', recorded: 'aa', found: undefined },
    { name: 'model', kind: 'input-changed', recorded: 'bb', found: 'cc' },
    { name: 'crop', kind: 'parameter', recorded: '{"left":0,"top":1}', found: undefined },
    { name: 'scale', kind: 'parameter', recorded: '1', found: '2' },
    { name: 'zoopraxis', kind: 'version', recorded: '0.1.0', found: '0.2.0' },
  ]);
});
