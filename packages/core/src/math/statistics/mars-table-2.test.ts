import { expect, test } from 'vitest';
import { rankSumEffects, rankSumPValue } from './rank-sum.js';
import { cohensDFromT } from './standardized-differences.js';
import { tTestFromT } from './t-tests.js';
import type { ConfidenceInterval } from './test-result.js';

// Table 2 of Segalin et al. 2021 (MARS). The raw data are not public: each row is recomputed from what it prints.

/** Half a unit in the third digit, or one unit where the paper cut a number off: how well a printed number is known. */
function printed(value: number, units = 0.5): { low: number; high: number } {
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
  return { low: value - units * unit, high: value + units * unit };
}

const tRows = [
  { name: 'Chd8, mutant against control', n1: 8, n2: 8, t: 2.31, ci: [0.216, 5.85], d: 1.155, df: 14, p: 0.0367 },
  {
    name: 'Nlgn3, group against single housing',
    n1: 10,
    n2: 8,
    t: 4.4,
    ci: [2.79, 7.99],
    d: 1.958,
    df: 16,
    p: 0.000449,
  },
  { name: 'BTBR, time', n1: 10, n2: 10, t: 2.59, ci: [0.923, 8.91], d: 1.157, df: 18, p: 0.0186 },
  { name: 'BTBR, bout duration', n1: 10, n2: 10, t: 4.58, ci: [0.276, 0.743], d: 2.05, df: 18, p: 0.00023 },
  { name: 'BTBR, face', n1: 10, n2: 10, t: 3.84, ci: [0.171, 0.582], d: 1.72, df: 18, p: 0.0012 },
  { name: 'BTBR, genital', n1: 10, n2: 10, t: 5.01, ci: [0.233, 0.568], d: 2.24, df: 18, p: 0.0000903 },
] as const;

test.each(tRows)('$name: df, p and interval follow from the printed t', ({ n1, n2, t, ci, df, p }) => {
  const difference = (ci[0] + ci[1]) / 2;
  // t is known to half a unit of its second decimal.
  const [less, more] = [t - 0.005, t + 0.005].map((value) => tTestFromT({ t: value, n1, n2, difference }));
  if (less === undefined || more === undefined) throw new Error('two tests');
  expect(less.degreesOfFreedom).toEqual([df]);
  expect(less.p).toBeGreaterThan(printed(p).low);
  expect(more.p).toBeLessThan(printed(p).high);
  const [wide, narrow] = [less, more].map((test) => test.estimate?.interval as ConfidenceInterval) as [
    ConfidenceInterval,
    ConfidenceInterval,
  ];
  expect(wide.low).toBeLessThan(printed(ci[0], 1).high);
  expect(narrow.low).toBeGreaterThan(printed(ci[0], 1).low);
  expect(wide.high).toBeGreaterThan(printed(ci[1], 1).low);
  expect(narrow.high).toBeLessThan(printed(ci[1], 1).high);
});

test.each(tRows.filter((row) => !row.name.startsWith('Nlgn3')))(
  '$name: d is t sqrt(1/n1 + 1/n2)',
  ({ n1, n2, t, d }) => {
    const value = cohensDFromT({ t, n1, n2 }).value;
    // t is rounded to 0.005, which d inherits times sqrt(1/n1 + 1/n2), half at most, beside its own rounding.
    expect(Math.abs(value - d)).toBeLessThan(0.0025 + 0.005);
  },
);

test('Nlgn3: the printed d of 1.958 cannot be reproduced; t and n give 2.087', () => {
  const ends = [4.395, 4.405].map((t) => cohensDFromT({ t, n1: 10, n2: 8 }).value);
  expect(cohensDFromT({ t: 4.4, n1: 10, n2: 8 }).value).toBeCloseTo(2.087, 3);
  expect(ends[0]).toBeGreaterThan(2.084);
  expect(ends[1]).toBeLessThan(2.09);
});

const rankRows = [
  { name: 'F1 of attack, 6 against 15', u: 79, n1: 6, n2: 15, effect: 0.878, p: 0.00623, method: 'exact' },
  // The exact p is 0.029264 and the normal one 0.029273: the paper's 0.0292 is cut off, not rounded.
  { name: 'F1 of close investigation, 6 against 15', u: 73, n1: 6, n2: 15, effect: 0.811, p: 0.0292, method: 'exact' },
  { name: 'F1 of attack, 8 against 28', u: 204, n1: 8, n2: 28, effect: 0.911, p: 0.000498, method: 'normal-corrected' },
  {
    name: 'F1 of close investigation, 8 against 28',
    u: 193,
    n1: 8,
    n2: 28,
    effect: 0.862,
    p: 0.00219,
    method: 'normal-corrected',
  },
] as const;

test.each(rankRows)('$name: effect and $method p follow from U', ({ u, n1, n2, effect, p, method }) => {
  const [superiority] = rankSumEffects({ u, n1, n2 });
  expect(superiority?.name).toBe('U/(n1 n2)');
  expect(Math.abs((superiority?.value as number) - effect)).toBeLessThan(0.0005);
  const { low, high } = printed(p, p === 0.0292 ? 1 : 0.5);
  const result = rankSumPValue({ u, n1, n2, method });
  expect(result.p).toBeGreaterThan(low);
  expect(result.p).toBeLessThan(high);
});

test('no other p of the rank-sum test gives the printed ones of attack', () => {
  const others = (u: number, n1: number, n2: number, p: number) =>
    (['exact', 'normal', 'normal-corrected'] as const).filter((method) => {
      const { low, high } = printed(p);
      const value = rankSumPValue({ u, n1, n2, method }).p;
      return value > low && value < high;
    });
  expect(others(79, 6, 15, 0.00623)).toEqual(['exact']);
  expect(others(204, 8, 28, 0.000498)).toEqual(['normal-corrected']);
  expect(others(193, 8, 28, 0.00219)).toEqual(['normal-corrected']);
});
