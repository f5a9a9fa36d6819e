import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join('packages', 'lab', 'dist', 'cli', 'main.js');

/** Returns what the command line printed with `--json`; its progress goes to this terminal. */
export async function zoopraxis<T>(...args: readonly string[]): Promise<T> {
  process.stderr.write(`\n$ zoopraxis ${args.join(' ')}\n`);
  const child = spawn(process.execPath, [program, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`zoopraxis ${args.join(' ')}: ended with ${code ?? 'a signal'}: ${text}`);
  return JSON.parse(text) as T;
}
