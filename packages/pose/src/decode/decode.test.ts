import { Random } from '@zoopraxis/core';
import { buildNetwork, exportModel, scale, type Value } from '@zoopraxis/nn';
import { directBackend } from '@zoopraxis/nn/node';
import { describe, expect, it } from 'vitest';
import { gaussianTop } from './gaussian-peak.js';
import { peaksOfResults, withPeaks } from './peak-graph.js';
import { findPeaks } from './peaks.js';
import { pointsOfPeaks } from './points.js';

const locref = { kind: 'locref', stride: 8, locrefStdPx: 7.2801 } as const;
const gaussian = { kind: 'gaussian', stride: 4, locrefStdPx: 1 } as const;

/** Heatmap of a Gaussian whose top lies at `(x, y)` in px of the network's input. */
function heatmap(columns: number, rows: number, stride: number, x: number, y: number, stdPx: number): Float32Array {
  const center = (cell: number): number => stride * cell + (stride - 1) / 2;
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [dx, dy] = [center(at % columns) - x, center(Math.floor(at / columns)) - y];
    return 0.9 * Math.exp(-(dx * dx + dy * dy) / (2 * stdPx * stdPx));
  });
}

describe('points from score maps with offsets', () => {
  const scores = Float32Array.of(0.1, 0.2, 0.1, 0.3, 0.9, 0.9, 0, 0, 0, 0, 0, 0.5);
  const offsets = Float32Array.from({ length: 24 }, (_, at) => at / 100);

  it('takes the first best cell and adds the offset in units of the deviation', () => {
    const peaks = findPeaks({ scores, locref: offsets, mapCount: 2, rows: 2, columns: 3 });
    expect([...peaks.index]).toEqual([4, 5]);
    expect([...peaks.score]).toEqual([Math.fround(0.9), 0.5]);
    const f = (value: number): number => Math.fround(value) * 7.2801;
    // Cell (1, 1) of the first map has its center at 8 + 3.5; cell (2, 1) of the second lies one further right.
    expect([...pointsOfPeaks(peaks, locref)]).toEqual([11.5 + f(0.04), 11.5 + f(0.1), 19.5 + f(0.17), 11.5 + f(0.23)]);
  });

  it('gives the centers of cells for a stride of one and no offset', () => {
    const peaks = findPeaks({ scores, locref: new Float32Array(24), mapCount: 2, rows: 2, columns: 3 });
    expect([...pointsOfPeaks(peaks, { ...locref, stride: 1 })]).toEqual([1, 1, 2, 1]);
  });
});

describe('points from Gaussian heatmaps', () => {
  // Scores are float32: their logarithms carry 1e-7, weighted by at most the inverse of the curvature.
  const tolerancePx = 1e-3;

  it.each([
    [37.3, 22.9, 8],
    [40.5, 20.1, 5],
    [21.49, 33.51, 14],
  ])('finds the top at (%f, %f) of a Gaussian of %f px', (x, y, std) => {
    const scores = heatmap(20, 15, 4, x, y, std);
    const points = pointsOfPeaks(findPeaks({ scores, mapCount: 1, rows: 15, columns: 20 }), gaussian);
    expect(Math.hypot((points[0] as number) - x, (points[1] as number) - y)).toBeLessThan(tolerancePx);
  });

  it.each([
    [0.4, 0.2],
    [79.1, 57.8],
    [79.3, 1],
    [3, 59],
  ])('finds a top at (%f, %f) by the border, where the window is cut', (x, y) => {
    const scores = heatmap(20, 15, 4, x, y, 8);
    const points = pointsOfPeaks(findPeaks({ scores, mapCount: 1, rows: 15, columns: 20 }), gaussian);
    expect(Math.hypot((points[0] as number) - x, (points[1] as number) - y)).toBeLessThan(tolerancePx);
  });

  it('stays at the cell where scores are flat or have one cell alone', () => {
    expect(gaussianTop(new Float32Array(25).fill(0.5), 5)).toEqual([0, 0]);
    const single = new Float32Array(25);
    single[12] = 1;
    expect(gaussianTop(single, 5)).toEqual([0, 0]);
  });
});

describe('peaks in the graph', () => {
  const rng = new Random(5);
  const [batch, keypoints, rows, columns] = [2, 3, 5, 7];
  const size = rows * columns;
  // Few different values: equal scores are common, and the first must win on both sides.
  const scores = Float32Array.from({ length: batch * keypoints * size }, () => rng.integer(6) / 6);
  const offsets = Float32Array.from({ length: 2 * scores.length }, () => rng.normal());

  it.each([true, false])('are those of the whole maps (offsets: %s)', async (hasOffsets) => {
    const network = buildNetwork((scope): Record<string, Value> => {
      const scoremap = scale(scope.input('scores', [batch, keypoints, rows, columns]), 1);
      if (!hasOffsets) return { scoremap };
      return { scoremap, locref: scale(scope.input('offsets', [batch, 2 * keypoints, rows, columns]), 1) };
    });
    const backend = directBackend('cpu');
    const { model, shape } = withPeaks(await exportModel(network, new Map(), { backend }));
    expect(shape).toEqual({ batch, keypoints, rows, columns });
    const session = await backend.createSession(model, { threads: 1 });
    const results = await session.run({
      scores: { dtype: 'float32', shape: [batch, keypoints, rows, columns], data: scores },
      offsets: { dtype: 'float32', shape: [batch, 2 * keypoints, rows, columns], data: offsets },
    });
    await session.close();
    const maps = { scores, mapCount: batch * keypoints, rows, columns, ...(hasOffsets ? { locref: offsets } : {}) };
    expect(peaksOfResults(results, shape)).toEqual(findPeaks(maps));
  });

  it('refuses a model without score maps', async () => {
    const network = buildNetwork((scope) => ({ other: scale(scope.input('x', [1, 1, 2, 2]), 2) }));
    const bytes = await exportModel(network, new Map(), { backend: directBackend('cpu') });
    expect(() => withPeaks(bytes)).toThrow(/output scoremap of four fixed sizes/);
  });
});
