import { expect, test } from 'vitest';
import { loupePlace, loupeSidePx } from './draw-loupe.js';

const pane = { widthPx: 800, heightPx: 600 };

test('the place lies in the middle of the loupe, to the part of a px', () => {
  const view = { scale: 2, offsetX: 10, offsetY: 20 };
  const { sourceX, sourceY, sourceSide, scale } = loupePlace({ x: 100.25, y: 50 }, view, pane);
  expect(scale).toBe(6);
  expect(sourceSide).toBeCloseTo(loupeSidePx / 6);
  // The center of pixel 100 is 100.5 px from the left edge of the picture.
  expect(sourceX + sourceSide / 2).toBeCloseTo(100.75);
  expect(sourceY + sourceSide / 2).toBeCloseTo(50.5);
});

test('it magnifies at least four times and more than the view, and stays in the pane', () => {
  for (const scale of [0.1, 1, 3, 20]) {
    for (const [x, y] of [
      [0, 0],
      [790, 590],
      [400, 300],
    ] as const) {
      const view = { scale, offsetX: 0, offsetY: 0 };
      const place = loupePlace({ x: x / scale, y: y / scale }, view, pane);
      expect(place.scale).toBeGreaterThanOrEqual(4);
      expect(place.scale).toBeGreaterThan(scale);
      expect(place.left).toBeGreaterThanOrEqual(0);
      expect(place.top).toBeGreaterThanOrEqual(0);
      expect(place.left + loupeSidePx).toBeLessThanOrEqual(pane.widthPx);
      expect(place.top + loupeSidePx).toBeLessThanOrEqual(pane.heightPx);
    }
  }
});
