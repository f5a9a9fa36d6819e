import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { UnavailableError } from '@zoopraxis/core';

/** A program that runs, with its outputs. */
export type Running = ChildProcessByStdio<null, Readable, Readable>;

/** Starts `ffmpeg` or `ffprobe`; ZOOPRAXIS_FFMPEG and ZOOPRAXIS_FFPROBE name other ones. */
export function startProgram(name: 'ffmpeg' | 'ffprobe', args: readonly string[]): Running {
  const program = process.env[name === 'ffmpeg' ? 'ZOOPRAXIS_FFMPEG' : 'ZOOPRAXIS_FFPROBE'] ?? name;
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Resolves when a program ended, with its exit code; -1 where it could not be started. */
export function ended(child: Running): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Runs a program to its end; each line of its output goes to `line`. Returns the exit code and the last of its complaints. */
export async function runLines(
  name: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  line: (text: string) => void,
  signal?: AbortSignal,
): Promise<{ code: number; complaint: string }> {
  signal?.throwIfAborted();
  const child = startProgram(name, args);
  const stop = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  let complaint = '';
  let rest = '';
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.stdout.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const each of lines) line(each);
  });
  const code = await ended(child);
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (rest !== '') line(rest);
  return { code, complaint: complaint.trim().split('\n').at(-1) ?? '' };
}

/** Returns the options of this machine's ffmpeg that let every decoded frame through; throws UnavailableError where none is installed. */
export async function passthroughOptions(): Promise<string[]> {
  let version = '';
  const { code } = await runLines('ffmpeg', ['-version'], (line) => {
    version ||= line;
  });
  if (code !== 0) {
    throw new UnavailableError('neither node-av nor an installed ffmpeg can decode videos here', {
      hint: 'Run npm install again without --omit=optional, or install ffmpeg and ffprobe (https://ffmpeg.org) where the shell finds them.',
    });
  }
  const [, major = '0', minor = '0'] = /version n?(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = Number(major) > 0 && Number(major) * 100 + Number(minor) < 501;
  return isOld ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough'];
}
