import { join } from 'node:path';
import { outputOf } from '../child.js';

const program = join('packages', 'lab', 'dist', 'cli', 'main.js');

/** Returns what the command line printed with `--json`; its progress goes to this terminal. */
export async function zoopraxis<T>(...args: readonly string[]): Promise<T> {
  process.stderr.write(`\n$ zoopraxis ${args.join(' ')}\n`);
  return JSON.parse(await outputOf(process.execPath, [program, ...args, '--json'])) as T;
}
