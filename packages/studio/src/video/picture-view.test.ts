import { expect, test } from 'vitest';
import { actualSize, fittedView, gridOf, panBy, pictureBox, pictureView, zoomAt } from './picture-view.js';

const pane = { widthPx: 800, heightPx: 500 };
const picture = { widthPx: 640, heightPx: 480 };

test('the fitted picture touches two borders of its pane and lies in the middle', () => {
  const box = pictureBox(pictureView(fittedView, pane, picture), picture);
  expect(box.height).toBeCloseTo(500, 9);
  expect(box.top).toBe(0);
  expect(box.left).toBe(67);
});

test('the center of the top-left px is the origin of points', () => {
  const view = pictureView(actualSize(fittedView, pane, picture), pane, picture);
  expect(view.scale).toBe(1);
  expect([view.offsetX, view.offsetY]).toEqual([80.5, 10.5]);
  expect(pictureBox(view, picture)).toEqual({ left: 80, top: 10, width: 640, height: 480 });
});

test('one to one is one px of the screen, also on dense displays', () => {
  const view = pictureView(actualSize(fittedView, pane, picture, 2), pane, picture, 2);
  expect(view.scale).toBe(0.5);
  expect(Number.isInteger(pictureBox(view, picture).left * 2)).toBe(true);
});

test('zooming keeps the point under the pointer, to the half px that a whole corner takes', () => {
  let view = fittedView;
  const point = { x: 300, y: 120 };
  const under = () => {
    const { scale, offsetX, offsetY } = pictureView(view, pane, picture);
    return [(point.x - offsetX) / scale, (point.y - offsetY) / scale] as const;
  };
  const before = under();
  for (let i = 0; i < 12; i++) {
    view = zoomAt(view, pane, picture, point, 1.2);
    const { scale } = pictureView(view, pane, picture);
    expect(Math.abs(under()[0] - before[0]) * scale).toBeLessThan(0.5 + scale * 0.5);
    expect(Math.abs(under()[1] - before[1]) * scale).toBeLessThan(0.5 + scale * 0.5);
  }
});

test('zoom stays between the whole picture small and single px large; the middle stays in the picture', () => {
  const far = { x: 0, y: 0 };
  let view = fittedView;
  for (let i = 0; i < 100; i++) view = zoomAt(view, pane, picture, far, 2);
  expect(pictureView(view, pane, picture).scale).toBeCloseTo(64, 6);
  for (let i = 0; i < 100; i++) view = zoomAt(view, pane, picture, far, 0.5);
  expect(view.zoom).toBe(0.25);
  const away = panBy(fittedView, pane, picture, 1e6, -1e6);
  expect([away.centerX, away.centerY]).toEqual([0, 1]);
});

test('dragging moves the picture with the pointer', () => {
  const view = zoomAt(fittedView, pane, picture, { x: 400, y: 250 }, 3);
  const before = pictureView(view, pane, picture);
  const after = pictureView(panBy(view, pane, picture, 30, -12), pane, picture);
  expect([after.offsetX - before.offsetX, after.offsetY - before.offsetY]).toEqual([30, -12]);
});

test('panes stand so that pictures are largest', () => {
  expect(gridOf(2, { widthPx: 1000, heightPx: 400 }, picture)).toEqual({ columns: 2, rows: 1 });
  expect(gridOf(2, { widthPx: 400, heightPx: 1000 }, picture)).toEqual({ columns: 1, rows: 2 });
  expect(gridOf(4, { widthPx: 1000, heightPx: 750 }, picture)).toEqual({ columns: 2, rows: 2 });
});
