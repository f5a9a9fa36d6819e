import type { Planes } from './planes.js';

/** Quantization of brightness, shape `[8, 8]` (ITU-T T.81, table K.1). */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

/** Quantization of color, shape `[8, 8]` (ITU-T T.81, table K.2). */
const CHROMA = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** Orthonormal cosine transform, shape `[frequency, place]`. */
const COSINES = Float32Array.from({ length: 64 }, (_, i) => {
  const [frequency, place] = [i >> 3, i & 7];
  return Math.sqrt((frequency === 0 ? 1 : 2) / 8) * Math.cos(((2 * place + 1) * frequency * Math.PI) / 16);
});

/** Returns a table of shape `[8, 8]` for a quality of 1..100 from one of shape `[8, 8]`, scaled as the Independent JPEG Group's encoder does. */
export function quantization(base: readonly number[], quality: number): Float32Array {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float32Array.from(base, (step) => Math.min(Math.max(Math.floor((step * percent + 50) / 100), 1), 255));
}

const block = new Float32Array(64);
const half = new Float32Array(64);

/** Transforms the block, rounds its coefficients to the table's steps, and transforms back. */
function requantize(table: Float32Array): void {
  for (let y = 0; y < 64; y += 8) {
    for (let k = 0; k < 8; k++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += COSINES[8 * k + x]! * block[y + x]!;
      half[y + k] = sum;
    }
  }
  block.fill(0);
  for (let k = 0; k < 8; k++) {
    for (let j = 0; j < 8; j++) {
      let sum = 0;
      for (let y = 0; y < 8; y++) sum += COSINES[8 * j + y]! * half[8 * y + k]!;
      const step = table[8 * j + k]!;
      const kept = Math.round(sum / step) * step;
      // Most high frequencies are gone: only what is left is transformed back.
      if (kept !== 0) for (let y = 0; y < 8; y++) block[8 * y + k] = block[8 * y + k]! + COSINES[8 * j + y]! * kept;
    }
  }
  for (let y = 0; y < 64; y += 8) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += COSINES[8 * k + x]! * block[y + k]!;
      half[y + x] = sum;
    }
  }
}

/** Requantizes a plane `[height, width]` block by block in place; blocks over the edge repeat it. */
function compressPlane(plane: Float32Array, width: number, height: number, table: Float32Array): void {
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let y = 0; y < 8; y++) {
        const row = Math.min(top + y, height - 1) * width;
        for (let x = 0; x < 8; x++) block[8 * y + x] = plane[row + Math.min(left + x, width - 1)]!;
      }
      requantize(table);
      for (let y = 0; y < Math.min(8, height - top); y++) {
        for (let x = 0; x < Math.min(8, width - left); x++) plane[(top + y) * width + left + x] = half[8 * y + x]!;
      }
    }
  }
}

/**
 * Gives planes, in place, the losses of a baseline JPEG file of a quality in 1..100: cosine transform of 8x8 blocks,
 * quantized, with color at half size (4:2:0). Only what is lost is computed; nothing is written as a file.
 */
export function compressAsJpeg({ widthPx, heightPx, data }: Planes, quality: number): void {
  const size = widthPx * heightPx;
  const [across, down] = [(widthPx + 1) >> 1, (heightPx + 1) >> 1];
  const luma = new Float32Array(size);
  const chroma = [new Float32Array(across * down), new Float32Array(across * down)] as const;
  const counts = new Float32Array(across * down);
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, at++) {
      const [r, g, b] = [data[at]!, data[at + size]!, data[at + 2 * size]!];
      luma[at] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
      const small = (y >> 1) * across + (x >> 1);
      chroma[0][small] = chroma[0][small]! - 0.168736 * r - 0.331264 * g + 0.5 * b;
      chroma[1][small] = chroma[1][small]! + 0.5 * r - 0.418688 * g - 0.081312 * b;
      counts[small] = counts[small]! + 1;
    }
  }
  compressPlane(luma, widthPx, heightPx, quantization(LUMA, quality));
  const table = quantization(CHROMA, quality);
  for (const plane of chroma) {
    for (let i = 0; i < plane.length; i++) plane[i] = plane[i]! / counts[i]!;
    compressPlane(plane, across, down, table);
  }
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, at++) {
      const small = (y >> 1) * across + (x >> 1);
      const [level, cb, cr] = [luma[at]! + 128.5, chroma[0][small]!, chroma[1][small]!];
      data[at] = Math.min(Math.max(level + 1.402 * cr, 0), 255);
      data[at + size] = Math.min(Math.max(level - 0.344136 * cb - 0.714136 * cr, 0), 255);
      data[at + 2 * size] = Math.min(Math.max(level + 1.772 * cb, 0), 255);
    }
  }
}
