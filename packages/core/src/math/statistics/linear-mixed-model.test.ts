import { expect, test } from 'vitest';
import { Random } from '../../random.js';
import type { FixedEffect } from './design-matrix.js';
import { chiSquareQuantile } from './distributions.js';
import { linearMixedModel } from './linear-mixed-model.js';
import { likelihoodRatioTest, testMixedModelContrast } from './mixed-model-contrasts.js';
import { mixedReferences } from './model-references.test.kit.js';

const listed = (value: number | number[]): number[] => (Array.isArray(value) ? value : [value]);
const order = ['saline', 'low', 'high'];

function effectsOf(data: Record<string, (string | number)[]>, names: readonly string[]): FixedEffect[] {
  return names.map((name) => ({
    name,
    values: data[name] as string[],
    ...(name === 'drug' && { levels: order }),
  }));
}

/** R minimizes by search: its variances are good to about 1e-6, and its degrees of freedom come from differences. */
const near = (found: number, expected: number, tolerance: number) =>
  expect(Math.abs(found - expected)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));

test('random-intercept models equal lme4 and lmerTest: balanced, unbalanced, crossed, singular, interaction', () => {
  expect(mixedReferences.cases).toHaveLength(5);
  for (const { name, data, fixed, fits } of mixedReferences.cases) {
    for (const method of ['REML', 'ML'] as const) {
      const expected = fits[method];
      const model = linearMixedModel(
        { response: data.y, animals: data.animal, fixed: effectsOf(data, fixed) },
        { method, ...(name === 'interaction' && { interactions: [['drug', 'sex']] }) },
      );
      for (const [i, found] of model.coefficients.entries()) {
        near(found.estimate, expected.estimate[i] as number, 1e-7);
        near(found.standardError, expected.standardError[i] as number, 1e-5);
        near(found.degreesOfFreedom, expected.df[i] as number, 1e-3);
        near(found.p, expected.p[i] as number, 1e-5);
      }
      near(model.variances.residual, expected.residualVariance, 1e-5);
      near(model.variances.animal, expected.animalVariance, 1e-5);
      near(model.logLikelihood, expected.logLikelihood, 1e-9);
      near(model.aic, expected.aic, 1e-9);
      near(model.bic, expected.bic, 1e-9);
      expect(model.isSingular).toBe(name === 'no variance of animals');
      const effects = new Map(model.animalEffects.map(({ animal, effect }) => [animal, effect]));
      const sorted = [...new Set(data.animal)].sort();
      for (const [i, animal] of sorted.entries()) {
        near(effects.get(animal) as number, expected.animalEffects[i] as number, 1e-5);
      }
      for (const [i, term] of model.terms.entries()) {
        near(term.statistic.value, listed(expected.terms.F)[i] as number, 1e-5);
        expect(term.degreesOfFreedom?.[0]).toBe(listed(expected.terms.numerator)[i]);
        near(term.degreesOfFreedom?.[1] as number, listed(expected.terms.denominator)[i] as number, 1e-3);
        near(term.p, listed(expected.terms.p)[i] as number, 1e-5);
      }
    }
  }
});

const unbalanced = mixedReferences.cases[1] as (typeof mixedReferences.cases)[number];
const fitted = (fixed: string[], method: 'REML' | 'ML' = 'REML') =>
  linearMixedModel(
    { response: unbalanced.data.y, animals: unbalanced.data.animal, fixed: effectsOf(unbalanced.data, fixed) },
    { method },
  );

test('likelihood-ratio tests of fixed effects and of the animals equal R', () => {
  const found = likelihoodRatioTest(fitted(['group', 'age'], 'ML'), fitted(['age'], 'ML'));
  near(found.statistic.value, mixedReferences.likelihoodRatio.statistic, 1e-7);
  near(found.p, mixedReferences.likelihoodRatio.p, 1e-7);
  expect(found.degreesOfFreedom).toEqual([mixedReferences.likelihoodRatio.df]);
  const animals = fitted(['group', 'age']).animalVarianceTest;
  near(animals.statistic.value, mixedReferences.animalVariance.statistic, 1e-7);
  expect(() => likelihoodRatioTest(fitted(['group']), fitted([]))).toThrow(/method: 'ML'/);
  expect(() => likelihoodRatioTest(fitted(['age'], 'ML'), fitted(['group'], 'ML'))).toThrow(/lack some coefficients/);
});

test('of equally many rows an animal, the test is the t test of the means of animals', () => {
  const { data } = mixedReferences.cases[0] as (typeof mixedReferences.cases)[number];
  const model = linearMixedModel({ response: data.y, animals: data.animal, fixed: effectsOf(data, ['group']) });
  const means = new Map<string, number>();
  for (const [row, animal] of data.animal.entries()) {
    means.set(animal, (means.get(animal) ?? 0) + (data.y[row] as number) / 8);
  }
  const lists = [0, 1].map((half) => [...means.values()].slice(3 * half, 3 * half + 3));
  const [a, b] = lists.map((list) => list.reduce((sum, value) => sum + value, 0) / 3) as [number, number];
  const squares = lists.flatMap((list, i) => list.map((value) => (value - (i === 0 ? a : b)) ** 2));
  const standardError = Math.sqrt((squares.reduce((sum, value) => sum + value, 0) / 4) * (2 / 3));
  const found = model.coefficients[1];
  expect(found?.estimate).toBeCloseTo(b - a, 10);
  expect(found?.standardError).toBeCloseTo(standardError, 10);
  expect(found?.degreesOfFreedom).toBeCloseTo(4, 8);
  const contrast = testMixedModelContrast(model, [0, -1], { name: 'control - mutant' });
  expect(contrast.estimate?.value).toBeCloseTo(a - b, 10);
  expect(contrast.p).toBeCloseTo(found?.p as number, 12);
  expect(() => testMixedModelContrast(model, [1])).toThrow(/2 weights/);
});

test('the interval of the intraclass correlation ends where the likelihood has fallen by the chi-square quantile', () => {
  const model = fitted(['group', 'age']);
  expect(model.icc.interval.low).toBeGreaterThan(0);
  expect(model.icc.interval.low).toBeLessThan(model.icc.value);
  expect(model.icc.interval.high).toBeGreaterThan(model.icc.value);
  expect(model.icc.interval.high).toBeLessThan(1);
  // Of the lesser level, the ends lie inside.
  const inner = linearMixedModel(
    {
      response: unbalanced.data.y,
      animals: unbalanced.data.animal,
      fixed: effectsOf(unbalanced.data, ['group', 'age']),
    },
    { level: 0.5 },
  ).icc.interval;
  expect(inner.low).toBeGreaterThan(model.icc.interval.low);
  expect(chiSquareQuantile(0.95, 1)).toBeCloseTo(3.841458820694124, 9);
});

test('a large offset and a huge scale change nothing but the unit', () => {
  const { data } = mixedReferences.cases[2] as (typeof mixedReferences.cases)[number];
  const run = (scale: number, offset: number) =>
    linearMixedModel({
      response: data.y.map((y) => y * scale + offset),
      animals: data.animal,
      fixed: effectsOf(data, ['drug']),
    });
  const [plain, far] = [run(1, 0), run(1000, 1e7)];
  for (const [i, found] of far.coefficients.entries()) {
    near(found.standardError, 1000 * (plain.coefficients[i]?.standardError as number), 1e-7);
    near(found.degreesOfFreedom, plain.coefficients[i]?.degreesOfFreedom as number, 1e-6);
  }
  near(far.icc.value, plain.icc.value, 1e-7);
});

test('100,000 bouts of 50 animals: variances and effect come back, with the animals as what counts', () => {
  const random = new Random('bouts');
  const animals = Array.from({ length: 50 }, (_, i) => ({ name: `m${i}`, effect: 2 * random.normal() }));
  const pick = Array.from({ length: 100_000 }, () => random.integer(50));
  const model = linearMixedModel({
    response: Float64Array.from(pick, (i) => 10 + (i % 2) * 1.5 + (animals[i]?.effect as number) + 5 * random.normal()),
    animals: pick.map((i) => animals[i]?.name as string),
    fixed: [{ name: 'group', values: pick.map((i) => (i % 2 === 0 ? 'a' : 'b')) }],
  });
  expect(model.variances.residual).toBeCloseTo(25, 0);
  // Five standard errors of a variance of 50 normal numbers.
  expect(Math.abs(model.variances.animal - 4)).toBeLessThan(5 * 4 * Math.sqrt(2 / 48));
  expect(Math.abs((model.coefficients[1]?.degreesOfFreedom as number) - 48)).toBeLessThan(0.5);
});

test('refuses what it cannot fit, naming what lacks', () => {
  const run = (response: number[], animals: string[], group: string[] = [], options = {}) =>
    linearMixedModel({ response, animals, fixed: group.length > 0 ? [{ name: 'group', values: group }] : [] }, options);
  expect(() => run([1, 2, 3], ['a', 'a', 'a'])).toThrow(/two animals or more, got a/);
  expect(() => run([], [])).toThrow(/two animals or more, got none/);
  expect(() => run([1, 2, 3], ['a', 'b', 'c'])).toThrow(/several rows of some animal/);
  expect(() => run([1, Number.NaN, 3, 4], ['a', 'a', 'b', 'b'])).toThrow(
    /response needs finite numbers, got NaN in row 1/,
  );
  expect(() => run([1, 2], ['a'])).toThrow(/one animal a row, got 1 of 2/);
  expect(() => run([5, 5, 5, 5], ['a', 'a', 'b', 'b'])).toThrow(/must differ between rows/);
  expect(() => run([5, 5, 6, 6, 7, 7], ['a', 'a', 'b', 'b', 'c', 'c'])).toThrow(/rows of one animal must differ/);
  expect(() => run([1, 2, 3, 4], ['a', 'a', 'b', 'b'], ['x', 'x', 'y', 'y'])).toThrow(/need 3 animals or more, got 2/);
  expect(() => run([1, 2, 3, 4], ['a', 'a', 'b', 'b'], ['x', 'x', 'x', 'x'])).toThrow(
    /two levels or more, got x alone/,
  );
  const twins = { response: [1, 2, 4, 3, 6, 5], animals: ['a', 'a', 'b', 'b', 'c', 'c'] };
  const age = { name: 'age', values: [1, 2, 3, 4, 5, 7] };
  expect(() =>
    linearMixedModel({ ...twins, fixed: [age, { name: 'days', values: age.values.map((v) => 7 * v) }] }),
  ).toThrow(/days says nothing beyond/);
  const omitted = run([1, Number.NaN, 3, 4, 2], ['a', 'a', 'b', 'b', 'a'], [], { missing: 'omit' });
  expect(omitted).toMatchObject({ rowCount: 4, leftOutCount: 1 });
});
