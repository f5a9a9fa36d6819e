import { describe, expect, test } from 'vitest';
import { blurArea, clearLayer, createLayer, mergeLayer } from './layer.js';

const size = 41;
const whole = { left: 0, top: 0, right: size, bottom: size };

describe('layer', () => {
  test.each([0.3, 0.8, 1.7, 3])(
    'blur by %s px spreads a point by that standard deviation and keeps its sum',
    (sigma) => {
      const values = new Float32Array(size * size * 3);
      const middle = (size - 1) / 2;
      for (let c = 0; c < 3; c++) values[(middle * size + middle) * 3 + c] = c + 1;
      blurArea(values, new Float32Array(values.length), size, whole, 3, sigma);
      for (let c = 0; c < 3; c++) {
        let [sum, spreadX, spreadY] = [0, 0, 0];
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const value = values[(y * size + x) * 3 + c]!;
            sum += value;
            spreadX += value * (x - middle) ** 2;
            spreadY += value * (y - middle) ** 2;
          }
        }
        expect(sum).toBeCloseTo(c + 1, 4);
        expect(Math.sqrt(spreadX / sum)).toBeCloseTo(sigma, 3);
        expect(Math.sqrt(spreadY / sum)).toBeCloseTo(sigma, 3);
      }
    },
  );

  test('blur leaves an even rectangle as it is, down to one pixel wide, and touches nothing outside', () => {
    for (const right of [6, 7, 12]) {
      const values = new Float32Array(size * size).fill(5);
      const area = { left: 5, top: 4, right, bottom: 9 };
      for (let y = area.top; y < area.bottom; y++) values.fill(2, y * size + area.left, y * size + area.right);
      const before = values.slice();
      blurArea(values, new Float32Array(values.length), size, area, 1, 1.2);
      expect(values.every((value, i) => Math.abs(value - before[i]!) < 1e-5)).toBe(true);
    }
  });

  test('an empty layer shows the background, a full one its color', () => {
    const layer = createLayer(2, 1);
    const area = { left: 0, top: 0, right: 2, bottom: 1 };
    clearLayer(layer, area);
    layer.through[1] = 0;
    layer.color.set([300, 7, -4], 3);
    const out = new Uint8Array(6);
    mergeLayer(layer, Uint8Array.of(1, 2, 3, 4, 5, 6), area, out);
    expect([...out]).toEqual([1, 2, 3, 255, 7, 0]);
  });
});
