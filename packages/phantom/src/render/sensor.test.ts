import { Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { sameBytes } from '../same-bytes.test.kit.js';
import { createSensor } from './sensor.js';

const [widthPx, heightPx] = [300, 270];
const gray = (level: number) => new Uint8Array(3 * widthPx * heightPx).fill(level);

describe('sensor', () => {
  test('without noise and drift a picture stays as it is', () => {
    const sensor = createSensor({ noise: 0, drift: 0, monochrome: false }, new Random(1));
    const picture = Uint8Array.from({ length: 3 * widthPx * heightPx }, (_, i) => i % 256);
    const exposed = picture.slice();
    sensor(exposed, widthPx, 5, 0.2);
    expect(sameBytes(exposed, picture)).toBe(true);
  });

  test('noise at mid gray has the standard deviation that was asked for, and no bias', () => {
    const sensor = createSensor({ noise: 4, drift: 0, monochrome: false }, new Random(2));
    const picture = gray(128);
    sensor(picture, widthPx, 0, 0);
    const mean = picture.reduce((sum, level) => sum + level, 0) / picture.length;
    const variance = picture.reduce((sum, level) => sum + (level - mean) ** 2, 0) / picture.length;
    // 243,000 values with some correlation: the mean is known to about 0.02, the deviation to 1 %.
    expect(Math.abs(mean - 128)).toBeLessThan(0.1);
    expect(Math.sqrt(variance)).toBeGreaterThan(3.9);
    expect(Math.sqrt(variance)).toBeLessThan(4.15);
  });

  test('a frame is the same whatever was exposed before, and frames differ', () => {
    const options = { noise: 3, drift: 0.05, monochrome: false };
    const one = createSensor(options, new Random(3));
    const [a, b, other] = [gray(90), gray(90), gray(90)];
    one(a, widthPx, 7, 0.7);
    one(other, widthPx, 8, 0.8);
    createSensor(options, new Random(3))(b, widthPx, 7, 0.7);
    expect(sameBytes(b, a)).toBe(true);
    expect(sameBytes(other, a)).toBe(false);
  });

  test('a monochrome picture has three equal channels', () => {
    const picture = gray(100);
    createSensor({ noise: 5, drift: 0.1, monochrome: true }, new Random(4))(picture, widthPx, 3, 0.1);
    expect(picture.every((level, i) => level === picture[i - (i % 3)])).toBe(true);
    expect(new Set(picture).size).toBeGreaterThan(5);
  });

  test('drift changes the light slowly and by no more than its amplitude', () => {
    const sensor = createSensor({ noise: 0, drift: 0.1, monochrome: false }, new Random(5));
    const levels = Array.from({ length: 300 }, (_, frame) => {
      const picture = new Uint8Array(3).fill(100);
      sensor(picture, 1, frame * 30, frame);
      return picture[0]!;
    });
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(5);
    expect(Math.max(...levels)).toBeLessThanOrEqual(111);
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(89);
  });
});
