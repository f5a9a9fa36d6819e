import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteOnChoice } from '../labels/take-frames.js';
import { mostLooksOf } from './choose-frames.js';
import { openLooks } from './kept-looks.js';

test('a long film is looked at in as many places as half a minute of decoding allows', () => {
  const film = (frameCount: number, widthPx: number, heightPx: number, keyFrameCount = frameCount / 250) =>
    mostLooksOf({ frameCount, widthPx, heightPx, keyFrameCount }, 20);
  // Minutes are read whole.
  expect(film(10_000, 640, 480)).toBe(1000);
  // Ten hours: each look costs half of what lies between two key frames.
  expect(film(1_080_000, 640, 480)).toBe(258);
  expect(film(1_080_000, 1920, 1080)).toBe(60);
  // Where every frame is a key frame a look costs little.
  expect(film(1_080_000, 1920, 1080, 1_080_000)).toBe(1000);
  expect(mostLooksOf({ frameCount: 1e6, widthPx: 4000, heightPx: 3000, keyFrameCount: 0 }, 100)).toBe(300);
});

test('looks are kept for the next time, and a file that is not whole is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  try {
    const path = join(folder, 'deep', 'a.looks');
    const first = await openLooks(path);
    const look = { frame: 70_000, sharpness: 0.1 + 0.2, thumbnail: Float32Array.of(1, 2.5, -3) };
    first.put(70_000, look);
    first.put(3, null);
    await first.save();
    const again = await openLooks(path);
    expect([again.get(70_000), again.get(3), again.get(4)]).toEqual([look, null, undefined]);
    await truncate(path, (await readFile(path)).length - 1);
    expect((await openLooks(path)).get(70_000)).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('fewer frames than were wanted come with a reason', () => {
  const wish = { method: 'kmeans', count: 20 } as const;
  const chosen = (frames: number, candidates: number, blurred = 0, corrupt = 0) =>
    noteOnChoice({ frames: Array.from({ length: frames }, (_, i) => i), candidates, blurred, corrupt }, wish);
  expect(chosen(20, 100)).toBeNull();
  expect(chosen(0, 0)).toMatch(/^No frame came: every frame of the video is on the list already/);
  expect(chosen(4, 30, 3, 1)).toMatch(
    /^4 of 20 frames came of 30 that were looked at: 3 are blurred, 1 are damaged, the others/,
  );
});
