import { expect, test } from 'vitest';
import { DecodingRun } from './decoding-run.js';

test('frames that were reordered for coding come out by their own numbers', () => {
  const run = new DecodingRun(10);
  for (const frame of [10, 13, 11, 12]) run.feed(frame * 40_000, frame);
  expect(run.isInside(12)).toBe(true);
  expect([10, 11, 12, 13].map((frame) => run.show(frame * 40_000).frame)).toEqual([10, 11, 12, 13]);
  expect(run.isInside(12)).toBe(false);
  expect(run.end()).toBeNull();
});

test('pictures before the key frame, which refer to what was not decoded, are never shown', () => {
  const run = new DecodingRun(48);
  for (const frame of [48, 45, 46, 47, 49]) run.feed(frame, frame);
  expect([45, 46, 47].map((frame) => run.show(frame))).toEqual(Array(3).fill({ frame: -1, passed: null }));
  expect(run.show(48)).toEqual({ frame: 48, passed: null });
});

test('a frame that is passed over is told', () => {
  const run = new DecodingRun(0);
  for (let frame = 0; frame < 6; frame++) run.feed(frame, frame);
  run.show(0);
  expect(run.show(3)).toEqual({ frame: 3, passed: [1, 3] });
  expect(run.isInside(2)).toBe(false);
  expect(run.end()).toEqual([4, 6]);
});

test('hidden pictures and pictures of unknown time are no frames', () => {
  const run = new DecodingRun(0);
  run.feed(5, -1);
  expect([run.show(5).frame, run.show(99).frame, run.lastShown]).toEqual([-1, -1, -1]);
});
