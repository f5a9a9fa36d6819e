import { expect, test } from 'vitest';
import { Random } from '../random.js';
import { bootstrapIntervals } from './bootstrap.js';

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
  expect(interval).toEqual({ low: 1, high: 1, level: 0.5, resampleCount: 50 });
  expect(() => bootstrapIntervals(() => [1], { ...options, unitCount: 0 })).toThrow(RangeError);
  expect(() => bootstrapIntervals(() => [1], { ...options, level: 1 })).toThrow(RangeError);
});
