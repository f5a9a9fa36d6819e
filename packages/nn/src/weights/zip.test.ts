import { deflateRawSync } from 'node:zlib';
import { crc32, FormatError, readZip, readZipEntry } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { buildZip } from './build-zip.test.kit.js';

const text = (value: string) => new TextEncoder().encode(value);

function problem(bytes: Uint8Array): string {
  try {
    readZip(bytes, 'a.zip');
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as FormatError).message;
  }
  throw new Error('nothing was thrown');
}

async function expandProblem(bytes: Uint8Array): Promise<string> {
  const [entry] = readZip(bytes).values();
  if (entry === undefined) throw new Error('no entry');
  const error = await readZipEntry(entry).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FormatError);
  return (error as FormatError).message;
}

describe('crc32', () => {
  it('gives the check value of the CRC catalogue', () => {
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});

describe('readZip', () => {
  it('reads stored and deflated entries', async () => {
    const long = text('abc'.repeat(5000));
    const entries = readZip(
      buildZip([
        { name: 'a/stored', data: text('hello') },
        { name: 'a/deflated', data: long, isDeflated: true },
        { name: 'a/empty', data: new Uint8Array() },
      ]),
    );
    expect([...entries.keys()]).toEqual(['a/stored', 'a/deflated', 'a/empty']);
    const read = await Promise.all([...entries.values()].map((entry) => readZipEntry(entry)));
    expect(read).toEqual([text('hello'), long, new Uint8Array()]);
  });

  it('reads zip64 sizes, places and end records', async () => {
    const entries = readZip(
      buildZip(
        [
          { name: 'a', data: text('12345') },
          { name: 'b', data: text('b'.repeat(99)), isDeflated: true },
        ],
        { isZip64: true },
      ),
    );
    expect(await readZipEntry(entries.get('b')!)).toEqual(text('b'.repeat(99)));
    expect(entries.get('a')?.byteCount).toBe(5);
  });

  it('finds the end record before a comment', () => {
    expect(readZip(buildZip([{ name: 'a', data: text('x') }], { comment: 'PK\x05\x06 a comment' })).size).toBe(1);
  });

  it('refuses what is no archive', () => {
    expect(problem(new Uint8Array())).toContain('none (truncated?)');
    expect(problem(text('PK'.repeat(100)))).toContain('none (truncated?)');
    const bytes = buildZip([{ name: 'a', data: text('hello') }]);
    for (let length = 0; length < bytes.length; length++)
      expect(() => readZip(bytes.subarray(0, length))).toThrow(FormatError);
  });

  it('refuses sizes that lie', () => {
    expect(problem(buildZip([{ name: 'a', data: text('hello'), declaredBytes: 6 }]))).toContain('declared size of 6');
    expect(problem(buildZip([{ name: 'a', data: text('hello'), packedBytes: 9000, declaredBytes: 9000 }]))).toContain(
      '9000 bytes before',
    );
    expect(problem(buildZip([{ name: 'a', data: text('hello'), isDeflated: true, declaredBytes: 2 ** 31 }]))).toContain(
      'a size that deflate can reach',
    );
    expect(problem(buildZip([{ name: 'a', data: text('x') }], { isZip64: true, zip64Place: 2 ** 40 }))).toContain(
      'zip64 end record',
    );
  });

  it('refuses entries that overlap or share a name', () => {
    const twice = [
      { name: 'a', data: text('hello') },
      { name: 'b', data: text('hello'), headerOf: 'a' },
    ];
    expect(problem(buildZip(twice))).toContain('overlaps a');
    expect(
      problem(
        buildZip([
          { name: 'a', data: text('1') },
          { name: 'a', data: text('2') },
        ]),
      ),
    ).toContain('one entry of this name');
  });

  it('refuses encryption and other compressions', () => {
    expect(problem(buildZip([{ name: 'a', data: text('x'), flags: 1 }]))).toContain('encrypted');
    expect(problem(buildZip([{ name: 'a', data: text('x'), method: 93 }]))).toContain('method 93');
  });
});

describe('readZipEntry', () => {
  it('stops a bomb as soon as more comes out than was declared', async () => {
    const bomb = deflateRawSync(new Uint8Array(50 * 2 ** 20));
    expect(await expandProblem(buildZip([{ name: 'a', data: bomb, method: 8, declaredBytes: 1000 }]))).toContain(
      '1000 bytes once expanded, found more',
    );
  });

  it('refuses damaged, short and changed data', async () => {
    const data = text('hello hello hello');
    expect(await expandProblem(buildZip([{ name: 'a', data: Uint8Array.of(255, 255, 255), method: 8 }]))).toContain(
      'deflated data',
    );
    expect(await expandProblem(buildZip([{ name: 'a', data, isDeflated: true, declaredBytes: 40 }]))).toContain(
      '40 bytes once expanded',
    );
    expect(await expandProblem(buildZip([{ name: 'a', data, isDeflated: true, crc: 5 }]))).toContain('checksum');
  });
});
