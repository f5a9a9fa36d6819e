import { expect, test } from 'vitest';
import { frameAt } from '../state/clock.js';
import { nextSpeed, playMoment, strideOf } from './play-clock.js';

const clock = { frameCount: 300, fps: 30 };

test('playing is never late: at each moment the frame of real time is shown', () => {
  for (const speed of [0.25, 0.5, 1, 2]) {
    const anchor = { timeSec: 1, atMs: 5000, speed };
    for (let ms = 0; ms < 4000; ms += 17) {
      const { timeSec } = playMoment(anchor, 5000 + ms, clock);
      expect(frameAt(timeSec, clock)).toBe(Math.min(299, Math.floor(30 * (1 + (ms / 1000) * speed) + 0.01)));
    }
  }
});

test('at high speed frames between the pictures of a display are left out', () => {
  expect([0.25, 1, 2, 4, 8].map((speed) => strideOf(30, speed))).toEqual([1, 1, 1, 2, 4]);
  expect(strideOf(29.97, 2)).toBe(1);
  const anchor = { timeSec: 0.1, atMs: 0, speed: 8 };
  const frames = Array.from({ length: 20 }, (_, i) => frameAt(playMoment(anchor, i * 16.7, clock, 4).timeSec, clock));
  expect(frames.every((frame) => (frame - 3) % 4 === 0)).toBe(true);
  expect(new Set(frames).size).toBe(20);
});

test('playing stops at the last frame when its time is over', () => {
  const anchor = { timeSec: 9.9, atMs: 0, speed: 1 };
  expect(playMoment(anchor, 90, clock).isAtEnd).toBe(false);
  const end = playMoment(anchor, 101, clock);
  expect([end.isAtEnd, frameAt(end.timeSec, clock)]).toEqual([true, 299]);
});

test('a varying rate is played by its own times', () => {
  const uneven = { frameCount: 3, fps: 4, timesSec: Float64Array.of(0, 0.1, 0.9) };
  const at = (ms: number) => frameAt(playMoment({ timeSec: 0, atMs: 0, speed: 1 }, ms, uneven).timeSec, uneven);
  expect([0, 99, 100, 500, 899, 900].map(at)).toEqual([0, 1, 1, 1, 2, 2]);
});

test('speeds go up and down by steps and end', () => {
  expect([nextSpeed(1, 1), nextSpeed(1, -1), nextSpeed(8, 1), nextSpeed(0.25, -1), nextSpeed(3, 1)]).toEqual([
    2, 0.5, 8, 0.25, 4,
  ]);
});
