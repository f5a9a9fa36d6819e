import type { RegionShape } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import {
  addCorner,
  areaOf,
  circleFrom,
  contains,
  dragShape,
  freeName,
  gripAt,
  isWhole,
  rectangleFrom,
  removeCorner,
} from './region-geometry.js';

const box = rectangleFrom([30, 40], [10, 20]) as Extract<RegionShape, { kind: 'polygon' }>;
const disc = circleFrom([50, 50], [53, 54]);

test('a rectangle is the same from any two opposite corners', () => {
  const corners = [
    [10, 20],
    [30, 20],
    [30, 40],
    [10, 40],
  ];
  expect(box.corners).toEqual(corners);
  expect(rectangleFrom([10, 40], [30, 20])).toEqual(box);
});

test('a circle reaches the point of its outline', () => {
  expect(disc).toEqual({ kind: 'circle', center: [50, 50], radius: 5 });
});

test('areas tell shapes from lines', () => {
  expect(areaOf(box)).toBe(400);
  expect(areaOf(disc)).toBeCloseTo(Math.PI * 25);
  expect(isWhole(box)).toBe(true);
  expect(isWhole(rectangleFrom([1, 1], [50, 1]))).toBe(false);
  expect(isWhole(circleFrom([1, 1], [1, 1]))).toBe(false);
});

test('inside and outside, in a hollow too', () => {
  const hollow: RegionShape = {
    kind: 'polygon',
    corners: [
      [0, 0],
      [10, 0],
      [5, 5],
      [10, 10],
      [0, 10],
    ],
  };
  expect(
    [
      [2, 5],
      [9, 5],
      [9, 0.5],
      [-1, 5],
    ].map(([x, y]) => contains(hollow, [x as number, y as number])),
  ).toEqual([true, false, true, false]);
  expect(contains(disc, [55.1, 50])).toBe(false);
});

test('the nearest handle is grabbed before the inside', () => {
  expect(gripAt(box, [12, 21], 6)?.grip).toEqual({ kind: 'corner', corner: 0 });
  expect(gripAt(box, [20, 30], 6)?.grip).toEqual({ kind: 'whole' });
  expect(gripAt(box, [60, 60], 6)).toBeUndefined();
  expect(gripAt(disc, [55.5, 50], 2)?.grip).toEqual({ kind: 'radius' });
});

test('a dragged corner leaves the others, a dragged whole keeps the area, a radius follows the pointer', () => {
  const one = dragShape(box, { kind: 'corner', corner: 2 }, [30, 40], [35, 45]) as typeof box;
  expect(one.corners).toEqual([box.corners[0], box.corners[1], [35, 45], box.corners[3]]);
  expect(areaOf(dragShape(box, { kind: 'whole' }, [0, 0], [3.5, -7]))).toBe(400);
  expect(dragShape(disc, { kind: 'radius' }, [55, 50], [50, 58])).toMatchObject({ radius: 8, center: [50, 50] });
  expect(dragShape(disc, { kind: 'whole' }, [50, 50], [51, 50])).toMatchObject({ radius: 5, center: [51, 50] });
});

test('corners come in the middle of a side, and three stay', () => {
  const five = addCorner(box, 3) as typeof box;
  expect(five.corners.at(-1)).toEqual([10, 30]);
  expect(removeCorner(five, 4)).toEqual(box);
  const three = removeCorner(box, 0);
  expect(removeCorner(three, 0)).toBe(three);
});

test('a new region gets a name of its own', () => {
  const region = (name: string) => ({ name, space: 'image' as const, shape: box });
  expect(freeName('corner', [])).toBe('corner');
  expect(freeName('corner', [region('corner'), region('corner 2')])).toBe('corner 3');
});
