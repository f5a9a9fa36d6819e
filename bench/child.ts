import { spawn } from 'node:child_process';

/** Returns what a program prints; its own errors go to this process's. Without a time limit it may take for ever. */
export async function outputOf(command: string, args: readonly string[], timeoutSec = 0): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: timeoutSec * 1000 });
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ended with ${code ?? 'a signal'}: ${text}`);
  return text;
}

/** Returns the JSON lines that a program prints; its own errors go to this process's. */
export async function jsonLines<T>(command: string, args: readonly string[], timeoutSec: number): Promise<T[]> {
  const text = await outputOf(command, args, timeoutSec);
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as T);
}

/** Returns the Python that has PyTorch (`PEER_PYTHON`, else `python3`), or undefined where none has. */
export async function peerPython(): Promise<string | undefined> {
  const python = process.env.PEER_PYTHON ?? 'python3';
  try {
    const [found] = await jsonLines<{ version: string }>(
      python,
      [
        '-W',
        'ignore',
        '-c',
        'import json\ntry:\n import torch\n print(json.dumps({"version": torch.__version__}))\nexcept ImportError: pass',
      ],
      60,
    );
    return found ? python : undefined;
  } catch {
    return undefined;
  }
}
