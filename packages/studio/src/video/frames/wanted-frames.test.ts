import { expect, test } from 'vitest';
import { wantedFrames } from './wanted-frames.js';

const clock = { frameCount: 100, fps: 10 };
const standing = { isPlaying: false, stepSec: 0.1, direction: 0 } as const;
const nothing = { ahead: 4, isThere: () => false };

test('after a jump the frame itself is first, then its neighbors inside the video', () => {
  expect(wantedFrames(5, clock, standing, nothing)).toEqual([50, 49, 48, 47, 51]);
  expect(wantedFrames(0, clock, standing, nothing)).toEqual([0, 1]);
  expect(wantedFrames(99, clock, standing, nothing)[0]).toBe(99);
});

test('while playing what comes next is wanted, in the steps of the display', () => {
  const playing = { isPlaying: true, stepSec: 0.4, direction: 0 } as const;
  expect(wantedFrames(1, clock, playing, nothing)).toEqual([10, 14, 18, 22, 26]);
  expect(wantedFrames(9.7, clock, playing, nothing)).toEqual([97, 99]);
});

test('stepping back fetches a stretch at once, and nothing while enough of it is there', () => {
  const back = { isPlaying: false, stepSec: 0.1, direction: -1 } as const;
  expect(wantedFrames(5, clock, back, nothing)).toEqual([50, 49, 48, 47, 46, 45, 44, 43, 42]);
  const there = new Set([50, 49, 48, 47, 46]);
  expect(wantedFrames(5, clock, back, { ahead: 4, isThere: (frame) => there.has(frame) })).toEqual([]);
});
