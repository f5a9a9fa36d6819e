import { expect, test } from 'vitest';
import type { JumpTarget } from 'zoopraxis';
import { nearestTarget, nextTarget, orderTargets, scoreText } from './target-order.js';

const target = (frame: number, score: number, keypoint = 'nose'): JumpTarget => ({
  kind: 'large jump',
  frame,
  score,
  keypoint,
  text: '',
});

const targets = [target(50, 1), target(10, 3), target(30, 3), target(30, 3, 'ear')];
const frames = (list: readonly JumpTarget[]) => list.map(({ frame, keypoint }) => `${frame} ${keypoint}`);

test('places stand by score or time, equal ones always in the same order', () => {
  expect(frames(orderTargets(targets, 'score'))).toEqual(['10 nose', '30 ear', '30 nose', '50 nose']);
  expect(frames(orderTargets([...targets].reverse(), 'score'))).toEqual(frames(orderTargets(targets, 'score')));
  expect(frames(orderTargets(targets, 'time'))).toEqual(['10 nose', '30 ear', '30 nose', '50 nose']);
});

test('by score the walk goes from the worst on, round at both ends', () => {
  const ordered = orderTargets(targets, 'score');
  const go = (current: number, step: 1 | -1) => nextTarget(ordered, { order: 'score', current, frame: 40, step });
  expect([go(-1, 1), go(0, 1), go(3, 1), go(0, -1), go(-1, -1)]).toEqual([0, 1, 0, 3, 3]);
});

test('in time the walk goes from the frame that is shown, and visits both of two places in one frame', () => {
  const ordered = orderTargets(targets, 'time');
  const go = (current: number, frame: number, step: 1 | -1) =>
    nextTarget(ordered, { order: 'time', current, frame, step });
  expect([go(-1, 0, 1), go(0, 10, 1), go(1, 30, 1), go(2, 30, 1), go(3, 50, 1)]).toEqual([0, 1, 2, 3, 0]);
  expect([go(-1, 20, -1), go(0, 40, -1), go(-1, 5, -1)]).toEqual([0, 2, 3]);
});

test('an empty list leads nowhere', () => {
  expect(nextTarget([], { order: 'score', current: -1, frame: 0, step: 1 })).toBe(-1);
});

test('the nearest place is found only within reach', () => {
  expect(nearestTarget(targets, 48, 5)).toBe(0);
  expect(nearestTarget(targets, 40, 5)).toBe(-1);
  expect(nearestTarget(targets, 45, 5)).toBe(0);
});

test('scores have three digits', () => {
  expect([0, 0.123456, 12.345, 1234.5, Number.NaN].map(scoreText)).toEqual(['0', '0.123', '12.3', '1235', '–']);
});
