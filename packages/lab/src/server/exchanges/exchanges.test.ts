import { describe, expect, test } from 'vitest';
import { editedTracks, originalTracks } from '../../track/edited-names.js';
import { exchangeRows, stretchesOfExchanges, withExchange } from './exchanges.js';

const animals = ['a', 'b', 'c'];
const exchange = (first: string, second: string, fromFrame: number, toFrame?: number) => ({
  first,
  second,
  fromFrame,
  ...(toFrame === undefined ? {} : { toFrame }),
});

/** Values that say animal and frame. */
const rows = (frames: number) => Float32Array.from({ length: frames * 3 }, (_, i) => 10 * Math.floor(i / 3) + (i % 3));

const apply = (exchanges: ReturnType<typeof exchange>[], frames = 6, firstFrame = 0) => {
  const values = rows(frames);
  const stretches = stretchesOfExchanges(animals, exchanges, firstFrame + frames);
  exchangeRows(values, { width: 1, animals: 3, firstFrame, stretches });
  return Array.from({ length: frames }, (_, f) =>
    [...values.subarray(3 * f, 3 * f + 3)].map((v) => animals[v % 10]).join(''),
  );
};

describe('exchanges', () => {
  test('hold from a frame on, or in a stretch', () => {
    expect(apply([exchange('a', 'b', 4)])).toEqual(['abc', 'abc', 'abc', 'abc', 'bac', 'bac']);
    expect(apply([exchange('a', 'c', 1, 3)])).toEqual(['abc', 'cba', 'cba', 'abc', 'abc', 'abc']);
  });

  test('follow one another: each is about the names that those before it left', () => {
    expect(apply([exchange('a', 'b', 0), exchange('b', 'c', 3)])).toEqual(['bac', 'bac', 'bac', 'bca', 'bca', 'bca']);
  });

  test('are the same for a part of the tracks', () => {
    expect(apply([exchange('a', 'b', 4)], 4, 2)).toEqual(['abc', 'abc', 'bac', 'bac']);
  });

  test('made twice in a row are none', () => {
    const once = withExchange([], exchange('a', 'b', 4));
    expect(once).toHaveLength(1);
    expect(withExchange(once, exchange('b', 'a', 4))).toEqual([]);
    expect(withExchange(once, exchange('a', 'b', 5))).toHaveLength(2);
  });

  test('are in tracks of their own', () => {
    expect([editedTracks('x'), originalTracks('x-edited'), originalTracks('-edited')]).toEqual([
      'x-edited',
      'x',
      '-edited',
    ]);
  });
});
