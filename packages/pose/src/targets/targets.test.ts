import { Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { findPeaks } from '../decode/peaks.js';
import { pointsOfPeaks } from '../decode/points.js';
import { cellCenter, pointStates, poseTargets, type TargetPlan } from './targets.js';

const plan: TargetPlan = {
  widthPx: 64,
  heightPx: 48,
  stride: 4,
  score: 'disc',
  sigmaPx: 5,
  radiusPx: 6,
  locrefStdPx: 7.2801,
};
const [rows, columns, cells] = [12, 16, 192];

describe('targets', () => {
  test.each([
    ['disc', 8],
    ['disc', 2],
    ['gaussian', 4],
  ] as const)('of a %s at stride %i decode to the label', (score, stride) => {
    const rng = new Random(7);
    for (let trial = 0; trial < 50; trial++) {
      const points = [rng.between(0, 63), rng.between(0, 47), rng.between(0, 63), rng.between(0, 47)];
      const targets = poseTargets(points, [1, 1], { ...plan, score, stride });
      const sizes = { rows: 48 / stride, columns: 64 / stride };
      const peaks = findPeaks({ scores: targets.score, locref: targets.locref, mapCount: 2, ...sizes });
      const decoded = pointsOfPeaks(peaks, { kind: 'locref', stride, locrefStdPx: 7.2801 });
      for (const [at, value] of points.entries()) expect(Math.abs((decoded[at] as number) - value)).toBeLessThan(0.01);
    }
  });

  test('of a Gaussian without offsets decode to the label too', () => {
    const { locrefStdPx: _, ...plain } = plan;
    const targets = poseTargets([20.3, 30.9], [1], { ...plain, score: 'gaussian' });
    expect(targets.locref).toHaveLength(0);
    const peaks = findPeaks({ scores: targets.score, mapCount: 1, rows, columns });
    const [x, y] = pointsOfPeaks(peaks, { kind: 'gaussian', stride: 4, locrefStdPx: 1 });
    expect(Math.hypot((x as number) - 20.3, (y as number) - 30.9)).toBeLessThan(0.01);
  });

  test('a disc is 1 exactly in the cells whose centers are within the radius', () => {
    const [x, y] = [21.7, 18.2];
    const { score, locrefWeight, locref } = poseTargets([x, y], [pointStates.present], plan);
    let inside = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [dx, dy] = [x - cellCenter(column, 4), y - cellCenter(row, 4)];
        const near = Math.hypot(dx, dy) <= 6;
        const at = row * columns + column;
        expect(score[at]).toBe(near ? 1 : 0);
        expect(locrefWeight[at]).toBe(near ? 1 : 0);
        expect(locref[at]).toBe(near ? Math.fround(dx / 7.2801) : 0);
        expect(locref[at + cells]).toBe(near ? Math.fround(dy / 7.2801) : 0);
        inside += near ? 1 : 0;
      }
    }
    expect(inside).toBe(7);
  });

  test('the center of cell i is stride i + (stride - 1) / 2, and a tiny radius still marks the own cell', () => {
    expect([cellCenter(0, 1), cellCenter(0, 8), cellCenter(3, 4)]).toEqual([0, 3.5, 13.5]);
    const { score } = poseTargets([15.4, 0], [1], { ...plan, radiusPx: 0.1 });
    expect(score.indexOf(1)).toBe(3);
    expect(score.reduce((sum, value) => sum + value, 0)).toBe(1);
  });

  test('an ignored keypoint counts nowhere, a hidden one is empty everywhere', () => {
    const { score, scoreWeight, locrefWeight } = poseTargets([1, 1, Number.NaN, Number.NaN], [0, 2], plan);
    expect(score.every((value) => value === 0)).toBe(true);
    expect(locrefWeight.every((value) => value === 0)).toBe(true);
    expect(scoreWeight.subarray(0, cells).every((value) => value === 0)).toBe(true);
    expect(scoreWeight.subarray(cells).every((value) => value === 1)).toBe(true);
  });

  test('a point outside the picture leaves its map empty, and just outside the cells near it uncounted', () => {
    const far = poseTargets([-30, 10], [1], plan);
    expect(far.score.every((value) => value === 0)).toBe(true);
    expect(far.scoreWeight.every((value) => value === 1)).toBe(true);
    const near = poseTargets([-3, 10], [1], plan);
    expect(near.score.every((value) => value === 0)).toBe(true);
    const left = [...near.scoreWeight].flatMap((value, at) => (value === 0 ? [at] : []));
    expect(left).toEqual([2 * columns, 3 * columns]);
  });

  test('a present point that is no number, and sizes that do not fit, are refused', () => {
    expect(() => poseTargets([Number.NaN, 1], [1], plan)).toThrow(/the present keypoint 0 must be a point/);
    expect(() => poseTargets([1, 1], [1], { ...plan, widthPx: 63 })).toThrow(
      /widthPx: must be a positive multiple of the stride 4/,
    );
    expect(() => poseTargets([1, 1], [1], { ...plan, radiusPx: 0 })).toThrow(/radiusPx/);
  });
});
