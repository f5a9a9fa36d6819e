import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const program = resolve('packages/lab/dist/cli/main.js');

/** What a run of the command line left behind. */
export interface ProgramRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A run that is still going on. */
export interface RunningProgram {
  readonly pid: number | undefined;
  readonly ended: Promise<ProgramRun>;
  /** Returns where standard error holds this text as soon as it does; rejects where the program ends before. */
  said(text: string | RegExp): Promise<RegExpMatchArray>;
  signal(name: NodeJS.Signals): void;
}

/** Starts `zoopraxis` with these words in a folder. */
export function startProgram(words: readonly string[], cwd = process.cwd()): RunningProgram {
  const child = spawn(process.execPath, [program, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    for (const check of waiting) check();
  });
  const ended = new Promise<ProgramRun>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, out, err }));
  });
  return {
    pid: child.pid,
    ended,
    said: (text) =>
      new Promise((done, fail) => {
        const check = () => {
          const found = err.match(text);
          if (found === null) return;
          waiting.delete(check);
          done(found);
        };
        waiting.add(check);
        check();
        ended.then(() => fail(new Error(`ended without saying ${text}: ${err}`)), fail);
      }),
    signal: (name) => void child.kill(name),
  };
}

/** Returns what `zoopraxis` with these words did. */
export function runProgram(words: readonly string[], cwd?: string): Promise<ProgramRun> {
  return startProgram(words, cwd).ended;
}
