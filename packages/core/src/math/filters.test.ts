import { expect, test } from 'vitest';
import { hermite, pchipSlopes } from './interpolate.js';
import { mean, median, quantile } from './quantiles.js';
import { largestDifference, references, series } from './reference-numbers.test.kit.js';
import { runningMedian } from './running-median.js';
import { polynomialWeights, savitzkyGolay, savitzkyGolayWeights } from './savitzky-golay.js';

const gaps = [0, 7, 8, 9, 30, 45, 46, 59];

test('quantiles, median and mean leave NaN out, as NumPy with nanquantile', () => {
  const values = series(60, gaps);
  const { shares, values: expected } = references.quantiles;
  expect(
    largestDifference(
      shares.map((share) => quantile(values, share)),
      expected,
    ),
  ).toBeLessThan(1e-12);
  expect(median([3, Number.NaN, 1, 2])).toBe(2);
  expect(median([3, 1])).toBe(2);
  expect(mean([Number.NaN, 1, 2])).toBe(1.5);
  for (const none of [[], [Number.NaN]]) {
    expect(median(none)).toBeNaN();
    expect(mean(none)).toBeNaN();
  }
  expect(() => quantile([1], 1.1)).toThrow(RangeError);
});

test('running medians are those of pandas with cut windows; NaN stays NaN and is left out beside', () => {
  for (const { window, values } of references.runningMedian) {
    expect(largestDifference(runningMedian(series(60, gaps), window), values), `window ${window}`).toBeLessThan(1e-12);
  }
  const inside = runningMedian(series(40), 5);
  expect(largestDifference(inside.subarray(2, 38), references.medfilt5.slice(2, 38))).toBeLessThan(1e-14);
  expect(runningMedian([], 5)).toHaveLength(0);
  for (const window of [0, 2, 2.5, Number.NaN])
    expect(() => runningMedian([1], window)).toThrow(/window must be an odd/);
});

// SciPy fits raw powers of the places and loses digits with long windows.
const tolerance = 1e-8;

test('Savitzky-Golay weights are those of SciPy for any window, order, derivative and place', () => {
  for (const { weights, ...options } of references.savitzkyGolayWeights) {
    const ours = savitzkyGolayWeights({ ...options, spacing: 0.5 });
    const size = Math.max(...weights.map(Math.abs));
    expect(largestDifference(ours, weights) / size, JSON.stringify(options)).toBeLessThan(tolerance);
  }
});

test('Savitzky-Golay weights of a long window of high order give back a polynomial, where SciPy answers zeros', () => {
  const weights = savitzkyGolayWeights({ window: 301, order: 12, at: 20 });
  const polynomial = (i: number) => ((i - 150) / 150) ** 11 - 3 * ((i - 150) / 150) ** 4 + 1;
  let sum = 0;
  for (let i = 0; i < 301; i++) sum += (weights[i] as number) * polynomial(i);
  expect(Math.abs(sum - polynomial(20))).toBeLessThan(1e-11);
});

test('Savitzky-Golay filters are those of SciPy in mode interp', () => {
  for (const { values, ...options } of references.savitzkyGolay) {
    const ours = savitzkyGolay(series(40), { ...options, spacing: 0.5 });
    expect(largestDifference(ours, values), JSON.stringify(options)).toBeLessThan(tolerance);
  }
});

test('a Savitzky-Golay filter never looks across a gap and invents nothing in it', () => {
  const whole = savitzkyGolay(series(60, [20, 21, 24]), { window: 7, order: 2 });
  const [before, after] = [series(60).subarray(0, 20), series(60).subarray(25)];
  expect(largestDifference(whole.subarray(0, 20), savitzkyGolay(before, { window: 7, order: 2 }))).toBe(0);
  expect(largestDifference(whole.subarray(25), savitzkyGolay(after, { window: 7, order: 2 }))).toBe(0);
  expect([20, 21, 24].every((i) => Number.isNaN(whole[i]))).toBe(true);
  // Two values cannot be fitted by a parabola: they stay; four are fitted as a whole.
  expect(largestDifference(whole.subarray(22, 24), series(60).subarray(22, 24))).toBe(0);
  const slopes = savitzkyGolay([1, 2, Number.NaN], { window: 5, order: 2, derivative: 1 });
  expect([...slopes].every(Number.isNaN)).toBe(true);
  const squares = savitzkyGolay([0, 1, 4, 9], { window: 5, order: 2 });
  expect(largestDifference(squares, [0, 1, 4, 9])).toBeLessThan(1e-12);
});

test('weights at uneven places give slopes of a parabola; too few different places are refused', () => {
  const x = [0, 0.1, 0.5, 2, 2.2];
  const weights = polynomialWeights(x, { order: 2, derivative: 1, at: 0.7 });
  const slope = x.reduce((sum, place, i) => sum + (weights[i] as number) * (3 * place * place - place + 4), 0);
  expect(Math.abs(slope - (6 * 0.7 - 1))).toBeLessThan(1e-12);
  expect(() => polynomialWeights([1, 1, 1], { order: 1, at: 1 })).toThrow(/2 different places, got 1/);
  expect(() => savitzkyGolayWeights({ window: 3, order: 3 })).toThrow(/order must be below 3/);
  expect(() => savitzkyGolay([1], { window: 4, order: 1 })).toThrow(/window must be odd/);
});

test('monotone cubic interpolation is that of SciPy', () => {
  const { x, y, slopes, at, values } = references.pchip;
  const ours = pchipSlopes(x, y);
  expect(largestDifference(ours, slopes)).toBeLessThan(1e-12);
  const curve = at.map((place) => {
    const i = Math.max(
      0,
      x.findLastIndex((knot, index) => knot <= place && index < x.length - 1),
    );
    const width = (x[i + 1] as number) - (x[i] as number);
    return hermite((place - (x[i] as number)) / width, width, {
      y0: y[i] as number,
      y1: y[i + 1] as number,
      slope0: ours[i] as number,
      slope1: ours[i + 1] as number,
    });
  });
  expect(largestDifference(curve, values)).toBeLessThan(1e-12);
  expect([...pchipSlopes([0, 2], [1, 5])]).toEqual([2, 2]);
  expect([...pchipSlopes([0], [1])]).toEqual([0]);
});
