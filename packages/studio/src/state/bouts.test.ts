import { expect, test } from 'vitest';
import type { BoutView } from 'zoopraxis';
import { applyBoutEdits, type BoutStream, mergeBouts } from './bouts.js';

const key = { set: 's', recording: 'r', subject: 'm1', annotator: 'ann', channel: 'default' };
const bout = (id: string, startSec: number, endSec: number, behavior = 'attack'): BoutView => ({
  id,
  behavior,
  startSec,
  endSec,
});

test('a bout with the id of a removed one replaces it, and order is by start', () => {
  const stream: BoutStream = {
    ...key,
    isHuman: true,
    behaviors: ['attack'],
    boutCount: 2,
    bouts: [bout('a', 1, 2), bout('b', 5, 6)],
  };
  const [after] = applyBoutEdits(
    [stream],
    [{ stream: key, remove: ['a'], add: [bout('a', 7, 8), bout('c', 0, 1, 'mount')] }],
  );
  expect(after?.bouts.map(({ id, startSec }) => [id, startSec])).toEqual([
    ['c', 0],
    ['b', 5],
    ['a', 7],
  ]);
  expect(after).toMatchObject({ boutCount: 3, behaviors: ['attack', 'mount'] });
  expect(stream.bouts).toHaveLength(2);
});

test('an edit of a stream that is not there makes it, apart from one with a target', () => {
  const edits = [
    { stream: key, remove: [], add: [bout('a', 1, 2)] },
    { stream: { ...key, target: 'm2' }, remove: [], add: [bout('b', 1, 2)] },
  ];
  expect(applyBoutEdits([], edits).map(({ target, boutCount }) => [target, boutCount])).toEqual([
    [undefined, 1],
    ['m2', 1],
  ]);
});

test('what changed is merged, and lists in which nothing did stay the same', () => {
  const head = { ...key, isHuman: true, behaviors: ['attack'], boutCount: 2 };
  const [one, two]: BoutStream[] = [
    { ...head, bouts: [bout('a', 1, 2), bout('b', 5, 6)] },
    { ...head, annotator: 'bob', bouts: [bout('c', 1, 2)] },
  ];
  const gone = { ...head, channel: 'other', bouts: [bout('d', 1, 2)] };
  const before = [one as BoutStream, two as BoutStream, gone];
  const after = mergeBouts(before, {
    version: 'v2',
    streams: [
      { ...head, isWhole: false, bouts: [bout('e', 0, 1), bout('b', 7, 8)], removed: ['a'] },
      { ...head, annotator: 'bob', isWhole: false, bouts: [], removed: [] },
      { ...head, annotator: 'eve', isWhole: true, bouts: [bout('f', 3, 4)], removed: [] },
    ],
  });
  expect(
    after.map(({ annotator, bouts }) => [annotator, bouts.map(({ id, startSec }) => `${id} ${startSec}`)]),
  ).toEqual([
    ['ann', ['e 0', 'b 7']],
    ['bob', ['c 1']],
    ['eve', ['f 3']],
  ]);
  expect(after[1]?.bouts).toBe(two?.bouts);
});
