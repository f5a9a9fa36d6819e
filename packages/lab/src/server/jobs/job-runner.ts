import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from '@zoopraxis/io/node';
import type { ProgressEvent } from '../../progress/progress-event.js';
import type { JobView } from '../api.js';
import { pageProblem } from '../page-words.js';
import { problemOf, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import type { JobProblem, JobReport } from './job-messages.js';
import { endStrayProcess, type JobProcess, jobProgram, startJobProcess } from './job-process.js';
import {
  appendLearning,
  type JobRecord,
  type LearningEvent,
  readLearning,
  readRecords,
  writeRecord,
} from './job-record.js';
import { createMeter, type JobMeter, jobView } from './job-state.js';
import type { Recipe } from './recipe.js';

/** The jobs of a project. */
export interface Jobs {
  /** Returns all jobs, the newest first. */
  list(): JobView[];
  /**
   * Accepts a job, or takes up again one of the same recipe and input that failed or was stopped.
   * @throws a refusal where the recipe is not known, the input does not fit, or the same job is under way.
   */
  start(recipe: string, input: Readonly<Record<string, unknown>>): Promise<JobView>;
  /** Returns a job with its curves; throws a refusal with status 404. */
  get(id: string): Promise<JobView & { readonly learning: readonly LearningEvent[] }>;
  /** Stops a job and returns it at once; it ends when its work is saved. */
  stop(id: string): Promise<JobView>;
  /** Asks a job that runs to make what it can of what there is by now; throws a refusal where its recipe cannot. */
  finish(id: string): JobView;
  /** Stops the processes; jobs that ran go on when the server starts again. */
  close(): Promise<void>;
}

/** How jobs are run. */
export interface JobsOptions {
  /** Milliseconds that a job has to save its work before it is ended by force; default 30,000. */
  readonly graceMs?: number;
  /** File that the processes run; default that of the operations of the command line. */
  readonly program?: string;
}

interface Job {
  record: JobRecord;
  readonly recipe: Recipe | undefined;
  meter?: JobMeter;
  process?: JobProcess;
  /** Settles when the job has ended and its record is written. */
  running?: Promise<void>;
  wantsStop: boolean;
}

/** Times that a job is started again by itself: one that takes the server down with it must not do so for ever. */
const mostAttempts = 5;
/** Milliseconds between two events of one job to the pages. */
const tellMs = 100;
/** Jobs that ended and are still told of; results of older ones are where they are. */
const mostKept = 100;
/** Light jobs that run at one time. */
const mostLight = 2;

const sameKey = (recipe: string, input: unknown) =>
  createHash('sha256')
    .update(JSON.stringify([recipe, Object.entries(input as object).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex');

/** Returns the jobs of a project, and goes on with those that were under way when the last server ended. */
export async function openJobs(
  context: ServerContext,
  recipes: readonly Recipe[],
  { graceMs = 30_000, program = jobProgram }: JobsOptions = {},
): Promise<Jobs> {
  const folder = join(context.folder, '.studio');
  const store = new FolderStore(folder);
  const jobs = new Map<string, Job>();
  let isClosing = false;

  const recipeOf = (name: string) => recipes.find((recipe) => recipe.name === name);
  const view = ({ record, meter }: Job): JobView => jobView(record, meter);
  const find = (id: string): Job => {
    const job = jobs.get(id);
    if (job === undefined) throw refusal(404, `there is no job ${id.slice(0, 64)}`);
    return job;
  };
  const endStray = async ({ process, id }: JobRecord) => {
    if (process !== null && process.host === hostname()) await endStrayProcess(process.pid, id, graceMs);
  };
  const timers = new Map<string, NodeJS.Timeout>();
  function tell(job: Job, { isNow = false } = {}): void {
    const { id } = job.record;
    if (isNow) {
      clearTimeout(timers.get(id));
      timers.delete(id);
      context.events.send({ kind: 'job', job: view(job) });
    } else if (!timers.has(id)) {
      timers.set(
        id,
        setTimeout(() => {
          timers.delete(id);
          context.events.send({ kind: 'job', job: view(job) });
        }, tellMs),
      );
    }
  }
  async function change(job: Job, changes: Partial<JobRecord>): Promise<void> {
    job.record = { ...job.record, ...changes };
    await writeRecord(store, job.record);
    tell(job, { isNow: true });
  }

  function pump(): void {
    if (isClosing) return;
    const running = [...jobs.values()].filter(({ running }) => running !== undefined);
    let heavy = running.filter(({ recipe }) => recipe?.isHeavy === true).length;
    let light = running.length - heavy;
    for (const job of jobs.values()) {
      if (job.record.state !== 'waiting' || job.running !== undefined || job.recipe === undefined) continue;
      if (job.recipe.isHeavy ? heavy > 0 : light >= mostLight) continue;
      if (job.recipe.isHeavy) heavy++;
      else light++;
      job.running = run(job, job.recipe).finally(() => {
        delete job.running;
        delete job.process;
        pump();
      });
    }
  }

  async function run(job: Job, recipe: Recipe): Promise<void> {
    const { id } = job.record;
    const problems: JobProblem[] = [];
    let outcome: 'done' | 'stopped' | undefined;
    try {
      await endStray(job.record);
      const attempts = job.record.attempts + 1;
      const startedAt = attempts === 1 ? new Date().toISOString() : job.record.startedAt;
      await change(job, { state: 'running', attempts, process: null, startedAt, endedAt: null, error: null });
      const input = recipe.input.parse(job.record.input);
      const steps = await recipe.plan(context, input);
      job.meter = createMeter(steps.length);
      // A model takes a while to load, and more on a busy computer.
      job.meter.add(0, { kind: 'stage', text: 'starting' });
      const outputs: unknown[] = steps.map(() => null);
      const curve = createCurve(store, id, (event) => context.events.send({ kind: 'learning', job: id, event }));
      const onReport = (report: JobReport) => {
        if (report.kind === 'progress') {
          for (const event of report.events) take(job, report.step, event, curve);
        } else if (report.kind === 'step') {
          outputs[report.step] = report.output;
          problems.push(...report.failures.map((message) => pageProblem({ message, hint: null })));
        } else if (report.kind === 'failed') problems.push(pageProblem(report.problem));
        else outcome = report.kind;
      };
      if (!job.wantsStop && !isClosing) {
        job.process = startJobProcess({ id, steps, logPath: join(folder, 'jobs', id, 'log.txt'), program, onReport });
        const { pid } = job.process;
        if (pid !== undefined) await change(job, { process: { pid, host: hostname() } });
        if (job.wantsStop || isClosing) job.process.stop(graceMs);
        const { code, signal } = await job.process.ended;
        await curve.close();
        if (outcome === undefined && !job.wantsStop && !isClosing) problems.push(crash(code, signal, id));
      } else outcome = 'stopped';
      // A server that stops leaves its jobs as running: the next one goes on with them.
      if (isClosing && !job.wantsStop && outcome !== 'done') {
        // Attempts are counted from the last good end: many starts of the studio are no sign of trouble.
        return await change(job, { process: null, attempts: 1, progress: { ...job.meter.progress } });
      }
      const ended = { endedAt: new Date().toISOString(), process: null, progress: { ...job.meter.progress } };
      if (job.wantsStop && outcome !== 'done') return await change(job, { ...ended, state: 'stopped' });
      const done = outputs.filter((output) => output !== null);
      if (done.length > 0) await recipe.finish?.(context, input, outputs);
      const output = steps.length === 1 ? outputs[0] : { results: outputs, problems };
      const [problem] = problems;
      const state = problem === undefined || done.length > 0 ? 'done' : 'failed';
      await change(job, { ...ended, state, output, error: problem === undefined ? null : summary(problem, problems) });
      context.changed();
    } catch (error) {
      const problem = pageProblem(problemOf(error).problem);
      const ended = { endedAt: new Date().toISOString(), process: null };
      job.record = { ...job.record, ...ended, state: 'failed', error: problem };
      // The disk may be what failed: pages are told in any case.
      await writeRecord(store, job.record).catch(() => undefined);
      tell(job, { isNow: true });
    }
  }

  function take(job: Job, step: number, event: ProgressEvent, curve: Curve): void {
    job.meter?.add(step, event);
    if (event.kind === 'learning') curve.add(event);
    tell(job);
  }

  const records = await readRecords(store);
  const ended = records.filter(({ state }) => state !== 'running' && state !== 'waiting');
  for (const { id } of ended.slice(0, Math.max(0, ended.length - mostKept))) {
    await rm(join(folder, 'jobs', id), { recursive: true, force: true });
    records.splice(
      records.findIndex((record) => record.id === id),
      1,
    );
  }
  for (const record of records) {
    const job: Job = { record, recipe: recipeOf(record.recipe), wantsStop: false };
    jobs.set(record.id, job);
    if (record.state !== 'running' && record.state !== 'waiting') continue;
    if (job.recipe !== undefined && record.attempts < mostAttempts) {
      job.record = { ...record, state: 'waiting' };
      continue;
    }
    void endStray(record);
    const message = job.recipe === undefined ? 'this program has no such recipe' : 'it was interrupted again and again';
    const error = { message, hint: 'Start it again to go on where it was.' };
    job.record = { ...record, state: 'stopped', process: null, endedAt: new Date().toISOString(), error };
    await writeRecord(store, job.record);
  }
  const waited = setImmediate(pump);

  return {
    list: () => [...jobs.values()].map(view).reverse(),
    async start(name, given) {
      if (isClosing) throw refusal(503, 'the server is stopping');
      const recipe = recipeOf(name);
      if (recipe === undefined) throw refusal(404, `there is no recipe ${name.slice(0, 100)}`);
      const parsed = recipe.input.strict().safeParse(given);
      if (!parsed.success) {
        const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
        throw refusal(400, issues.slice(0, 5).join('; '));
      }
      // Kept as given: what a later version takes for granted is its own affair.
      const input = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
      const key = sameKey(name, input);
      const same = [...jobs.values()].findLast(({ record }) => sameKey(record.recipe, record.input) === key);
      if (same?.record.state === 'running' || same?.record.state === 'waiting') {
        throw refusal(409, `this is under way already: ${same.record.title}`, 'Wait for it, or stop it first.');
      }
      await recipe.plan(context, parsed.data);
      const now = new Date();
      if (same !== undefined && same.record.state !== 'done') {
        same.wantsStop = false;
        delete same.meter;
        await change(same, { state: 'waiting', attempts: 0, startedAt: now.toISOString(), endedAt: null, error: null });
        pump();
        return view(same);
      }
      const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\..*$/, '').replace('T', '-');
      const id = `${stamp}-${randomBytes(4).toString('hex')}`;
      const record: JobRecord = {
        format: 'zoopraxis job',
        version: 1,
        id,
        recipe: name,
        title: recipe.jobTitle(parsed.data),
        input,
        state: 'waiting',
        createdAt: now.toISOString(),
        startedAt: now.toISOString(),
        endedAt: null,
        attempts: 0,
        process: null,
        progress: {},
        error: null,
        output: null,
      };
      const job: Job = { record, recipe, wantsStop: false };
      await change(job, {});
      jobs.set(id, job);
      pump();
      return view(job);
    },
    async get(id) {
      const job = find(id);
      return { ...view(job), learning: await readLearning(store, id) };
    },
    async stop(id) {
      const job = find(id);
      if (job.record.state === 'waiting' && job.running === undefined) {
        await change(job, { state: 'stopped', endedAt: new Date().toISOString() });
      } else if (job.record.state === 'waiting' || job.record.state === 'running') {
        job.wantsStop = true;
        job.process?.stop(graceMs);
      }
      return view(job);
    },
    finish(id) {
      const job = find(id);
      if (job.recipe?.canFinish !== true || job.process === undefined) {
        throw refusal(409, `this cannot be ended early: ${job.record.title}`, 'Stop it, or wait for it.');
      }
      job.process.finish();
      return view(job);
    },
    async close() {
      isClosing = true;
      clearImmediate(waited);
      for (const job of jobs.values()) job.process?.stop(graceMs);
      await Promise.all([...jobs.values()].map(({ running }) => running));
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function summary(first: JobProblem, all: readonly JobProblem[]): JobProblem {
  if (all.length === 1) return first;
  return { message: `${first.message} (and ${all.length - 1} more)`, hint: first.hint };
}

function crash(code: number | null, signal: NodeJS.Signals | null, id: string): JobProblem {
  const how = signal === null ? `with code ${code}` : `by signal ${signal}`;
  return {
    message: `the process of the job ended ${how} before its work was done`,
    hint: `If memory ran out, close other programs. Start it again to go on where it was; its log is .studio/jobs/${id}/log.txt.`,
  };
}

interface Curve {
  add(event: LearningEvent): void;
  close(): Promise<void>;
}

/** Milliseconds between two durable additions to a curve. */
const keepMs = 1000;

/** Keeps the curve of a training, and tells of it: every error, and of losses the mean of those since the last. */
function createCurve(store: FolderStore, id: string, tellOf: (event: LearningEvent) => void): Curve {
  let waiting: LearningEvent[] = [];
  let untold: LearningEvent[] = [];
  let [keeper, teller] = [undefined as NodeJS.Timeout | undefined, undefined as NodeJS.Timeout | undefined];
  let kept: Promise<void> = Promise.resolve();
  const keep = () => {
    clearTimeout(keeper);
    keeper = undefined;
    const events = waiting;
    waiting = [];
    // A curve that cannot be kept is no reason to end a training.
    if (events.length > 0) kept = kept.then(() => appendLearning(store, id, events)).catch(() => undefined);
  };
  const say = () => {
    clearTimeout(teller);
    teller = undefined;
    const last = untold.at(-1);
    if (last === undefined) return;
    const loss = untold.reduce((sum, event) => sum + (event.loss as number), 0) / untold.length;
    untold = [];
    tellOf({ kind: 'learning', step: last.step, loss });
  };
  return {
    add(event) {
      waiting.push(event);
      keeper ??= setTimeout(keep, keepMs);
      if (event.loss !== undefined) {
        untold.push(event);
        teller ??= setTimeout(say, tellMs);
      }
      if (event.heldOutErrorPx !== undefined) {
        say();
        tellOf({ kind: 'learning', step: event.step, heldOutErrorPx: event.heldOutErrorPx });
      }
    },
    async close() {
      say();
      keep();
      await kept;
    },
  };
}
