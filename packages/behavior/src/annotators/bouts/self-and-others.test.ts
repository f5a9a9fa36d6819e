import { expect, test } from 'vitest';
import { scoredRecording, scoring } from './scored.test.kit.js';
import { compareSelfAndOthers } from './self-and-others.js';

const groom = (annotator: string, from: number, to: number) => scoring(annotator, { groom: [[from, to]] });
const names = ['a', 'b', 'c', 'd'];

test('within and between annotators, with the rank-sum test and its effect', () => {
  const recording = scoredRecording(
    names.map((name, i) => groom(name, 10 * i, 40 + 11 * i)),
    { rescored: names.map((name, i) => groom(name, 10 * i + 1, 40 + 11 * i)) },
  );
  const single = scoredRecording([groom('a', 0, 1), groom('b', 50, 60)], { recording: 'r2' });
  const { within, between, test: found } = compareSelfAndOthers([recording, single], { behavior: 'groom' });
  expect(within.map(({ annotators }) => annotators)).toEqual(names.map((name) => [name, name]));
  expect(within[0]).toEqual({ annotators: ['a', 'a'], recordings: 1, f1: 78 / 79 });
  expect(between).toHaveLength(6);
  // a 0-40 and b 10-51: 30 in common; the second recording was scored once and does not enter.
  expect(between[0]).toEqual({ annotators: ['a', 'b'], recordings: 1, f1: 60 / 81 });
  // All four within are above all six between: U = 24 of 24; exact p = 2 / C(10, 4).
  expect(found?.counts).toEqual([4, 6]);
  expect(found?.effects.find(({ name }) => name === 'U/(n1 n2)')?.value).toBe(1);
  expect(found?.p).toBeCloseTo(2 / 210, 12);
});

test('without a second scoring there is no test, and it says why', () => {
  const result = compareSelfAndOthers([scoredRecording([groom('a', 0, 1), groom('b', 0, 2)])], { behavior: 'groom' });
  expect(result).toMatchObject({ within: [], between: [], test: null });
  expect(result.notTested).toMatch(/group 1/);
});
