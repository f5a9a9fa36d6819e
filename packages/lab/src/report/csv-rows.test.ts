import { expect, test } from 'vitest';
import { readCsvRows } from './csv-rows.js';

test('cells in quotes keep commas, line ends and quotes', () => {
  expect(readCsvRows('a,b\r\n"1,5","say ""hi""\nthere"\r\n,x\r\n', 10)).toEqual({
    columns: ['a', 'b'],
    rows: [
      ['1,5', 'say "hi"\nthere'],
      ['', 'x'],
    ],
    count: 2,
  });
});

test('the first rows are kept and all are counted', () => {
  const text = `n\n${Array.from({ length: 1000 }, (_, i) => i).join('\n')}`;
  expect(readCsvRows(text, 2)).toEqual({ columns: ['n'], rows: [['0'], ['1']], count: 1000 });
});

test('a byte order mark, empty lines and a missing last line end are no cells', () => {
  expect(readCsvRows('\uFEFFa,b\n\n1,2\n\n3,4', 10)).toEqual({
    columns: ['a', 'b'],
    rows: [
      ['1', '2'],
      ['3', '4'],
    ],
    count: 2,
  });
});

test('nothing, only names, rows of other lengths and a quote that never ends are read as they are', () => {
  expect(readCsvRows('', 5)).toEqual({ columns: [], rows: [], count: 0 });
  expect(readCsvRows('a,b\n', 5)).toEqual({ columns: ['a', 'b'], rows: [], count: 0 });
  expect(readCsvRows('a,b\n1\n1,2,3\n', 5)).toEqual({ columns: ['a', 'b'], rows: [['1'], ['1', '2', '3']], count: 2 });
  expect(readCsvRows('a\n"b,c\nd', 5)).toEqual({ columns: ['a'], rows: [['b,c\nd']], count: 1 });
});
