import { expect, test } from 'vitest';
import { centerOf, clampToPicture, movePoints, type Points, rotatePoints } from './move-points.js';

const size = { widthPx: 100, heightPx: 50 };
const animal: Points = {
  nose: { x: 10, y: 10, visibility: 'visible' },
  tail: { x: 30, y: 10, visibility: 'occluded' },
};
const places = (points: Points) => Object.values(points).map(({ x, y }) => [x, y]);

test('the outer edges of the picture lie half a px beyond the centers of its pixels', () => {
  expect(clampToPicture(-3, 60, size)).toEqual({ x: -0.5, y: 49.5 });
  expect(clampToPicture(1.23456, 0, size)).toEqual({ x: 1.235, y: 0 });
});

test('an animal is moved as a whole, keeps its shape at the edge, and what is occluded stays so', () => {
  expect(places(movePoints(animal, 5, -2.5, size))).toEqual([
    [15, 7.5],
    [35, 7.5],
  ]);
  expect(places(movePoints(animal, -40, 100, size))).toEqual([
    [-0.5, 49.5],
    [19.5, 49.5],
  ]);
  expect(movePoints(animal, 1, 1, size).tail?.visibility).toBe('occluded');
  expect(movePoints({}, 1, 1, size)).toEqual({});
});

test('an animal that lies beyond the edge may come back, but not go further', () => {
  const outside: Points = { nose: { x: -4, y: 5, visibility: 'visible' }, tail: { x: 6, y: 5, visibility: 'visible' } };
  expect(places(movePoints(outside, -3, 0, size))[0]).toEqual([-4, 5]);
  expect(places(movePoints(outside, 3, 0, size))[0]).toEqual([-1, 5]);
});

test('a turn is about the mean, clockwise on the screen, and four quarter turns come home', () => {
  const once = rotatePoints(animal, Math.PI / 2);
  expect(places(once)).toEqual([
    [20, 0],
    [20, 20],
  ]);
  let turned: Points = animal;
  for (let n = 0; n < 4; n++) turned = rotatePoints(turned, Math.PI / 2);
  expect(turned).toEqual(animal);
  expect(centerOf(once)).toEqual(centerOf(animal));
  expect(centerOf({})).toBeNull();
  expect(rotatePoints({}, 1)).toEqual({});
});
