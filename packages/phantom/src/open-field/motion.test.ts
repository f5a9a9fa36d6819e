import { Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { Arena } from './arena.js';
import { createBody, createControl, follow, moveBody, settleBody, spineOf, wrapAngle } from './motion.js';
import { tailPieces } from './pose.js';

const arena: Arena = { shape: 'rectangle', widthCm: 40, heightCm: 30, wallHeightCm: 10, objects: [] };
const build = { lengthCm: 8.8, girth: 1, tailCm: 8.4 };

describe('followers', () => {
  test('one long step leads where many short ones do', () => {
    const [long, short] = [
      { value: 3, rate: -2 },
      { value: 3, rate: -2 },
    ];
    follow(long, 1, 6, 0.5);
    for (let i = 0; i < 500; i++) follow(short, 1, 6, 0.001);
    expect(long.value).toBeCloseTo(short.value, 9);
    expect(long.rate).toBeCloseTo(short.rate, 9);
  });

  test('a resting follower comes to its aim without passing it', () => {
    const follower = { value: 0, rate: 0 };
    for (let i = 0; i < 400; i++) {
      follow(follower, 1, 5, 0.01);
      expect(follower.value).toBeLessThanOrEqual(1);
    }
    expect(follower.value).toBeCloseTo(1, 6);
  });
});

test('angles are wrapped into half a turn on either side', () => {
  expect(wrapAngle(3 * Math.PI + 0.1)).toBeCloseTo(-Math.PI + 0.1, 9);
  expect(wrapAngle(-7)).toBeCloseTo(2 * Math.PI - 7, 9);
});

describe('a body', () => {
  test('walks straight at the speed it wants', () => {
    const body = createBody(build, 10, 15, 0);
    const control = { ...createControl(), speed: 15, direction: 0 };
    const random = new Random(1);
    for (let i = 0; i < 60; i++) {
      moveBody(body, control, 1 / 60);
      settleBody(body, arena, 1 / 60, random);
    }
    expect(body.speed.value).toBeCloseTo(15, 0);
    // It needs 2 / 7.5 s to get going: a critically damped spring lags by twice its time.
    expect(body.x - 10).toBeCloseTo(15 * (1 - 2 / 7.5), 0);
    expect(body.y).toBeCloseTo(15, 6);
  });

  test('turns to where it wants to go and bends that way first', () => {
    const body = createBody(build, 20, 15, 0);
    const control = { ...createControl(), speed: 3, direction: 2, pivot: 2.2 };
    const random = new Random(1);
    let first = 0;
    for (let i = 0; i < 180; i++) {
      moveBody(body, control, 1 / 60);
      settleBody(body, arena, 1 / 60, random);
      if (i === 12) first = body.bend.value - body.heading;
    }
    expect(first).toBeGreaterThan(0.1);
    expect(wrapAngle(body.heading - 2)).toBeCloseTo(0, 1);
  });

  test('stays inside when it runs at a corner, tail and all', () => {
    const body = createBody(build, 20, 15, 0);
    const control = { ...createControl(), speed: 30, direction: -2.5, pivot: 3 };
    const random = new Random(2);
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 240; i++) {
      moveBody(body, control, 1 / 60);
      settleBody(body, arena, 1 / 60, random);
      const spine = spineOf(body);
      for (let node = 0; node < spine.x.length; node++) {
        lowest = Math.min(lowest, spine.x[node]!, spine.y[node]!);
      }
      for (let node = 0; node < tailPieces; node++) {
        lowest = Math.min(lowest, body.tail[2 * node]!, body.tail[2 * node + 1]!);
      }
    }
    expect(lowest).toBeGreaterThan(0.1);
  });
});
