import { expect, test } from 'vitest';
import { cohensKappa, countRatings, fleissKappa } from './kappa.js';
import { modelReferences } from './model-references.test.kit.js';

test("Cohen's kappa, plain and weighted, with its standard error, equals scikit-learn and statsmodels", () => {
  for (const { first, second, size, values } of modelReferences.kappa) {
    const categories = Array.from({ length: size }, (_, i) => i);
    for (const [weights, { value, standardError }] of Object.entries(values)) {
      const found = cohensKappa(first, second, { weights: weights as 'none', categories });
      expect(found.value).toBeCloseTo(value, 12);
      expect(found.standardError).toBeCloseTo(standardError, 12);
    }
  }
});

test('kappa of the example of Cohen 1960 and full agreement', () => {
  // Of 50 proposals: both yes 20, both no 15, first only 5, second only 10: observed 0.7, expected 0.5.
  const pairs: [string, string, number][] = [
    ['yes', 'yes', 20],
    ['yes', 'no', 5],
    ['no', 'yes', 10],
    ['no', 'no', 15],
  ];
  const list = (which: 0 | 1) => pairs.flatMap((pair) => new Array<string>(pair[2]).fill(pair[which]));
  const found = cohensKappa(list(0), list(1));
  expect(found).toMatchObject({ name: "Cohen's kappa", observed: 0.7, unitCount: 50 });
  expect(found.expected).toBeCloseTo(0.5, 14);
  expect(found.value).toBeCloseTo(0.4, 14);
  expect(found.interval?.low).toBeLessThan(0.4);
  const full = cohensKappa([1, 2, 3], [1, 2, 3], { weights: 'quadratic' });
  expect(full.value).toBe(1);
  expect(full.interval).toBeUndefined();
  expect(full.notes[0]).toMatch(/no interval/);
});

test('kappa refuses what has no answer', () => {
  expect(() => cohensKappa([1, 2], [1])).toThrow(/same units, got 2 and 1/);
  expect(() => cohensKappa([], [])).toThrow(/one unit or more that both rated/);
  expect(() => cohensKappa([1, 1], [1, 1])).toThrow(/two categories or more in use, got 1 in all 2/);
  expect(() => cohensKappa([1, Number.NaN], [1, 2])).toThrow(/unit 1 has no first rating/);
  expect(() => cohensKappa([1, 7], [1, 2], { categories: [1, 2] })).toThrow(/got 7 in unit 1/);
  expect(() => cohensKappa(['a', 'b'], ['a', 'b'], { weights: 'linear' })).toThrow(/given in their order/);
  const omitted = cohensKappa([1, null, 2, 1], [1, 2, 2, 2], { missing: 'omit' });
  expect(omitted.unitCount).toBe(3);
  expect(omitted.notes).toEqual(['1 of 4 units lack a rating and were left out.']);
  // One rater constant, the other not: kappa is 0 and defined.
  expect(cohensKappa([1, 1, 1], [1, 2, 1]).value).toBe(0);
});

test("Fleiss' kappa equals statsmodels, and refuses a varying number of raters with the way out", () => {
  for (const { counts, value } of modelReferences.fleiss) {
    const found = fleissKappa(counts);
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.interval?.low).toBeLessThan(value);
  }
  expect(() =>
    fleissKappa([
      [2, 1],
      [2, 0],
    ]),
  ).toThrow(/got 2 in unit 1 and 3 in unit 0; krippendorffAlpha/);
  expect(() => fleissKappa([[3, 0]])).toThrow(/two categories or more/);
  expect(() => fleissKappa([[1, 0]])).toThrow(/two raters or more/);
  expect(() => fleissKappa([])).toThrow(/one unit or more/);
});

test('the standard error of Fleiss kappa is that of the jackknife, to order 1/n', () => {
  const { counts } = modelReferences.fleiss[0] as { counts: number[][] };
  const n = counts.length;
  const whole = fleissKappa(counts);
  const parts = counts.map((_, unit) => fleissKappa(counts.filter((_c, i) => i !== unit)).value);
  const mean = parts.reduce((sum, value) => sum + value, 0) / n;
  const jackknife = Math.sqrt((parts.reduce((sum, value) => sum + (value - mean) ** 2, 0) * (n - 1)) / n);
  expect(Math.abs((whole.standardError as number) / jackknife - 1)).toBeLessThan(2 / n);
});

test('ratings are counted by unit and category', () => {
  expect(
    countRatings([
      ['a', 'b'],
      ['a', null],
    ]),
  ).toEqual([
    [2, 0],
    [0, 1],
  ]);
});
