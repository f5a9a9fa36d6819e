import { expect, test } from 'vitest';
import { FrameCache } from './frame-cache.js';

function picture(closed: string[], name: string) {
  return { kind: 'picture' as const, picture: { name, close: () => void closed.push(name) } };
}

test('what was used longest ago is closed first, and what is on a screen never', () => {
  const closed: string[] = [];
  const cache = new FrameCache<{ name: string; close(): void }>(300);
  for (const frame of [0, 1, 2]) cache.put('v', frame, picture(closed, `${frame}`), 100);
  cache.hold('pane', 'v', 0);
  cache.get('v', 1);
  cache.put('v', 3, picture(closed, '3'), 100);
  expect(closed).toEqual(['2']);
  cache.put('v', 4, picture(closed, '4'), 200);
  expect(closed).toEqual(['2', '1', '3']);
  expect([cache.bytes, cache.has('v', 0)]).toEqual([300, true]);
  cache.hold('pane', 'v', -1);
  cache.put('v', 5, picture(closed, '5'), 100);
  expect(closed.at(-1)).toBe('0');
});

test('a frame that comes again replaces the one before, which is closed', () => {
  const closed: string[] = [];
  const cache = new FrameCache<{ name: string; close(): void }>(1000);
  cache.put('v', 0, picture(closed, 'old'), 100);
  cache.put('v', 0, picture(closed, 'new'), 150);
  expect([closed, cache.bytes]).toEqual([['old'], 150]);
  cache.clear('v');
  expect([closed, cache.bytes, cache.get('v', 0)]).toEqual([['old', 'new'], 0, undefined]);
});

test('the nearest frame is one with a picture, of that video, not later than asked for', () => {
  const cache = new FrameCache<{ name: string; close(): void }>(1000);
  for (const frame of [2, 5, 9]) cache.put('v', frame, picture([], ''), 1);
  cache.put('w', 7, picture([], ''), 1);
  cache.put('v', 6, { kind: 'missing', words: '' }, 1);
  expect([cache.nearest('v', 8, -1), cache.nearest('v', 8, 5), cache.nearest('v', 1, -1)]).toEqual([5, -1, -1]);
});

test('the closest frame lies on either side, and nearer than what is shown', () => {
  const cache = new FrameCache<{ name: string; close(): void }>(1000);
  for (const frame of [2, 5, 9]) cache.put('v', frame, picture([], ''), 1);
  cache.put('w', 7, picture([], ''), 1);
  const asked = [
    [8, 100],
    [7, 100],
    [8, 1],
    [3, 1],
  ] as const;
  expect(asked.map(([to, than]) => cache.closest('v', to, than))).toEqual([9, 5, -1, -1]);
});
