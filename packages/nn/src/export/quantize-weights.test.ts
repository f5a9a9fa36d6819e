import { describe, expect, it } from 'vitest';
import { quantizeWeights, uint8Rounding } from './quantize-weights.js';

describe('uint8Rounding', () => {
  it('makes zero exact and the ends of the range representable', () => {
    for (const [low, high] of [
      [-1, 3],
      [0, 6],
      [-7, 0],
      [-0.001, 1000],
    ] as const) {
      const { scale, zeroPoint } = uint8Rounding({ low, high });
      expect(Number.isInteger(zeroPoint)).toBe(true);
      expect(Math.abs(scale * -zeroPoint - low)).toBeLessThanOrEqual(scale);
      expect(Math.abs(scale * (255 - zeroPoint) - high)).toBeLessThanOrEqual(scale);
    }
  });

  it('gives a positive step for a range without width', () => {
    const { scale, zeroPoint } = uint8Rounding({ low: 0, high: 0 });
    expect(scale).toBeGreaterThan(0);
    expect(zeroPoint).toBe(0);
  });
});

describe('quantizeWeights', () => {
  // [2, 3]: two channels along axis 0, three along axis 1.
  const weights = Float32Array.of(1, -2, 0.5, 10, 20, -127);

  it('has one step per channel along either axis, at most half a step of error', () => {
    for (const axis of [0, 1]) {
      const { values, scales } = quantizeWeights(weights, [2, 3], axis, { bits: 8, inputScale: 1 });
      expect(scales).toHaveLength(axis === 0 ? 2 : 3);
      for (const [at, value] of weights.entries()) {
        const scale = scales[axis === 0 ? Math.floor(at / 3) : at % 3] as number;
        expect(Math.abs((values[at] as number) * scale - value)).toBeLessThanOrEqual(0.5001 * scale);
      }
      expect(Math.max(...values.map(Math.abs))).toBe(127);
    }
  });

  it('stays within 63 with 7 bits', () => {
    const { values } = quantizeWeights(weights, [2, 3], 0, { bits: 7, inputScale: 1 });
    expect(Math.max(...values.map(Math.abs))).toBe(63);
  });

  it('rounds the bias to steps of input times weight', () => {
    const { bias, scales } = quantizeWeights(weights, [2, 3], 0, {
      bits: 8,
      inputScale: 0.1,
      bias: Float32Array.of(0.3, -4),
    });
    expect(bias?.scales).toEqual(scales.map((scale) => scale * 0.1));
    expect((bias?.values[0] as number) * (bias?.scales[0] as number)).toBeCloseTo(0.3, 2);
    expect((bias?.values[1] as number) * (bias?.scales[1] as number)).toBeCloseTo(-4, 1);
  });

  it('keeps a large bias over dead weights', () => {
    const { bias } = quantizeWeights(new Float32Array(6), [2, 3], 0, {
      bits: 8,
      inputScale: 1e-3,
      bias: Float32Array.of(5, -1),
    });
    for (const [channel, value] of [5, -1].entries()) {
      expect((bias?.values[channel] as number) * (bias?.scales[channel] as number)).toBeCloseTo(value, 5);
    }
  });
});
