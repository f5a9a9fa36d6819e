import { expect, test } from 'vitest';
import { changeBetweenBoxes, changeInBox, cutToPicture } from './picture-change.js';

/** A gray picture from rows. */
const gray = (rows: readonly (readonly number[])[]) => ({
  widthPx: (rows[0] as readonly number[]).length,
  heightPx: rows.length,
  rgb: Uint8Array.from(rows.flat().flatMap((value) => [value, value, value])),
});

test('the change of a picture is the sum of squared differences by the sum of squares before', () => {
  const before = gray([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const after = gray([
    [1, 2, 9],
    [4, 1, 6],
  ]);
  expect(changeInBox(before, after, { left: 0, top: 0, right: 3, bottom: 2 })).toBe(
    (36 + 16) / (1 + 4 + 9 + 16 + 25 + 36),
  );
  expect(changeInBox(before, after, { left: 1, top: 0, right: 3, bottom: 1 })).toBe(36 / (4 + 9));
  expect(changeInBox(before, after, { left: 1, top: 1, right: 1, bottom: 2 })).toBeNaN();
});

test('the largest differences of large pictures are summed exactly', () => {
  const [widthPx, heightPx] = [2001, 31];
  const black = { widthPx, heightPx, rgb: new Uint8Array(3 * widthPx * heightPx).fill(255) };
  const white = { widthPx, heightPx, rgb: new Uint8Array(3 * widthPx * heightPx) };
  expect(changeInBox(black, white, { left: 0, top: 0, right: widthPx, bottom: heightPx })).toBe(1);
});

test('boxes of other sizes are stretched linearly between the middles of px', () => {
  const before = gray([[0, 100, 7]]);
  const after = gray([[0, 25, 75, 100]]);
  // Two px stretched to four: 0, 25, 75, 100.
  const [from, to] = [
    { left: 0, top: 0, right: 2, bottom: 1 },
    { left: 0, top: 0, right: 4, bottom: 1 },
  ];
  expect(changeBetweenBoxes(before, from, after, to, [4, 1])).toBe(0);
  const other = gray([[10, 25, 75, 100]]);
  expect(changeBetweenBoxes(before, from, other, to, [4, 1])).toBeCloseTo(100 / (25 ** 2 + 75 ** 2 + 100 ** 2), 12);
  expect(changeBetweenBoxes(before, { ...from, right: 0 }, after, to, [4, 1])).toBeNaN();
  expect(cutToPicture({ left: -3, top: -1, right: 9, bottom: 5 }, before)).toEqual({
    left: 0,
    top: 0,
    right: 3,
    bottom: 1,
  });
});
