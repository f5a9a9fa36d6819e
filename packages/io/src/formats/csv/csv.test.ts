import { FormatError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { createCsvParser } from './csv-parser.js';
import { csvField, csvNumber, firstRowNumbers, readCsvNumber } from './csv-text.js';

/** Returns the records of a text handed over in pieces of a few bytes. */
function parse(text: string, pieceBytes = 1 << 20): [string[], number][] {
  const rows: [string[], number][] = [];
  const parser = createCsvParser((fields, line) => rows.push([fields, line]), { path: 'a.csv' });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) parser.push(bytes.slice(at, at + pieceBytes));
  parser.end();
  return rows;
}

describe('createCsvParser', () => {
  const text = '\ufeffa,b,"c ""d"", e"\r\n1,,3\n\n"two\nlines",ü,肢\n"",x,""\nlast,no,feed';
  const expected = [
    [['a', 'b', 'c "d", e'], 1],
    [['1', '', '3'], 2],
    [['two\nlines', 'ü', '肢'], 4],
    [['', 'x', ''], 6],
    [['last', 'no', 'feed'], 7],
  ];

  test('reads quotes, both line ends, blank lines and a byte order mark', () => {
    expect(parse(text)).toEqual(expected);
  });

  test.each([1, 2, 3, 5, 7, 11])('reads the same from pieces of %d bytes', (size) => {
    expect(parse(text, size)).toEqual(expected);
  });

  test('reads quotes that another program put around every field', () => {
    expect(parse('"scorer","a"\r\n"1","2.5"\r\n')).toEqual([
      [['scorer', 'a'], 1],
      [['1', '2.5'], 2],
    ]);
  });

  test('names the line of a quote that never ends, and of text that is not UTF-8', () => {
    expect(() => parse('a,b\n1,"2\n3,4\n')).toThrow(/line 2: expected a closing quote.*a\.csv/);
    const parser = createCsvParser(() => undefined);
    expect(() => parser.push(Uint8Array.of(97, 10, 0xe4, 10))).toThrow(FormatError);
  });

  test('gives up on a line without end instead of keeping it all', () => {
    const parser = createCsvParser(() => undefined);
    const piece = new Uint8Array(1 << 22).fill(65);
    expect(() => {
      for (let i = 0; i < 8; i++) parser.push(piece);
    }).toThrow(/a line of at most/);
  });
});

describe('numbers in CSV', () => {
  test.each([
    ['1.5', 1.5],
    [' 2 ', 2],
    ['-3e-7', -3e-7],
    ['1E5', 1e5],
    ['inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['', Number.NaN],
    ['  ', Number.NaN],
    ['nan', Number.NaN],
    ['NA', Number.NaN],
    ['abc', undefined],
    ['1,5', undefined],
    ['0x10', undefined],
    ['1.2.3', undefined],
  ])('%j is %s', (text, value) => {
    expect(readCsvNumber(text)).toBe(value);
  });

  test('pandas does not lose a first row whose values are all missing', () => {
    expect(firstRowNumbers([Number.NaN, Number.NaN])).toEqual(['nan', '']);
    expect(firstRowNumbers([Number.NaN, 1])).toEqual(['', '1.0']);
    expect(firstRowNumbers([])).toEqual([]);
  });

  test('written ones read back as the same double and stay floats to pandas', () => {
    for (const value of [
      0,
      -0,
      3,
      1e21,
      1 / 3,
      5e-324,
      315.59552001953125,
      -1e-7,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]) {
      const text = csvNumber(value);
      expect(readCsvNumber(text)).toBe(Object.is(value, -0) ? 0 : value);
      expect(text === '' || /[.einf]/.test(text)).toBe(true);
    }
    expect(csvField('a,"b"')).toBe('"a,""b"""');
    expect(csvField('plain')).toBe('plain');
  });
});
