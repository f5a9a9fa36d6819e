import { expect, test } from 'vitest';
import { showRange } from './show-range.js';

test.each([
  [-0.00024, 0.36, '0.000 to 0.360'],
  [-0.311, 0.07, '−0.311 to 0.070'],
  [-5.4348, 0, '−5.43 to 0.00'],
  [90.217, 100, '90.2 to 100.0'],
  [1.9736, 2.6797, '1.97 to 2.68'],
])('a range from %d to %d reads %s', (low, high, text) => {
  expect(showRange({ low, high })).toBe(text);
});
