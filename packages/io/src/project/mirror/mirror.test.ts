import { createLabeledFrames, createSkeleton, type LabeledFrames, MemoryStore } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { readDeepLabCutConfig } from '../../formats/deeplabcut/config.js';
import { readDeepLabCutLabels } from '../../formats/deeplabcut/read-labels.js';
import { writeDeepLabCutLabelsHdf5 } from '../../formats/deeplabcut/write-labels.js';
import { FailingStore } from '../failing-store.test.kit.js';
import { openProject } from '../open-project.js';
import type { Project } from '../project.js';
import { makeProject, tickingClock } from '../project.test.kit.js';

const csvName = 'labeled-data/g/CollectedData_ann.csv';
const h5Name = 'labeled-data/g/CollectedData_ann.h5';
const quiet = { report: () => undefined };
const image = (file: string) => ({ group: 'g', file });
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const encode = (text: string) => new TextEncoder().encode(text);

type Points = Parameters<Project['recordLabels']>[0][number]['points'];
const record = (project: Project, file: string, points: Points, annotator = 'ann') =>
  project.recordLabels([{ image: image(file), individual: 'mouse 1', points }], { annotator });

const open = (store: MemoryStore) => openProject(store, { mode: 'write', now: tickingClock() });

/** Returns a closed project with two labeled images of one animal. */
async function makeClosed(): Promise<MemoryStore> {
  const { project, store } = await makeProject();
  await record(project, 'a.png', { nose: { x: 1.5, y: 2 }, ear: { x: 3, y: 4, visibility: 'occluded' } });
  await record(project, 'b.png', { nose: { x: 5, y: 6 }, tail: { x: 1 / 3, y: 8 } });
  await project.close();
  return store;
}

/** Replaces text in the CSV, as a person or DeepLabCut would. */
async function edit(store: MemoryStore, from: string, to: string, name = csvName): Promise<void> {
  const text = decode(await store.read(name));
  expect(text).toContain(from);
  await store.write(name, encode(text.replace(from, to)));
}

/** Returns `x y visibility` of one point, or undefined where there is none. */
async function pointOf(project: Project, file: string, keypoint: string): Promise<string | undefined> {
  const labels = await project.readLabels();
  const k = labels.skeleton.keypoints.indexOf(keypoint);
  const row = [...labels.image].findIndex((index) => labels.images[index]?.file === file);
  if (row < 0) return undefined;
  const at = row * labels.skeleton.keypoints.length + k;
  return `${labels.position[2 * at]} ${labels.position[2 * at + 1]} ${labels.visibility[at]}`;
}

const kinds = async (project: Project): Promise<string[]> => {
  const all: string[] = [];
  for await (const entry of project.labelHistory()) all.push(entry.kind);
  return all;
};

describe('the mirror', () => {
  test('holds what DeepLabCut needs: CSV, HDF5 and config.yaml', async () => {
    const store = await makeClosed();
    const expected = [
      'scorer,,,ann,ann,ann,ann,ann,ann',
      'bodyparts,,,nose,nose,ear,ear,tail,tail',
      'coords,,,x,y,x,y,x,y',
      'labeled-data,g,a.png,1.5,2.0,3.0,4.0,,',
      'labeled-data,g,b.png,5.0,6.0,,,0.3333333333333333,8.0',
      '',
    ];
    expect(decode(await store.read(csvName)).split('\n')).toEqual(expected);
    const [csv, h5] = await Promise.all(
      [csvName, h5Name].map(async (name) =>
        readDeepLabCutLabels((await store.read(name)) as Uint8Array, { ...quiet, group: 'g' }),
      ),
    );
    expect(h5?.labels.position.join()).toBe(csv?.labels.position.join());
    const config = readDeepLabCutConfig((await store.read('config.yaml')) as Uint8Array, quiet);
    expect(config).toMatchObject({
      task: 'test',
      scorer: 'ann',
      multiAnimal: false,
      keypoints: ['nose', 'ear', 'tail'],
    });
  });

  test('is not touched where nothing changed', async () => {
    const store = await makeClosed();
    const counting = new FailingStore(store, -1, 'before', false);
    const project = await openProject(counting, { mode: 'write' });
    await project.close();
    expect(counting.writes).toBe(0);
  });

  test('keeps what DeepLabCut or a person wrote into config.yaml', async () => {
    const store = await makeClosed();
    await edit(store, 'numframes2pick: 20', 'numframes2pick: 33 # more', 'config.yaml');
    const project = await open(store);
    await record(project, 'c.png', { nose: { x: 9, y: 9 } });
    await project.close();
    expect(decode(await store.read('config.yaml'))).toContain('numframes2pick: 33 # more');
    expect(decode(await store.read(csvName))).toContain('labeled-data,g,c.png,9.0,9.0,,,,');
  });

  test('does not hold other annotators', async () => {
    const store = await makeClosed();
    const project = await open(store);
    await record(project, 'a.png', { nose: { x: 50, y: 60 } }, 'bob');
    await project.close();
    expect(decode(await store.read(csvName))).not.toContain('50');
    expect((await store.list('labeled-data/')).join()).not.toContain('bob');
  });
});

describe('an edit by DeepLabCut', () => {
  test('is merged on opening: moved and added points are taken, visibility stays', async () => {
    const store = await makeClosed();
    await edit(store, '3.0,4.0,,', '3.5,4.0,7,7');
    const reader = await openProject(store, { mode: 'read' });
    expect(await pointOf(reader, 'a.png', 'ear')).toBe('3 4 1');
    const project = await open(store);
    expect(await pointOf(project, 'a.png', 'ear')).toBe('3.5 4 1');
    expect(await pointOf(project, 'a.png', 'tail')).toBe('7 7 2');
    expect(await pointOf(project, 'a.png', 'nose')).toBe('1.5 2 2');
    expect(project.conflicts).toEqual([]);
    expect(await kinds(project)).toEqual(['edit', 'edit', 'merge']);
    const h5 = await readDeepLabCutLabels((await store.read(h5Name)) as Uint8Array, quiet);
    expect(h5.labels.position[2]).toBe(3.5);
    await project.undoLabels();
    expect(await pointOf(project, 'a.png', 'ear')).toBe('3 4 1');
  });

  test('in the HDF5 alone is merged too', async () => {
    const store = await makeClosed();
    const { labels } = await readDeepLabCutLabels((await store.read(h5Name)) as Uint8Array, { ...quiet, group: 'g' });
    labels.position[0] = 1.75;
    const h5 = await writeDeepLabCutLabelsHdf5(labels, { group: 'g', ...quiet });
    await store.write(h5Name, h5);
    const project = await open(store);
    expect(await pointOf(project, 'a.png', 'nose')).toBe('1.75 2 2');
    expect(decode(await store.read(csvName))).toContain('a.png,1.75,2.0');
    expect(project.conflicts).toEqual([]);
  });

  test('that only writes numbers in another way changes nothing', async () => {
    const store = await makeClosed();
    await edit(store, '0.3333333333333333,8.0', '0.33333333333333331,8');
    const project = await open(store);
    expect(await kinds(project)).toEqual(['edit', 'edit']);
    expect(decode(await store.read(csvName))).toContain('0.3333333333333333,8.0');
  });

  test('of a point that we changed too is a conflict: ours stays until a human decides', async () => {
    const store = await makeClosed();
    const first = await open(store);
    await record(first, 'a.png', { nose: { x: 10, y: 10 } });
    // Our change is not mirrored yet when DeepLabCut saves its own.
    await edit(store, 'a.png,1.5,2.0', 'a.png,20,20');
    await edit(store, 'b.png,5.0,6.0', 'b.png,21,21');
    await first.close();
    for (const take of ['ours', 'theirs'] as const) {
      const copy = new MemoryStore();
      for (const name of await store.list()) await copy.write(name, (await store.read(name)) as Uint8Array);
      const project = await open(copy);
      expect(await pointOf(project, 'a.png', 'nose')).toBe('10 10 2');
      expect(await pointOf(project, 'b.png', 'nose')).toBe('21 21 2');
      expect(project.conflicts).toMatchObject([
        {
          image: image('a.png'),
          individual: 'mouse 1',
          annotator: 'ann',
          keypoint: 'nose',
          ours: [10, 10, 2],
          theirs: [20, 20, 2],
        },
      ]);
      await project.resolveConflicts([{ id: project.conflicts[0]?.id ?? '', take }]);
      await project.close();
      const again = await open(copy);
      expect(again.conflicts).toEqual([]);
      expect(await pointOf(again, 'a.png', 'nose')).toBe(take === 'ours' ? '10 10 2' : '20 20 2');
      expect(decode(await copy.read(csvName))).toContain(take === 'ours' ? 'a.png,10.0,10.0' : 'a.png,20.0,20.0');
      await expect(again.resolveConflicts([{ id: '1.0', take }])).rejects.toThrow(
        /must be one of the open ones, got 1.0/,
      );
    }
  });

  test('that removes points or images is a conflict, and removes them when decided so', async () => {
    const store = await makeClosed();
    await edit(store, 'a.png,1.5,2.0', 'a.png,,');
    await edit(store, 'labeled-data,g,b.png,5.0,6.0,,,0.3333333333333333,8.0\n', '');
    const project = await open(store);
    expect(project.conflicts.map(({ image: { file }, keypoint, theirs }) => [file, keypoint, theirs])).toEqual([
      ['a.png', 'nose', null],
      ['b.png', 'nose', null],
      ['b.png', 'tail', null],
    ]);
    expect(decode(await store.read(csvName))).toContain('b.png,5.0,6.0');
    await project.close();
    const again = await open(store);
    expect(again.conflicts.length).toBe(3);
    await again.resolveConflicts(again.conflicts.map(({ id }) => ({ id, take: 'theirs' as const })));
    expect(await pointOf(again, 'a.png', 'nose')).toBe('NaN NaN 0');
    expect((await again.readLabels()).image.length).toBe(1);
  });

  test('saved from a window that was loaded before our change is a conflict, not a step back', async () => {
    const store = await makeClosed();
    const old = decode(await store.read(csvName));
    const first = await open(store);
    await record(first, 'a.png', { nose: { x: 10, y: 10 } });
    await first.close();
    await store.write(csvName, encode(old));
    const project = await open(store);
    expect(await pointOf(project, 'a.png', 'nose')).toBe('10 10 2');
    expect(project.conflicts).toMatchObject([{ keypoint: 'nose', theirs: [1.5, 2, 2] }]);
  });

  test('brings new folders, scorers and body parts', async () => {
    const store = await makeClosed();
    const nan = Number.NaN;
    const foreign: LabeledFrames = createLabeledFrames({
      skeleton: createSkeleton({ name: 'x', keypoints: ['nose', 'paw'] }),
      individuals: ['animal'],
      annotators: ['eva'],
      images: [{ group: 'new', file: '1.png' }],
      image: Int32Array.of(0),
      individual: Int32Array.of(0),
      annotator: Int32Array.of(0),
      position: Float64Array.of(nan, nan, 5, 6),
      visibility: Uint8Array.of(0, 2),
    });
    const theirs = 'labeled-data/new/CollectedData_eva.h5';
    const bytes = await writeDeepLabCutLabelsHdf5(foreign, { group: 'new', ...quiet });
    await store.write(theirs, bytes);
    const project = await open(store);
    const labels = await project.readLabels();
    expect(labels.skeleton.keypoints).toEqual(['nose', 'ear', 'tail', 'paw']);
    expect(labels.annotators).toEqual(['ann', 'eva']);
    expect(labels.individuals).toEqual(['mouse 1']);
    expect(project.warnings).toEqual([`the skeleton mouse has the new keypoints paw: ${theirs}`]);
    expect(await store.read(theirs)).toEqual(bytes);
    await project.close();
    const again = await open(store);
    expect((await kinds(again)).filter((kind) => kind === 'merge').length).toBe(1);
  });

  test('that cannot be read is named and never overwritten', async () => {
    const store = await makeClosed();
    await edit(store, 'a.png,1.5', 'a.png,"1.5');
    const broken = decode(await store.read(csvName));
    const project = await open(store);
    expect(project.warnings.join()).toMatch(/not a valid .*CSV.*left as it is/);
    await record(project, 'a.png', { nose: { x: 2, y: 2 } });
    await project.close();
    expect(decode(await store.read(csvName))).toBe(broken);
  });

  test('two animals: each keeps its points', async () => {
    const { project, store } = await makeProject();
    const both = [
      { image: image('a.png'), individual: 'black', points: { nose: { x: 1, y: 1 } } },
      { image: image('a.png'), individual: 'white', points: { nose: { x: 2, y: 2 } } },
    ];
    await project.recordLabels(both, { annotator: 'ann' });
    await project.close();
    const config = readDeepLabCutConfig((await store.read('config.yaml')) as Uint8Array, quiet);
    expect(config).toMatchObject({ multiAnimal: true, individuals: ['black', 'white'] });
    await edit(store, '2.0,2.0', '2.5,2.0');
    const again = await open(store);
    const { position, individual } = await again.readLabels();
    expect([...individual]).toEqual([0, 1]);
    expect([position[0], position[6]]).toEqual([1, 2.5]);
  });
});
