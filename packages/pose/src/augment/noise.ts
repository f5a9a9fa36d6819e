import { Random } from '@zoopraxis/core';
import type { Planes } from './planes.js';

/** Length of the table of normal numbers: a prime, so that no stride below it returns early. */
const LENGTH = 65537;
let known: Float32Array | undefined;

/** Returns standard normal numbers `[65537]`: drawing one for each value would take longer than all other steps together. */
function normals(): Float32Array {
  if (known === undefined) {
    known = new Float32Array(LENGTH);
    new Random('noise').fillNormal(known);
  }
  return known;
}

/** Adds Gaussian noise of a standard deviation in levels, in place; each channel has its own, or all share one (`gray`). */
export function addNoise(planes: Planes, std: number, gray: boolean, rng: Random): void {
  const table = normals();
  const { widthPx, heightPx, data } = planes;
  const size = widthPx * heightPx;
  const stride = 1 + rng.integer(LENGTH - 1);
  const start = rng.integer(LENGTH);
  let at = start;
  for (let channel = 0, i = 0; channel < 3; channel++) {
    if (gray) at = start;
    for (const end = i + size; i < end; i++) {
      const value = data[i]! + std * table[at]! + 0.5;
      data[i] = value <= 0 ? 0 : value >= 255 ? 255 : value;
      at += stride;
      if (at >= LENGTH) at -= LENGTH;
    }
  }
}
