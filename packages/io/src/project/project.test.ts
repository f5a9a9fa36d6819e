import { createLabeledFrames, createSkeleton, FormatError, IntegrityError, MemoryStore } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { createProject, openProject } from './open-project.js';
import { makeLabels, makeProject } from './project.test.kit.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('a project', () => {
  test('is created once, and opened with all it was made of', async () => {
    const store = new MemoryStore();
    const skeleton = createSkeleton({ name: 'mouse', keypoints: ['nose', 'tail'], edges: [[0, 1]] });
    const project = await createProject(store, { name: 'open field', skeletons: [skeleton] });
    expect(project.skeleton()).toEqual(skeleton);
    await project.close();
    await expect(createProject(store, { name: 'again' })).rejects.toThrow(/there is a project already/);
    const opened = await openProject(store, { mode: 'read' });
    expect(opened.manifest).toEqual(project.manifest);
    expect(opened.skeleton('mouse')).toEqual(skeleton);
    expect(() => opened.skeleton('rat')).toThrow(/must be one of the project \(mouse\), got rat/);
    await expect(opened.updateManifest((m) => m)).rejects.toThrow(/mode must be write/);
    await expect(openProject(new MemoryStore(), { mode: 'read' })).rejects.toMatchObject({ code: 'storage' });
  });

  test('keeps keys of the manifest that this version does not know', async () => {
    const store = new MemoryStore();
    await createProject(store, { name: 'a' });
    const text = new TextDecoder().decode(await store.read('zoopraxis.json'));
    await store.write('zoopraxis.json', bytesOf(text.replace('{', '{"later": {"a": [1]},')));
    const project = await openProject(store, { mode: 'write' });
    await project.updateManifest((manifest) => ({ ...manifest, name: 'b' }));
    expect(JSON.parse(new TextDecoder().decode(await store.read('zoopraxis.json')))).toMatchObject({
      name: 'b',
      later: { a: [1] },
    });
  });

  test('refuses a newer version and a damaged manifest, saying where', async () => {
    const store = new MemoryStore();
    await createProject(store, { name: 'a' });
    const text = new TextDecoder().decode(await store.read('zoopraxis.json'));
    await store.write('zoopraxis.json', bytesOf(text.replace('"version": 1', '"version": 2')));
    await expect(openProject(store, { mode: 'read' })).rejects.toThrow(IntegrityError);
    for (const [from, to, where] of [
      ['"version": 1', '"version": "1"', 'version'],
      ['"name": "a"', '"name": 7', 'name'],
      ['"videos": []', '"videos": [{"id": "a/b"}]', 'videos.0.id'],
      ['{', '', 'the whole file'],
    ] as const) {
      await store.write('zoopraxis.json', bytesOf(text.replace(from, to)));
      const problem = await openProject(store, { mode: 'read' }).catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(FormatError);
      expect(problem).toMatchObject({ where, path: 'zoopraxis.json' });
    }
  });

  test('a manifest that could not be read again is not written', async () => {
    const { project, store } = await makeProject();
    const before = await store.read('zoopraxis.json');
    await expect(project.updateManifest((m) => ({ ...m, name: '' }))).rejects.toThrow(FormatError);
    expect(await store.read('zoopraxis.json')).toEqual(before);
    expect(project.manifest.name).toBe('test');
  });

  test('keeps videos, those of a variable rate with their times', async () => {
    const { project, store } = await makeProject();
    const video = {
      id: 'v1',
      source: 'videos/v1.mp4',
      view: 'top',
      widthPx: 640,
      heightPx: 480,
      frameCount: 3,
      fps: 30,
      contentHash: 'ab',
      calibration: { kind: 'plane', pxPerCm: 10 },
    } as const;
    const variable = { ...video, id: 'v2', timesSec: Float64Array.of(0, 0.1, 0.35) };
    await project.addVideo(video);
    await project.addVideo(variable);
    const opened = await openProject(store, { mode: 'read' });
    expect(await opened.video('v1')).toEqual(video);
    expect(await opened.video('v2')).toEqual(variable);
    await store.remove('videos/v2-times.parquet');
    await expect(opened.video('v2')).rejects.toThrow(/the times of the frames are missing/);
    await expect(opened.video('v3')).rejects.toThrow(/must be one of the project, got v3/);
  });
});

describe('images', () => {
  /** The head of a PNG, which states its size. */
  const png = (widthPx: number, heightPx: number) => {
    const head = new DataView(new ArrayBuffer(33));
    for (const [at, word] of [0x89504e47, 0x0d0a1a0a, 13, 0x49484452, widthPx, heightPx].entries())
      head.setUint32(4 * at, word);
    return new Uint8Array(head.buffer);
  };

  test('are kept, read back, and found missing, broken, of another size or smaller than their labels', async () => {
    const { project, store } = await makeProject();
    const files = ['1.png', '2.png', '3.png', '4.png', '5.png', '6.png'];
    const images = files.map((file) => ({ group: 'g', file }));
    await project.addImages(images.slice(0, 5).map((image) => ({ image, bytes: png(64, 48) })));
    await project.recordLabels(
      images.map((image, i) => ({ image, individual: 'm', points: { nose: { x: i === 4 ? 63.6 : 63.5, y: -0.5 } } })),
      { annotator: 'ann' },
    );
    await store.write('labeled-data/g/2.png', png(32, 48));
    await store.write('labeled-data/g/3.png', Uint8Array.of(1, 2, 3));
    expect(await project.readImage({ group: 'g', file: '1.png' })).toEqual(png(64, 48));
    await expect(project.readImage({ group: 'g', file: '6.png' })).rejects.toThrow(
      /the image is missing: labeled-data\/g\/6.png/,
    );
    expect((await project.checkImages()).map(({ image, kind, message }) => [image.file, kind, message])).toEqual([
      ['3.png', 'unreadable', 'the file is no picture: labeled-data/g/3.png'],
      ['6.png', 'missing', 'the image is missing: labeled-data/g/6.png'],
      ['2.png', 'other-size', 'the image is 32 x 48 px, most of its group 64 x 48 px: labeled-data/g/2.png'],
      ['2.png', 'labels-outside', 'nose at (63.5, -0.5) lies outside of the image of 32 x 48 px: labeled-data/g/2.png'],
      ['5.png', 'labels-outside', 'nose at (63.6, -0.5) lies outside of the image of 64 x 48 px: labeled-data/g/5.png'],
    ]);
  });
});

describe('labels', () => {
  test('every annotator, individual and visibility comes back after reopening', async () => {
    const { project, store } = await makeProject();
    const labels = makeLabels();
    await project.importLabels(labels, { source: 'test' });
    expect(await project.readLabels()).toEqual(labels);
    await project.close();
    expect(await (await openProject(store, { mode: 'read' })).readLabels()).toEqual(labels);
    expect(
      await (await openProject(store, { mode: 'write' })).importLabels(labels, { source: 'again' }),
    ).toBeUndefined();
  });

  test('an edit changes the points it names, null makes absent, null points remove the row', async () => {
    const { project } = await makeProject();
    const image = { group: 'g', file: 'a.png' };
    const record = (points: Parameters<typeof project.recordLabels>[0][number]['points']) =>
      project.recordLabels([{ image, individual: 'm', points }], { annotator: 'ann' });
    const read = async () => {
      const { position, visibility } = await project.readLabels();
      return [...position, ...visibility];
    };
    await record({ nose: { x: 1, y: 2 }, ear: { x: 3, y: 4, visibility: 'occluded' } });
    expect(await read()).toEqual([1, 2, 3, 4, Number.NaN, Number.NaN, 2, 1, 0]);
    await record({ nose: null, tail: { x: 5.5, y: 6 } });
    expect(await read()).toEqual([Number.NaN, Number.NaN, 3, 4, 5.5, 6, 0, 1, 2]);
    expect(await record({ nose: null })).toBeUndefined();
    await record(null);
    expect(await read()).toEqual([]);
    expect((await project.readLabels()).images).toEqual([image]);
    expect(await record(null)).toBeUndefined();
    await record({});
    expect((await project.readLabels()).image.length).toBe(1);
  });

  test('undo and redo walk through the history of one annotator, also after reopening', async () => {
    const { project, store } = await makeProject();
    const image = { group: 'g', file: 'a.png' };
    const set = (opened: typeof project, annotator: string, x: number) =>
      opened.recordLabels([{ image, individual: 'm', points: { nose: { x, y: 0 } } }], { annotator });
    const xOf = async (opened: typeof project, annotator: string) => {
      const labels = await opened.readLabels();
      const row = [...labels.annotator].findIndex((index) => labels.annotators[index] === annotator);
      return row < 0 ? undefined : labels.position[row * 6];
    };
    await set(project, 'a', 1);
    await set(project, 'a', 2);
    await set(project, 'b', 9);
    await project.undoLabels({ annotator: 'a' });
    expect([await xOf(project, 'a'), await xOf(project, 'b')]).toEqual([1, 9]);
    await project.close();
    const again = await openProject(store, { mode: 'write' });
    await again.undoLabels({ annotator: 'a' });
    expect(await xOf(again, 'a')).toBeUndefined();
    expect(await again.undoLabels({ annotator: 'a' })).toBeUndefined();
    await again.redoLabels({ annotator: 'a' });
    await again.redoLabels({ annotator: 'a' });
    expect([await xOf(again, 'a'), await xOf(again, 'b')]).toEqual([2, 9]);
    expect(await again.redoLabels({ annotator: 'a' })).toBeUndefined();
    await again.undoLabels();
    await set(again, 'a', 5);
    expect(await again.redoLabels({ annotator: 'a' })).toBeUndefined();
    const kinds: string[] = [];
    for await (const entry of again.labelHistory()) kinds.push(entry.kind);
    expect(kinds).toEqual(['edit', 'edit', 'edit', 'undo', 'undo', 'redo', 'redo', 'undo', 'edit']);
  });

  test('labels with keypoints that the project has not are refused by name', async () => {
    const { project } = await makeProject();
    const other = createLabeledFrames({
      ...makeLabels(),
      skeleton: createSkeleton({ name: 'x', keypoints: ['nose', 'ear', 'paw'] }),
    });
    await expect(project.importLabels(other, { source: 'x.csv' })).rejects.toMatchObject({
      found: 'paw',
      path: 'x.csv',
    });
    const edit = { image: { group: 'g', file: 'a.png' }, individual: 'm', points: { paw: null } };
    await expect(project.recordLabels([edit], { annotator: 'a' })).rejects.toThrow(
      /keypoint must be of skeleton mouse, got paw/,
    );
    const away = { ...edit, points: {}, image: { group: '..', file: 'a' } };
    await expect(project.recordLabels([away], { annotator: 'a' })).rejects.toThrow(
      /image group: must be usable as a file name/,
    );
  });
});
