import { expect, test } from 'vitest';
import { Random } from '../../random.js';
import { mean, median, quantileOfSorted } from '../quantiles.js';
import { bootstrapDifference, bootstrapInterval } from './bootstrap-estimate.js';
import { bootstrapIntervals, bootstrapShares, jackknifeAcceleration } from './bootstrap-intervals.js';
import { modelReferences } from './model-references.test.kit.js';

test('the interval of a mean is about that of the normal law, and the same for the same seed', () => {
  const random = new Random('sample');
  const values = Array.from({ length: 400 }, () => random.normal());
  const mean = (drawn: Int32Array) => {
    const total = values.reduce((sum, value, i) => sum + value * (drawn[i] as number), 0);
    return [total / 400, Number.NaN];
  };
  const run = () => bootstrapIntervals(mean, { unitCount: 400, random: new Random(1) });
  const [interval, nothing] = run();
  const center = values.reduce((sum, value) => sum + value, 0) / 400;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / 400 / 400);
  // 1000 resamples give the 2.5 % quantile to about a tenth of the standard error.
  expect(Math.abs((interval?.low as number) - (center - 1.96 * spread))).toBeLessThan(0.3 * spread);
  expect(Math.abs((interval?.high as number) - (center + 1.96 * spread))).toBeLessThan(0.3 * spread);
  expect(nothing?.low).toBeNaN();
  expect(run()[0]).toEqual(interval);
});

test('each resample draws as many units as there are', () => {
  const sums = new Set<number>();
  const options = { unitCount: 9, random: new Random(2), resampleCount: 50, level: 0.5 };
  const [interval] = bootstrapIntervals((drawn) => {
    sums.add(drawn.reduce((sum, count) => sum + count, 0));
    return [1];
  }, options);
  expect([...sums]).toEqual([9]);
  expect(interval).toEqual({ low: 1, high: 1, level: 0.5, resampleCount: 50, method: 'percentile' });
  expect(() => bootstrapIntervals(() => [1], { ...options, unitCount: 0 })).toThrow(RangeError);
  expect(() => bootstrapIntervals(() => [1], { ...options, level: 1 })).toThrow(RangeError);
});

test('acceleration, bias correction and ends of BCa equal those of SciPy, given its resamples', () => {
  expect(modelReferences.bca.length).toBeGreaterThan(2);
  for (const reference of modelReferences.bca) {
    const acceleration = jackknifeAcceleration([reference.leaveOneOut]);
    expect(acceleration).toBeCloseTo(reference.acceleration, 12);
    const { estimate, level } = reference;
    const shares = bootstrapShares(reference.resampled, { estimate, level, acceleration });
    expect(shares.low).toBeCloseTo(reference.shares[0], 12);
    expect(shares.high).toBeCloseTo(reference.shares[1], 12);
    expect(quantileOfSorted(reference.resampled, shares.low)).toBeCloseTo(reference.low, 10);
    expect(quantileOfSorted(reference.resampled, shares.high)).toBeCloseTo(reference.high, 10);
  }
});

test('with resamples of our own, ends are those of SciPy within the error of resampling', () => {
  for (const { sample, statistic, level, largeLow, largeHigh, standardError } of modelReferences.bca) {
    const found = bootstrapInterval(sample, { statistic, level, random: new Random(3), resampleCount: 20_000 });
    // The 5 % quantile of 20,000 resamples has a standard error of about 0.015 standard errors of the statistic; medians
    // jump between values of the sample, so they may sit one step aside.
    const bound = statistic === 'mean' ? 0.08 * standardError : 0.6 * standardError;
    expect(Math.abs(found.interval.low - largeLow)).toBeLessThan(bound);
    expect(Math.abs(found.interval.high - largeHigh)).toBeLessThan(bound);
  }
  const { first, second, low, high, standardError, acceleration } = modelReferences.twoSample;
  const found = bootstrapDifference(first, second, { random: new Random(4), resampleCount: 20_000 });
  expect(Math.abs(found.interval.low - low)).toBeLessThan(0.08 * standardError);
  expect(Math.abs(found.interval.high - high)).toBeLessThan(0.08 * standardError);
  const meanWithout = (values: readonly number[], without: number) =>
    values.reduce((sum, value, i) => (i === without ? sum : sum + value), 0) / (values.length - (without < 0 ? 0 : 1));
  const leftOut = [
    first.map((_, i) => meanWithout(first, i) - meanWithout(second, -1)),
    second.map((_, i) => meanWithout(first, -1) - meanWithout(second, i)),
  ];
  expect(jackknifeAcceleration(leftOut)).toBeCloseTo(acceleration, 12);
});

test('a name and a function of the same statistic give the same interval', () => {
  const random = new Random('even');
  for (const count of [11, 12]) {
    const values = Array.from({ length: count }, () => Math.round(10 * random.normal()) / 10);
    const clusters = values.map((_, i) => i % 5);
    for (const [name, compute] of [
      ['mean', mean],
      ['median', median],
    ] as const) {
      const options = { random: new Random(1), resampleCount: 500 };
      const named = bootstrapInterval(values, { ...options, statistic: name, clusters });
      const computed = bootstrapInterval(values, {
        ...options,
        random: new Random(1),
        clusters,
        statistic: (sample) => compute(sample),
      });
      expect(named.value).toBeCloseTo(computed.value, 12);
      expect(named.interval.low).toBeCloseTo(computed.interval.low, 12);
      expect(named.interval.high).toBeCloseTo(computed.interval.high, 12);
    }
  }
});

test('drawing whole animals widens the interval of alike values', () => {
  const random = new Random('animals');
  const clusters = Array.from({ length: 600 }, (_, i) => `m${i % 12}`);
  const effects = Array.from({ length: 12 }, () => 3 * random.normal());
  const values = clusters.map((_, i) => (effects[i % 12] as number) + random.normal());
  const options = { random: new Random(2), resampleCount: 2000 };
  const rows = bootstrapInterval(values, options);
  const animals = bootstrapInterval(values, { ...options, clusters });
  const width = (interval: { low: number; high: number }) => interval.high - interval.low;
  // Of equal sizes and little noise the ratio is about the root of the 50 values an animal.
  expect(width(animals.interval) / width(rows.interval)).toBeGreaterThan(4);
  expect(animals.intervalMethod).toBe('BCa bootstrap, 2000 resamples of 12 clusters');
});

test('a difference draws groups apart, and animals that are in both at once', () => {
  const before = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
  const after = before.map((value, i) => value + 1 + 0.1 * (i % 3));
  const animals = before.map((_, i) => i);
  const options = { random: new Random(5), resampleCount: 1000 };
  const apart = bootstrapDifference(after, before, options);
  const joint = bootstrapDifference(after, before, { ...options, clusters: [animals, animals] });
  expect(apart.value).toBeCloseTo(1.1, 12);
  expect(joint.value).toBeCloseTo(1.1, 12);
  expect(apart.interval.high - apart.interval.low).toBeGreaterThan(3);
  expect(joint.interval.high - joint.interval.low).toBeLessThan(0.2);
  expect(joint.notes[0]).toMatch(/12 of 12 clusters are in both groups/);
  expect(apart.name).toBe('difference of means');
});

test('tells what cannot be resampled', () => {
  const random = new Random(1);
  expect(() => bootstrapInterval([], { random })).toThrow(/one value or more, got none/);
  expect(() => bootstrapInterval([1, Number.NaN], { random })).toThrow(/finite numbers, got NaN at 1/);
  expect(() => bootstrapInterval([1, 2], { random, clusters: ['a'] })).toThrow(/one cluster label a value, got 1 of 2/);
  expect(() => bootstrapDifference([1], [], { random })).toThrow(/group 2 needs one value/);
  expect(() => bootstrapInterval([1, 2], { random, statistic: () => Number.NaN })).toThrow(/must be a number, got NaN/);
  expect(() => bootstrapIntervals(() => [1], { unitCount: 3, random, method: 'exact' as 'bca' })).toThrow(/method/);
  const constant = bootstrapInterval([4, 4, 4], { random, resampleCount: 50 });
  expect(constant.interval).toMatchObject({ low: 4, high: 4 });
  expect(constant.notes.join(' ')).toMatch(/no width.*Few values \(3\)/);
  const omitted = bootstrapInterval([1, Number.NaN, 2], { random, missing: 'omit', resampleCount: 50 });
  expect(omitted.notes[0]).toBe('1 missing values were left out.');
  const abort = AbortSignal.abort(new Error('enough'));
  expect(() => bootstrapInterval([1, 2], { random, signal: abort })).toThrow('enough');
});
