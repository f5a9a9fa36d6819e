import { expect, test } from 'vitest';
import { bodyEllipse, isBodyPoint, middleOf } from './body-ellipse.js';

test('points on an ellipse give half its outline again: the covariance of an outline is half its squared axes', () => {
  const turn = 0.6;
  const points = Array.from({ length: 64 }, (_, i) => (2 * Math.PI * i) / 64).flatMap((at) => {
    const [along, across] = [30 * Math.cos(at), 10 * Math.sin(at)];
    return [
      100 + along * Math.cos(turn) - across * Math.sin(turn),
      50 + along * Math.sin(turn) + across * Math.cos(turn),
    ];
  });
  const ellipse = bodyEllipse(points);
  expect(ellipse?.x).toBeCloseTo(100);
  expect(ellipse?.y).toBeCloseTo(50);
  expect(ellipse?.semiMajor).toBeCloseTo(30 * Math.SQRT2);
  expect(ellipse?.semiMinor).toBeCloseTo(10 * Math.SQRT2);
  expect(ellipse?.angle).toBeCloseTo(turn);
});

test('two points make no ellipse, points on a line a flat one', () => {
  expect(bodyEllipse([0, 0, 1, 1])).toBeNull();
  expect(bodyEllipse([0, 0, 1, 1, 2, 2])?.semiMinor).toBeCloseTo(0);
  expect(middleOf([])).toBeNull();
});

test('tails behind their base are no body', () => {
  const names = ['nose', 'tailbase', 'tail_base', 'tail1', 'TailTip', 'neck'];
  expect(names.filter(isBodyPoint)).toEqual(['nose', 'tailbase', 'tail_base', 'neck']);
});
