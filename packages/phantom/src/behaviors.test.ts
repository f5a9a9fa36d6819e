import { expect, test } from 'vitest';
import { annotateBouts, ethogramOf } from './annotate.js';
import { BoutRecorder } from './behaviors.js';

test('frames become half-open bouts, gaps have none, and annotations tell subjects and targets apart', () => {
  const recorder = new BoutRecorder(['sit', 'run', 'chase'], 10);
  const first = [0, 0, 1, 1, 2, 2, 2, -1, -1, 0];
  const second = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
  for (let frame = 0; frame < 10; frame++) {
    recorder.note(frame, 0, first[frame]!, first[frame] === 2 ? 1 : -1);
    recorder.note(frame, 1, second[frame]!, -1);
  }
  const bouts = recorder.finish(10);
  expect([...bouts.startSec]).toEqual([0, 0, 0.2, 0.4, 0.9]);
  expect([...bouts.endSec]).toEqual([0.2, 1, 0.4, 0.7, 1]);
  expect([...bouts.behavior]).toEqual([0, 1, 1, 2, 0]);
  expect([...bouts.subject]).toEqual([0, 1, 0, 0, 0]);
  expect([...bouts.target]).toEqual([-1, -1, -1, 1, -1]);
  const annotations = annotateBouts(bouts, ['a', 'b'], 10);
  expect(annotations.map(({ subject, target, startSec }) => [subject, target, [...startSec]])).toEqual([
    ['a', undefined, [0, 0.2, 0.9]],
    ['a', 'b', [0.4]],
    ['b', undefined, [0]],
  ]);
  expect(ethogramOf(bouts.behaviors).behaviors.map(({ exclusiveWith }) => exclusiveWith.length)).toEqual([2, 2, 2]);
});
