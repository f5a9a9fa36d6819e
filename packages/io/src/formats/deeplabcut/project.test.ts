import { FormatError, MemoryStore } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { FileProblem } from '../file-problem.js';
import { readDeepLabCutProject } from './project.js';
import { writeDeepLabCutLabelsHdf5 } from './write-labels.js';
import { writeDeepLabCutProject } from './write-project.js';

const text = (value: string) => new TextEncoder().encode(value);

/** Returns the header of a PNG of this size. */
function png(widthPx: number, heightPx: number): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x89504e47);
  view.setUint32(12, 0x49484452);
  view.setUint32(16, widthPx);
  view.setUint32(20, heightPx);
  return bytes;
}

const header = 'scorer,Ann,Ann,Ann,Ann\nbodyparts,nose,nose,tail,tail\ncoords,x,y,x,y\n';
const config = 'Task: mice\nscorer: Ann\nbodyparts: [nose, tail, ear]\nskeleton: [[nose, tail]]\n';

async function project(files: Record<string, string | Uint8Array>) {
  const store = new MemoryStore();
  for (const [name, content] of Object.entries(files))
    await store.write(name, typeof content === 'string' ? text(content) : content);
  return store;
}

async function read(store: MemoryStore, options: { prefer?: 'csv' | 'hdf5' } = {}) {
  const problems: FileProblem[] = [];
  const result = await readDeepLabCutProject(store, { ...options, report: (problem) => problems.push(problem) });
  return { ...result, problems };
}

describe('readDeepLabCutProject', () => {
  test('joins folders over the skeleton of config.yaml and finds their images', async () => {
    const store = await project({
      'config.yaml': config,
      'labeled-data/b/CollectedData_Ann.csv': `${header}labeled-data/b/img2.png,1,2,3,4\n`,
      'labeled-data/b/img2.png': png(64, 48),
      'labeled-data/a/CollectedData_Ann.csv': `${header}labeled-data,a\n`.replace(
        'labeled-data,a\n',
        'labeled-data/a/img1.png,5,6,,\n',
      ),
      'labeled-data/a/img1.png': png(64, 48),
      'labeled-data/a/img9.png': png(64, 48),
      'labeled-data/a_labeled/img1.png': png(64, 48),
    });
    const { labels, images, unlabeledImages, problems } = await read(store);
    expect(labels.skeleton).toMatchObject({ name: 'mice', keypoints: ['nose', 'tail', 'ear'], edges: [[0, 1]] });
    expect(labels.images).toEqual([
      { group: 'a', file: 'img1.png', frame: 1 },
      { group: 'b', file: 'img2.png', frame: 2 },
    ]);
    const nan = Number.NaN;
    expect([...labels.position]).toEqual([5, 6, nan, nan, nan, nan, 1, 2, 3, 4, nan, nan]);
    expect(images).toEqual([
      { name: 'labeled-data/a/img1.png', size: { widthPx: 64, heightPx: 48 } },
      { name: 'labeled-data/b/img2.png', size: { widthPx: 64, heightPx: 48 } },
    ]);
    expect(unlabeledImages).toEqual(['labeled-data/a/img9.png', 'labeled-data/a_labeled/img1.png']);
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['missing-keypoint', 'labeled-data/a/CollectedData_Ann.csv'],
      ['missing-keypoint', 'labeled-data/b/CollectedData_Ann.csv'],
      ['unlabeled-image', 'labeled-data/a/img9.png'],
    ]);
  });

  test('reports missing images, points outside, unknown body parts and sizes that differ', async () => {
    const store = await project({
      'config.yaml': config.replace('tail, ', ''),
      'labeled-data/a/CollectedData_Ann.csv': `${header}a/img1.png,64,2,3,4\na/img2.png,1,2,3,-1\na/img3.png,63.4,47.4,,\na/img4.png,1,1,1,1\n`,
      'labeled-data/a/img1.png': png(64, 48),
      'labeled-data/a/img2.png': png(32, 48),
      'labeled-data/a/img3.png': png(64, 48),
    });
    const { labels, images, problems } = await read(store);
    expect(labels.images).toHaveLength(4);
    expect(images[3]).toEqual({ name: undefined, size: undefined });
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      ['config-value', 'skeleton, entry 1'],
      ['unknown-keypoint', 'header, tail'],
      ['missing-keypoint', 'header'],
      ['missing-image', 'img4.png'],
      ['outside-image', 'img1.png, animal, nose'],
      ['image-size', 'the images'],
    ]);
    expect(problems[4]?.message).toContain('(64, 2)');
    expect(labels.position[0]).toBe(64);
  });

  test('compares CSV and HDF5 of a folder, uses the one asked for and says where they differ', async () => {
    const first = await read(
      await project({ 'labeled-data/a/CollectedData_Ann.csv': `${header}a/img1.png,1,2,3,4\na/img2.png,5,6,,\n` }),
    );
    const hdf5 = writeDeepLabCutLabelsHdf5(first.labels, { group: 'a', report: () => undefined });
    const same = await read(
      await project({
        'labeled-data/a/CollectedData_Ann.csv': `${header}a/img1.png,1,2,3,4.0000000001\na/img2.png,5,6,,\n`,
        'labeled-data/a/CollectedData_Ann.h5': hdf5,
      }),
    );
    expect(same.problems.map(({ code }) => code)).not.toContain('different-copies');
    const files = {
      'labeled-data/a/CollectedData_Ann.csv': `${header}a/img1.png,1,2,3,4\na/img2.png,5,7,8,9\n`,
      'labeled-data/a/CollectedData_Ann.h5': hdf5,
    };
    const csv = await read(await project(files));
    expect(csv.problems.find(({ code }) => code === 'different-copies')).toMatchObject({
      file: 'labeled-data/a/CollectedData_Ann.csv',
      where: 'a/img2.png, animal, nose: (5, 7) and (5, 6)',
      message: expect.stringMatching(/^2 points differ from labeled-data\/a\/CollectedData_Ann\.h5/),
    });
    expect(csv.labels.position[5]).toBe(7);
    expect((await read(await project(files), { prefer: 'hdf5' })).labels.position[5]).toBe(6);
  });

  test('goes on with the other copy, and with other folders, where one cannot be read', async () => {
    const good = await read(await project({ 'labeled-data/a/CollectedData_Ann.csv': `${header}a/img1.png,1,2,3,4\n` }));
    const hdf5 = writeDeepLabCutLabelsHdf5(good.labels, { group: 'a', report: () => undefined });
    const { labels, problems } = await read(
      await project({
        'labeled-data/a/CollectedData_Ann.csv': 'broken',
        'labeled-data/a/CollectedData_Ann.h5': hdf5,
        'labeled-data/b/CollectedData_Ann.h5': hdf5.slice(0, 900),
      }),
    );
    expect([...labels.position]).toEqual([1, 2, 3, 4]);
    expect(problems.filter(({ code }) => code === 'unreadable-file').map(({ file }) => file)).toEqual([
      'labeled-data/a/CollectedData_Ann.csv',
      'labeled-data/b/CollectedData_Ann.h5',
    ]);
    expect(problems[0]?.code).toBe('missing-config');
  });

  test('uses the scorer of config.yaml where there are several', async () => {
    const row = 'a/img1.png,1,2,3,4\n';
    const { labels, problems } = await read(
      await project({
        'config.yaml': config,
        'labeled-data/a/CollectedData_Aaron.csv': `${header}${row}`.replaceAll('Ann', 'Aaron'),
        'labeled-data/a/CollectedData_Ann.csv': `${header}${row}`,
      }),
    );
    expect(labels.annotators).toEqual(['Ann']);
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'several-scorers', file: 'labeled-data/a/CollectedData_Aaron.csv' }),
    );
  });

  test.each([
    [{}, /no such folder/],
    [{ 'labeled-data/a/img1.png': png(1, 1) }, /other files alone/],
    [{ 'labeled-data/a/CollectedData_Ann.csv': 'broken' }, /only unreadable ones/],
    [{ 'config.yaml': 'a: [', 'labeled-data/a/CollectedData_Ann.csv': header }, /config\.yaml/],
  ])('refuses a folder that is no project: %#', async (files, message) => {
    await expect(read(await project(files))).rejects.toThrow(FormatError);
    await expect(read(await project(files))).rejects.toThrow(message);
  });
});

test('a project that is written reads back as it was, for one animal and several', async () => {
  const rows = 'a/img1.png,1,2,3,4\na/img2.png,5,6,,\n';
  const multi = [
    'scorer,Ann,Ann,Ann,Ann,Ann,Ann',
    'individuals,m1,m1,m2,m2,single,single',
    'bodyparts,nose,nose,nose,nose,corner,corner',
    'coords,x,y,x,y,x,y',
    'a/img1.png,1,2,,,5,6',
    'a/img2.png,,,3,4,,\n',
  ].join('\n');
  for (const csv of [`${header}${rows}`, multi]) {
    const before = await read(await project({ 'labeled-data/a/CollectedData_Ann.csv': csv }));
    const store = new MemoryStore();
    await store.write('config.yaml', text('# mine\nmy_key: 5\n'));
    const { uniqueKeypoints, multiAnimal } = before;
    await writeDeepLabCutProject(store, before.labels, {
      task: 'animal',
      uniqueKeypoints,
      multiAnimal,
      report: () => undefined,
    });
    expect(await store.list()).toEqual([
      'config.yaml',
      'labeled-data/a/CollectedData_Ann.csv',
      'labeled-data/a/CollectedData_Ann.h5',
    ]);
    const after = await read(store);
    expect(after.labels).toEqual(before.labels);
    expect(after.config).toMatchObject({ scorer: 'Ann', multiAnimal, all: { my_key: 5 } });
    expect(new Set(after.problems.map(({ code }) => code))).toEqual(new Set(['missing-image']));
    expect(new TextDecoder().decode(await store.read('config.yaml'))).toContain('# mine');
  }
});
