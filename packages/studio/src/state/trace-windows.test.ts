import { expect, test } from 'vitest';
import type { TraceView } from 'zoopraxis';
import { blockBins, coarsestLevel, type FetchBytes, levelFor, TraceWindows } from './trace-windows.js';

const trace = (frameCount: number): TraceView => ({
  id: 'speed/m 1',
  title: 'speed',
  unit: 'px/s',
  definition: '',
  group: 'speed',
  subject: 'm1',
  fps: 30,
  frameCount,
});

interface Asked {
  readonly path: string;
  readonly signal: AbortSignal;
  answer(values: readonly number[], underWay?: { share: number; secondsLeft: number | null }): void;
  fail(): void;
}

function makeServer(): { asked: Asked[]; fetch: FetchBytes } {
  const asked: Asked[] = [];
  const fetch: FetchBytes = (path, { signal }) =>
    new Promise((done, failed) => {
      signal.addEventListener('abort', () => failed(new DOMException('', 'AbortError')));
      asked.push({
        path,
        signal,
        answer: (values, underWay) => done({ bytes: Float32Array.from(values).buffer, underWay }),
        fail: () => failed(new Error('away')),
      });
    });
  return { asked, fetch };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

test('a px holds at least one bin and at most about two, and never more detail than frames', () => {
  for (const perPx of [0.01, 1, 1.9]) expect(levelFor(perPx, 1e6)).toBe(0);
  for (const perPx of [2, 3, 7.9, 8, 100, 700]) {
    const bins = perPx / 2 ** levelFor(perPx, 1e7);
    expect(bins).toBeGreaterThanOrEqual(1);
    expect(bins).toBeLessThan(2);
  }
  expect(coarsestLevel(1_000_000)).toBe(8);
  expect(Math.ceil(1_000_000 / 2 ** 8)).toBeLessThanOrEqual(blockBins);
  expect(coarsestLevel(100)).toBe(0);
  expect(levelFor(1e9, 1_000_000)).toBe(8);
});

test('frames come raw, zoomed out as least and largest; the last block is short', async () => {
  const { asked, fetch } = makeServer();
  const windows = new TraceWindows(fetch);
  windows.beginTurn();
  expect(windows.look('r 1', trace(10_000), 0, 2)).toBeUndefined();
  expect(windows.look('r 1', trace(10_000), 1, 1)).toBeUndefined();
  await settle();
  expect(asked.map(({ path }) => path).sort()).toEqual([
    '/api/recordings/r%201/traces/speed%2Fm%201/ranges?from=8192&to=10000&partial=1&bins=904',
    '/api/recordings/r%201/traces/speed%2Fm%201?from=8192&to=10000&partial=1',
  ]);
  for (const { path, answer } of asked) answer(path.includes('ranges') ? [0, 1, 2, 3] : [5, 6]);
  await settle();
  expect(windows.look('r 1', trace(10_000), 0, 2)).toMatchObject({ firstFrame: 8192, binFrames: 1 });
  expect(windows.look('r 1', trace(10_000), 1, 1)).toMatchObject({ firstFrame: 8192, binFrames: 904 });
  expect(windows.valueAt('r 1', trace(10_000), 8193)).toBe(6);
  expect(asked).toHaveLength(2);
});

test('of many looks the newest comes first, and what nobody looks at any more is called off', async () => {
  const { asked, fetch } = makeServer();
  const windows = new TraceWindows(fetch);
  for (let at = 0; at < 10; at++) {
    windows.beginTurn();
    windows.look('r', trace(1e6), 0, at);
  }
  await settle();
  // Looks of turns before the last one were never sent.
  expect(asked.map(({ path }) => path.split('?')[1])).toEqual([
    'from=36864&to=40960&partial=1',
    'from=32768&to=36864&partial=1',
  ]);
  windows.beginTurn();
  windows.beginTurn();
  windows.look('r', trace(1e6), 0, 20);
  await settle();
  expect(asked.slice(0, 2).every(({ signal }) => signal.aborted)).toBe(true);
  asked[2]?.answer([1]);
  await settle();
  expect(windows.look('r', trace(1e6), 0, 20)?.values[0]).toBe(1);
  expect(windows.look('r', trace(1e6), 0, 9)).toBeUndefined();
});

test('a failure tells the listeners, and forgetting drops what was on its way', async () => {
  const { asked, fetch } = makeServer();
  const windows = new TraceWindows(fetch);
  let changes = 0;
  const stop = windows.subscribe(() => changes++);
  windows.beginTurn();
  windows.look('r', trace(100), 0, 0);
  await settle();
  windows.forget();
  expect(asked[0]?.signal.aborted).toBe(true);
  await settle();
  expect(windows.peek('r', trace(100), 0, 0)).toBeUndefined();
  windows.look('r', trace(100), 0, 0);
  await settle();
  asked[1]?.answer([3]);
  await settle();
  expect(windows.valueAt('r', trace(100), 0)).toBe(3);
  expect(windows.valueAt('r', trace(100), 100)).toBeNaN();
  expect(changes).toBeGreaterThan(1);
  stop();
});

test('what is being computed is shown as far as it is, asked for again, and does not hold up the rest', async () => {
  const { asked, fetch } = makeServer();
  const windows = new TraceWindows(fetch);
  windows.beginTurn();
  const look = () => windows.look('r', trace(8), 0, 0);
  expect(look()).toBeUndefined();
  await settle();
  asked[0]?.answer([1, 2, Number.NaN], { share: 0.4, secondsLeft: 12 });
  await settle();
  expect(windows.progressOf('r', trace(8))).toEqual({ share: 0.4, secondsLeft: 12 });
  expect(windows.valueAt('r', trace(8), 1)).toBe(2);
  // Not computed yet is not missing.
  expect(windows.valueAt('r', trace(8), 2)).toBeUndefined();
  await new Promise<void>((come) => {
    const stop = windows.subscribe(() => {
      stop();
      come();
    });
  });
  expect(look()?.values[0]).toBe(1);
  await settle();
  asked[1]?.answer([1, 2, Number.NaN, 4, 5, 6, 7, 8]);
  await settle();
  expect(windows.progressOf('r', trace(8))).toBeUndefined();
  expect(windows.valueAt('r', trace(8), 2)).toBeNaN();
  look();
  await settle();
  expect(asked).toHaveLength(2);
});

test('why a curve cannot be had is known until it can', async () => {
  const { asked, fetch } = makeServer();
  const windows = new TraceWindows(fetch);
  windows.beginTurn();
  windows.look('r', trace(8), 0, 0);
  windows.look('r', trace(8), 1, 0);
  await settle();
  asked[0]?.fail();
  await settle();
  expect(windows.problemOf('r', trace(8))).toBe('away');
  asked[1]?.answer([1, 2]);
  await settle();
  expect(windows.problemOf('r', trace(8))).toBeUndefined();
});
