import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Random } from '@zoopraxis/core';
import { FolderStore } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FINAL, STEPS } from './stripes-run.js';

const childPath = fileURLToPath(new URL('./stripes-run.child.js', import.meta.url));

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

interface Ended {
  signal: NodeJS.Signals | null;
  code: number | null;
  /** Steps that the process told of, a list in order. */
  steps: number[];
  /** What the process said of its resume, if it came to its end. */
  resumed: { step: number; bitIdentical: boolean; reasons: string[]; damaged: string[] } | null | undefined;
}

/** When the process dies: some milliseconds after so many steps, or after it began to write so many checkpoints. */
interface Instant {
  kind: 'step' | 'write';
  count: number;
  delayMs: number;
}

/** Trains in a folder until the end or until the instant at which the process is killed. */
async function trainIn(folder: string, instant?: Instant): Promise<Ended> {
  const doom = instant ? [instant.kind, String(instant.count), String(instant.delayMs)] : [];
  const child = spawn(process.execPath, [childPath, folder, ...doom], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended: Ended = { signal: null, code: null, steps: [], resumed: undefined };
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, rest = ''] = line.split(/ (.*)/s);
    if (kind === 'resumed') ended.resumed = JSON.parse(rest);
    if (kind === 'step') ended.steps.push(Number(rest));
  }
  [ended.code, ended.signal] = (await exit) as [number | null, NodeJS.Signals | null];
  return ended;
}

const numbers = Array.from({ length: STEPS }, (_, index) => index + 1);

async function metricsIn(folder: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(folder, 'run', 'metrics.jsonl'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  // Seconds differ from run to run.
  return lines.map((line) => ({ ...JSON.parse(line), seconds: 0 }));
}

describe('a training run that is killed again and again', () => {
  test('ends with the same bits as one that is not', async () => {
    const whole = join(base, 'whole');
    const undisturbed = await trainIn(whole);
    expect(undisturbed).toMatchObject({ code: 0, resumed: null, steps: numbers });

    const folder = join(base, 'killed');
    const random = new Random('kill and resume');
    const instants: Instant[] = [
      { kind: 'step', count: 6 + random.integer(8), delayMs: random.between(1, 12) },
      { kind: 'write', count: 2, delayMs: random.between(0, 2) },
      { kind: 'step', count: 6 + random.integer(8), delayMs: random.between(1, 12) },
      { kind: 'write', count: 1, delayMs: 0 },
    ];
    for (const instant of instants) {
      const killed = await trainIn(folder, instant);
      expect(killed.signal, JSON.stringify({ instant, killed })).toBe('SIGKILL');
      expect(killed.steps.length).toBeGreaterThan(0);
      expect(killed.steps.at(-1)).toBeLessThan(STEPS);
    }
    const last = await trainIn(folder);
    expect(last).toMatchObject({ code: 0, resumed: { bitIdentical: true, reasons: [], damaged: [] } });
    expect(last.resumed?.step).toBeGreaterThanOrEqual(8);
    expect(last.steps).toEqual(numbers.slice(last.resumed?.step));

    const [wanted, found] = [new FolderStore(whole), new FolderStore(folder)];
    // Weights, momenta, averages, schedule and early stopping: every file is the same, byte for byte.
    const names = (await wanted.list()).filter((name) => !name.endsWith('.jsonl'));
    expect(names).toContain(FINAL);
    expect(names.filter((name) => name.startsWith('run/step-'))).toHaveLength(2);
    expect((await found.list()).filter((name) => !name.endsWith('.jsonl'))).toEqual(names);
    for (const name of names) {
      const [a, b] = [await wanted.read(name), await found.read(name)];
      expect(Buffer.compare(a ?? Buffer.of(), b ?? Buffer.of()), name).toBe(0);
    }
    const lines = await metricsIn(folder);
    expect(lines.filter((line) => line.event === undefined)).toEqual(await metricsIn(whole));
    expect(lines.filter((line) => 'loss' in line).map((line) => line.step)).toEqual(numbers);
    expect(lines.filter((line) => line.event === 'resumed').length).toBeGreaterThan(0);
    const left = (await readdir(join(folder, 'run'))).filter((name) => !/\.(safetensors|jsonl)$/.test(name));
    expect(left, 'temporary files of killed processes').toEqual([]);
  });
});
