import { expect, test } from 'vitest';
import { effectOf, references, relative } from './classical-references.test.kit.js';
import { rankSumEffects, rankSumPValue, rankSumTest } from './rank-sum.js';
import { signedRankTest } from './signed-rank.js';

const sides = ['two-sided', 'less', 'greater'] as const;
const methods = ['exact', 'normal', 'normal-corrected'] as const;

test.each(Object.entries(references.twoGroups))('rank sum, %s: p as R and enumeration have it', (_, expected) => {
  const { first, second, rankSum, superiority, shift } = expected;
  for (const alternative of sides) {
    for (const method of methods) {
      const result = rankSumTest(first, second, { alternative, method });
      expect(result.statistic).toEqual({ name: 'U', value: rankSum[alternative].normal.statistic });
      expect(relative(result.p, rankSum[alternative][method].p), `${alternative} ${method}`).toBeLessThan(1e-10);
    }
  }
  const result = rankSumTest(first, second);
  expect(result.method).toBe('exact');
  const effect = effectOf(result.effects, 'U/(n1 n2)');
  expect(relative(effect.value, superiority.value)).toBeLessThan(1e-14);
  expect(Math.abs(effect.interval.low - superiority.interval[0])).toBeLessThan(1e-10);
  expect(Math.abs(effect.interval.high - superiority.interval[1])).toBeLessThan(1e-10);
  expect(effectOf(result.effects, 'rank-biserial correlation').value).toBeCloseTo(2 * superiority.value - 1, 13);
  expect(relative(result.estimate?.value, shift.estimate)).toBeLessThan(1e-12);
  expect(relative(result.estimate?.interval?.low, shift.low)).toBeLessThan(1e-12);
  expect(relative(result.estimate?.interval?.high, shift.high)).toBeLessThan(1e-12);
});

test.each(Object.entries(references.pairs))('signed rank, %s: p as R and enumeration have it', (_, expected) => {
  const { first, second, signedRank, center } = expected;
  for (const [key, p] of Object.entries(signedRank)) {
    const [alternative, zeros, method] = key.split(' ') as ['less', 'pratt', 'exact'];
    const result = signedRankTest(first, second, { alternative, zeros, method });
    expect(relative(result.p, p), key).toBeLessThan(1e-10);
  }
  const result = signedRankTest(first, second);
  expect(relative(result.estimate?.value, center.estimate)).toBeLessThan(1e-12);
  if (center.low !== undefined && center.high !== undefined) {
    expect(relative(result.estimate?.interval?.low, center.low)).toBeLessThan(1e-12);
    expect(relative(result.estimate?.interval?.high, center.high)).toBeLessThan(1e-12);
  }
});

test('U alone gives the p that the values give', () => {
  const { first, second } = references.twoGroups.plain as { first: number[]; second: number[] };
  const distinct = first.map((value, i) => value + i * 1e-3);
  const u = rankSumTest(distinct, second).statistic.value;
  for (const method of methods) {
    const fromU = rankSumPValue({ u, n1: distinct.length, n2: second.length, method });
    const fromValues = rankSumTest(distinct, second, { method });
    // The second group has no ties that the variance would feel.
    if (method === 'exact') expect(fromU).toEqual({ p: fromValues.p, method: fromValues.method });
  }
  expect(() => rankSumPValue({ u: 91, n1: 6, n2: 15 })).toThrow('u must be in 0..n1 n2 (90), got 91');
  expect(() => rankSumPValue({ u: 7.5, n1: 3, n2: 4, method: 'exact' })).toThrow('a half U means ties');
});

test('groups that do not overlap still get an interval, which ends at 1', () => {
  const [superiority] = rankSumEffects({ u: 20, n1: 4, n2: 5 });
  expect(superiority?.interval?.high).toBe(1);
  expect(superiority?.interval?.low).toBeGreaterThan(0.4);
  expect(superiority?.interval?.low).toBeLessThan(0.9);
});

test('exact p of few and normal p of many values meet', () => {
  const [first, second] = [0.37, 0.61].map((step) => Array.from({ length: 40 }, (_, i) => ((i * step) % 1) + step / 4));
  const exact = rankSumTest(first as number[], second as number[], { method: 'exact' }).p;
  const normal = rankSumTest(first as number[], second as number[]);
  expect(normal.method).toBe('normal approximation with continuity correction');
  expect(relative(normal.p, exact)).toBeLessThan(0.05);
});

test('what ranks cannot tell is refused in words', () => {
  expect(() => rankSumTest([2, 2], [2, 2, 2])).toThrow(
    'Wilcoxon rank-sum test: the values of both groups are all equal (2)',
  );
  expect(() => rankSumTest([], [1])).toThrow('group 1 needs one value or more, got none');
  expect(() => signedRankTest([1, 2], [1, 2])).toThrow('Wilcoxon signed-rank test: all 2 differences are zero');
  expect(() => signedRankTest([1, 2], [1])).toThrow('pairs need lists of the same length, got 2 and 1');
  const many = Array.from({ length: 5000 }, (_, i) => i);
  expect(() => rankSumTest(many, many, { method: 'exact' })).toThrow('take the method normal-corrected');
});

test('with too few values for the level, the interval says what it holds', () => {
  const result = rankSumTest([1, 2], [5, 9]);
  expect(result.p).toBeCloseTo(1 / 3, 14);
  expect(result.estimate?.interval).toMatchObject({ low: -8, high: -3 });
  expect(result.estimate?.interval?.level).toBeCloseTo(2 / 3, 14);
  expect(result.notes[0]).toContain('no interval of 95 %');
});

test('a single value in each group has a p of 1', () => {
  expect(rankSumTest([1], [2]).p).toBe(1);
  expect(signedRankTest([3], [1]).p).toBe(1);
});

test('zero and negative zero are the same value', () => {
  expect(rankSumTest([0, 1], [-0, 2]).p).toBe(rankSumTest([0, 1], [0, 2]).p);
});

test('twenty thousand values with many ties take no square of their number', () => {
  const first = Float64Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 1009);
  const second = first.map((value) => value + 2);
  const result = rankSumTest(first, second);
  expect(result.estimate?.value).toBe(-2);
  expect(result.notes[0]).toBe(
    'p is that of the normal approximation: it is exact up to 60 values, and there are 40000.',
  );
  expect(() => rankSumTest(first, second, { method: 'exact' })).toThrow(/20000 of 40000 values are too many/);
  const paired = signedRankTest(
    first,
    second.map((value, i) => value + (i % 2 === 0 ? 0.5 : -0.5)),
  );
  expect(paired.estimate?.value).toBe(-2);
  expect(paired.notes[0]).toMatch(/normal approximation: it is exact up to 100 differences, and there are 20000\.$/);
});
