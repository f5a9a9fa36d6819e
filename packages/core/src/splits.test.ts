import { expect, test } from 'vitest';
import { Random } from './random.js';
import { foldsByGroup, leaveOneGroupOut, neighborLeak, type Split, splitByGroup, splitFrames } from './splits.js';

const repeat = (counts: Record<string, number>): string[] =>
  Object.entries(counts).flatMap(([name, count]) => new Array<string>(count).fill(name));
const sizes = (split: Split) => [split.train.length, split.validation.length, split.test.length];
const groupsIn = (groups: readonly string[], items: readonly number[]) => [
  ...new Set(items.map((item) => groups[item])),
];

/** Fails where items are missing, doubled or out of order, or a group is in two parts. */
function expectWhole(split: Split, groups: readonly string[]): void {
  const all = [...split.train, ...split.validation, ...split.test].sort((a, b) => a - b);
  expect(all).toEqual(groups.map((_, i) => i));
  for (const part of [split.train, split.validation, split.test]) {
    expect([...part]).toEqual([...part].sort((a, b) => a - b));
  }
  const seen = [split.train, split.validation, split.test].flatMap((part) => groupsIn(groups, part));
  expect(new Set(seen).size).toBe(seen.length);
}

test('groups by name are kept whole, the rest is trained on', () => {
  const groups = ['b', 'a', 'c', 'a', 'b'];
  expect(splitByGroup(groups, { test: ['a'], validation: ['c'] })).toEqual({
    train: [0, 4],
    validation: [2],
    test: [1, 3],
  });
  expect(() => splitByGroup(groups, { test: ['d'] })).toThrow(/test: must be one of the groups b, a, c, got d/);
  expect(() => splitByGroup(groups, { test: ['a'], validation: ['a'] })).toThrow(/group a: must be in one part/);
  expect(() => splitByGroup(groups, { test: ['a', 'b', 'c'] })).toThrow(/left for training/);
});

test('fractions are met as nearly as whole groups allow, by seed', () => {
  const groups = repeat({ a: 20, b: 20, c: 20, d: 20, e: 20, f: 20, g: 20, h: 20, i: 20, j: 20 });
  const make = (seed: number) =>
    splitByGroup(groups, { fractions: { test: 0.2, validation: 0.1 }, random: new Random(seed) });
  const seen = new Set<string>();
  for (let seed = 0; seed < 10; seed++) {
    const split = make(seed);
    expectWhole(split, groups);
    expect(sizes(split)).toEqual([140, 20, 40]);
    expect(make(seed)).toEqual(split);
    seen.add(groupsIn(groups, split.test).join());
  }
  expect(seen.size).toBeGreaterThan(4);
  expect(() => splitByGroup(['a', 'a'], { fractions: { test: 0.5 }, random: new Random(1) })).toThrow(
    /at least 2 are needed for as many parts, got 1/,
  );
  for (const fractions of [{ test: 1 }, { test: -0.1 }, { test: 0.6, validation: 0.4 }, { test: Number.NaN }]) {
    expect(() => splitByGroup(groups, { fractions, random: new Random(1) })).toThrow(/fractions/);
  }
});

test('no part that is asked for stays empty, even where one group holds nearly everything', () => {
  const groups = repeat({ big: 1000, x: 1, y: 1 });
  for (let seed = 0; seed < 5; seed++) {
    const split = splitByGroup(groups, { fractions: { test: 0.1, validation: 0.1 }, random: new Random(seed) });
    expectWhole(split, groups);
    expect(sizes(split).every((size) => size > 0)).toBe(true);
    expect(split.train.length).toBe(1000);
  }
});

test('strata: a rare state comes into both parts, in proportion', () => {
  const groups = repeat({ a: 10, b: 10, c: 10, d: 10, e: 10, f: 10, g: 10, h: 10 });
  // Half of the groups hold 4 attacks each, the others none.
  const strata = groups.map((group, i) => ('aceg'.includes(group) && i % 10 < 4 ? 'attack' : 'other'));
  for (let seed = 0; seed < 10; seed++) {
    const split = splitByGroup(groups, { fractions: { test: 0.25 }, random: new Random(seed), strata });
    expectWhole(split, groups);
    expect(split.test.filter((item) => strata[item] === 'attack').length).toBe(4);
    expect(split.test.length).toBe(20);
  }
  expect(() => splitByGroup(groups, { fractions: { test: 0.2 }, random: new Random(0), strata: ['x'] })).toThrow(
    /strata/,
  );
});

test('folds test every item once', () => {
  const groups = repeat({ a: 3, b: 5, c: 2, d: 4, e: 1, f: 3 });
  const folds = foldsByGroup(groups, { count: 3, random: new Random(3) });
  for (const fold of folds) expectWhole(fold, groups);
  expect(folds.flatMap((fold) => fold.test).sort((a, b) => a - b)).toEqual(groups.map((_, i) => i));
  expect(folds.map((fold) => fold.test.length)).toEqual([6, 6, 6]);
  expect(() => foldsByGroup(['a', 'b'], { count: 3, random: new Random(1) })).toThrow(/at least 3 are needed/);
  expect(() => foldsByGroup(groups, { count: 1, random: new Random(1) })).toThrow(/from 2, got 1/);
});

test('leave one group out tests each group once', () => {
  expect(leaveOneGroupOut(['m2', 'm1', 'm2'])).toEqual([
    { group: 'm2', split: { train: [1], validation: [], test: [0, 2] } },
    { group: 'm1', split: { train: [0, 2], validation: [], test: [1] } },
  ]);
  expect(() => leaveOneGroupOut(['a', 'a'])).toThrow(/at least two are needed, got a/);
});

test('single frames are split by a fixed fraction, of each state where asked', () => {
  const split = splitFrames(116, { fractions: { test: 0.2 }, random: new Random(0) });
  expect(sizes(split)).toEqual([93, 0, 23]);
  expect([...split.train, ...split.test].sort((a, b) => a - b)).toEqual(Array.from({ length: 116 }, (_, i) => i));
  expect(splitFrames(116, { fractions: { test: 0.2 }, random: new Random(0) })).toEqual(split);
  expect(splitFrames(116, { fractions: { test: 0.2 }, random: new Random(1) })).not.toEqual(split);
  const strata = repeat({ rest: 90, rear: 10 });
  const even = splitFrames(100, { fractions: { test: 0.2, validation: 0.1 }, random: new Random(5), strata });
  expect(sizes(even)).toEqual([70, 10, 20]);
  expect(even.test.filter((item) => strata[item] === 'rear').length).toBe(2);
  expect(even.validation.filter((item) => strata[item] === 'rear').length).toBe(1);
  expect(() => splitFrames(1, { fractions: { test: 0.2 }, random: new Random(0) })).toThrow(/too few/);
});

test('the leak is the share of test frames with a training frame of their group nearby', () => {
  const groups = ['a', 'a', 'a', 'b', 'a', 'a'];
  const frames = [10, 14, 30, 12, undefined, 40];
  const split: Split = { train: [0, 3], validation: [5], test: [1, 2, 4] };
  expect(neighborLeak(split, groups, frames, { withinFrames: 4 })).toEqual({
    leakedCount: 1,
    testCount: 3,
    share: 1 / 3,
    withinFrames: 4,
    unknownCount: 1,
    warning:
      '1 of 3 test frames (33 %) have a training frame of the same group within 4 frames: errors on them are smaller ' +
      'than on new recordings; split by group instead; 1 of 3 test frames come from groups that are trained on, at an unknown distance',
  });
  expect(neighborLeak(split, groups, frames, { withinFrames: 3 }).leakedCount).toBe(0);
  expect(neighborLeak(split, groups, frames, { withinFrames: 20 }).leakedCount).toBe(2);
  const whole = splitByGroup(groups, { test: ['b'] });
  expect(neighborLeak(whole, groups, frames, { withinFrames: 100 })).toMatchObject({ share: 0, warning: undefined });
});
