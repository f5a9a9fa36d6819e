import { Random } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { ValueHistogram } from './histogram.js';

const rng = new Random(5);
const normals = Float32Array.from({ length: 20_000 }, () => rng.normal());

function histogramOf(...parts: Float32Array[]): ValueHistogram {
  const histogram = new ValueHistogram();
  for (const part of parts) histogram.add(part);
  return histogram;
}

describe('ValueHistogram', () => {
  it('counts the same whatever the order and grouping', () => {
    const sorted = normals.slice().sort();
    const whole = histogramOf(sorted);
    const split = histogramOf(normals.subarray(0, 7), normals.subarray(7, 15_000), normals.subarray(15_000));
    expect(split.counts).toEqual(whole.counts);
    expect([split.min, split.max]).toEqual([whole.min, whole.max]);
    expect(split.range('meanSquaredError')).toEqual(whole.range('meanSquaredError'));
  });

  it('counts values at the edges of its range', () => {
    const histogram = histogramOf(Float32Array.of(-1, 1, 0.5, 0, -0));
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(histogram.width).toBe(2 / 4096);
    expect(histogram.counts[4096]).toBe(2);
  });

  it('gives all values, with zero, as the full range', () => {
    expect(histogramOf(Float32Array.of(2, 5)).range('minMax')).toEqual({ low: 0, high: 5 });
    expect(histogramOf(Float32Array.of(-2, -5)).range('minMax')).toEqual({ low: -5, high: 0 });
    expect(histogramOf(new Float32Array(9)).range('meanSquaredError')).toEqual({ low: 0, high: 0 });
    expect(histogramOf(new Float32Array(9)).range({ percentile: 99 })).toEqual({ low: 0, high: 0 });
  });

  it('cuts half of what a percentile leaves at each end', () => {
    // 95 % of a normal distribution lie within 1.96; a bin is 0.002 wide and 20,000 draws err by about 0.02.
    const { low, high } = histogramOf(normals).range({ percentile: 95 });
    expect(low).toBeCloseTo(-1.96, 1);
    expect(high).toBeCloseTo(1.96, 1);
    const positive = normals.map((value) => Math.max(value, 0));
    expect(histogramOf(positive).range({ percentile: 99 }).low).toBe(0);
  });

  it('leaves an outlier out where that rounds the rest better, and keeps it where it does not', () => {
    const with1000 = histogramOf(normals, Float32Array.of(1000));
    const wide = with1000.range('meanSquaredError');
    expect(wide.high).toBeGreaterThan(900);
    const many = new Float32Array(2_000_000).map((_, i) => normals[i % normals.length] as number);
    const { high } = histogramOf(many, Float32Array.of(40)).range('meanSquaredError');
    expect(high).toBeGreaterThan(3);
    expect(high).toBeLessThan(20);
  });

  it('refuses values that are not finite', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => histogramOf(Float32Array.of(1, value))).toThrow(`values must be finite, got ${value}`);
    }
  });
});
