import { expect, test, vi } from 'vitest';
import type { TracksView } from 'zoopraxis';
import { TrackWindows, windowFrames } from './track-windows.js';

const tracks = {
  name: 't 1',
  frameCount: 100 * windowFrames,
  individuals: ['one'],
  keypoints: ['nose'],
} as unknown as TracksView;

/** A server that answers when it is told to. */
function server() {
  const asked: { path: string; signal: AbortSignal; answer: () => void }[] = [];
  const fetch = (path: string, { signal }: { signal: AbortSignal }) =>
    new Promise<ArrayBuffer>((resolve, reject) => {
      const from = Number(/from=(\d+)/.exec(path)?.[1]);
      const values = Float32Array.from({ length: windowFrames * 3 }, (_, i) => from + Math.floor(i / 3));
      signal.addEventListener('abort', () => reject(new DOMException('called off', 'AbortError')));
      asked.push({ path, signal, answer: () => resolve(values.buffer) });
    });
  return { asked, fetch };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const froms = (asked: readonly { path: string }[]) => asked.map(({ path }) => Number(/from=(\d+)/.exec(path)?.[1]));

test('a frame comes out of its window, which is asked for once', async () => {
  const { asked, fetch } = server();
  const windows = new TrackWindows(fetch);
  let changes = 0;
  windows.subscribe(() => changes++);
  expect(windows.frame(tracks, 5)).toBeUndefined();
  windows.frame(tracks, 6);
  await settle();
  expect(asked.map(({ path }) => path)).toEqual([`/api/tracks/t%201/window?from=0&to=${windowFrames}`]);
  asked[0]?.answer();
  await settle();
  expect([changes, ...(windows.frame(tracks, 7) ?? [])]).toEqual([1, 7, 7, 7]);
  windows.forget('t 1');
  expect(windows.frame(tracks, 7)).toBeUndefined();
});

test('while scrubbing two requests are on their way, and what was passed is called off for what is looked at', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { asked, fetch } = server();
    const windows = new TrackWindows(fetch);
    for (const window of [10, 20, 30, 40]) {
      windows.frame(tracks, window * windowFrames);
      await settle();
      vi.advanceTimersByTime(40);
    }
    expect(froms(asked)).toEqual([10 * windowFrames, 20 * windowFrames]);
    vi.advanceTimersByTime(120);
    windows.frame(tracks, 50 * windowFrames);
    await settle();
    expect(froms(asked).slice(2)).toEqual([50 * windowFrames]);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
    asked[1]?.answer();
    await settle();
    // Those that were passed meanwhile are not worth a request any more.
    expect(asked).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});

test('four models that are looked at together all come, and none is called off', async () => {
  const { asked, fetch } = server();
  const windows = new TrackWindows(fetch);
  const all = ['a', 'b', 'c', 'd'].map((name) => ({ ...tracks, name }));
  const look = () => all.map((one) => windows.frame(one, 0) !== undefined);
  windows.subscribe(look);
  look();
  await settle();
  for (let i = 0; i < 4; i++) {
    look();
    asked[i]?.answer();
    await settle();
  }
  expect(look()).toEqual([true, true, true, true]);
  expect(asked).toHaveLength(4);
});
