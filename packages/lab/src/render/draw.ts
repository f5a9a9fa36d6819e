import type { Picture } from '@zoopraxis/core';

/** Red, green and blue, 0..255. */
export type Color = readonly [number, number, number];

/** Draws a filled circle, its edge smooth, centered at px (center of the top-left pixel at (0, 0)). */
export function drawDisc(
  picture: Picture,
  [x, y]: readonly [number, number],
  { radius, color, opacity = 1 }: { radius: number; color: Color; opacity?: number },
): void {
  paint(picture, [x - radius, y - radius, x + radius, y + radius], color, (px, py) => {
    const distance = Math.hypot(px - x, py - y);
    return opacity * clamp(radius + 0.5 - distance);
  });
}

/** Draws a straight line with round ends. */
export function drawLine(
  picture: Picture,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  { width, color, opacity = 1 }: { width: number; color: Color; opacity?: number },
): void {
  const half = width / 2;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length2 = dx * dx + dy * dy || 1;
  const box = [Math.min(x0, x1) - half, Math.min(y0, y1) - half, Math.max(x0, x1) + half, Math.max(y0, y1) + half];
  paint(picture, box as [number, number, number, number], color, (px, py) => {
    const along = Math.min(Math.max(((px - x0) * dx + (py - y0) * dy) / length2, 0), 1);
    const distance = Math.hypot(px - x0 - along * dx, py - y0 - along * dy);
    return opacity * clamp(half + 0.5 - distance);
  });
}

/** Darkens or tints a rectangle, given as left, top, right, bottom in whole px, both ends included. */
export function drawRectangle(
  picture: Picture,
  [left, top, right, bottom]: readonly [number, number, number, number],
  { color, opacity }: { color: Color; opacity: number },
): void {
  paint(picture, [left, top, right, bottom], color, (px, py) =>
    px >= left && px <= right && py >= top && py <= bottom ? opacity : 0,
  );
}

const clamp = (value: number) => Math.min(Math.max(value, 0), 1);

function paint(
  { rgb, widthPx, heightPx }: Picture,
  [left, top, right, bottom]: readonly [number, number, number, number],
  color: Color,
  coverage: (x: number, y: number) => number,
): void {
  // Points far outside must not make a loop of billions of px, so the box is cut to the picture first.
  const [x0, x1] = [Math.max(0, Math.floor(left - 1)), Math.min(widthPx - 1, Math.ceil(right + 1))];
  const [y0, y1] = [Math.max(0, Math.floor(top - 1)), Math.min(heightPx - 1, Math.ceil(bottom + 1))];
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const share = coverage(x, y);
      if (share <= 0) continue;
      const at = (y * widthPx + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const under = rgb[at + channel] as number;
        rgb[at + channel] = Math.round(under + ((color[channel] as number) - under) * share);
      }
    }
  }
}
