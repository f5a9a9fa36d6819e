import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, StorageError } from '@zoopraxis/core';
import { FolderStore, writePng } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainPose } from './train-pose.js';

const SIZE = 48;
const COUNT = 8;
const child = new URL('./train-pose.test.child.js', import.meta.url).pathname;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-train-'));
  const rng = new Random('blobs');
  const position: number[] = [];
  for (let image = 0; image < COUNT; image++) {
    const [x, y] = [rng.between(12, 28), rng.between(12, 36)];
    position.push(x, y, x + 8, y);
    const rgb = new Uint8Array(SIZE * SIZE * 3).map(() => 120 + rng.integer(16));
    for (const [at, level] of [230, 20].entries()) {
      for (let dy = -2; dy <= 2; dy++) {
        const row = Math.round(y) + dy;
        const column = Math.round(x) + 8 * at - 2;
        rgb.fill(level, 3 * (row * SIZE + column), 3 * (row * SIZE + column + 5));
      }
    }
    await writeFile(join(folder, `img${image}.png`), await writePng({ widthPx: SIZE, heightPx: SIZE, rgb }));
  }
  await writeFile(join(folder, 'labels.json'), JSON.stringify({ count: COUNT, position }));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs the training in a process of its own; with `killAfter` it is killed when it says that line. */
function run(store: string, killAfter?: string): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const process = spawn(globalThis.process.execPath, [child, folder, store], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    process.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (killAfter !== undefined && said.includes(`${killAfter}\n`)) process.kill('SIGKILL');
    });
    process.on('error', reject);
    process.on('close', (code) => resolve({ code, said }));
  });
}

describe('training on image files', () => {
  test('killed while it prepares, trains, and writes: it goes on with the same bits', {
    timeout: 120_000,
  }, async () => {
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
    expect((await run(whole)).said).toMatch(/training 20\nwriting 20\ndone\n$/);
    for (const line of ['training 3', 'training 13', 'writing 20']) {
      const { code, said } = await run(broken, line);
      expect({ code, line, reached: said.includes(line) }).toEqual({ code: null, line, reached: true });
    }
    // A process that was killed while it wrote may have finished just before.
    const model = join(broken, 'models/small/model.json');
    if (!(await readFile(model).then(Boolean, () => false))) {
      const { said } = await run(broken);
      expect(said).toMatch(/done\n$/);
      expect(said).not.toContain('training 3\n');
    }
    for (const name of ['weights.safetensors', 'model.onnx']) {
      const [a, b] = await Promise.all([whole, broken].map((store) => readFile(join(store, 'models/small', name))));
      expect(a?.equals(b as Buffer), name).toBe(true);
    }
  });

  test('names an image that is missing before anything is trained', async () => {
    const labels = {
      skeleton: { name: 'one', keypoints: ['nose'], edges: [], symmetries: [], roles: {} },
      individuals: ['animal'],
      annotators: ['someone'],
      images: [{ group: 'a', file: 'gone.png' }],
      image: Int32Array.of(0),
      individual: Int32Array.of(0),
      annotator: Int32Array.of(0),
      position: Float64Array.of(3, 4),
      visibility: Uint8Array.of(2),
    };
    const store = new FolderStore(join(folder, 'none'));
    const options = { name: 'x', labels, store, folder: 'models/x', network: 'unet', seed: 1 };
    const error = await trainPose({ ...options, paths: [join(folder, 'gone.png')] }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    expect((error as Error).message).toMatch(/labeled image a\/gone.png cannot be used/);
    expect(await store.list('')).toEqual([]);
    await expect(trainPose({ ...options, paths: [] })).rejects.toThrow(/paths: must name 1 images, got 0/);
  });
});
