import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteStore, createRecording, MemoryStore, Random, StorageError } from '@zoopraxis/core';
import { afterAll, expect, test } from 'vitest';
import { observeBouts, streamOf } from './bouts/bouts.test.kit.js';
import { createProjectFolder, openProjectFolder } from './folder.node.js';
import { createProject, openProject } from './open-project.js';
import type { Project } from './project.js';
import { mouse, tickingClock } from './project.test.kit.js';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A disk that fails at random: before a write, in the midst of an append, or after all was written. */
class MoodyStore implements ByteStore {
  failures = 0;
  readonly #below: MemoryStore;
  readonly #random: Random;
  readonly #share: number;

  constructor(below: MemoryStore, random: Random, share: number) {
    this.#below = below;
    this.#random = random;
    this.#share = share;
  }

  read = (name: string) => this.#below.read(name);
  list = (prefix?: string) => this.#below.list(prefix);

  write(name: string, bytes: Uint8Array): Promise<void> {
    return this.#moody(
      () => this.#below.write(name, bytes),
      async () => undefined,
    );
  }

  append(name: string, bytes: Uint8Array): Promise<void> {
    const part = bytes.subarray(0, this.#random.integer(bytes.length));
    return this.#moody(
      () => this.#below.append(name, bytes),
      () => this.#below.append(name, part),
    );
  }

  remove(name: string): Promise<void> {
    return this.#moody(
      () => this.#below.remove(name),
      async () => undefined,
    );
  }

  async #moody(all: () => Promise<void>, part: () => Promise<void>): Promise<void> {
    if (this.#random.integer(100) >= 100 * this.#share) return all();
    this.failures++;
    const how = this.#random.integer(3);
    if (how === 1) await part();
    if (how === 2) await all();
    throw new StorageError('the disk failed');
  }
}

const openToWrite = (store: ByteStore) =>
  openProject(store, { mode: 'write', now: tickingClock(), boutDelayMs: 2 ** 30 });

async function makeStore(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const project = await createProject(store, { name: 'p', skeletons: [mouse], now: tickingClock() });
  await project.updateRecordings(() => ['r1', 'r2'].map((id) => createRecording({ id })));
  await project.close();
  return store;
}

type Edit = (project: Project, id: string) => Promise<unknown>;

/** Returns edits of labels and bouts by two people who also take back and do again, all of which can be done in this order. */
function edits(random: Random, count: number): Edit[] {
  const bouts = new Map<string, string[]>();
  return Array.from({ length: count }, (_, i): Edit => {
    const annotator = random.integer(2) === 0 ? 'ann' : 'bob';
    const [kind, x, frame] = [random.integer(10), random.integer(1000), random.integer(4)];
    const stream = streamOf(annotator, { recording: random.integer(2) === 0 ? 'r1' : 'r2' });
    if (kind < 4) {
      const edit = {
        image: { group: 'a', file: `${frame}.png`, frame },
        individual: 'm',
        points: kind === 0 ? null : { nose: { x, y: i }, ear: kind === 1 ? null : { x: i, y: x } },
      };
      return (project, id) => project.recordLabels([edit], { annotator, id });
    }
    if (kind < 8) {
      const own = bouts.get(JSON.stringify(stream)) ?? [];
      bouts.set(JSON.stringify(stream), [...own, `b${i}`]);
      const add = [{ id: `b${i}`, behavior: kind === 4 ? 'rest' : 'run', startSec: x, endSec: x + 1 }];
      return (project, id) => project.recordBouts([{ stream, remove: [], add }], { annotator, id });
    }
    const options = { annotator };
    if (kind === 8) return (project, id) => project.undoLabels({ ...options, id });
    return (project, id) =>
      x % 3 === 0 ? project.redoBouts({ ...options, id }) : project.undoBouts({ ...options, id });
  });
}

/** Returns all that is seen of a project, with what its history says who did in which order. */
async function observe(store: MemoryStore): Promise<string> {
  const project = await openProject(store, { mode: 'read' });
  const { image, annotator, position, visibility } = await project.readLabels();
  const history: unknown[] = [];
  for await (const { kind, id, by, target } of project.labelHistory()) history.push([kind, id, by, target]);
  for await (const { kind, id, by, target } of project.boutHistory()) history.push([kind, id, by, target]);
  return JSON.stringify([[image, annotator, position, visibility].map((list) => list.join()), history, project.damage]);
}

test.each([1, 2])(
  'edits that are sent until they are accepted are done once, in their order, on a disk that fails (%d)',
  async (seed) => {
    const all = edits(new Random(`edits ${seed}`), 120);
    const sound = await makeStore();
    const undisturbed = await openToWrite(sound);
    for (const [i, edit] of all.entries()) await edit(undisturbed, `edit ${i}`).catch(() => undefined);
    await undisturbed.flushBouts();

    const below = await makeStore();
    const random = new Random(`moods ${seed}`);
    let failures = 0;
    const open = async () => {
      for (;;) {
        const store = new MoodyStore(below, random, 0.3);
        try {
          return { store, project: await openToWrite(store) };
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
          failures += store.failures;
        }
      }
    };
    let { store, project } = await open();
    for (const [i, edit] of all.entries()) {
      for (;;) {
        // A server that is killed leaves its project as it is, also between doing an edit and saying so.
        const isKilled = random.integer(8) === 0;
        const problem = await edit(project, `edit ${i}`).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (random.integer(4) === 0) await project.flushBouts().catch(() => undefined);
        if (isKilled) {
          failures += store.failures;
          ({ store, project } = await open());
        }
        if (!(problem instanceof StorageError) && !isKilled) break;
      }
    }
    failures += store.failures;
    expect(failures).toBeGreaterThan(40);
    expect(await observe(below)).toBe(await observe(sound));
    const mended = await openToWrite(below);
    await mended.flushBouts();
    expect(await observeBouts(below)).toBe(await observeBouts(sound));
  },
);

test('an edit that comes again does not undo what another did in between', async () => {
  const project = await openToWrite(await makeStore());
  const image = { group: 'a', file: '1.png', frame: 1 };
  const move = (x: number, id: string) =>
    project.recordLabels([{ image, individual: 'm', points: { nose: { x, y: 0 } } }], { annotator: 'ann', id });
  const first = await move(1, 'first');
  await move(2, 'second');
  expect(await move(1, 'first')).toEqual(first);
  expect((await project.readLabels()).position[0]).toBe(2);
  await project.undoLabels({ annotator: 'ann', id: 'back' });
  await project.undoLabels({ annotator: 'ann', id: 'back' });
  expect((await project.readLabels()).position[0]).toBe(1);
});

test('what a disk took but failed to sync is written anew before it counts', async () => {
  const below = await makeStore();
  const written: string[] = [];
  let isFailing = false;
  const store: ByteStore = {
    read: (name) => below.read(name),
    list: (prefix) => below.list(prefix),
    remove: (name) => below.remove(name),
    write: async (name, bytes) => {
      written.push(name);
      await below.write(name, bytes);
    },
    append: async (name, bytes) => {
      await below.append(name, bytes);
      if (isFailing) throw new StorageError('fsync failed');
    },
  };
  const project = await openToWrite(store);
  const image = { group: 'a', file: '1.png', frame: 1 };
  const send = () =>
    project.recordLabels([{ image, individual: 'm', points: { nose: { x: 1, y: 0 } } }], { annotator: 'ann', id: 'e' });
  isFailing = true;
  await expect(send()).rejects.toThrow('fsync failed');
  expect(written).toEqual([]);
  isFailing = false;
  expect((await send())?.id).toBe('e');
  expect(written).toEqual(['labels/journal-00000001.jsonl']);
});

test('a project that is moved while it is open is not made anew at its old place', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  folders.push(parent);
  const project = await createProjectFolder(join(parent, 'here'), { name: 'p', skeletons: [mouse] });
  const image = { group: 'a', file: '1.png', frame: 1 };
  const move = (x: number) =>
    project.recordLabels([{ image, individual: 'm', points: { nose: { x, y: 0 } } }], { annotator: 'ann' });
  await move(1);
  await rename(join(parent, 'here'), join(parent, 'there'));
  await expect(move(2)).rejects.toThrow(/was moved or removed, or another process took the project over/);
  await expect(project.updateManifest((manifest) => manifest)).rejects.toThrow(StorageError);
  expect(await readdir(parent)).toEqual(['there']);
  await rename(join(parent, 'there'), join(parent, 'here'));
  await move(3);
  expect((await project.readLabels()).position[0]).toBe(3);
  await project.close();
});

test('who lost the project to another computer writes nothing more', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  folders.push(parent);
  const project = await createProjectFolder(parent, { name: 'p', skeletons: [mouse] });
  const edit = { image: { group: 'a', file: '1.png' }, individual: 'm', points: { nose: { x: 1, y: 0 } } };
  await project.recordLabels([edit], { annotator: 'ann' });
  const other = await openProjectFolder(parent, { mode: 'write', takeOver: true });
  const late = { ...edit, points: { nose: { x: 2, y: 0 } } };
  await expect(project.recordLabels([late], { annotator: 'ann' })).rejects.toThrow(/another process took/);
  await other.recordLabels([{ ...edit, points: { nose: { x: 3, y: 0 } } }], { annotator: 'ann' });
  await expect(project.close()).rejects.toThrow(StorageError);
  await other.close();
  const read = await openProjectFolder(parent, { mode: 'read' });
  expect(read.damage).toEqual([]);
  expect((await read.readLabels()).position[0]).toBe(3);
});
