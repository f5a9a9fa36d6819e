import { expect, test } from 'vitest';
import type { FeatureBlock, FeatureSource } from './feature-block.js';
import { windowedFeatures, windowFrames } from './windows.js';

const nan = Number.NaN;

/** Returns a source of given lines that comes in blocks of a given size, each written over by the next. */
function sourceOf(lines: readonly (readonly number[])[], blockFrames: number, fps = 30): FeatureSource {
  const frameCount = (lines[0] as readonly number[]).length;
  return {
    timeBase: { frameCount, fps },
    columns: lines.map((_, at) => ({ name: `c${at}`, unit: 'px' as const, definition: `line ${at}`, subject: 'a' })),
    async *blocks() {
      const values = new Float32Array(lines.length * blockFrames);
      for (let firstFrame = 0; firstFrame < frameCount; firstFrame += blockFrames) {
        const count = Math.min(blockFrames, frameCount - firstFrame);
        values.fill(nan);
        for (const [at, line] of lines.entries()) values.set(line.slice(firstFrame, firstFrame + count), at * count);
        yield { firstFrame, frameCount: count, values };
      }
    },
  };
}

async function collect(source: FeatureSource): Promise<Map<string, Float32Array>> {
  const { columns, timeBase } = source;
  const lines = columns.map(() => new Float32Array(timeBase.frameCount));
  let next = 0;
  for await (const { firstFrame, frameCount, values } of source.blocks() as AsyncIterable<FeatureBlock>) {
    expect(firstFrame).toBe(next);
    next += frameCount;
    for (const [at, line] of lines.entries()) {
      line.set(values.subarray(at * frameCount, (at + 1) * frameCount), firstFrame);
    }
  }
  expect(next).toBe(timeBase.frameCount);
  return new Map(columns.map(({ name }, at) => [name, lines[at] as Float32Array]));
}

/** The definition, window by window. */
function plainly(line: readonly number[], radius: number): Record<'min' | 'max' | 'mean' | 'std', number[]> {
  const count = line.length;
  const at = (frame: number): number => {
    let place = frame;
    while (count > 1 && (place < 0 || place >= count)) place = place < 0 ? -place : 2 * (count - 1) - place;
    return line[count === 1 ? 0 : place] as number;
  };
  const windows = line.map((_, frame) =>
    Array.from({ length: 2 * radius + 1 }, (_, i) => at(frame + i - radius)).filter((value) => !Number.isNaN(value)),
  );
  const mean = windows.map((w) => w.reduce((sum, value) => sum + value, 0) / w.length);
  return {
    min: windows.map((w) => (w.length === 0 ? nan : Math.min(...w))),
    max: windows.map((w) => (w.length === 0 ? nan : Math.max(...w))),
    mean,
    std: windows.map((w, i) => Math.sqrt(w.reduce((sum, v) => sum + (v - (mean[i] as number)) ** 2, 0) / w.length)),
  };
}

const wave = (count: number, shift: number) =>
  Array.from({ length: count }, (_, i) => Math.fround(shift + 20 * Math.sin(i * 0.7) + ((i * 7919) % 13)));
const gaps = wave(137, 3).map((value, i) => (i % 31 < 25 && i % 10 < 7 ? value : nan));
const lines = [wave(137, 1e5), gaps, wave(137, 0).map(() => nan), wave(137, 5).map(() => 0.1)];
const windows = [{ frames: 3 }, { frames: 11 }, { frames: 21 }];

test('windows are what their definition says, with mirrored edges and gaps', async () => {
  const found = await collect(windowedFeatures(sourceOf(lines, 16), windows));
  expect(found.size).toBe(4 * 12);
  for (const [at, line] of lines.entries()) {
    for (const { frames } of windows) {
      for (const [name, values] of Object.entries(plainly(line, (frames - 1) / 2))) {
        for (const [frame, value] of values.entries()) {
          const ours = found.get(`c${at}_${frames}_${name}`)?.[frame] as number;
          if (Number.isNaN(value)) expect(ours).toBeNaN();
          else
            expect(Math.abs(ours - value)).toBeLessThanOrEqual(
              1e-6 * Math.max(1, name === 'std' ? 1 : Math.abs(value)),
            );
        }
      }
    }
  }
  // A constant has no spread, not even of rounding.
  expect(found.get('c3_21_std')?.every((value) => value === 0)).toBe(true);
});

test('the bits do not depend on the size of blocks, nor on gaps elsewhere in them', async () => {
  const whole = await collect(windowedFeatures(sourceOf(lines, 137), windows));
  for (const size of [1, 2, 7, 64, 136]) {
    const found = await collect(windowedFeatures(sourceOf(lines, size), windows));
    for (const [name, line] of whole)
      expect(Buffer.from(found.get(name)?.buffer as ArrayBuffer)).toEqual(Buffer.from(line.buffer));
  }
});

test('recordings shorter than the window are mirrored as often as it needs', async () => {
  for (const count of [1, 2, 3, 5]) {
    const line = wave(count, 2);
    const found = await collect(windowedFeatures(sourceOf([line], 2), windows));
    for (const { frames } of windows) {
      const { mean, max } = plainly(line, (frames - 1) / 2);
      for (const [frame, value] of mean.entries()) {
        expect(found.get(`c0_${frames}_mean`)?.[frame]).toBeCloseTo(value, 4);
        expect(found.get(`c0_${frames}_max`)?.[frame]).toBe(max[frame]);
      }
    }
  }
  expect((await collect(windowedFeatures(sourceOf([[]], 2), windows))).get('c0_3_min')).toHaveLength(0);
});

test('windows in seconds follow the frame rate; raw values stand first, or in place of a mean', async () => {
  expect(windowFrames({ radiusSec: 0.167 }, { fps: 30 })).toBe(11);
  expect(windowFrames({ radiusSec: 0.001 }, { fps: 30 })).toBe(3);
  const line = wave(9, 0);
  const made = windowedFeatures(
    sourceOf([line], 4, 10),
    [
      { radiusSec: 0.2, statistics: ['mean'] },
      { frames: 3, meanIsRaw: true },
    ],
    { keepRaw: ({ name }) => name === 'c0' },
  );
  expect(made.columns.map(({ name }) => name)).toEqual([
    'c0',
    'c0_0.2s_mean',
    'c0_3_min',
    'c0_3_max',
    'c0_3_mean',
    'c0_3_std',
  ]);
  expect(made.columns[1]?.definition).toBe('mean within 2 frames to each side: line 0');
  const found = await collect(made);
  expect([...(found.get('c0') as Float32Array)]).toEqual(line);
  expect(found.get('c0_3_mean')).toEqual(found.get('c0'));
});

test('windows that cannot be are refused, and blocks that leave frames out', async () => {
  const make =
    (...specs: Parameters<typeof windowedFeatures>[1]) =>
    () =>
      windowedFeatures(sourceOf(lines, 5), specs);
  expect(make({ frames: 4 })).toThrow(/frames must be odd, from 3, got 4/);
  expect(make({})).toThrow(/either frames or radiusSec/);
  expect(make({ radiusSec: 0 })).toThrow(/radiusSec must be above 0, got 0/);
  expect(make({ frames: 3 }, { radiusSec: 0.1, label: '3' })).toThrow(/3 must be there once/);
  expect(make({ frames: 3, statistics: ['mean', 'mean'] })).toThrow(/each once, got mean, mean/);
  const short = { ...sourceOf(lines, 137), timeBase: { frameCount: 200, fps: 30 } };
  await expect(collect(windowedFeatures(short, windows))).rejects.toThrow(/200 frames must come, got 137/);
});

test('a wait that was canceled ends', async () => {
  const made = windowedFeatures(sourceOf(lines, 5), windows);
  const iterator = made.blocks({ signal: AbortSignal.abort() })[Symbol.asyncIterator]();
  await expect(iterator.next()).rejects.toThrow(/abort/i);
});
