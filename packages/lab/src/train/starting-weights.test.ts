import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, StorageError, UnavailableError } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import { float32Tensor, writeSafetensors } from '@zoopraxis/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startingWeights } from './starting-weights.js';

let folder = '';
const options = { cache: new MemoryStore(), offline: true };
const fileOf = (name: string) => writeSafetensors(new Map([[name, float32Tensor([2], Float32Array.of(1, 2))]]));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-start-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('weights of a backbone alone are put below backbone., those of a model stay as they are', async () => {
  await writeFile(join(folder, 'resnet.safetensors'), fileOf('layer1.weight'));
  const alone = await startingWeights(join(folder, 'resnet.safetensors'), 'resnet50', options);
  expect([...alone.tensors.keys()]).toEqual(['backbone.layer1.weight']);
  expect(alone).toMatchObject({ isPublished: false });
  await new FolderStore(join(folder, 'model')).write('weights.safetensors', fileOf('backbone.stem.weight'));
  const model = await startingWeights(join(folder, 'model'), 'unet', options);
  expect([...model.tensors.keys()]).toEqual(['backbone.stem.weight']);
  expect(model.source).toBe('model');
});

test('what is not there is named, with what to do', async () => {
  const missing = startingWeights(join(folder, 'none.pth'), 'resnet50', options);
  await expect(missing).rejects.toBeInstanceOf(StorageError);
  await expect(startingWeights(folder, 'resnet50', options)).rejects.toThrow(/holds no weights.safetensors/);
  const published = await startingWeights('published', 'resnet50', options).catch((error: unknown) => error);
  expect(published).toBeInstanceOf(UnavailableError);
  expect((published as UnavailableError).hint).toMatch(/resnet50-[0-9a-f]{8}\.pth/);
  await expect(startingWeights('published', 'unet', options)).rejects.toThrow(
    /network must be one of .*resnet50.*, got unet/,
  );
});
