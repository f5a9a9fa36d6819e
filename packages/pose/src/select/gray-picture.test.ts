import { expect, test } from 'vitest';
import { sharpnessOf, shrinkToGray, thumbnailOf } from './gray-picture.js';

function picture(
  widthPx: number,
  heightPx: number,
  rgbAt: (x: number, y: number) => readonly [number, number, number],
) {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) rgb.set(rgbAt(x, y), (y * widthPx + x) * 3);
  return { widthPx, heightPx, rgb };
}

test('gray is the luma, averaged over squares of whole px', () => {
  const { gray, ...size } = shrinkToGray(
    picture(5, 4, (x, y) => (y < 2 ? [255, 0, 0] : [0, x < 2 ? 100 : 200, 0])),
    2,
  );
  expect(size).toEqual({ widthPx: 2, heightPx: 2 });
  const expected = [76.245, 76.245, 58.7, 117.4];
  for (const [i, value] of expected.entries()) expect(Math.abs((gray[i] as number) - value)).toBeLessThan(1e-4);
  expect(
    shrinkToGray(
      picture(10, 1, () => [9, 9, 9]),
      2,
    ),
  ).toMatchObject({ widthPx: 10, heightPx: 1 });
});

test('a thumbnail keeps the form and the mean', () => {
  const small = shrinkToGray(
    picture(90, 60, (x) => [x, x, x]),
    90,
  );
  const thumbnail = thumbnailOf(small, 30);
  expect(thumbnail).toHaveLength(30 * 20);
  for (let column = 0; column < 30; column++)
    expect(Math.abs((thumbnail[column] as number) - (3 * column + 1))).toBeLessThan(1e-3);
  expect(thumbnailOf({ widthPx: 7, heightPx: 1, gray: new Float32Array(7) }, 30)).toHaveLength(7);
});

test('a blurred picture is less sharp, an even one not at all', () => {
  const stripes = (period: number) =>
    shrinkToGray(
      picture(64, 64, (x) => [x, x, x].map(() => (x % period < period / 2 ? 0 : 200)) as [number, number, number]),
      64,
    );
  expect(sharpnessOf(stripes(4))).toBeGreaterThan(2 * sharpnessOf(stripes(16)));
  expect(
    sharpnessOf(
      shrinkToGray(
        picture(8, 8, () => [7, 7, 7]),
        8,
      ),
    ),
  ).toBeLessThan(1e-6);
  expect(sharpnessOf({ widthPx: 2, heightPx: 9, gray: new Float32Array(18).fill(3) })).toBe(0);
  // One bright px: the Laplacian is -4 there and 1 at its four neighbors.
  const gray = new Float32Array(25);
  gray[12] = 1;
  expect(sharpnessOf({ widthPx: 5, heightPx: 5, gray })).toBeCloseTo(20 / 9, 6);
});
