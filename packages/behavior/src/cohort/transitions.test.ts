import { describe, expect, test } from 'vitest';
import { groupTimeCourses } from './group-time-course.js';
import { observationOf } from './observation.test.kit.js';
import { timeCourses } from './time-course.js';
import { countTransitions, sumTransitions, transitionProbabilities } from './transitions.js';

const sequence = observationOf([
  ['a', 0, 1],
  ['b', 1, 2],
  ['b', 3, 4],
  ['a', 10, 11],
  ['c', 10, 12],
  ['a', 50, 51],
]);

describe('transitions', () => {
  test('each bout is followed by the next that starts; of two together by the one that ends first', () => {
    expect(countTransitions(sequence).counts).toEqual([
      [0, 1, 1],
      [1, 1, 0],
      [1, 0, 0],
    ]);
  });

  test('itself, gaps, exclusions and behaviors can be left out', () => {
    expect(countTransitions(sequence, { withSelf: false }).counts[1]).toEqual([1, 0, 0]);
    expect(countTransitions(sequence, { maximumGapSec: 5 }).counts).toEqual([
      [0, 1, 1],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    const cut = { ...sequence, exclusions: [{ startSec: 5, endSec: 6, reason: 'light' }] };
    expect(countTransitions(cut).counts[1]).toEqual([0, 1, 0]);
    expect(countTransitions(sequence, { behaviors: ['a', 'c'] }).counts).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  test('probabilities of a row add to 1, or are all 0 where nothing followed', () => {
    const counted = countTransitions(sequence, { maximumGapSec: 5 });
    expect(transitionProbabilities(counted)).toEqual([
      [0, 0.5, 0.5],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    const twice = sumTransitions(['a', 'b', 'c'], [counted, counted]);
    expect(twice.counts[0]).toEqual([0, 2, 2]);
    expect(() => sumTransitions(['a'], [counted])).toThrow('behaviors must be a, got a, b, c');
  });
});

describe('time courses', () => {
  test('bouts are divided over the bins they cross, and excluded time is not observed', () => {
    const [a] = timeCourses(
      observationOf([['a', 8, 23]], {
        scored: { startSec: 0, endSec: 25 },
        exclusions: [{ startSec: 12, endSec: 14, reason: 'noise' }],
      }),
      { binSec: 10 },
    );
    expect(a?.timeSec).toEqual(Float64Array.of(2, 8, 3));
    expect(a?.observedSec).toEqual(Float64Array.of(10, 8, 5));
    expect(a?.boutCount).toEqual(Float64Array.of(1, 0, 0));
  });

  test('bins begin where scoring began', () => {
    const [a] = timeCourses(observationOf([['a', 5, 7]], { scored: { startSec: 6, endSec: 9 } }), { binSec: 2 });
    expect([a?.timeSec, a?.observedSec]).toEqual([Float64Array.of(1, 0), Float64Array.of(2, 1)]);
    expect(() => timeCourses(sequence, { binSec: 0 })).toThrow('binSec must be above 0');
    expect(() => timeCourses(sequence, { binSec: 1e-9 })).toThrow('at most 1000000 bins');
  });

  test('groups average animals, not recordings', () => {
    const course = (animal: string, amount: number[], observed: number[]) => ({
      group: 'wt',
      animal,
      amount,
      observed,
    });
    const [wt, ko] = groupTimeCourses(
      [course('m1', [1, 2], [10, 10]), course('m1', [3, 0], [10, 0]), course('m2', [4], [10])],
      { groups: ['wt', 'ko'] },
    );
    expect(wt?.animalCount).toEqual([2, 1]);
    expect(wt?.mean[0]).toBeCloseTo(0.3, 12);
    expect(wt?.high[0]).toBeCloseTo(0.4, 12);
    expect([wt?.mean[1], wt?.low[1]]).toEqual([0.2, 0.2]);
    expect(ko?.mean).toEqual([Number.NaN, Number.NaN]);
  });
});
