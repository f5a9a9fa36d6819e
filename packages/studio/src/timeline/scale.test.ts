import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { TimeRange } from '../state/studio-store.js';
import {
  dragEdge,
  follow,
  panBy,
  rangeFrom,
  setStretchEdge,
  showWhole,
  stretchOf,
  timeAt,
  windowPartAt,
  xOf,
  zoomAt,
  zoomTo,
} from './scale.js';

const limits = { endSec: 900, shortestSec: 0.2 };
const range = { fromSec: 100, toSec: 120 };

test('x and time are each other, and whatever is done the range lies in the recording', () => {
  const random = new Random('ranges');
  let shown = rangeFrom(100, 20, limits);
  for (let turn = 0; turn < 400; turn++) {
    const at = random.between(-50, 1000);
    const kind = turn % 4;
    if (kind === 0) shown = zoomAt(shown, at, random.between(0.1, 10), limits);
    if (kind === 1) shown = panBy(shown, random.between(-500, 500), limits);
    if (kind === 2) shown = zoomTo(shown, random.between(0.01, 2000), Math.max(0, Math.min(900, at)), limits);
    if (kind === 3) shown = showWhole({ fromSec: Math.min(at, 890), toSec: Math.min(at, 890) + 5 }, limits);
    expect(shown.fromSec).toBeGreaterThanOrEqual(0);
    expect(shown.toSec).toBeLessThanOrEqual(900 + 1e-9);
    expect(shown.toSec - shown.fromSec).toBeGreaterThanOrEqual(limits.shortestSec - 1e-9);
    expect(timeAt(xOf(at, shown, 1234), shown, 1234)).toBeCloseTo(at, 6);
  }
});

test('what is under the pointer stays there while zooming', () => {
  for (const pivot of [101, 110, 119]) {
    const zoomed = zoomAt(range, pivot, 0.5, limits);
    expect(zoomed.toSec - zoomed.fromSec).toBeCloseTo(10);
    expect(xOf(pivot, zoomed, 1000)).toBeCloseTo(xOf(pivot, range, 1000));
  }
  expect(zoomAt(range, 110, 1e9, limits)).toEqual({ fromSec: 0, toSec: 900 });
});

test('by page a new page begins when the cursor leaves while playing; a step turns little, a jump goes to the middle', () => {
  const options = { isPlaying: true, mode: 'page' } as const;
  expect(follow(range, { ...options, timeSec: 119.99 }, limits)).toBe(range);
  expect(follow(range, { ...options, timeSec: 120 }, limits).fromSec).toBeCloseTo(119);
  expect(follow(range, { ...options, isPlaying: false, timeSec: 120.03 }, limits).fromSec).toBeCloseTo(118.03);
  expect(follow(range, { ...options, isPlaying: false, timeSec: 99.9 }, limits).fromSec).toBeCloseTo(81.9);
  expect(follow(range, { ...options, timeSec: 500 }, limits).fromSec).toBeCloseTo(490);
  expect(follow(range, { ...options, timeSec: 899 }, limits)).toEqual({ fromSec: 880, toSec: 900 });
});

test('centered the cursor stays in the middle while it plays; off nothing moves but for jumps', () => {
  expect(follow(range, { isPlaying: true, mode: 'center', timeSec: 111 }, limits)).toEqual({
    fromSec: 101,
    toSec: 121,
  });
  expect(follow({ fromSec: 0, toSec: 20 }, { isPlaying: true, mode: 'center', timeSec: 3 }, limits).fromSec).toBe(0);
  expect(follow(range, { isPlaying: true, mode: 'off', timeSec: 300 }, limits)).toBe(range);
  expect(follow(range, { isPlaying: false, mode: 'off', timeSec: 300 }, limits).fromSec).toBeCloseTo(290);
});

test('a stretch is of whole frames, at variable times too, in whichever direction it is drawn', () => {
  const clock = { frameCount: 100, fps: 10 };
  const short = { endSec: 10, shortestSec: 0.1 };
  const ends: readonly (readonly [number, number])[] = [
    [0.26, 0.51],
    [0.51, 0.26],
  ];
  for (const [from, to] of ends) {
    const stretch = stretchOf(from, to, clock, short);
    expect(stretch.fromSec).toBeCloseTo(0.2);
    expect(stretch.toSec).toBeCloseTo(0.6);
  }
  expect(stretchOf(9.99, 9.95, clock, short)).toEqual({ fromSec: 9.9, toSec: 10 });
  const varying = { frameCount: 4, fps: 10, timesSec: Float64Array.of(0, 0.1, 0.35, 0.4) };
  expect(stretchOf(0.2, 0.36, varying, { endSec: 0.5, shortestSec: 0.1 })).toEqual({ fromSec: 0.1, toSec: 0.4 });
  expect(stretchOf(-5, 3, undefined, short)).toEqual({ fromSec: 0, toSec: 3 });
});

test('the window is taken by its edges from both sides, and by its body however narrow it is', () => {
  expect([90, 95, 103, 150, 196, 204, 220].map((x) => windowPartAt(x, { left: 100, right: 200 }))).toEqual([
    null,
    'start',
    'start',
    'body',
    'end',
    'end',
    null,
  ]);
  expect(windowPartAt(102, { left: 100, right: 104 })).toBe('body');
});

test('a dragged edge stops at the other one and at the ends of the recording', () => {
  expect(dragEdge(range, 'start', 130, limits)).toEqual({ fromSec: 119.8, toSec: 120 });
  expect(dragEdge(range, 'start', -4, limits)).toEqual({ fromSec: 0, toSec: 120 });
  expect(dragEdge(range, 'end', 1e9, limits)).toEqual({ fromSec: 100, toSec: 900 });
});

test('a stretch is set by keys: it begins with one frame and ends after another', () => {
  const clock = { frameCount: 100, fps: 10 };
  const set = (before: TimeRange | null, edge: 'start' | 'end', timeSec: number) => {
    const { fromSec, toSec } = setStretchEdge(before, edge, timeSec, clock, { endSec: 10, shortestSec: 0.1 });
    return [fromSec, toSec].map((time) => Math.round(time * 10) / 10);
  };
  expect(set(null, 'start', 2)).toEqual([2, 2.1]);
  expect(set({ fromSec: 2, toSec: 2.1 }, 'end', 5)).toEqual([2, 5.1]);
  expect(set({ fromSec: 2, toSec: 5.1 }, 'start', 6)).toEqual([6, 6.1]);
  expect(set({ fromSec: 2, toSec: 5.1 }, 'end', 1)).toEqual([1, 1.1]);
});
