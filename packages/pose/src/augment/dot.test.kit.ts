import type { Picture } from '@zoopraxis/core';
import type { Planes } from './planes.js';

/** Returns a dark picture with a bright round dot at a point, as an exact label has it: a Gaussian of 2.5 px. */
export function dotPicture(widthPx: number, heightPx: number, x: number, y: number, sigmaPx = 2.5): Picture {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const value = 20 + 200 * Math.exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * sigmaPx ** 2));
      rgb.fill(Math.round(value), 3 * (row * widthPx + column), 3 * (row * widthPx + column) + 3);
    }
  }
  return { widthPx, heightPx, rgb };
}

/** Returns the center of mass `[x, y]` of what is brighter than half of the brightest, in one channel. */
export function dotCenter({ widthPx, heightPx, data }: Planes, channel = 0): [number, number] {
  const plane = data.subarray(channel * widthPx * heightPx, (channel + 1) * widthPx * heightPx);
  const sorted = [...plane].sort((a, b) => a - b);
  const [darkest, brightest] = [sorted[Math.floor(sorted.length / 2)] as number, sorted.at(-1) as number];
  const floor = darkest + 0.4 * (brightest - darkest);
  let [x, y, total] = [0, 0, 0];
  for (const [at, value] of plane.entries()) {
    const mass = Math.max(0, value - floor);
    x += mass * (at % widthPx);
    y += mass * Math.floor(at / widthPx);
    total += mass;
  }
  return [x / total, y / total];
}
