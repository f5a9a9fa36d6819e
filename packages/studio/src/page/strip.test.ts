import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import type { BoutView } from 'zoopraxis';
import { boutAt, endSeen, firstSeen, stripOf } from './strip.js';

const bout = (startSec: number, endSec: number, behavior = 'attack'): BoutView => ({
  id: `${behavior} ${startSec}`,
  behavior,
  startSec,
  endSec,
});

function makeBouts(seed: number, count: number): BoutView[] {
  const random = new Random(seed);
  const list = Array.from({ length: count }, () => {
    const start = random.between(0, 1000);
    return bout(
      start,
      start + (random.uniform() < 0.1 ? 0 : random.between(0, 30)),
      random.uniform() < 0.5 ? 'a' : 'b',
    );
  });
  return list.sort((a, b) => a.startSec - b.startSec || a.endSec - b.endSec);
}

test('what is found for a range is all that reaches into it', () => {
  const strip = stripOf(makeBouts(1, 400));
  const random = new Random(2);
  for (let turn = 0; turn < 200; turn++) {
    const fromSec = random.between(-50, 1050);
    const toSec = fromSec + random.between(0, 80);
    const [first, end] = [firstSeen(strip, fromSec), endSeen(strip, toSec)];
    strip.bouts.forEach(({ startSec, endSec }, at) => {
      if (startSec < toSec && endSec > fromSec) expect(at >= first && at < end).toBe(true);
    });
    if (first < strip.bouts.length) expect(strip.latestEndSec[first]).toBeGreaterThanOrEqual(fromSec);
  }
});

test('bouts of one lane never go on at the same time, up to four lanes', () => {
  const strip = stripOf([bout(0, 10, 'a'), bout(2, 4, 'b'), bout(3, 6, 'c'), bout(4, 5, 'b'), bout(10, 12, 'a')]);
  expect([...strip.lane]).toEqual([0, 1, 2, 1, 0]);
  expect(strip.laneCount).toBe(3);
  expect(stripOf([bout(0, 1), bout(1, 2)]).laneCount).toBe(1);
});

test('a strip is made once for the same list', () => {
  const list = makeBouts(3, 10);
  expect(stripOf(list)).toBe(stripOf(list));
});

test('edges are reached from both sides, short bouts keep a body, points come first', () => {
  const strip = stripOf([bout(1, 5), bout(5, 5.2, 'b'), bout(7, 7, 'p')]);
  const at = (timeSec: number) => {
    const hit = boutAt(strip, timeSec, { reachSec: 0.2 });
    return hit && [hit.bout.behavior, hit.part];
  };
  expect(at(0.95)).toEqual(['attack', 'start']);
  expect(at(1.1)).toEqual(['attack', 'start']);
  expect(at(3)).toEqual(['attack', 'body']);
  expect(at(4.9)).toEqual(['attack', 'end']);
  expect(at(5.1)).toEqual(['b', 'body']);
  expect(at(6)).toBeNull();
  expect(at(7.2)).toEqual(['p', 'body']);
});
