import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

/** The command line's program; this file is run from `build/test/kill`. */
const program = join(resolve(import.meta.dirname, '..', '..', '..'), 'packages', 'lab', 'dist', 'cli', 'main.js');

/** What a run is given to be killed by. */
export interface Killer {
  /** Called once with what kills the process; returns what ends the watch. */
  readonly watch: (kill: () => void) => () => void;
}

/**
 * Runs `zoopraxis` to its end; returns true where it ended by itself and false where it was killed.
 * @throws Error with what it said where it failed.
 */
export async function runZoopraxis(args: readonly string[], killer?: Killer): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
  }
  const unwatch = killer?.watch(() => void child.kill('SIGKILL'));
  const [code, signal] = await new Promise<[number | null, string | null]>((done, fail) => {
    child.on('error', fail);
    child.on('close', (...end) => done(end));
  });
  unwatch?.();
  if (signal === 'SIGKILL') return false;
  if (code !== 0) throw new Error(`zoopraxis ${args.join(' ')}: ended with ${code ?? signal}: ${said}`);
  return true;
}
