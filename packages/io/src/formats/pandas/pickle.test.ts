import { FormatError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { PickleTuple, readPickle, writePickle } from './pickle.js';

describe('readPickle', () => {
  test.each([
    ['N.', null],
    ['I5\n.', 5],
    ['I01\n.', true],
    ['I00\n.', false],
    ['L12L\n.', 12],
    ['F1.5\n.', 1.5],
    ['(lp0\n.', []],
    ["S'a\\'b\\n\\x41'\np0\n.", "a'b\nA"],
    ['Vtail\\u00fc\\u002c\\U0001f42d\np0\n.', 'tailü,🐭'],
    [
      '(lp0\n(VA\np1\nVx\np2\ntp3\na(g1\nVy\np4\ntp5\na.',
      [
        ['A', 'x'],
        ['A', 'y'],
      ],
    ],
    ['(dp0\nI1\n(dp1\nVnames\np2\n(lp3\nVs\np4\nass.', new Map([[1, new Map([['names', ['s']]])]])],
  ])('reads %j', (text, value) => {
    expect(readPickle(text)).toEqual(value);
  });

  test.each([
    ["cos\nsystem\n(S'rm -rf /'\ntR.", /run or make os\.system, which was refused/],
    ["(S'x'\nios\nsystem\n.", /run or make os\.system, which was refused/],
    ['I5\n', /more bytes/],
    ['.', /a value on the stack/],
  ])('refuses %j', (text, message) => {
    expect(() => readPickle(text)).toThrow(FormatError);
    expect(() => readPickle(text)).toThrow(message);
  });
});

test('what is written reads back, in plain ASCII, with equal texts stored once', () => {
  const columns = ['snout', 'tail, base', 'ü', '🐭', 'a\\b', 'line\nfeed'].flatMap((name) =>
    ['x', 'y'].map((coordinate) => new PickleTuple(['Anna', name, coordinate])),
  );
  const text = writePickle([new PickleTuple([1, columns]), null, new Map([['k', ['v']]])]);
  expect(text).toMatch(/^[\n -~]*$/);
  expect(text.match(/VAnna/g)).toHaveLength(1);
  expect(readPickle(text)).toEqual([[1, columns.map(({ items }) => items)], null, new Map([['k', ['v']]])]);
});
