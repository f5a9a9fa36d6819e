import { createLabeledFrames, FormatError, MemoryStore } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { readRunLabels, writeRunLabels } from './run-labels.js';

const labels = createLabeledFrames({
  skeleton: { name: 'two', keypoints: ['nose', 'tail'], edges: [[0, 1]], symmetries: [], roles: { nose: 0 } },
  individuals: ['animal'],
  annotators: ['ann', 'bob'],
  images: [
    { group: 'a', file: '1.png' },
    { group: 'a', file: '2.png', frame: 2 },
  ],
  image: Int32Array.of(0, 1),
  individual: Int32Array.of(0, 0),
  annotator: Int32Array.of(1, 0),
  position: Float64Array.of(0.1 + 0.2, 1 / 3, Number.NaN, Number.NaN, -0, 1e-300, 5, 6),
  visibility: Uint8Array.of(2, 0, 1, 2),
});

test('labels of a run come back with the same bits, once the run is decided', async () => {
  const store = new MemoryStore();
  await writeRunLabels(store, 'models/x/run', labels);
  expect(await readRunLabels(store, 'models/x')).toBeUndefined();
  await store.write('models/x/run/run.json', new Uint8Array(1));
  const { position, ...others } = labels;
  const found = await readRunLabels(store, 'models/x');
  expect(found).toMatchObject(others);
  // Minus zero is a place like zero.
  expect(found?.position).toEqual(position.map((value) => value + 0));
});

test('a file that is none is refused', async () => {
  const store = new MemoryStore();
  await store.write('models/x/run/run.json', new Uint8Array(1));
  for (const text of ['{', '{}']) {
    await store.write('models/x/run/labels.json', new TextEncoder().encode(text));
    await expect(readRunLabels(store, 'models/x')).rejects.toThrow(FormatError);
  }
});
