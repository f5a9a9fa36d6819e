import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSkeleton } from '@zoopraxis/core';
import { createProjectFolder, FolderStore, openProjectFolder } from '@zoopraxis/io/node';
import { writeRunLabels } from '@zoopraxis/pose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trainingLabels } from './training-labels.js';

let folder = '';
const modelFolder = 'models/first';

/** Labels the nose of one animal in an image. */
async function label(file: string, x: number, individual = 'm'): Promise<void> {
  const project = await openProjectFolder(folder, { mode: 'write' });
  await project.recordLabels([{ image: { group: 'v', file }, individual, points: { nose: { x, y: 1 } } }], {
    annotator: 'ann',
  });
  await project.close();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  const skeletons = [createSkeleton({ name: 'one', keypoints: ['nose'] })];
  await (await createProjectFolder(folder, { name: 'p', skeletons })).close();
  await label('1.png', 1);
  await label('2.png', 2);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const read = (replace = false) => trainingLabels(folder, new FolderStore(folder), { modelFolder, replace });
const placesOf = ({ labels }: Awaited<ReturnType<typeof read>>) => [...labels.position].filter((_, at) => at % 2 === 0);

test('an unfinished training goes on with the labels that it began with, and says so', async () => {
  const began = await read();
  expect([placesOf(began), began.notes]).toEqual([[1, 2], []]);
  const store = new FolderStore(folder);
  await writeRunLabels(store, `${modelFolder}/run`, began.labels);
  await store.write(`${modelFolder}/run/run.json`, new Uint8Array(1));
  expect((await read()).notes).toEqual([]);
  await label('3.png', 3);
  const resumed = await read();
  expect(placesOf(resumed)).toEqual([1, 2]);
  expect(resumed.paths).toEqual(['1.png', '2.png'].map((file) => join(folder, 'labeled-data', 'v', file)));
  expect(resumed.notes).toEqual([expect.stringMatching(/goes on with the labels that it began with/)]);
  // What is to be replaced begins anew.
  expect(placesOf(await read(true))).toEqual([1, 2, 3]);
});

test('images with several labeled animals are left out and named', async () => {
  await label('2.png', 9, 'other');
  const { notes, ...found } = await read();
  expect(placesOf({ ...found, notes })).toEqual([1]);
  expect(notes).toEqual([expect.stringContaining('1 image was left out, such as v/2.png')]);
});
