import { expect, test } from 'vitest';
import { parsePlace } from './go-to.js';

const clock = { frameCount: 27_000, fps: 30 };

test('a whole number is a frame, anything with a colon or point a time', () => {
  const place = (text: string) => parsePlace(text, clock, 900);
  expect(place('1201')).toBeCloseTo(1201 / 30);
  expect(place(' #0 ')).toBe(0);
  expect(place('0:40')).toBe(40);
  expect(place('14:59.5')).toBeCloseTo(899.5);
  expect(place('12s')).toBe(12);
  expect(place('0,5')).toBe(0.5);
});

test('a rounded time that the page shows leads back to its frame', () => {
  for (const frame of [1, 2, 1201, 26_999]) {
    const shown = (frame / 30).toFixed(2);
    expect(parsePlace(shown.includes('.') ? shown : `${shown}.0`, clock, 900)).toBeCloseTo(frame / 30, 9);
  }
});

test('what is no place in the recording is refused', () => {
  for (const text of ['', 'abc', '27000', '15:01', '-3', '1:2:3:4', '1e3', '99999999999999999999:00']) {
    expect(parsePlace(text, clock, 900)).toBeNull();
  }
  expect(parsePlace('5', undefined, 900)).toBeNull();
  expect(parsePlace('5s', undefined, 900)).toBe(5);
});
