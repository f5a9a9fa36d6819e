import { expect, test } from 'vitest';
import { Random } from '../../random.js';
import { krippendorffAlpha, type RatingScale } from './krippendorff.js';
import { modelReferences } from './model-references.test.kit.js';

test("Krippendorff's alpha equals the krippendorff package on all scales, with missing ratings", () => {
  for (const { ratings, values } of modelReferences.krippendorff) {
    for (const [scale, value] of Object.entries(values)) {
      expect(krippendorffAlpha(ratings, { scale: scale as RatingScale }).value).toBeCloseTo(value, 11);
    }
  }
});

test('the published example of four observers and twelve units (Krippendorff 2011, part C and D)', () => {
  const n = null;
  const ratings = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3],
    [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n],
  ];
  const alpha = (scale: RatingScale) => krippendorffAlpha(ratings, { scale });
  expect(alpha('nominal').value).toBeCloseTo(0.743, 3);
  expect(alpha('ordinal').value).toBeCloseTo(0.815, 3);
  expect(alpha('interval').value).toBeCloseTo(0.849, 3);
  expect(alpha('ratio').value).toBeCloseTo(0.797, 3);
  expect(alpha('nominal')).toMatchObject({ unitCount: 11 });
  expect(alpha('nominal').notes[0]).toMatch(/1 of 12 units/);
  const named = ratings.map((list) => list.map((value) => (value === null ? null : `x${value}`)));
  expect(krippendorffAlpha(named, { scale: 'ordinal', categories: ['x1', 'x2', 'x3', 'x4', 'x5'] }).value).toBe(
    alpha('ordinal').value,
  );
});

test('with a seed it has an interval, of units or of whole videos, the same each time', () => {
  const random = new Random(5);
  const truth = Array.from({ length: 60 }, () => random.integer(3));
  const ratings = [0, 1, 2].map(() => truth.map((value) => (random.uniform() < 0.8 ? value : random.integer(3))));
  const run = (clusters?: number[]) =>
    krippendorffAlpha(ratings, { random: new Random(1), resampleCount: 400, ...(clusters && { clusters }) });
  const { value, interval, intervalMethod } = run();
  expect(interval?.low).toBeLessThan(value);
  expect(interval?.high).toBeGreaterThan(value);
  expect(intervalMethod).toBe('percentile bootstrap, 400 resamples of 60 units');
  expect(run()).toEqual(run());
  expect(run(truth.map((_, i) => i % 6)).intervalMethod).toMatch(/resamples of 6 clusters/);
  expect(run(truth.map(() => 0)).notes[0]).toMatch(/cannot be resampled/);
});

test('alpha refuses what has no answer', () => {
  expect(() => krippendorffAlpha([[1, 2], [1]])).toThrow(/rater 1 must have 2 units/);
  expect(() =>
    krippendorffAlpha([
      [1, null],
      [null, 2],
    ]),
  ).toThrow(/two raters or more rated, got none among 2/);
  expect(() => krippendorffAlpha([])).toThrow(/none among 0 units/);
  expect(() =>
    krippendorffAlpha([
      [3, 3],
      [3, 3],
    ]),
  ).toThrow(/two different ratings or more, got 4/);
  expect(() => krippendorffAlpha([['a'], ['b']], { scale: 'interval' })).toThrow(/an interval scale needs numbers/);
  expect(() => krippendorffAlpha([[-1], [2]], { scale: 'ratio' })).toThrow(/from 0, got -1/);
});
