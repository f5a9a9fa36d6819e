import { expect, test } from 'vitest';
import { lengthPx, readLength, scaleErrorPercent, scaleFromLine } from './calibration.js';

const line = { from: [10, 20], to: [310, 420] } as const;

test('px per cm from a line of known length', () => {
  expect(lengthPx(line)).toBe(500);
  expect(scaleFromLine(line, 40)).toBe(12.5);
  expect(scaleErrorPercent(line)).toBeCloseTo(0.4);
});

test('lines without length and lengths that are none are refused', () => {
  expect(() => scaleFromLine({ from: [1, 1], to: [2, 1] }, 40)).toThrow('2 px apart');
  for (const cm of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => scaleFromLine(line, cm)).toThrow('cm');
});

test('lengths are read as people type them', () => {
  expect(['40', ' 40 cm', '400mm', '0,4 m', '16 in'].map(readLength)).toEqual([40, 40, 40, 40, 40.64]);
  for (const text of ['', 'x', '-4', '4 feet', '1e3']) expect(readLength(text)).toBeNaN();
});
