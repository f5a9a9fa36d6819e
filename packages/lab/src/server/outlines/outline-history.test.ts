import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecording, type Region } from '@zoopraxis/core';
import { createProjectFolder, openProjectFolder } from '@zoopraxis/io/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createServerContext, type OwnedContext } from '../server-context.js';
import { type Outlines, outlineHistoryOf, outlinesOf } from './outline-history.js';

let folder = '';
let context: OwnedContext;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  const project = await createProjectFolder(folder, { name: 'p' });
  await project.updateRecordings(() => ['one', 'two'].map((id) => createRecording({ id, videos: [] })));
  context = createServerContext({ folder, project, annotator: 'ann' });
});

afterEach(async () => {
  await context.close();
  await rm(folder, { recursive: true, force: true });
});

async function startAgain(): Promise<void> {
  await context.close();
  const project = await openProjectFolder(folder, { mode: 'write' });
  context = createServerContext({ folder, project, annotator: 'ann' });
}

const circle = (name: string, radius: number): Region => ({
  name,
  space: 'image',
  shape: { kind: 'circle', center: [1, 2], radius },
});

/** Changes outlines as the route does: the manifest, then the history. */
async function change(id: string, next: Outlines): Promise<void> {
  const before = outlinesOf(context, id);
  await context.project.updateRecordings((all) =>
    all.map((one) => {
      const { arena: _, ...rest } = one;
      return one.id === id ? { ...rest, regions: next.regions, ...(next.arena ? { arena: next.arena } : {}) } : one;
    }),
  );
  await (await outlineHistoryOf(context)).note(id, before, outlinesOf(context, id));
}

test('changes of arena and regions are taken back and done again, each recording by itself, also after a new start', async () => {
  const states: Outlines[] = [
    { arena: null, regions: [] },
    { arena: circle('arena', 9), regions: [] },
    { arena: circle('arena', 9), regions: [circle('nest', 3)] },
    { arena: null, regions: [circle('nest', 3)] },
  ];
  for (const state of states.slice(1)) await change('one', state);
  await change('two', { arena: null, regions: [circle('food', 1)] });
  await change('two', { arena: null, regions: [circle('food', 1)] });
  for (const at of [2, 1]) {
    await startAgain();
    await (await outlineHistoryOf(context)).reverse('one', 'undo');
    expect(outlinesOf(context, 'one')).toEqual(states[at]);
  }
  await startAgain();
  const history = await outlineHistoryOf(context);
  expect([history.steps('one'), history.steps('two'), history.steps('three')]).toEqual([
    { canUndo: true, canRedo: true },
    { canUndo: true, canRedo: false },
    { canUndo: false, canRedo: false },
  ]);
  await history.reverse('one', 'redo');
  expect(outlinesOf(context, 'one')).toEqual(states[2]);
  expect(outlinesOf(context, 'two').regions).toEqual([circle('food', 1)]);
  await change('one', { arena: null, regions: [] });
  await expect(history.reverse('one', 'redo')).rejects.toThrow(/no change of arena and regions to do again/);
});

test('a line that a crash cut in two is left out, and the next one is kept', async () => {
  await change('one', { arena: null, regions: [circle('a', 1)] });
  await appendFile(join(folder, '.studio/outlines.jsonl'), '\n{"kind":"edit","recording":"one","befo');
  await startAgain();
  await change('one', { arena: null, regions: [circle('a', 1), circle('b', 1)] });
  await startAgain();
  const history = await outlineHistoryOf(context);
  await history.reverse('one', 'undo');
  await history.reverse('one', 'undo');
  expect(outlinesOf(context, 'one').regions).toEqual([]);
});
