import { expect, test } from 'vitest';
import { PicturePace } from './picture-pace.js';

/** Plays for a while at 50 frames a second with a server that makes one picture at a time; returns frames and how late they came. */
function play({ makeMs, seconds = 4, together = 3 }: { makeMs: number; seconds?: number; together?: number }) {
  const pace = new PicturePace();
  const line: { frame: number; askedAtMs: number }[] = [];
  const came: { frame: number; lateFrames: number }[] = [];
  let freeAtMs = 0;
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs++) {
    const present = Math.floor(nowMs / 20);
    pace.see(present, nowMs);
    const first = line[0];
    if (first !== undefined && nowMs >= Math.max(freeAtMs, first.askedAtMs) + makeMs) {
      line.shift();
      freeAtMs = nowMs;
      pace.came(first.askedAtMs, nowMs, line.length);
      came.push({ frame: first.frame, lateFrames: present - first.frame });
    }
    const wanted = Array.from({ length: 60 }, (_, i) => present + i);
    while (line.length < together) {
      const frame = pace.next(wanted);
      if (frame === undefined) break;
      line.push({ frame, askedAtMs: nowMs });
    }
  }
  return came;
}

test('a server that is quick enough is asked for every frame, ahead of time', () => {
  const frames = play({ makeMs: 10 }).map(({ frame }) => frame);
  expect(frames).toEqual(frames.map((_, i) => i));
  expect(frames.length).toBeGreaterThan(195);
});

test('of a server at half the speed every second frame is asked for, and comes about in time', () => {
  const came = play({ makeMs: 42 }).slice(20);
  const steps = came.slice(1).map(({ frame }, i) => frame - (came[i]?.frame ?? 0));
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...steps)).toBeLessThanOrEqual(4);
  expect(Math.max(...came.map(({ lateFrames }) => lateFrames))).toBeLessThanOrEqual(4);
  // As many as the server can make.
  expect(came.length).toBeGreaterThan(65);
});

test('after a jump back frames are asked for anew', () => {
  const pace = new PicturePace();
  pace.see(100, 0);
  expect(pace.next([100, 101])).toBe(100);
  pace.see(10, 20);
  expect([pace.next([10, 11]), pace.next([10, 11]), pace.next([10, 11])]).toEqual([10, 11, undefined]);
});
