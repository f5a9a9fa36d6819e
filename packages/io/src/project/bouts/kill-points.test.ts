import { MemoryStore, StorageError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { FailingStore, type FailureKind } from '../failing-store.test.kit.js';
import { openProject } from '../open-project.js';
import type { Project } from '../project.js';
import { boutAt, foreignStream, makeBoutProject, observeBouts, openToWrite, streamOf } from './bouts.test.kit.js';

const made = { operation: 'test', versions: {}, inputs: [], parameters: {} };

const edit =
  (annotator: string, remove: string[], add: [string, number, string?][], set = 'human') =>
  (project: Project) =>
    project.recordBouts(
      [{ stream: streamOf(annotator, { set }), remove, add: add.map(([id, sec, name]) => boutAt(id, sec, name)) }],
      { annotator },
    );

/** All operations that write, in an order that builds on what came before. */
const operations: readonly [string, (project: Project) => Promise<unknown>][] = [
  [
    'write a file',
    (project) => project.writeAnnotations('human', { streams: [foreignStream('ann', [1, 5])], provenance: made }),
  ],
  ['edit it', edit('ann', [], [['a', 10]])],
  ['write edits', (project) => project.flushBouts()],
  ['edit again', edit('ann', ['a'], [['a', 11, 'mount']])],
  ['another set', edit('bob', [], [['x', 3]], 'other')],
  ['undo', (project) => project.undoBouts({ annotator: 'ann' })],
  ['write both', (project) => project.flushBouts()],
  ['redo', (project) => project.redoBouts({ annotator: 'ann' })],
  ['more', edit('bob', ['x'], [], 'other')],
  [
    'change the ethogram with a bout',
    (project) =>
      project.recordBouts([{ stream: streamOf('bob'), remove: [], add: [boutAt('y', 20, 'fight')] }], {
        annotator: 'bob',
        ethogram: () => [{ name: 'fight', kind: 'state', exclusiveWith: [] }],
      }),
  ],
  ['close', (project) => project.close()],
];

async function fresh(): Promise<MemoryStore> {
  const below = new MemoryStore();
  await makeBoutProject(below);
  return below;
}

async function undisturbed(kind: FailureKind): Promise<{ states: string[]; points: number[] }> {
  const below = await fresh();
  const counting = new FailingStore(below, -1, 'before', false);
  const project = await openToWrite(counting);
  const states = [await observeBouts(below)];
  for (const [, run] of operations) {
    await run(project);
    states.push(await observeBouts(below));
  }
  expect(counting.writes).toBeGreaterThan(15);
  const all = Array.from({ length: counting.writes }, (_, i) => i);
  return { states, points: kind === 'part' ? [...counting.appends] : all };
}

const namesOf = async (store: MemoryStore): Promise<string[]> =>
  (await openProject(store, { mode: 'read' })).manifest.ethogram.behaviors.map(({ name }) => name);

const attempt = (run: (project: Project) => Promise<unknown>, project: Project): Promise<unknown> =>
  run(project).then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each<[FailureKind]>([['before'], ['part'], ['after']])(
  'a write of bouts that fails, with %s of it on disk,',
  (kind) => {
    test('as the process is killed: no accepted edit is lost, none counts twice, and the work can be finished', async () => {
      const { states, points } = await undisturbed(kind);
      for (const failAt of points) {
        const below = await fresh();
        const project = await openToWrite(new FailingStore(below, failAt, kind, true));
        let done = 0;
        for (const [, run] of operations) {
          const problem = await attempt(run, project);
          if (problem !== undefined) {
            expect(problem).toBeInstanceOf(StorageError);
            break;
          }
          done++;
        }
        const where = `write ${failAt}, in "${operations[done]?.[0]}"`;
        expect(done, where).toBeLessThan(operations.length);
        const seen = await observeBouts(below);
        expect([states[done], states[done + 1]], where).toContain(seen);

        const again = await openToWrite(below);
        const through = seen === states[done + 1] && seen !== states[done];
        for (const [, run] of operations.slice(through ? done + 1 : done)) await run(again);
        await again.close();
        expect(await observeBouts(below), where).toBe(states.at(-1));
        expect(await namesOf(below), where).toEqual(['fight']);
      }
    });

    test('as the disk is full for a moment: the same process goes on, and nothing is lost', async () => {
      const { states, points } = await undisturbed(kind);
      for (const failAt of points) {
        const below = await fresh();
        const project = await openToWrite(new FailingStore(below, failAt, kind, false));
        for (const [index, [name, run]] of operations.entries()) {
          const problem = await attempt(run, project);
          if (problem === undefined) continue;
          expect(problem).toBeInstanceOf(StorageError);
          const seen = await observeBouts(below);
          const where = `write ${failAt}, in "${name}"`;
          expect([states[index], states[index + 1]], where).toContain(seen);
          if (seen === states[index]) await run(name === 'close' ? await openToWrite(below) : project);
        }
        expect(await observeBouts(below), `write ${failAt}`).toBe(states.at(-1));
        await (await openToWrite(below)).close();
        expect(await namesOf(below), `write ${failAt}`).toEqual(['fight']);
      }
    });
  },
);
