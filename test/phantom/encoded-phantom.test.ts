import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVideo, openVideoEncoder } from '@zoopraxis/io/node';
import { createPhantom } from '@zoopraxis/phantom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const phantom = createPhantom({
  scene: 'open-field',
  seed: 51,
  frameCount: 90,
  widthPx: 320,
  heightPx: 240,
  mice: [{}, {}],
});
let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-phantom-'));
  path = join(folder, 'phantom.mp4');
  const { widthPx, heightPx, fps } = phantom.source;
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps, quality: 90, threads: 1 });
  for await (const frame of phantom.source.frames()) {
    await encoder.write(frame);
    phantom.source.recycle?.(frame);
  }
  await encoder.finish();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Mean absolute difference of two pictures over the pixels of a mask, levels. */
function difference(a: Uint8Array, b: Uint8Array, mask: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] === 0) continue;
    for (let c = 3 * pixel; c < 3 * pixel + 3; c++) sum += Math.abs(a[c]! - b[c]!);
    count += 3;
  }
  return sum / count;
}

describe('a phantom written as a video and read again', () => {
  test('has as many frames, at the same rate and size', async () => {
    const video = await openVideo(path);
    expect([video.frameCount, video.fps, video.widthPx, video.heightPx]).toEqual([90, 30, 320, 240]);
    await video.close();
  });

  test('has each animal where the truth of that frame says, not of its neighbors', async () => {
    const video = await openVideo(path);
    let moved = 0;
    for (let index = 3; index < 87; index += 7) {
      const decoded = await video.frame(index);
      const near = await Promise.all(
        [index - 3, index, index + 3].map(async (frame) => (await phantom.source.frame(frame)).rgb),
      );
      // Where the animals are in any of the three, so that motion counts.
      const mask = phantom.mask(index);
      for (const other of [phantom.mask(index - 3), phantom.mask(index + 3)]) {
        for (let pixel = 0; pixel < mask.length; pixel++) mask[pixel] = mask[pixel]! | other[pixel]!;
      }
      const [before, here, after] = near.map((rgb) => difference(decoded.rgb, rgb, mask)) as [number, number, number];
      expect(here).toBeLessThan(8);
      if (before > here + 2 && after > here + 2) moved++;
      expect(here).toBeLessThanOrEqual(Math.min(before, after));
    }
    expect(moved).toBeGreaterThan(3);
    await video.close();
  });
});
