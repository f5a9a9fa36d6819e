import { expect, test } from 'vitest';
import { nextItem, progressOf, todoItems } from './todo-list.js';

const point = { x: 1, y: 2, visibility: 'visible' as const };
const image = (frame: number) => ({ frame, group: 'clip', file: `img${frame}.png` });
const items = todoItems(
  [30, 10, 20, 40].map(image),
  [
    { frame: 10, individual: 'm1', annotator: 'ann', points: { nose: point, tail: point } },
    { frame: 20, individual: 'm1', annotator: 'bob', points: { nose: point } },
    { frame: 30, individual: 'm1', annotator: 'ann', points: { nose: point } },
    { frame: 30, individual: 'm1', annotator: 'cy', points: { nose: point } },
    { frame: 40, individual: 'm1', annotator: 'ann', points: {} },
  ],
  { annotator: 'ann', keypointCount: 2 },
);

test('images are mine, of others or to label; rows without points do not count', () => {
  expect(items.map(({ frame, state, pointCount, isComplete }) => [frame, state, pointCount, isComplete])).toEqual([
    [10, 'mine', 2, true],
    [20, 'others', 0, false],
    [30, 'mine', 1, false],
    [40, 'suggested', 0, false],
  ]);
  expect(items[2]?.others).toEqual(['cy']);
  expect(progressOf(items)).toEqual({ labeled: 2, all: 4 });
});

test('next and previous skip what is not wanted, and the frame itself', () => {
  expect(nextItem(items, 10, 1)?.frame).toBe(20);
  expect(nextItem(items, 20, 1, ({ state }) => state !== 'mine')?.frame).toBe(40);
  expect(nextItem(items, 35, -1, ({ state }) => state === 'mine')?.frame).toBe(30);
  expect(nextItem(items, 10, -1)).toBeNull();
  expect(nextItem(items, 40, 1)).toBeNull();
});
