import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeNpz } from '../numpy/write-npy.js';
import { readMarsFeatures, writeMarsFeatures } from './feature-npz.js';

const features = {
  video: 'Mouse001_Top – día 1',
  fps: 29.97,
  names: ['top_m0_nose_x', 'top_m0_φ', 'top_m0_speed'],
  mouseCount: 2,
  frameCount: 2,
  values: Float64Array.from({ length: 12 }, (_, i) => (i === 5 ? Number.NaN : i / 3)),
  smoothed: Float64Array.from({ length: 12 }, (_, i) => -i),
};

test('features go into an archive of numpy and come back to the last bit, with the same bytes each time', async () => {
  const bytes = writeMarsFeatures(features);
  expect(await readMarsFeatures(bytes)).toEqual(features);
  expect(writeMarsFeatures(features)).toEqual(bytes);
  const { smoothed: _, fps: _fps, ...raw } = features;
  const narrow = { ...raw, values: Float32Array.from(raw.values) };
  expect(await readMarsFeatures(writeMarsFeatures(narrow))).toEqual(narrow);
});

test('an archive that is cut or has other shapes is refused, naming the array', async () => {
  const [names, data] = [
    { shape: [1], values: ['a'] },
    { shape: [1, 2, 2], values: new Float64Array(4) },
  ];
  const read = (arrays: Parameters<typeof writeNpz>[0]) => readMarsFeatures(writeNpz(arrays), { path: 'f.npz' });
  await expect(read({ data })).rejects.toMatchObject({ where: 'the archive', expected: 'an array features' });
  await expect(read({ features: names, data })).rejects.toMatchObject({ where: 'data', found: '[1, 2, 2]' });
  await expect(read({ features: data, data })).rejects.toMatchObject({ where: 'features' });
  await expect(readMarsFeatures(writeMarsFeatures(features).subarray(0, 300))).rejects.toThrow(/zip/);
  const bytes = { shape: [1, 2, 1], values: new Uint8Array(2) };
  await expect(read({ features: names, data: bytes })).rejects.toMatchObject({ expected: 'floating-point numbers' });
});

const real = join(process.env.ZOOPRAXIS_DATA ?? '../shared/data', 'mars-reference/features.npz');
test.skipIf(!existsSync(real))('features of the published code are read (skipped without shared data)', async () => {
  const read = await readMarsFeatures(readFileSync(real));
  expect(read).toMatchObject({ mouseCount: 2, frameCount: 300, names: { length: 148 }, fps: expect.any(Number) });
  expect(await readMarsFeatures(writeMarsFeatures(read))).toEqual(read);
});
