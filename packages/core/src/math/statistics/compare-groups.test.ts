import { expect, test } from 'vitest';
import { Random } from '../../random.js';
import { compareGroups } from './compare-groups.js';
import { formatNumber, formatP, significanceStars } from './methods-sentence.js';
import { rankSumTest } from './rank-sum.js';
import { pairedTTest, welchTTest } from './t-tests.js';
import { tukeyHsd } from './tukey.js';

const control = [12.1, 14.3, 11.8, 13.9, 12.7, 15.2, 13.1, 12.4];
const mutant = [15.8, 17.1, 14.9, 16.6, 18.2, 15.5, 17.7, 16.1];

test('two groups of single values: Welch, its numbers, a bracket and sentences', () => {
  const found = compareGroups(
    [
      { name: 'control', values: control },
      { name: 'mutant', values: mutant },
    ],
    { measure: 'attack duration', software: { name: 'Zoopraxis', version: '0.1.0' } },
  );
  const expected = welchTTest(control, mutant);
  expect(found.result?.p).toBe(expected.p);
  expect(found.choice.test).toBe('welchTTest');
  expect(found.brackets).toEqual([{ groups: [0, 1], p: expected.p, stars: '***' }]);
  expect(found.groups[0]?.mean).toBeCloseTo(13.1875, 12);
  expect(found.groups[0]?.sem).toBeCloseTo((found.groups[0]?.sd as number) / Math.sqrt(8), 14);
  expect(found.checks.map((check) => check.of)).toEqual(['normality of control', 'normality of mutant']);
  expect(found.methods).toMatch(
    /^The attack duration of control \(n = 8 animals\) and mutant \(n = 8 animals\) was compared with a Welch's t-test \(two-sided, alpha = 0.05\). The unit of analysis was the animal. Normality within groups was checked with the Shapiro-Wilk test. The effect size is .*\. Statistics were computed with Zoopraxis 0.1.0.$/,
  );
  expect(found.report).toMatch(/^t\([\d.]+\) = -[\d.]+, p < 0.0001|^t\([\d.]+\) = -[\d.]+, p = 0\.000/);
  expect(found.notes.join(' ')).toMatch(/No animals are named/);
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
});

test('bouts are brought down to animals, with a warning on what they are worth', () => {
  const random = new Random('bouts');
  const make = (name: string, center: number) => {
    const animals = Array.from({ length: 60 }, (_, i) => `${name}${i % 6}`);
    const effects = Array.from({ length: 6 }, () => 3 * random.normal());
    return { name, animals, values: animals.map((_, i) => center + (effects[i % 6] as number) + random.normal()) };
  };
  const groups = [make('a', 10), make('b', 11)];
  const found = compareGroups(groups);
  expect(found.groups.map((group) => [group.count, group.rowCount])).toEqual([
    [6, 60],
    [6, 60],
  ]);
  expect(found.replication).toMatchObject({ rowCount: 120, animalCount: 12 });
  expect(found.replication?.icc as number).toBeGreaterThan(0.7);
  // Of ten rows an animal the factor is 1 + 9 ICC.
  expect(found.replication?.designEffect).toBeCloseTo(1 + 9 * (found.replication?.icc as number), 12);
  expect(found.notes.join(' ')).toMatch(
    /120 values come from 12 animals; .*design effect .*The mean of each animal was tested/,
  );
  const rows = compareGroups(groups, { unitOfAnalysis: 'row' });
  expect(rows.groups[0]?.count).toBe(60);
  expect(rows.notes.join(' ')).toMatch(/Warning, pseudo-replication: 120 values/);
  expect(rows.result?.p as number).toBeLessThan(found.result?.p as number);
  const model = compareGroups(groups, { unitOfAnalysis: 'mixed model' });
  expect(model.choice.test).toBe('linearMixedModel');
  // Of equally many rows an animal the model is the t test of equal variances on the animals' means.
  const means = compareGroups(groups, { test: 'tTest' });
  expect(model.result?.p).toBeCloseTo(means.result?.p as number, 7);
  expect(model.methods).toMatch(/restricted maximum likelihood to 120 values of 12 animals/);
});

test('animals that are in every group are paired by name, whatever their order', () => {
  const first = { name: 'before', animals: ['m1', 'm2', 'm3', 'm4', 'm5'], values: [5, 6, 7, 8, 9.5] };
  const second = { name: 'after', animals: ['m5', 'm4', 'm3', 'm2', 'm1'], values: [10, 9.2, 8.4, 6.6, 6.1] };
  const found = compareGroups([first, second]);
  expect(found.paired).toBe(true);
  expect(found.groups[1]?.values).toEqual([6.1, 6.6, 8.4, 9.2, 10]);
  expect(found.result?.p).toBe(pairedTTest([5, 6, 7, 8, 9.5], [6.1, 6.6, 8.4, 9.2, 10]).p);
  expect(() => compareGroups([first, { ...second, animals: ['m5', 'm4', 'm3', 'm2', 'x'] }])).toThrow(
    /animal m2 is in 2 of 2 groups|animal m3 is in 2 of 2 groups|animal m5 is in 2 of 2 groups/,
  );
  const some = compareGroups([first, { ...second, animals: ['m5', 'm4', 'm3', 'm2', 'x'] }], { paired: true });
  expect(some.notes.join(' ')).toMatch(/2 animals lack a value in some group and were left out: m1, x\./);
  expect(some.result?.counts).toEqual([4]);
});

test('values that are not normal get ranks, and a stated distribution is believed', () => {
  const skewed = [1, 1.1, 1.2, 1.3, 1.2, 1.4, 1.1, 30];
  const other = [2, 2.3, 2.2, 2.5, 2.7, 2.1, 2.4, 60];
  const groups = [
    { name: 'x', values: skewed },
    { name: 'y', values: other },
  ];
  const found = compareGroups(groups);
  expect(found.choice.test).toBe('rankSumTest');
  expect(found.result?.p).toBe(rankSumTest(skewed, other).p);
  expect(compareGroups(groups, { distribution: 'normal' }).choice.test).toBe('welchTTest');
});

test('three groups: analysis of variance, pairs by Tukey, brackets of those that differ', () => {
  const third = [12.9, 13.3, 12.2, 14.1, 13.6, 12.5, 13.8, 13.0];
  const found = compareGroups([
    { name: 'a', values: control },
    { name: 'b', values: mutant },
    { name: 'c', values: third },
  ]);
  expect(found.choice.test).toBe('oneWayAnova');
  expect(found.checks.at(-1)?.of).toBe('equal variances');
  const pairs = tukeyHsd([control, mutant, third]);
  expect(found.pairwise.map((pair) => pair.adjustedP)).toEqual(pairs.map((pair) => pair.adjustedP));
  expect(found.brackets.map((bracket) => bracket.groups)).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(found.methods).toMatch(/Pairs of groups were compared with Tukey's HSD test/);
  const paired = compareGroups(
    [
      { name: 'a', values: control },
      { name: 'b', values: mutant },
      { name: 'c', values: third },
    ],
    { paired: true, distribution: 'normal' },
  );
  expect(paired.choice.test).toBe('repeatedMeasuresAnova');
  expect(paired.pairwise).toHaveLength(3);
});

test('what cannot be tested leaves the descriptions and says why', () => {
  const equal = compareGroups([
    { name: 'a', values: [3, 3, 3] },
    { name: 'b', values: [3, 3, 3] },
  ]);
  expect(equal.result).toBeUndefined();
  expect(equal.notTested).toMatch(/equal|spread/);
  expect(equal.report).toMatch(/^not tested: /);
  expect(equal.groups[0]).toMatchObject({ count: 3, mean: 3, sd: 0 });
  const one = compareGroups([
    { name: 'a', values: [3] },
    { name: 'b', values: [4, 5, 6] },
  ]);
  expect(one.notTested).toMatch(/group 1 needs two values or more, got 1/);
  expect(one.groups[0]).toMatchObject({ count: 1, sd: null, sem: null, interval: null });
});

test('refuses what is no comparison', () => {
  const a = { name: 'a', values: [1, 2, 3] };
  expect(() => compareGroups([a])).toThrow(/two groups or more, got 1/);
  expect(() => compareGroups([a, a])).toThrow(/different names/);
  expect(() => compareGroups([a, { name: 'b', values: [] }])).toThrow(/group b needs one value or more, got none/);
  expect(() => compareGroups([a, { name: 'b', values: [1, Number.NaN] }])).toThrow(
    /group b needs finite numbers, got NaN at place 1/,
  );
  expect(() => compareGroups([a, { name: 'b', values: [Number.NaN] }], { missing: 'omit' })).toThrow(/after 1 missing/);
  expect(() => compareGroups([a, { name: 'b', values: [1, 2] }], { paired: true })).toThrow(
    /as many values in b as in a/,
  );
  expect(() => compareGroups([a, { name: 'b', values: [1, 2] }], { test: 'pairedTTest' })).toThrow(
    /paired t-test is for/,
  );
  expect(() => compareGroups([a, { name: 'b', values: [1] }, { name: 'c', values: [1] }], { test: 'tTest' })).toThrow(
    /needs two groups, got 3/,
  );
  expect(compareGroups([a, { name: 'b', values: [1, 2] }], { unitOfAnalysis: 'mixed model' }).notTested).toMatch(
    /group a needs the animal of each value/,
  );
});

test('numbers as papers print them', () => {
  expect([0.0367, 0.00001, 1].map(formatP)).toEqual(['p = 0.0367', 'p < 0.0001', 'p = 1.00']);
  expect([2.3111, 123.456, 0.000012, 1234.5, 0].map(formatNumber)).toEqual(['2.31', '123.5', '1.20e-5', '1235', '0']);
  expect([0.05, 0.01, 0.001, 0.2].map(significanceStars)).toEqual(['*', '**', '***', 'n.s.']);
});
