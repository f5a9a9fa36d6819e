import { expect, test } from 'vitest';
import type { BoutStream } from '../state/bouts.js';
import { boutOf, listBouts, placeAt, rowsInSight } from './bout-list.js';

const stream = (annotator: string, starts: readonly number[]): BoutStream => ({
  set: 's',
  recording: 'r',
  subject: 'm1',
  annotator,
  channel: 'default',
  isHuman: true,
  behaviors: ['a', 'b'],
  boutCount: starts.length,
  bouts: starts.map((startSec) => ({
    id: `${annotator}${startSec}`,
    behavior: startSec % 2 === 0 ? 'a' : 'b',
    startSec,
    endSec: startSec + 1,
  })),
});

test('bouts of all streams come by time, equal ones in the order of the streams', () => {
  const list = listBouts([stream('x', [1, 4, 9]), stream('y', [0, 4, 5])]);
  const ids = Array.from({ length: list.length }, (_, at) => boutOf(list, at)?.bout.id);
  expect(ids).toEqual(['y0', 'x1', 'x4', 'y4', 'y5', 'x9']);
  expect([placeAt(list, -1), placeAt(list, 4), placeAt(list, 4.5), placeAt(list, 99)]).toEqual([0, 2, 4, 6]);
  expect(boutOf(list, 6)).toBeUndefined();
});

test('one behavior alone', () => {
  const list = listBouts([stream('x', [1, 4, 9]), stream('y', [0, 4, 5])], 'b');
  expect(Array.from({ length: list.length }, (_, at) => boutOf(list, at)?.bout.startSec)).toEqual([1, 5, 9]);
});

test('only rows in sight are made, also past the ends', () => {
  const box = { scrollTopPx: 28_000, heightPx: 280, rowPx: 28 };
  expect(rowsInSight(box, 100_000, 5)).toEqual({ first: 995, end: 1015 });
  expect(rowsInSight({ ...box, scrollTopPx: -50 }, 3, 5)).toEqual({ first: 0, end: 3 });
  expect(rowsInSight(box, 0, 5)).toEqual({ first: 0, end: 0 });
});
