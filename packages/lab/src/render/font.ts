import type { Picture } from '@zoopraxis/core';
import { type Color, drawRectangle } from './draw.js';

/** Letters of 5 by 7 dots, drawn for this program: a row is five bits, the left dot the highest. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [14, 17, 1, 6, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 4, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  a: [0, 0, 14, 1, 15, 17, 15],
  b: [16, 16, 22, 25, 17, 17, 30],
  c: [0, 0, 14, 16, 16, 17, 14],
  d: [1, 1, 13, 19, 17, 17, 15],
  e: [0, 0, 14, 17, 31, 16, 14],
  f: [6, 8, 30, 8, 8, 8, 8],
  g: [0, 0, 15, 17, 15, 1, 14],
  h: [16, 16, 22, 25, 17, 17, 17],
  i: [4, 0, 12, 4, 4, 4, 14],
  j: [2, 0, 6, 2, 2, 18, 12],
  k: [16, 16, 18, 20, 24, 20, 18],
  l: [12, 4, 4, 4, 4, 4, 14],
  m: [0, 0, 26, 21, 21, 21, 21],
  n: [0, 0, 22, 25, 17, 17, 17],
  o: [0, 0, 14, 17, 17, 17, 14],
  p: [0, 0, 30, 17, 30, 16, 16],
  q: [0, 0, 15, 17, 15, 1, 1],
  r: [0, 0, 22, 25, 16, 16, 16],
  s: [0, 0, 15, 16, 14, 1, 30],
  t: [8, 8, 30, 8, 8, 9, 6],
  u: [0, 0, 17, 17, 17, 19, 13],
  v: [0, 0, 17, 17, 17, 10, 4],
  w: [0, 0, 17, 17, 21, 21, 10],
  x: [0, 0, 17, 10, 4, 10, 17],
  y: [0, 0, 17, 17, 15, 1, 14],
  z: [0, 0, 31, 2, 4, 8, 31],
  '.': [0, 0, 0, 0, 0, 12, 12],
  ':': [0, 12, 12, 0, 12, 12, 0],
  '/': [1, 1, 2, 4, 8, 16, 16],
  '-': [0, 0, 0, 14, 0, 0, 0],
  _: [0, 0, 0, 0, 0, 0, 31],
  ' ': [0, 0, 0, 0, 0, 0, 0],
  '%': [25, 25, 2, 4, 8, 19, 19],
  ',': [0, 0, 0, 0, 12, 4, 8],
  '(': [2, 4, 8, 8, 8, 4, 2],
  ')': [8, 4, 2, 2, 2, 4, 8],
  '+': [0, 4, 4, 31, 4, 4, 0],
  '=': [0, 0, 31, 0, 31, 0, 0],
  '?': [14, 17, 1, 2, 4, 0, 4],
};

const [glyphColumns, glyphRows] = [5, 7];

/** Returns the size in px of a text at a whole-number scale. */
export function textSizePx(text: string, scale: number): { widthPx: number; heightPx: number } {
  return { widthPx: Math.max(0, [...text].length * (glyphColumns + 1) - 1) * scale, heightPx: glyphRows * scale };
}

/** Draws text, its top-left corner at whole px; letters are small ones, unknown characters become `?`. */
export function drawText(
  picture: Picture,
  text: string,
  { left, top, scale, color }: { left: number; top: number; scale: number; color: Color },
): void {
  for (const [i, character] of [...text.toLowerCase()].entries()) {
    const rows = glyphs[character] ?? (glyphs['?'] as readonly number[]);
    const x = left + i * (glyphColumns + 1) * scale;
    for (const [row, bits] of rows.entries()) {
      for (let column = 0; column < glyphColumns; column++) {
        if (((bits >> (glyphColumns - 1 - column)) & 1) === 0) continue;
        const [dotX, dotY] = [x + column * scale, top + row * scale];
        drawRectangle(picture, [dotX, dotY, dotX + scale - 1, dotY + scale - 1], { color, opacity: 1 });
      }
    }
  }
}
