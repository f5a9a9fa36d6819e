import type { Picture } from '@zoopraxis/core';

/** Returns the part of a picture around all points, with a margin, in the proportions 4 to 3, and where its corner lies. Points are
 * lists of x and y in px; NaN is left out. */
export function cutOut(
  picture: Picture,
  points: readonly ArrayLike<number>[],
): { picture: Picture; origin: readonly [number, number] } {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const list of points) {
    for (let i = 0; i + 1 < list.length; i += 2) {
      const [x, y] = [list[i] as number, list[i + 1] as number];
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (!Number.isFinite(left)) return { picture, origin: [0, 0] };
  const height = Math.min(picture.heightPx, Math.max((bottom - top) * 1.6, (right - left) * 1.2, 120));
  const width = Math.min(picture.widthPx, Math.round((height * 4) / 3));
  const clampTo = (value: number, room: number) => Math.round(Math.min(Math.max(value, 0), Math.max(room, 0)));
  const x0 = clampTo((left + right - width) / 2, picture.widthPx - width);
  const y0 = clampTo((top + bottom - height) / 2, picture.heightPx - height);
  const [w, h] = [Math.floor(width), Math.floor(height)];
  const rgb = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    const from = ((y0 + y) * picture.widthPx + x0) * 3;
    rgb.set(picture.rgb.subarray(from, from + w * 3), y * w * 3);
  }
  return { picture: { widthPx: w, heightPx: h, rgb }, origin: [x0, y0] };
}
