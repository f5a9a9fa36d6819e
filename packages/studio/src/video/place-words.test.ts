import { expect, test } from 'vitest';
import { frameOfWords } from './place-words.js';

const clock = { frameCount: 3000, fps: 30 };

test('frames, times, seconds and shares are understood', () => {
  const words = ['0', ' 1200 ', '0:10', '1:00.5', '0:01:00', '12.5 s', '12,5s', '50 %', '100%'];
  expect(words.map((text) => frameOfWords(text, clock))).toEqual([0, 1200, 300, 1815, 1800, 375, 375, 1500, 2999]);
});

test('what is outside or not understood is said in words, never moved to the nearest', () => {
  expect(frameOfWords('3000', clock)).toMatch('frames 0 to 2999');
  expect(frameOfWords('2:00', clock)).toMatch('ends at 100.00 s');
  for (const text of ['', 'abc', '-3', '1e3', '1.5']) expect(typeof frameOfWords(text, clock)).toBe('string');
});
