import type { Picture } from '@zoopraxis/core';

/** Brightness of a small picture. */
export interface GrayPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Shape `[heightPx, widthPx]`, 0..255. */
  readonly gray: Float32Array;
}

/**
 * Returns the brightness of a picture, averaged over squares of whole px so that it is at most about `widthPx` wide;
 * what does not fill a square at the right and the bottom is left out.
 */
export function shrinkToGray(picture: Picture, widthPx: number): GrayPicture {
  const { rgb } = picture;
  const side = Math.max(1, Math.min(Math.floor(picture.widthPx / widthPx), picture.heightPx));
  const [width, height] = [Math.floor(picture.widthPx / side), Math.floor(picture.heightPx / side)];
  const gray = new Float32Array(width * height);
  const share = 1 / (side * side * 1000);
  for (let y = 0; y < height; y++) {
    for (let dy = 0; dy < side; dy++) {
      let at = (y * side + dy) * picture.widthPx * 3;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let dx = 0; dx < side; dx++, at += 3) {
          // Luma of ITU-R BT.601 in thousandths.
          sum += 299 * (rgb[at] as number) + 587 * (rgb[at + 1] as number) + 114 * (rgb[at + 2] as number);
        }
        gray[y * width + x] = (gray[y * width + x] as number) + sum * share;
      }
    }
  }
  return { widthPx: width, heightPx: height, gray };
}

/** Returns means over `widthPx` columns of blocks and as many rows as keep the form, shape `[row, column]`. */
export function thumbnailOf({ gray, ...size }: GrayPicture, widthPx: number): Float32Array {
  const columns = Math.min(widthPx, size.widthPx);
  const rows = Math.max(1, Math.min(Math.round((columns * size.heightPx) / size.widthPx), size.heightPx));
  const out = new Float32Array(rows * columns);
  const edge = (i: number, count: number, length: number) => Math.floor((i * length) / count);
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [edge(row, rows, size.heightPx), edge(row + 1, rows, size.heightPx)];
    for (let column = 0; column < columns; column++) {
      const [left, right] = [edge(column, columns, size.widthPx), edge(column + 1, columns, size.widthPx)];
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) sum += gray[y * size.widthPx + x] as number;
      }
      out[row * columns + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}

/**
 * Returns how sharp a picture is: the variance of its Laplacian (Pech-Pacheco et al. 2000), in squared gray levels; to be
 * compared within one video only. 0 for pictures below 3 x 3 px.
 */
export function sharpnessOf({ gray, widthPx, heightPx }: GrayPicture): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < heightPx - 1; y++) {
    for (let x = 1; x < widthPx - 1; x++) {
      const at = y * widthPx + x;
      const value =
        (gray[at - 1] as number) +
        (gray[at + 1] as number) +
        (gray[at - widthPx] as number) +
        (gray[at + widthPx] as number) -
        4 * (gray[at] as number);
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return count === 0 ? 0 : Math.max(squares / count - (sum / count) ** 2, 0);
}
