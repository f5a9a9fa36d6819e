import { FormatError, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { parsePythonLiteral } from './python-literal.js';
import { readNpy, readNpz } from './read-npy.js';

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = ascii(`${header}\n`);
  const head = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...ascii('NUMPY'), version, 0, ...head, ...text, ...data]);
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

const bytesOf = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);

describe('readNpy', () => {
  test('reads numbers of every version and order', () => {
    for (const version of [1, 2, 3]) {
      expect(readNpy(npy(header('<f8', '(2, 2)'), bytesOf(1, 2, 3, Number.NaN), version))).toEqual({
        shape: [2, 2],
        values: Float64Array.of(1, 2, 3, Number.NaN),
      });
    }
    expect(readNpy(npy(header('<f8', '(2, 3)', 'True'), bytesOf(1, 4, 2, 5, 3, 6))).values).toEqual(
      Float64Array.of(1, 2, 3, 4, 5, 6),
    );
    expect(readNpy(npy(header('<f8', '()'), bytesOf(7)))).toEqual({ shape: [], values: Float64Array.of(7) });
    expect(readNpy(npy(header('<f8', '(0, 5)'), new Uint8Array()))).toEqual({
      shape: [0, 5],
      values: new Float64Array(),
    });
  });

  test('reads every type of element', () => {
    const one = (descr: string, ...bytes: number[]) =>
      readNpy(npy(header(descr, '(1,)'), Uint8Array.from(bytes))).values;
    expect(one('|b1', 5)).toEqual(Uint8Array.of(1));
    expect(one('|i1', 255)).toEqual(Int8Array.of(-1));
    expect(one('>i2', 1, 2)).toEqual(Int16Array.of(258));
    expect(one('<u4', 255, 255, 255, 255)).toEqual(Uint32Array.of(0xffffffff));
    expect(one('<i8', 254, 255, 255, 255, 255, 255, 255, 255)).toEqual(Float64Array.of(-2));
    expect(one('<i8', 0, 0, 0, 0, 0, 0, 0, 64)).toEqual(BigInt64Array.of(2n ** 62n));
    expect(one('<f2', 0, 0x3e)).toEqual(Float32Array.of(1.5));
    expect(one('<f2', 1, 0)).toEqual(Float32Array.of(2 ** -24));
    expect(one('<f2', 0, 0xfc)).toEqual(Float32Array.of(Number.NEGATIVE_INFINITY));
    expect(one('<f4', 0, 0, 192, 63)).toEqual(Float32Array.of(1.5));
    expect(one('|S3', 97, 98, 0)).toEqual(['ab']);
    expect(one('<U2', 0x2d, 0xf4, 1, 0, 0, 0, 0, 0)).toEqual(['\u{1f42d}']);
  });

  test.each([
    [header('<f8', '(2,)'), 'the data'],
    [header('<f8', '(-1,)'), 'the header'],
    [header('<f8', '(9999999999, 9999999999)'), 'the header'],
    [header('<M8[ns]', '(1,)'), 'the header'],
    [header('<c16', '(1,)'), 'the header'],
    ["{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,)}", 'the header'],
    ["__import__('os').system('ls')", 'the header'],
    [header('|S0', '(8,)'), 'the data'],
  ])('refuses %s', (text, where) => {
    try {
      readNpy(npy(text, bytesOf(1)), { path: 'a.npy' });
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({ where, path: 'a.npy' });
      return;
    }
    throw new Error('nothing was thrown');
  });

  test('runs nothing that an array of objects names', () => {
    const evil = npy(header('|O', '()'), ascii("cos\nsystem\n(S'ls'\ntR."));
    expect(() => readNpy(evil)).toThrow(/os\.system, which was refused/);
    const other = npy(header('|O', '()'), ascii('N.'));
    expect(() => readNpy(other)).toThrow(/an array of shape \[\]/);
  });

  test('ends with an array or a FormatError on any bytes', async () => {
    const whole = npy(header('<f8', '(2, 2)'), bytesOf(1, 2, 3, 4));
    const random = new Random(5);
    for (let round = 0; round < 1000; round++) {
      const bytes = round < whole.length ? whole.slice(0, round) : whole.slice();
      if (round >= whole.length) bytes[random.integer(bytes.length)] = random.integer(256);
      try {
        readNpy(bytes);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
    await expect(readNpz(whole)).rejects.toThrow(FormatError);
  });
});

test.each([
  ['(1,)', [1]],
  ['(1)', 1],
  ['()', []],
  ['[ "a", None, True, -3 ]', ['a', null, true, -3]],
  [
    "{'a': (2, 3L), 'b': {}}",
    new Map<string, unknown>([
      ['a', [2, 3]],
      ['b', new Map()],
    ]),
  ],
  ['(1 2)', undefined],
  ['(,)', undefined],
  ["{'a': 1", undefined],
  ["{'a': 1, 'a': 2}", undefined],
  ['1 + 1', undefined],
  ['open("x")', undefined],
  ['1.5', undefined],
  ['('.repeat(100), undefined],
])('parsePythonLiteral(%j)', (text, value) => {
  expect(parsePythonLiteral(text)).toEqual(value);
});
