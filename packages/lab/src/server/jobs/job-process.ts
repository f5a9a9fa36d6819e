import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobCommand, JobReport, JobStep } from './job-messages.js';

/** A job's process that runs. */
export interface JobProcess {
  readonly pid: number | undefined;
  /** Settles when it has ended, however that came. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks it to save and end, and ends it with all its children where it has not after a time. */
  stop(graceMs: number): void;
  /** Asks it to make what it can of what there is by now. */
  finish(): void;
}

/** The program of jobs, named from the package: it imports all operations, and one of them starts this server. */
export const jobProgram = join(
  dirname(fileURLToPath(import.meta.resolve('zoopraxis/package.json'))),
  'dist/job-process/run-job.js',
);

/** Starts a process of its own group for a job, which writes to a log file; `id` stands in its command line. */
export function startJobProcess(options: {
  readonly id: string;
  readonly steps: readonly JobStep[];
  readonly logPath: string;
  readonly program: string;
  readonly onReport: (report: JobReport) => void;
}): JobProcess {
  const { id, steps, logPath, program, onReport } = options;
  mkdirSync(dirname(logPath), { recursive: true });
  const log = openSync(logPath, 'a');
  let child: ChildProcess;
  try {
    child = fork(program, [id], { detached: true, execArgv: [], stdio: ['ignore', log, log, 'ipc'] });
  } finally {
    closeSync(log);
  }
  const say = (command: JobCommand) => {
    // A process that has just ended cannot be told anything; its end is reported anyway.
    if (child.connected) child.send(command, () => undefined);
  };
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  child.on('message', (report: JobReport) => onReport(report));
  say({ kind: 'run', steps });
  return {
    pid: child.pid,
    ended,
    stop(graceMs) {
      say({ kind: 'stop' });
      const timer = setTimeout(() => endGroup(child.pid, 'SIGKILL'), graceMs);
      void ended.then(() => clearTimeout(timer));
    },
    finish: () => say({ kind: 'finish' }),
  };
}

/** Sends a signal to a process of its own group and all its children. */
function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Ends the process of a job that another server left behind, where it still runs: told by the job's id in its command line. */
export async function endStrayProcess(pid: number, id: string, graceMs: number): Promise<void> {
  if (!isJobProcess(pid, id)) return;
  endGroup(pid, 'SIGTERM');
  const until = Date.now() + graceMs;
  while (Date.now() < until && isJobProcess(pid, id)) await new Promise((resolve) => setTimeout(resolve, 100));
  if (isJobProcess(pid, id)) endGroup(pid, 'SIGKILL');
}

function isJobProcess(pid: number, id: string): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return commandOf(pid).includes(id);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    if (process.platform === 'linux' || process.platform === 'win32') return '';
    return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout ?? '';
  }
}
