import type { Picture } from '@zoopraxis/core';
import { type Affine, composed, inverted, scaling } from './affine.js';
import type { Planes } from './planes.js';

/** Halved copies of a picture: level l is smaller by `2^l`, each pixel the mean of those it stands for. */
export interface Pyramid {
  /** Level of the first of `pictures`: finer ones are not needed. */
  readonly first: number;
  readonly pictures: readonly Picture[];
}

/** Returns a picture at half its size (rounded down): each pixel is the mean of four. */
export function halved({ widthPx, heightPx, rgb }: Picture): Picture {
  const [width, height] = [widthPx >> 1, heightPx >> 1];
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    let above = 6 * y * widthPx;
    let below = above + 3 * widthPx;
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++, at++, above++, below++) {
        out[at] =
          ((rgb[above] as number) +
            (rgb[above + 3] as number) +
            (rgb[below] as number) +
            (rgb[below + 3] as number) +
            2) >>
          2;
      }
      above += 3;
      below += 3;
    }
  }
  return { widthPx: width, heightPx: height, rgb: out };
}

/** Returns the level from which a scale below 1 samples every pixel. */
function levelOf(scale: number): number {
  return Math.max(0, Math.floor(-Math.log2(scale) + 1e-9));
}

/** Returns the levels of a picture's pyramid that scales in a range sample from. */
export function pyramidOf(picture: Picture, [smallest, largest]: readonly [number, number]): Pyramid {
  const pictures = [picture];
  let first = 0;
  for (let level = 1; level <= levelOf(smallest); level++) {
    const last = pictures.at(-1) as Picture;
    if (Math.min(last.widthPx, last.heightPx) < 2) break;
    pictures.push(halved(last));
    if (level <= levelOf(largest)) first = level;
  }
  return { first, pictures: pictures.slice(first) };
}

/** Returns the bytes that a pyramid's pixels take. */
export function pyramidByteCount({ pictures }: Pyramid): number {
  return pictures.reduce((total, { rgb }) => total + rgb.byteLength, 0);
}

/** How {@link warp} samples. */
export interface WarpOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Color of what lies outside the source, list of red, green and blue in 0..255. */
  readonly fill: readonly [number, number, number];
}

/**
 * Returns a picture mapped by `outputFromSource`, sampled bilinearly from the level of the pyramid that fits the scale.
 * One pass for turning, scaling, shifting, mirroring and cropping: 320x256 take about 2 ms.
 */
export function warp(pyramid: Pyramid, outputFromSource: Affine, options: WarpOptions): Planes {
  const [a, b, , d, e] = outputFromSource;
  const scale = Math.sqrt(Math.abs(a * e - b * d));
  const { first, pictures } = pyramid;
  const level = Math.min(Math.max(levelOf(scale), first), first + pictures.length - 1);
  const source = pictures[level - first] as Picture;
  return sample(source, composed(scaling(0.5 ** level), inverted(outputFromSource)), options);
}

function sample(source: Picture, sourceFromOutput: Affine, { widthPx, heightPx, fill }: WarpOptions): Planes {
  const { widthPx: across, heightPx: down, rgb } = source;
  const [a, b, c, d, e, f] = sourceFromOutput;
  const size = widthPx * heightPx;
  const data = new Uint8Array(3 * size);
  const [red, green, blue] = fill;
  const [right, bottom] = [across - 0.5, down - 0.5];
  for (let v = 0, at = 0; v < heightPx; v++) {
    for (let u = 0; u < widthPx; u++, at++) {
      const x = a * u + b * v + c;
      const y = d * u + e * v + f;
      if (!(x >= -0.5 && y >= -0.5 && x <= right && y <= bottom)) {
        data[at] = red;
        data[at + size] = green;
        data[at + 2 * size] = blue;
        continue;
      }
      const x0 = x < 0 ? 0 : x | 0;
      const y0 = y < 0 ? 0 : y | 0;
      const fx = x < 0 ? 0 : x - x0;
      const fy = y < 0 ? 0 : y - y0;
      const p = 3 * (y0 * across + x0);
      const stepX = x0 + 1 < across ? 3 : 0;
      const stepY = y0 + 1 < down ? 3 * across : 0;
      const w11 = fx * fy;
      const w10 = fx - w11;
      const w01 = fy - w11;
      const w00 = 1 - fx - w01;
      const [q, r, s] = [p + stepX, p + stepY, p + stepX + stepY];
      data[at] = w00 * rgb[p]! + w10 * rgb[q]! + w01 * rgb[r]! + w11 * rgb[s]! + 0.5;
      data[at + size] = w00 * rgb[p + 1]! + w10 * rgb[q + 1]! + w01 * rgb[r + 1]! + w11 * rgb[s + 1]! + 0.5;
      data[at + 2 * size] = w00 * rgb[p + 2]! + w10 * rgb[q + 2]! + w01 * rgb[r + 2]! + w11 * rgb[s + 2]! + 0.5;
    }
  }
  return { widthPx, heightPx, data };
}
