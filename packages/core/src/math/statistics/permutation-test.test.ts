import { expect, test } from 'vitest';
import { Random } from '../../random.js';
import { modelReferences } from './model-references.test.kit.js';
import { permutationTest } from './permutation-test.js';

test('exact p equals that of SciPy, paired and not, with ties', () => {
  expect(modelReferences.permutations).toHaveLength(9);
  for (const { first, second, design, alternative, p, statistic, arrangements } of modelReferences.permutations) {
    const found = permutationTest(first, second, { design, alternative });
    expect(found.p).toBeCloseTo(p, 12);
    expect(found.statistic.value).toBeCloseTo(statistic, 12);
    expect(found.method).toBe(`exact, all ${arrangements} arrangements`);
  }
});

test('random arrangements come near the exact p, never 0, the same for a seed', () => {
  const [first, second] = [
    [3.1, 4.2, 5.5, 6.1, 7.3, 4.4, 5.2],
    [5.9, 7.1, 8.4, 6.6, 9.2, 7.7, 6.3],
  ];
  const exact = permutationTest(first, second);
  const run = (seed: number, resampleCount = 20_000) =>
    permutationTest(first, second, { exactLimit: 0, resampleCount, random: new Random(seed) });
  // Four standard errors of a share of 20,000, twice for two sides.
  expect(Math.abs(run(1).p - exact.p)).toBeLessThan(8 * Math.sqrt((exact.p / 2) * (1 / 20_000)));
  expect(run(1)).toEqual(run(1));
  const far = permutationTest([1, 2, 3, 4, 5, 6, 7], [11, 12, 13, 14, 15, 16, 17], {
    exactLimit: 0,
    resampleCount: 99,
    random: new Random(2),
  });
  expect(far.p).toBeCloseTo(2 / 100, 14);
  expect(far.method).toBe('Monte Carlo, 99 random arrangements, (b + 1) / (m + 1)');
  expect(() => permutationTest(first, second, { exactLimit: 10 })).toThrow(/random must be given, as 3432/);
});

test('the interval holds just the shifts that the test does not reject', () => {
  for (const design of ['independent', 'paired'] as const) {
    const first = [5.2, 6.1, 7.7, 4.3, 8.8, 6.9, 7.1];
    const second = [4.1, 5.3, 5.9, 4.8, 6.2, 5.5, 6.6];
    const { interval } = permutationTest(first, second, { design }).estimate ?? {};
    const pAt = (shift: number) =>
      permutationTest(
        first.map((value) => value - shift),
        second,
        { design },
      ).p;
    const [low, high] = [interval?.low as number, interval?.high as number];
    expect(pAt(low + 1e-6)).toBeGreaterThan(0.05);
    expect(pAt(high - 1e-6)).toBeGreaterThan(0.05);
    expect(pAt(low - 1e-6)).toBeLessThanOrEqual(0.05);
    expect(pAt(high + 1e-6)).toBeLessThanOrEqual(0.05);
  }
});

test('animals move as wholes, and values stay in their batch', () => {
  const [first, second] = [
    [1, 2, 3, 4, 5, 6],
    [7, 8, 9, 10, 11, 12],
  ];
  const clusters: [string[], string[]] = [
    ['a', 'a', 'b', 'b', 'c', 'c'],
    ['d', 'd', 'e', 'e', 'f', 'f'],
  ];
  // Three and three animals: of 20 arrangements the one seen is the farthest.
  const clustered = permutationTest(first, second, { clusters });
  expect(clustered.p).toBeCloseTo(2 / 20, 14);
  expect(clustered.method).toBe('exact, all 20 arrangements of 6 clusters');
  expect(clustered.notes[0]).toMatch(/p cannot be below 0.1/);
  const strata: [number[], number[]] = [
    [1, 1, 1, 2, 2, 2],
    [1, 1, 1, 2, 2, 2],
  ];
  const stratified = permutationTest(first, second, { strata });
  expect(stratified.test).toBe('stratified permutation test');
  expect(stratified.method).toBe('exact, all 400 arrangements');
  expect(stratified.p).toBeCloseTo(2 / 400, 14);
});

test('other statistics, and equal groups', () => {
  const equal = permutationTest([3, 3, 3], [3, 3]);
  expect(equal.p).toBe(1);
  const medians = permutationTest([1, 2, 9], [3, 4, 5, 6], { statistic: 'difference of medians' });
  expect(medians.statistic).toEqual({ name: 'difference of medians', value: -2.5 });
  expect(medians.estimate?.interval).toBeUndefined();
  const range = (list: Float64Array) => Math.max(...list) - Math.min(...list);
  const own = permutationTest([1, 2, 9], [3, 4, 5, 6], {
    statistic: (a, b) => range(a) - range(b),
    alternative: 'greater',
  });
  expect(own.statistic.value).toBe(5);
  expect(own.p).toBeGreaterThan(0);
});

test('refuses what cannot be exchanged', () => {
  expect(() => permutationTest([], [1])).toThrow(/group 1 needs one value or more, got none/);
  expect(() => permutationTest([1, 2], [1], { design: 'paired' })).toThrow(/equally many values, got 2 and 1/);
  expect(() => permutationTest([1, Number.NaN], [1])).toThrow(/group 1 needs finite numbers, got NaN at 1/);
  expect(() => permutationTest([1], [2], { clusters: [['a'], ['a']] })).toThrow(/cluster a must be in one group/);
  expect(() =>
    permutationTest([1, 2], [3, 4], {
      strata: [
        ['x', 'x'],
        ['y', 'y'],
      ],
    }),
  ).toThrow(/nothing can be exchanged/);
  expect(permutationTest([1, Number.NaN], [2, 3], { missing: 'omit' }).notes[0]).toBe(
    '1 missing values were left out.',
  );
});
