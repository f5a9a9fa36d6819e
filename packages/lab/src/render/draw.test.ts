import { createPoseTracks, createSkeleton } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { drawDisc, drawLine } from './draw.js';
import { drawCaption, drawPose } from './draw-pose.js';
import { drawText, textSizePx } from './font.js';

const black = (widthPx: number, heightPx: number) => ({
  widthPx,
  heightPx,
  rgb: new Uint8Array(widthPx * heightPx * 3),
});
const red = (picture: ReturnType<typeof black>) => {
  const rows: string[] = [];
  for (let y = 0; y < picture.heightPx; y++) {
    let row = '';
    for (let x = 0; x < picture.widthPx; x++)
      row += ' .:#'[Math.ceil((picture.rgb[(y * picture.widthPx + x) * 3] as number) / 85)];
    rows.push(row.trimEnd());
  }
  return rows;
};
const color = [255, 0, 0] as const;

test('a disc is round, centered on its pixel and covers its area', () => {
  const picture = black(11, 11);
  drawDisc(picture, [5, 5], { radius: 3, color });
  const reds = picture.rgb.filter((_, i) => i % 3 === 0);
  const area = reds.reduce((sum, value) => sum + value, 0) / 255;
  expect(Math.abs(area - Math.PI * 9)).toBeLessThan(1.5);
  for (let y = 0; y < 11; y++) for (let x = 0; x < 11; x++) expect(reds[y * 11 + x]).toBe(reds[x * 11 + y]);
});

test('a line joins its ends without holes', () => {
  const picture = black(12, 6);
  drawLine(picture, [1, 1], [10, 4], { width: 1.5, color });
  for (let x = 1; x <= 10; x++) {
    const column = Array.from({ length: 6 }, (_, y) => picture.rgb[(y * 12 + x) * 3] as number);
    expect(Math.max(...column), `column ${x}`).toBeGreaterThan(120);
  }
});

test('what lies outside, far away or nowhere is cut off', () => {
  const picture = black(4, 4);
  for (const at of [
    [-100, 2],
    [1e9, 1e9],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 0],
  ] as const) {
    drawDisc(picture, at, { radius: 2, color });
  }
  expect(picture.rgb.every((value) => value === 0)).toBe(true);
  drawLine(picture, [-1e7, 1], [1e7, 1], { width: 1, color });
  expect(red(picture)[1]).toBe('####');
});

test('letters are drawn as they are read', () => {
  const picture = black(11, 7);
  drawText(picture, 'A1', { left: 0, top: 0, scale: 1, color });
  expect(textSizePx('A1', 1)).toEqual({ widthPx: 11, heightPx: 7 });
  expect(red(picture)).toEqual([
    '        #',
    '       ##',
    ' ###    #',
    '    #   #',
    ' ####   #',
    '#   #   #',
    ' ####  ###',
  ]);
});

test('only points that are sure enough are drawn, where they are, with edges between them', () => {
  const tracks = createPoseTracks({
    skeleton: createSkeleton({
      name: 's',
      keypoints: ['a', 'b', 'c'],
      edges: [
        [0, 1],
        [1, 2],
      ],
    }),
    individuals: ['m'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: 1, fps: 1 },
    position: Float32Array.of(10, 10, 50, 10, 30, 40),
    confidence: Float32Array.of(0.9, Number.NaN, 0.1),
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
  const picture = black(64, 48);
  drawPose(picture, tracks, { frame: 0, style: { radiusPx: 2 } });
  const at = (x: number, y: number) => [...picture.rgb.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)];
  expect(at(10, 10)).toEqual([0x00, 0x72, 0xb2]);
  expect(at(50, 10)).toEqual([0xd5, 0x5e, 0x00]);
  expect(at(30, 10)[0]).toBeGreaterThan(120);
  expect(at(30, 40)).toEqual([0, 0, 0]);
  const half = black(32, 24);
  drawPose(half, tracks, { frame: 0, scale: 0.5, style: { radiusPx: 2 } });
  expect([...half.rgb.subarray((5 * 32 + 5) * 3, (5 * 32 + 5) * 3 + 3)]).toEqual([0x00, 0x72, 0xb2]);
  drawCaption(picture, 'frame 12');
  expect(at(0, 47)).toEqual([0, 0, 0]);
});
