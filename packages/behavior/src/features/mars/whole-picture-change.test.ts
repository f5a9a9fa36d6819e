import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { createPictureChange, plainPictureChange } from './whole-picture-change.js';

const random = new Random('whole pictures');
const noise = (widthPx: number, heightPx: number) => ({
  widthPx,
  heightPx,
  rgb: Uint8Array.from({ length: 3 * widthPx * heightPx }, () => random.integer(256)),
});

test('whole pictures are compared with the bits of the plain way, whatever their size and order', () => {
  const change = createPictureChange();
  // Here it is not the plain way itself.
  expect(change).not.toBe(plainPictureChange);
  for (const [width, height] of [
    [160, 120],
    [7, 5],
    [333, 111],
    [1, 1],
    [160, 120],
  ] as const) {
    const pictures = Array.from({ length: 4 }, () => noise(width, height));
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 3],
      [3, 3],
      [3, 1],
    ] as const) {
      const [before, after] = [pictures[a], pictures[b]] as [(typeof pictures)[0], (typeof pictures)[0]];
      expect(change(before, after)).toBe(plainPictureChange(before, after));
    }
  }
});

test('the largest sums do not overflow, and black before is no number', () => {
  const change = createPictureChange();
  const [widthPx, heightPx] = [1024, 570];
  const bright = { widthPx, heightPx, rgb: new Uint8Array(3 * widthPx * heightPx).fill(255) };
  const dark = { widthPx, heightPx, rgb: new Uint8Array(3 * widthPx * heightPx) };
  expect(change(bright, dark)).toBe(1);
  expect(change(dark, dark)).toBeNaN();
  expect(change(dark, bright)).toBe(Number.POSITIVE_INFINITY);
  expect(change(bright, { ...dark, widthPx: 1, heightPx: 1 })).toBeNaN();
});
