import { Random } from '@zoopraxis/core';
import { buildNetwork, exportModel } from '@zoopraxis/nn';
import { directBackend } from '@zoopraxis/nn/node';
import { describe, expect, test } from 'vitest';
import { agreedOffsets } from './agreed-offsets.js';

const [rows, columns, stride, locrefStdPx] = [9, 11, 4, 3.5];
const cells = rows * columns;

/** Returns the offsets on which neighbors agree. */
async function agreed(score: Float32Array, locref: Float32Array): Promise<Float32Array> {
  const backend = directBackend('cpu');
  const network = buildNetwork((scope) => ({
    offsets: agreedOffsets(scope.input('score', [1, 1, rows, columns]), scope.input('locref', [1, 2, rows, columns]), {
      stride,
      locrefStdPx,
    }),
  }));
  const session = await backend.createSession(await exportModel(network, new Map(), { backend }));
  const { offsets } = await session.run({
    score: { dtype: 'float32', shape: [1, 1, rows, columns], data: score },
    locref: { dtype: 'float32', shape: [1, 2, rows, columns], data: locref },
  });
  await session.close();
  return offsets?.data as Float32Array;
}

/** Offsets by which every cell points at (x, y) in px of the input. */
function pointingAt(x: number, y: number): Float32Array {
  return Float32Array.from({ length: 2 * cells }, (_, at) => {
    const [column, row] = [at % columns, Math.floor((at % cells) / columns)];
    const from = (at < cells ? column : row) * stride + (stride - 1) / 2;
    return ((at < cells ? x : y) - from) / locrefStdPx;
  });
}

describe('offsets on which neighbors agree', () => {
  test('are the same where all point at one place, at the edges too', async () => {
    const locref = pointingAt(17.3, 21.9);
    const rng = new Random(2);
    const score = Float32Array.from({ length: cells }, () => rng.uniform());
    const offsets = await agreed(score, locref);
    // Float32 sums of cell places up to 13 units.
    for (const [at, value] of offsets.entries()) expect(Math.abs(value - (locref[at] as number))).toBeLessThan(2e-5);
    const empty = await agreed(new Float32Array(cells), locref);
    for (const [at, value] of empty.entries()) expect(Math.abs(value - (locref[at] as number))).toBeLessThan(2e-5);
  });

  test('are means weighted by squared scores of the 5x5 cells around', async () => {
    const score = new Float32Array(cells);
    const locref = new Float32Array(2 * cells);
    const [a, b] = [4 * columns + 5, 4 * columns + 6];
    [score[a], score[b]] = [1, 0.5];
    [locref[a], locref[b]] = [0.2, 0.4];
    const offsets = await agreed(score, locref);
    const step = stride / locrefStdPx;
    expect(offsets[a]).toBeCloseTo((0.2 + 0.25 * (0.4 + step)) / 1.25, 5);
    expect(offsets[a + cells]).toBeCloseTo(0, 5);
    // Three columns away only the second cell is in the neighborhood.
    expect(offsets[b + 2]).toBeCloseTo(0.4 - 2 * step, 5);
  });

  test('err less than the cells alone where these err each by themselves', async () => {
    const rng = new Random(9);
    const exact = pointingAt(20, 16);
    const noisy = exact.map((value) => value + 0.3 * rng.normal());
    const offsets = await agreed(new Float32Array(cells).fill(0.9), noisy);
    const error = (values: Float32Array) =>
      Math.hypot(...values.map((value, at) => value - (exact[at] as number))) / Math.sqrt(values.length);
    expect(error(noisy)).toBeGreaterThan(0.25);
    expect(error(offsets)).toBeLessThan(0.12);
  });
});
