import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StorageError } from '@zoopraxis/core';
import { FolderStore, openProjectFolder } from '@zoopraxis/io/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JobView, StudioEvent } from '../api.js';
import { jobIn, makeSmallProject } from '../server.test.kit.js';
import { createServerContext, type OwnedContext } from '../server-context.js';
import { startJobProcess } from './job-process.js';
import { type JobRecord, jobRecordSchema, writeRecord } from './job-record.js';
import { type Jobs, type JobsOptions, openJobs } from './job-runner.js';
import { createMeter } from './job-state.js';
import { defineRecipe } from './recipe.js';

const program = fileURLToPath(new URL('./job.test.child.js', import.meta.url));

let folder = '';
const open: OwnedContext[] = [];
beforeAll(async () => {
  folder = await makeSmallProject();
});
afterAll(() => rm(dirname(folder), { recursive: true, force: true }));
beforeEach(() => rm(join(folder, '.studio'), { recursive: true, force: true }));
afterEach(async () => {
  for (const context of open.splice(0)) await context.close();
});

const inStudio = (name: string) => join(folder, '.studio', name);

/** Counts dots into files of the project, one file for each step. */
const count = defineRecipe({
  name: 'count',
  title: 'Count',
  isHeavy: true,
  canFinish: true,
  input: z.object({
    file: z.string(),
    to: z.int().default(4),
    steps: z.int().default(1),
    waits: z.boolean().default(false),
  }),
  jobTitle: ({ file }) => `Count ${file}`,
  async plan(_context, { file, to, steps, waits }) {
    if (file === 'refused') throw new StorageError('there is nothing of this name', { hint: 'Name another.' });
    return Array.from({ length: steps }, (_, i) => ({
      operation: 'count',
      input: { file: inStudio(`${file}-${i}`), to, ...(waits ? { gate: inStudio('gate') } : {}) },
    }));
  },
  async finish({ project }, { file }, outputs) {
    await project.store.write(`finished-${file}.json`, new TextEncoder().encode(JSON.stringify(outputs)));
  },
});
const light = defineRecipe({ ...count, name: 'light', isHeavy: false });

/** Does one of the things that go wrong. */
const trouble = defineRecipe({
  name: 'trouble',
  title: 'Trouble',
  isHeavy: true,
  input: z.object({ operations: z.array(z.string()) }),
  jobTitle: () => 'Trouble',
  plan: async (_context, { operations }) => operations.map((operation) => ({ operation, input: {} })),
});

interface Run {
  readonly context: OwnedContext;
  readonly jobs: Jobs;
  readonly heard: readonly StudioEvent[];
  /** Settles with the first event that fits. */
  until<Event extends StudioEvent>(fits: (event: StudioEvent) => event is Event): Promise<Event>;
  /** Settles with a job when it has ended. */
  end(id: string): Promise<JobView>;
}

/** Opens the jobs of the project as a server does. */
async function start(options: JobsOptions = {}): Promise<Run> {
  const project = await openProjectFolder(folder, { mode: 'write' });
  const context = createServerContext({ folder, project, annotator: 'ada' });
  open.push(context);
  const heard: StudioEvent[] = [];
  let wake = () => {};
  context.events.listen((event) => {
    heard.push(event);
    wake();
  });
  const jobs = await openJobs(context, [count, light, trouble], { program, ...options });
  context.onClose(() => jobs.close());
  const run: Run = {
    context,
    jobs,
    heard,
    async until(fits) {
      for (;;) {
        const found = heard.find(fits);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          const next = wake;
          wake = () => {
            next();
            resolve();
          };
        });
      }
    },
    end: async (id) => (await run.until(jobIn(id, 'done', 'failed', 'stopped'))).job,
  };
  return run;
}

const recordOf = async (id: string): Promise<JobRecord> =>
  jobRecordSchema.parse(JSON.parse(await readFile(inStudio(`jobs/${id}/record.json`), 'utf8')));
const dots = async (file: string) => (await readFile(inStudio(file), 'utf8')).length;
const halfWay =
  (id: string) =>
  (event: StudioEvent): event is Extract<StudioEvent, { kind: 'job' }> =>
    event.kind === 'job' && event.job.id === id && (event.job.progress.work?.done ?? 0) >= 2;

test('a job runs in a process of its own, tells how far it is, and its result is taken into the project', async () => {
  const { jobs, heard, end, context } = await start();
  const { id, state, title, input } = await jobs.start('count', { file: 'a', to: 30, steps: 2 });
  expect(['waiting', 'running']).toContain(state);
  expect([title, input]).toEqual(['Count a', { file: 'a', to: 30, steps: 2 }]);
  const done = await end(id);
  expect(done).toMatchObject({
    state: 'done',
    share: 1,
    error: null,
    output: { results: [{ lines: 30 }, { lines: 30 }], problems: [] },
    progress: { work: { kind: 'work', task: 'counting', done: 30, total: 30, unit: 'dots' }, note: { text: 'from 0' } },
  });
  expect(Date.parse(done.endedAt as string)).toBeGreaterThanOrEqual(Date.parse(done.startedAt));
  const finished = await context.project.store.read('finished-a.json');
  expect(new TextDecoder().decode(finished)).toBe('[{"lines":30},{"lines":30}]');
  expect(await recordOf(id)).toMatchObject({ state: 'done', attempts: 1, process: null });
  const { learning } = await jobs.get(id);
  expect(learning.filter(({ loss }) => loss !== undefined)).toHaveLength(30);
  expect(learning.filter(({ heldOutErrorPx }) => heldOutErrorPx !== undefined).map(({ step }) => step)).toEqual([
    10, 20, 30,
  ]);
  expect(learning.map(({ step }) => step)).toEqual([...learning.map(({ step }) => step)].sort((a, b) => a - b));
  expect(heard.some((event) => event.kind === 'learning' && event.job === id && event.event.loss !== undefined)).toBe(
    true,
  );
  expect(heard.some(({ kind }) => kind === 'project')).toBe(true);
});

test('heavy jobs come one after another, a light one does not wait for them', async () => {
  const { jobs, end, until } = await start();
  const first = await jobs.start('count', { file: 'a', waits: true });
  const second = await jobs.start('count', { file: 'b' });
  await until(halfWay(first.id));
  const quick = await jobs.start('light', { file: 'c' });
  expect((await end(quick.id)).state).toBe('done');
  expect(jobs.list().map(({ id, state }) => [id, state])).toEqual([
    [quick.id, 'done'],
    [second.id, 'waiting'],
    [first.id, 'running'],
  ]);
  await writeFile(inStudio('gate'), '');
  await Promise.all([end(first.id), end(second.id)]);
  expect([(await jobs.get(first.id)).state, (await jobs.get(second.id)).state]).toEqual(['done', 'done']);
});

test('a job that is stopped keeps what it did, and the same job goes on from there', async () => {
  const { jobs, until } = await start();
  const { id } = await jobs.start('count', { file: 'a', waits: true });
  await until(halfWay(id));
  await expect(jobs.start('count', { file: 'a', waits: true })).rejects.toThrow('this is under way already: Count a');
  await jobs.stop(id);
  expect((await until(jobIn(id, 'stopped'))).job).toMatchObject({ state: 'stopped', error: null });
  expect(await recordOf(id)).toMatchObject({ state: 'stopped', process: null });
  expect(await dots('a-0')).toBe(2);
  await writeFile(inStudio('gate'), '');
  const again = await jobs.start('count', { file: 'a', waits: true });
  expect(again.id).toBe(id);
  expect((await until(jobIn(id, 'done'))).job.progress.note?.text).toBe('from 2');
  expect(await dots('a-0')).toBe(4);
  // One that is done is begun anew, as another job.
  expect((await jobs.start('count', { file: 'a', waits: true })).id).not.toBe(id);
});

test('a job that is ended early makes what it can of what there is, where its recipe can', async () => {
  const { jobs, until, end } = await start();
  const { id } = await jobs.start('count', { file: 'a', waits: true });
  await until(halfWay(id));
  jobs.finish(id);
  expect(await end(id)).toMatchObject({ state: 'done', error: null, output: { lines: 2 } });
  expect(() => jobs.finish(id)).toThrow('this cannot be ended early: Count a');
  const other = await jobs.start('trouble', { operations: ['crash'] });
  expect(() => jobs.finish(other.id)).toThrow('this cannot be ended early: Trouble');
  await end(other.id);
});

test('a job that waits is stopped at once', async () => {
  const { jobs, until } = await start();
  const first = await jobs.start('count', { file: 'a', waits: true });
  const second = await jobs.start('count', { file: 'b' });
  await until(halfWay(first.id));
  expect((await jobs.stop(second.id)).state).toBe('stopped');
  expect((await recordOf(second.id)).state).toBe('stopped');
});

describe('when the server ends', () => {
  test('a running job saves itself, and the next server goes on with it and with those that waited', async () => {
    const first = await start();
    const { id } = await first.jobs.start('count', { file: 'a', waits: true });
    const { id: next } = await first.jobs.start('count', { file: 'b' });
    await first.until(halfWay(id));
    await first.context.close();
    expect(await recordOf(id)).toMatchObject({ state: 'running', process: null, attempts: 1 });
    expect(await dots('a-0')).toBe(2);
    await writeFile(inStudio('gate'), '');
    const second = await start();
    expect(await second.end(id)).toMatchObject({ state: 'done', progress: { note: { text: 'from 2' } } });
    expect((await second.end(next)).state).toBe('done');
    expect(
      (await second.jobs.get(id)).learning.filter(({ loss }) => loss !== undefined).map(({ step }) => step),
    ).toEqual([1, 2, 3, 4]);
  });

  test('without a word, its job ends too, or is ended by the next server, and goes on', async () => {
    const steps = [{ operation: 'deaf', input: {} }];
    const id = '20260101-000000-stray';
    const heard: string[] = [];
    const stray = await new Promise<ReturnType<typeof startJobProcess>>((resolve) => {
      const started = startJobProcess({
        id,
        steps,
        logPath: inStudio(`jobs/${id}/log.txt`),
        program,
        onReport: ({ kind }) => {
          heard.push(kind);
          resolve(started);
        },
      });
    });
    const record: JobRecord = {
      ...{ format: 'zoopraxis job', version: 1, id, recipe: 'count', title: 'Count z', input: { file: 'z' } },
      ...{ state: 'running', createdAt: '2026-01-01', startedAt: '2026-01-01', endedAt: null, attempts: 1 },
      process: { pid: stray.pid as number, host: (await import('node:os')).hostname() },
      ...{ progress: {}, error: null, output: null },
    };
    await writeRecord(new FolderStore(join(folder, '.studio')), record);
    const { end } = await start({ graceMs: 200 });
    expect(await stray.ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect((await end(id)).state).toBe('done');
    expect(await recordOf(id)).toMatchObject({ attempts: 2 });
  });

  test('again and again, the job is left stopped, and can be started by hand', async () => {
    const record: JobRecord = {
      ...{ format: 'zoopraxis job', version: 1, id: 'old', recipe: 'count', title: 'Count z', input: { file: 'z' } },
      ...{ state: 'running', createdAt: '2026-01-01', startedAt: '2026-01-01', endedAt: null, attempts: 5 },
      // A process that is not a job's: it must be left alone.
      process: { pid: process.pid, host: (await import('node:os')).hostname() },
      ...{ progress: {}, error: null, output: null },
    };
    const store = new FolderStore(join(folder, '.studio'));
    await writeRecord(store, record);
    await writeRecord(store, { ...record, id: 'unknown', recipe: 'no such recipe', attempts: 0 });
    await store.write('jobs/broken/record.json', new TextEncoder().encode('{"format":'));
    const { jobs, end } = await start();
    expect(jobs.list().map(({ id, state }) => [id, state])).toEqual([
      ['unknown', 'stopped'],
      ['old', 'stopped'],
    ]);
    expect((await jobs.get('old')).error?.message).toBe('it was interrupted again and again');
    expect((await jobs.start('count', { file: 'z' })).id).toBe('old');
    expect((await end('old')).state).toBe('done');
  });
});

test('of jobs that ended long ago nothing is kept but their results', async () => {
  const store = new FolderStore(join(folder, '.studio'));
  for (let i = 0; i < 103; i++) {
    const createdAt = new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString();
    await writeRecord(store, {
      ...{ format: 'zoopraxis job', version: 1, id: `job-${i}`, recipe: 'count', title: '', input: { file: `f${i}` } },
      ...{ state: 'done', createdAt, startedAt: createdAt, endedAt: createdAt, attempts: 1, process: null },
      ...{ progress: {}, error: null, output: null },
    });
  }
  const { jobs } = await start();
  expect(jobs.list().map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => `job-${102 - i}`));
  expect((await store.list('jobs/')).filter((name) => /job-[012]\//.test(name))).toEqual([]);
});

describe('what goes wrong', () => {
  test('a process that dies is told as such, and the next job runs', async () => {
    const { jobs, end } = await start();
    const { id } = await jobs.start('trouble', { operations: ['crash'] });
    const next = await jobs.start('count', { file: 'a' });
    expect(await end(id)).toMatchObject({
      state: 'failed',
      error: {
        message: 'the process of the job ended by signal SIGSEGV before its work was done',
        hint: expect.stringContaining(`.studio/jobs/${id}/log.txt`),
      },
    });
    expect((await end(next.id)).state).toBe('done');
  });

  test('work that does not hear is ended after a time', async () => {
    const { jobs, end, until } = await start({ graceMs: 300 });
    const { id } = await jobs.start('trouble', { operations: ['deaf'] });
    await until((event): event is StudioEvent => event.kind === 'job' && event.job.progress.stage?.text === 'deaf');
    await jobs.stop(id);
    expect((await end(id)).state).toBe('stopped');
  });

  test('what failed is told while the rest is kept', async () => {
    const { jobs, end } = await start();
    const part = await end((await jobs.start('trouble', { operations: ['half'] })).id);
    expect(part).toMatchObject({ state: 'done', output: { done: 1 }, error: { message: 'one file is damaged' } });
    const some = await end((await jobs.start('trouble', { operations: ['half', 'no such operation'] })).id);
    expect(some).toMatchObject({ state: 'done', error: { message: 'one file is damaged (and 1 more)' } });
    const none = await end((await jobs.start('trouble', { operations: ['no such operation'] })).id);
    expect(none).toMatchObject({ state: 'failed', error: { message: 'there is no operation no such operation' } });
  });

  test('a job that cannot be is refused, and leaves nothing', async () => {
    const { jobs } = await start();
    await expect(jobs.start('nothing', {})).rejects.toThrow('there is no recipe nothing');
    await expect(jobs.start('count', { file: 1 })).rejects.toThrow(/^file: /);
    await expect(jobs.start('count', { file: 'a', more: 1 })).rejects.toThrow(/more/);
    await expect(jobs.start('count', { file: 'refused' })).rejects.toThrow('there is nothing of this name');
    await expect(jobs.get('../../x')).rejects.toThrow('there is no job ../../x');
    await expect(jobs.stop('x')).rejects.toThrow('there is no job x');
    expect(jobs.list()).toEqual([]);
  });
});

test('a meter tells the share of several steps, and the time left by the speed so far', () => {
  const clock = { sec: 0 };
  const meter = createMeter(2, () => clock.sec);
  const work = (done: number, total?: number) =>
    ({ kind: 'work', task: 't', done, unit: 'frames', ...(total === undefined ? {} : { total }) }) as const;
  expect([meter.share, meter.secondsLeft]).toEqual([null, null]);
  meter.add(0, work(0, 100));
  clock.sec = 5;
  meter.add(0, work(50, 100));
  expect([meter.share, meter.secondsLeft]).toEqual([0.25, 15]);
  meter.add(1, work(150, 100));
  expect(meter.share).toBe(1);
  meter.add(1, work(5));
  expect(meter.share).toBe(0.5);
  const one = createMeter(1, () => clock.sec);
  one.add(0, work(5));
  expect([one.share, one.secondsLeft]).toEqual([null, null]);
});
