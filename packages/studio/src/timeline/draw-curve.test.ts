import { expect, test } from 'vitest';
import { blockBins, type TraceBlock } from '../state/trace-windows.js';
import { drawCurve, limitsOf } from './draw-curve.js';

const block = (values: readonly number[], level = 0, firstFrame = 0): TraceBlock => ({
  values: Float32Array.from(values),
  level,
  firstFrame,
  binFrames: 2 ** level,
});

/** A context that keeps where lines go. */
function makeContext(): { context: CanvasRenderingContext2D; points: [string, number, number][] } {
  const points: [string, number, number][] = [];
  const context = {
    beginPath: () => undefined,
    closePath: () => undefined,
    stroke: () => undefined,
    fill: () => undefined,
    fillRect: (x: number, y: number) => points.push(['dot', x + 1.5, y + 1.5]),
    moveTo: (x: number, y: number) => points.push(['move', x, y]),
    lineTo: (x: number, y: number) => points.push(['line', x, y]),
  };
  return { context: context as unknown as CanvasRenderingContext2D, points };
}

const clock = { frameCount: 10, fps: 10 };
const look = { color: '#ffffff', limits: { low: 0, high: 10 }, isFilled: false };

test('values of frames stand in the middle of their frames, gaps stay open', () => {
  const { context, points } = makeContext();
  const values = block([0, 10, Number.NaN, 5, 5, 5, 5, 5, 5, 5]);
  const source = { clock, frameCount: 10, look: () => values, peek: () => undefined };
  const plot = { range: { fromSec: 0, toSec: 1 }, widthPx: 1000, heightPx: 106 };
  expect(drawCurve(context, source, plot, look)).toBe(true);
  const lines = points.filter(([kind]) => kind !== 'dot').map(([kind, x, y]) => [kind, Math.round(x), Math.round(y)]);
  expect(lines.slice(0, 5)).toEqual([
    ['move', 50, 103],
    ['line', 51, 103],
    ['line', 150, 3],
    ['move', 350, 53],
    ['line', 351, 53],
  ]);
  // At 100 px per frame the values themselves are seen, but for the missing one.
  expect(points.filter(([kind]) => kind === 'dot')).toHaveLength(9);
});

test('what has not come is drawn from a coarser level, and said to be unfinished', () => {
  const frameCount = blockBins * 8;
  const { context, points } = makeContext();
  const coarse: TraceBlock = {
    ...block(
      Array.from({ length: blockBins * 2 }, (_, at) => (at % 2) * 10),
      3,
    ),
  };
  const asked: [number, number][] = [];
  const source = {
    clock: { frameCount, fps: 100 },
    frameCount,
    look: (level: number, at: number) => {
      asked.push([level, at]);
      return undefined;
    },
    peek: (level: number, at: number) => (level === 3 && at === 0 ? coarse : undefined),
  };
  const plot = { range: { fromSec: 100, toSec: 101 }, widthPx: 500, heightPx: 50 };
  expect(drawCurve(context, source, plot, look)).toBe(false);
  expect(asked).toEqual([[0, 2]]);
  expect(points.length).toBeGreaterThan(10);
});

test('a single wrong frame does not flatten the curve, and what cannot be negative stands on zero', () => {
  const values = Array.from({ length: 1000 }, (_, at) => 10 + (at % 100) / 10);
  expect(limitsOf(block(values)).low).toBe(10);
  values[500] = 100_000;
  const { high } = limitsOf(block(values));
  expect(high).toBeLessThan(30);
  expect(limitsOf(block([0.5, 3, 40]))).toEqual({ low: 0, high: 40 });
  expect(limitsOf(block([Number.NaN]))).toEqual({ low: 0, high: 1 });
  expect(limitsOf(block([7, 7])).high).toBeGreaterThan(7);
});

test('a band holds the least and the largest of all bins on each px, and is open where values are missing', () => {
  const frameCount = blockBins * 4;
  const bins = Array.from({ length: 400 }, (_, bin) =>
    bin >= 200 && bin < 220 ? [Number.NaN, Number.NaN] : [(bin * 7) % 5, 5 + ((bin * 3) % 6)],
  );
  const { context, points } = makeContext();
  const values = block(bins.flat(), 2);
  const source = { clock: { frameCount, fps: 100 }, frameCount, look: () => values, peek: () => undefined };
  // 400 bins of 4 frames are 16 s: on 160 px each px has two or three of them.
  const plot = { range: { fromSec: 0, toSec: 16 }, widthPx: 160, heightPx: 106 };
  drawCurve(context, source, plot, look);
  const yOf = (value: number) => 103 - value * 10;
  for (let px = 0; px < 160; px++) {
    const own = bins.filter(([low], bin) => Math.floor(bin * 0.4 + 1e-9) === px && !Number.isNaN(low));
    const ys = points.filter(([, x]) => x === px).map(([, , y]) => y);
    if (px > 80 && px < 87) {
      expect(ys).toEqual([]);
      continue;
    }
    if (own.length === 0) continue;
    expect(Math.min(...ys)).toBeLessThanOrEqual(yOf(Math.max(...own.map(([, high]) => high as number))));
    expect(Math.max(...ys)).toBeGreaterThanOrEqual(yOf(Math.min(...own.map(([low]) => low as number))));
  }
});
