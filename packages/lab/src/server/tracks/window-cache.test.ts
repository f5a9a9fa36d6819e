import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPoseTracks, createSkeleton, Random } from '@zoopraxis/core';
import { createProject } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { expect, test } from 'vitest';
import { createServerContext } from '../server-context.js';
import { createWindowCache } from './window-cache.js';

/** Three animals, so that no row group but the first begins with a frame. */
const animals = 3;
const frameCount = 50_000;

test('windows over the seams of what is read at once are those of the whole file, whatever is kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  const skeleton = createSkeleton({ name: 'm', keypoints: ['nose'] });
  const project = await createProject(new FolderStore(folder), { name: 'p', skeletons: [skeleton] });
  const random = new Random(1);
  const tracks = createPoseTracks({
    skeleton,
    individuals: ['a', 'b', 'c'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps: 30 },
    position: Float32Array.from({ length: frameCount * animals * 2 }, () => 100 * random.uniform()),
    confidence: Float32Array.from({ length: frameCount * animals }, () => random.uniform()),
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
  await project.writeTracks('t', tracks);
  const context = createServerContext({ folder, project, annotator: 'ann' });
  try {
    for (const most of [2 ** 30, 0]) {
      const cache = createWindowCache(context, { most });
      for (const [from, to] of [
        [21_840, 21_850],
        [0, 3],
        [43_685, 43_700],
        [10_000, 26_000],
        [49_990, 50_100],
        [60_000, 60_010],
        [21_845, 21_846],
      ] as const) {
        const { values } = await cache.window('t', from, to);
        const expected: number[] = [];
        for (let at = Math.min(from, frameCount) * animals; at < Math.min(to, frameCount) * animals; at++) {
          expected.push(...tracks.position.subarray(2 * at, 2 * at + 2), tracks.confidence[at] as number);
        }
        expect(Buffer.from(values.buffer).equals(Buffer.from(Float32Array.from(expected).buffer)), `${from}`).toBe(
          true,
        );
      }
    }
    const cache = createWindowCache(context);
    const stop = new AbortController();
    const first = cache.window('t', 0, 3);
    const passed = cache.window('t', 43_690, 43_700, stop.signal);
    const shared = [cache.window('t', 30_000, 30_002, stop.signal), cache.window('t', 30_000, 30_002)];
    stop.abort();
    await expect(passed).rejects.toThrow('nobody waits');
    for (const { values } of await Promise.all([first, ...shared])) expect(values.length).toBeGreaterThan(0);
    expect((await cache.window('t', 43_690, 43_700)).values).toHaveLength(10 * animals * 3);
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
});
