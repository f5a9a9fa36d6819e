import { expect, test } from 'vitest';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import { bandPath, linePath } from '../svg/path.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { envelope } from './envelope.js';
import { countInBins } from './histogram.js';
import { thinPath, thinPathTo } from './simplify.js';
import { summaryOf } from './summary.js';

test('an envelope keeps every extreme and leaves gaps empty', () => {
  const time = Float64Array.from({ length: 100 }, (_, i) => i);
  const values = Float64Array.from({ length: 100 }, (_, i) => (i >= 50 && i < 60 ? Number.NaN : i % 10));
  const shape = envelope(time, values, 10);
  expect(shape.exact).toBe(false);
  expect([...shape.low]).toEqual([0, 0, 0, 0, 0, Number.NaN, 0, 0, 0, 0]);
  expect([...shape.high]).toEqual([9, 9, 9, 9, 9, Number.NaN, 9, 9, 9, 9]);
  expect(shape.middle[0]).toBe(4.5);
  expect(envelope(time, values, 100).exact).toBe(true);
  expect(() => envelope([0], values, 10)).toThrow('a time for each of 100 values');
});

test('a histogram counts values above its end in the last bin and none below', () => {
  const { counts, total } = countInBins([-1, 0, 0.5, 1, 9, Number.NaN], { low: 0, width: 1, count: 3 });
  expect([...counts]).toEqual([2, 1, 1]);
  expect(total).toBe(5);
});

test('thinning keeps ends, turns and gaps', () => {
  const gap = [Number.NaN, Number.NaN];
  const points = [[0, 0], [0.1, 0], [5, 0], gap, gap, [5.1, 0], [5.2, 0]].flat();
  expect(thinPath(points, 0, 7, 1)).toEqual([0, 2, 3, 5, 6]);
  const zigzag = Float64Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? i : i % 4));
  expect(thinPathTo(zigzag, 1000, { tolerance: 0.1, most: 50 }).length).toBeLessThanOrEqual(50);
});

test('paths lift the pen at gaps and show lone points', () => {
  const x = [0, 1, Number.NaN, 3, Number.NaN, 5.128];
  expect(
    linePath(
      6,
      (i) => x[i] as number,
      () => 2,
    ),
  ).toBe('M0 2L1 2M3 2h0M5.13 2h0');
  expect(
    bandPath(
      3,
      (i) => i,
      () => 0,
      (i) => (i === 1 ? Number.NaN : 4),
    ),
  ).toBe('M0 4V0M2 4V0');
});

test('long text is cut with an ellipsis', () => {
  expect(fitText('abc', 12, 100)).toBe('abc');
  const cut = fitText('a very long file name of a recording.mp4', 12, 100);
  expect(cut.endsWith('…')).toBe(true);
  expect(textWidthPx(cut, 12)).toBeLessThanOrEqual(100);
});

test('the interval of a mean is that of Student, of the finite values; one value has none', () => {
  // Two-sided 95 % with two degrees of freedom: 4.303 (Abramowitz and Stegun, table 26.10).
  const reach = 4.302653 / Math.sqrt(3);
  const { count, middle, low, high } = summaryOf([1, Number.NaN, 2, 3], 'mean-ci');
  expect([count, middle]).toEqual([3, 2]);
  expect(low).toBeCloseTo(2 - reach, 6);
  expect(high).toBeCloseTo(2 + reach, 6);
  expect(summaryOf([1, 2, 3], 'mean-sem').high).toBeCloseTo(2 + 1 / Math.sqrt(3), 12);
  expect(summaryOf([5], 'mean-ci')).toEqual({ count: 1, middle: 5, low: Number.NaN, high: Number.NaN });
  expect(summaryOf([4, 4, 4], 'mean-ci')).toEqual({ count: 3, middle: 4, low: 4, high: 4 });
  expect(summaryOf([1, 2, 3, 4, 5], 'median-iqr')).toEqual({ count: 5, middle: 3, low: 2, high: 4 });
});

test('what is not known is NaN in data of figures, and what is known is not copied', () => {
  const data = { a: [1, null, 3], b: [{ c: null, d: 'x' }, null], e: new Float32Array([1, Number.POSITIVE_INFINITY]) };
  expect(knownData(data)).toEqual({
    a: [1, Number.NaN, 3],
    b: [{ c: Number.NaN, d: 'x' }, null],
    e: new Float32Array([1, Number.NaN]),
  });
  expect(data.a[1]).toBeNull();
  const whole = { a: [1, Number.NaN], e: new Float64Array([2]), f: undefined, g: true };
  expect(knownData(whole)).toBe(whole);
  expect(formatNumber(Number.NaN, 2)).toBe('–');
});
