import { type ByteStore, MemoryStore, type PoseTracks, StorageError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { makeTracks, sliceChunk } from '../tables/tracks.test.kit.js';
import { headerOf } from '../tables/tracks-layout.js';
import { FailingStore, type FailureKind } from './failing-store.test.kit.js';
import { createProject, openProject } from './open-project.js';
import type { Project } from './project.js';
import { makeLabels, mouse, tickingClock } from './project.test.kit.js';

const tracks = makeTracks({ frames: 6 });
const image = { group: 'a', file: 'img07.png', frame: 7 };
const edit = (x: number) => [{ image, individual: 'black', points: { nose: { x, y: 1 } } }];

const video = {
  id: 'v',
  source: 'v.mp4',
  view: 'top',
  widthPx: 8,
  heightPx: 8,
  frameCount: 2,
  fps: 30,
  contentHash: 'x',
} as const;

async function withSink(
  project: Project,
  work: (sink: Awaited<ReturnType<Project['openTracksSink']>>) => Promise<void>,
) {
  await work(await project.openTracksSink('long', headerOf(tracks)));
}

/** All operations that write, in an order that builds on what came before. */
const operations: readonly [string, (project: Project) => Promise<unknown>][] = [
  ['import labels', (project) => project.importLabels(makeLabels(), { source: 'x' })],
  ['record an edit', (project) => project.recordLabels(edit(1), { annotator: 'ann' })],
  ['record another', (project) => project.recordLabels(edit(2), { annotator: 'ann' })],
  ['undo', (project) => project.undoLabels({ annotator: 'ann' })],
  ['redo', (project) => project.redoLabels()],
  ['add a video', (project) => project.addVideo(video)],
  ['replace it', (project) => project.addVideo({ ...video, timesSec: Float64Array.of(0, 0.5) })],
  ['add images', (project) => project.addImages([{ image: { group: 'a', file: '1.png' }, bytes: Uint8Array.of(1) }])],
  ['write tracks', (project) => project.writeTracks('short', tracks)],
  ['put a chunk', (project) => withSink(project, (sink) => sink.put(0, sliceChunk(tracks, 0, 4)))],
  ['put the last', (project) => withSink(project, (sink) => sink.put(1, sliceChunk(tracks, 4, 6)))],
  ['make the file', (project) => withSink(project, (sink) => sink.close())],
  [
    'remove a row',
    (project) => project.recordLabels([{ image, individual: 'black', points: null }], { annotator: 'ann' }),
  ],
  ['close', (project) => project.close()],
];

const open = (store: ByteStore) => openProject(store, { mode: 'write', now: tickingClock() });

/** Returns all that a user can see of a project, as text. */
async function observe(store: ByteStore): Promise<string> {
  const project = await openProject(store, { mode: 'read' });
  const { image: rows, individual, annotator, position, visibility, images } = await project.readLabels();
  const read: [string, PoseTracks][] = [];
  for (const name of await project.listTracks()) read.push([name, await project.readTracks(name)]);
  const sink = read.some(([name]) => name === 'long')
    ? 2
    : (await store.list('tracks/long.parquet.parts/')).filter((name) => name.endsWith('.chunk')).length;
  const videos = await Promise.all(project.manifest.videos.map(({ id }) => project.video(id)));
  return JSON.stringify([
    project.damage,
    [rows, individual, annotator, position, visibility].map((array) => array.join()),
    images,
    read.map(([name, { position: points }]) => [name, points.join()]),
    sink,
    videos.map(({ timesSec, ...rest }) => [rest, timesSec?.join()]),
  ]);
}

/** Runs all operations, and returns what could be seen before the first and after each, and the writes that can fail. */
async function undisturbed(kind: FailureKind): Promise<{ states: string[]; points: number[] }> {
  const below = new MemoryStore();
  await createProject(below, { name: 'p', skeletons: [mouse], now: tickingClock() });
  const counting = new FailingStore(below, -1, 'before', false);
  const project = await open(counting);
  const states = [await observe(below)];
  for (const [, run] of operations) {
    await run(project);
    states.push(await observe(below));
  }
  expect(counting.writes).toBeGreaterThan(20);
  expect(counting.appends.size).toBeGreaterThan(5);
  const all = Array.from({ length: counting.writes }, (_, i) => i);
  return { states, points: kind === 'part' ? [...counting.appends] : all };
}

describe.each<[FailureKind]>([['before'], ['part'], ['after']])(
  'a write that fails, with %s of it on disk,',
  (kind) => {
    test('as the process is killed: the project opens with all that was accepted, and the work can be finished', async () => {
      const { states, points } = await undisturbed(kind);
      for (const failAt of points) {
        const below = new MemoryStore();
        await createProject(below, { name: 'p', skeletons: [mouse], now: tickingClock() });
        const project = await open(new FailingStore(below, failAt, kind, true));
        let done = 0;
        for (const [, run] of operations) {
          const problem = await run(project).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (problem !== undefined) {
            expect(problem).toBeInstanceOf(StorageError);
            break;
          }
          done++;
        }
        expect(done).toBeLessThan(operations.length);
        const where = `write ${failAt}, in "${operations[done]?.[0]}"`;
        const seen = await observe(below);
        expect([states[done], states[done + 1]], where).toContain(seen);

        const again = await open(below);
        // What had come through is not done again, but for the sink: opened again it removes the chunks that remain.
        const through = seen === states[done + 1] && seen !== states[done] && operations[done]?.[0] !== 'make the file';
        const from = through ? done + 1 : done;
        for (const [, run] of operations.slice(from)) await run(again);
        expect(await observe(below), where).toBe(states.at(-1));
        expect(
          (await below.list()).filter((name) => name.includes('.parts/')),
          where,
        ).toEqual([]);
      }
    });

    test('as the disk is full for a moment: the same process goes on, and nothing is lost', async () => {
      const { states, points } = await undisturbed(kind);
      for (const failAt of points) {
        const below = new MemoryStore();
        await createProject(below, { name: 'p', skeletons: [mouse], now: tickingClock() });
        const project = await open(new FailingStore(below, failAt, kind, false));
        for (const [index, [name, run]] of operations.entries()) {
          const problem = await run(project).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (problem === undefined) continue;
          expect(problem).toBeInstanceOf(StorageError);
          const seen = await observe(below);
          expect([states[index], states[index + 1]], `write ${failAt}, in "${name}"`).toContain(seen);
          if (seen === states[index]) await run(name === 'close' ? await open(below) : project);
        }
        expect(await observe(below), `write ${failAt}`).toBe(states.at(-1));
      }
    });
  },
);
