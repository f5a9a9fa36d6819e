import type { Picture } from '@zoopraxis/core';
import { categoryColor, colorChannels } from '@zoopraxis/figures';
import { type Color, drawLine } from './draw.js';
import { drawText } from './font.js';

/** One picture of a sheet. */
export interface SheetCell {
  readonly view: Picture;
  readonly caption: string;
  readonly detail: string;
  /** Shape `[keypoint, 2]` in px of the view; NaN = missing. */
  readonly predicted: ArrayLike<number>;
  /** Shape `[keypoint, 2]` in px of the view; NaN = missing. */
  readonly labeled: ArrayLike<number>;
}

const [cellWidth, cellHeight, captionHeight, gap] = [400, 300, 34, 10];

/** Returns a sheet of pictures as pixels: predictions as rings, labels as crosses, colored by keypoint, with captions. */
export function drawSheet(cells: readonly SheetCell[], across = 3): Picture {
  const columns = Math.max(1, Math.min(across, cells.length));
  const rows = Math.max(1, Math.ceil(cells.length / columns));
  const widthPx = columns * (cellWidth + gap) + gap;
  const heightPx = rows * (cellHeight + captionHeight + gap) + gap;
  const sheet: Picture = { widthPx, heightPx, rgb: new Uint8Array(widthPx * heightPx * 3).fill(255) };
  for (const [i, cell] of cells.entries()) {
    const left = gap + (i % columns) * (cellWidth + gap);
    const top = gap + Math.floor(i / columns) * (cellHeight + captionHeight + gap);
    drawCell(sheet, cell, left, top);
  }
  return sheet;
}

function drawCell(
  sheet: Picture,
  { view, caption, detail, predicted, labeled }: SheetCell,
  left: number,
  top: number,
): void {
  const scale = Math.min(cellWidth / view.widthPx, cellHeight / view.heightPx);
  place(sheet, view, { left, top, scale });
  const at = (values: ArrayLike<number>, keypoint: number): [number, number] => [
    left + ((values[2 * keypoint] as number) + 0.5) * scale - 0.5,
    top + ((values[2 * keypoint + 1] as number) + 0.5) * scale - 0.5,
  ];
  for (let keypoint = 0; keypoint * 2 < predicted.length; keypoint++) {
    const color = colorChannels(categoryColor(keypoint));
    const [from, to] = [at(predicted, keypoint), at(labeled, keypoint)];
    if (Number.isFinite(from[0] + to[0])) drawLine(sheet, from, to, { width: 1, color });
    if (Number.isFinite(to[0])) drawCross(sheet, to, color);
    if (Number.isFinite(from[0])) drawRing(sheet, from, color);
  }
  const text = { left, color: [29, 42, 51] as Color, scale: 2 };
  drawText(sheet, shorten(caption, 2), { ...text, top: top + Math.ceil(view.heightPx * scale) + 5 });
  drawText(sheet, shorten(detail, 1), { ...text, scale: 1, top: top + Math.ceil(view.heightPx * scale) + 23 });
}

function shorten(text: string, scale: number): string {
  const room = Math.floor(cellWidth / (6 * scale));
  return text.length <= room ? text : `..${text.slice(text.length - room + 2)}`;
}

function drawCross(sheet: Picture, [x, y]: readonly [number, number], color: Color): void {
  for (const [width, shade] of [
    [4, [255, 255, 255]],
    [2, color],
  ] as const) {
    drawLine(sheet, [x - 4, y - 4], [x + 4, y + 4], { width, color: shade });
    drawLine(sheet, [x - 4, y + 4], [x + 4, y - 4], { width, color: shade });
  }
}

function drawRing(sheet: Picture, [x, y]: readonly [number, number], color: Color): void {
  const sides = 16;
  for (const [width, shade] of [
    [4, [255, 255, 255]],
    [2, color],
  ] as const) {
    for (let side = 0; side < sides; side++) {
      const [a, b] = [(2 * Math.PI * side) / sides, (2 * Math.PI * (side + 1)) / sides];
      drawLine(sheet, [x + 5 * Math.cos(a), y + 5 * Math.sin(a)], [x + 5 * Math.cos(b), y + 5 * Math.sin(b)], {
        width,
        color: shade,
      });
    }
  }
}

/** Copies a picture into another at a scale, between its pixels by the nearest four. */
function place(
  sheet: Picture,
  view: Picture,
  { left, top, scale }: { left: number; top: number; scale: number },
): void {
  const [width, height] = [Math.floor(view.widthPx * scale), Math.floor(view.heightPx * scale)];
  const clamp = (value: number, end: number) => Math.min(Math.max(value, 0), end - 1);
  for (let y = 0; y < height; y++) {
    const sy = clamp((y + 0.5) / scale - 0.5, view.heightPx);
    const [y0, y1, fy] = [Math.floor(sy), Math.min(Math.floor(sy) + 1, view.heightPx - 1), sy % 1];
    for (let x = 0; x < width; x++) {
      const sx = clamp((x + 0.5) / scale - 0.5, view.widthPx);
      const [x0, x1, fx] = [Math.floor(sx), Math.min(Math.floor(sx) + 1, view.widthPx - 1), sx % 1];
      for (let c = 0; c < 3; c++) {
        const read = (px: number, py: number) => view.rgb[(py * view.widthPx + px) * 3 + c] as number;
        const upper = read(x0, y0) * (1 - fx) + read(x1, y0) * fx;
        const lower = read(x0, y1) * (1 - fx) + read(x1, y1) * fx;
        sheet.rgb[((top + y) * sheet.widthPx + left + x) * 3 + c] = Math.round(upper * (1 - fy) + lower * fy);
      }
    }
  }
}
