import { setPriority } from 'node:os';
import { describeError } from '../jobs/report-error.js';
import type { Operation } from '../operations/operation.js';
import type { ProgressEvent } from '../progress/progress-event.js';
import type { JobCommand, JobReport, JobStep } from '../server/jobs/job-messages.js';

/** Milliseconds between two reports of progress. */
const reportMs = 100;
/** Milliseconds that work has to save itself after the server is gone. */
const graceMs = 60_000;

/**
 * Makes this process that of one job, started by the studio's server: operations of a table, one after another, as the
 * command line runs them. When the server goes away it stops as at Ctrl-C. Ends the process.
 */
export function serveJob(operations: readonly Operation[]): void {
  const stop = new AbortController();
  const finish = new AbortController();
  try {
    // The page and the user's other programs come first. Threads that start later inherit it.
    setPriority(10);
  } catch {
    // Some systems do not let a process be nice.
  }

  let waiting: ProgressEvent[] = [];
  let [step, timer] = [0, undefined as NodeJS.Timeout | undefined];

  function send(report: JobReport): Promise<void> {
    return new Promise((resolve) => {
      if (process.connected !== true || process.send === undefined) return resolve();
      process.send(report, () => resolve());
    });
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return Promise.resolve();
    const events = waiting;
    waiting = [];
    return send({ kind: 'progress', step, events });
  }

  function progress(event: ProgressEvent): void {
    const last = waiting.at(-1);
    // Fast work reports thousands of times a second: of a row of counts the newest says all.
    if (event.kind === 'work' && last?.kind === 'work' && last.task === event.task) waiting.pop();
    else if (event.kind === 'work') {
      const same = waiting.findLastIndex((other) => other.kind === 'work' && other.task === event.task);
      if (same >= 0) waiting.splice(same, 1);
    }
    waiting.push(event);
    timer ??= setTimeout(() => void flush(), reportMs);
  }

  async function run(steps: readonly JobStep[]): Promise<void> {
    let failed = 0;
    for (const [index, { operation: name, input }] of steps.entries()) {
      step = index;
      if (stop.signal.aborted) break;
      try {
        const operation = operations.find((other) => other.name === name);
        if (operation === undefined) throw new Error(`there is no operation ${name}`);
        const parsed = await operation.input.parseAsync(input);
        const output = operation.output.parse(
          await operation.run(parsed, { signal: stop.signal, endSignal: finish.signal, progress }),
        );
        await flush();
        await send({ kind: 'step', step, output, failures: operation.failures?.(output) ?? [] });
      } catch (error) {
        await flush();
        if (stop.signal.aborted) break;
        failed++;
        const { data } = describeError(error, { command: `zoopraxis ${name}`, debug: false });
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        await send({ kind: 'failed', step, problem: { message: data.message, hint: data.hint ?? null } });
      }
    }
    await send({ kind: stop.signal.aborted && failed === 0 ? 'stopped' : 'done' });
  }

  function end(): void {
    // Workers and native handles that stopped work left behind must not keep the process alive.
    process.exit();
  }

  process.on('message', (command: JobCommand) => {
    if (command.kind === 'stop') stop.abort();
    else if (command.kind === 'finish') finish.abort();
    else void run(command.steps).then(end);
  });
  process.on('disconnect', () => {
    stop.abort();
    setTimeout(end, graceMs).unref();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
}
