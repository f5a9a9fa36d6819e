// A model that was trained on one machine classifies identically on another.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { behaviorModelFromFiles } from '@zoopraxis/behavior';
import { FolderStore } from '@zoopraxis/io/node';
import { expect, test } from 'vitest';
import { outputOf, type SameOutput } from './same-model.js';

const committed = 'test/reference/behavior-model';
const expected = JSON.parse(await readFile(join(committed, 'expected.json'), 'utf8')) as SameOutput & {
  readonly madeWith: string;
};

test('the committed model says here, bit for bit, what it said where it was trained', async () => {
  const { madeWith, ...output } = expected;
  const model = await behaviorModelFromFiles(new FolderStore(resolve(committed)));
  expect(await outputOf(model), `made with ${madeWith}`).toEqual(output);
  expect(new Set(output.bouts.map(([behavior]) => behavior))).toEqual(new Set(['chase', 'rest', 'together']));
});

test('threads and compilers of the process change no byte of a model, nor of what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-same-model-'));
  try {
    const runs = [
      { flags: [], threads: '1', name: 'one' },
      { flags: ['--liftoff-only'], threads: '3', name: 'baseline' },
      { flags: ['--no-liftoff'], threads: '2', name: 'optimized' },
    ];
    const child = resolve('build/test/behavior/same-model.test.child.js');
    const outputs: SameOutput[] = [];
    for (const { flags, threads, name } of runs) {
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, child, threads, join(folder, name)]);
      outputs.push(JSON.parse(stdout) as SameOutput);
    }
    const [first, ...others] = outputs;
    for (const other of others) expect(other).toEqual(first);
    const filesOf = async (name: string) => {
      const names = (await readdir(join(folder, name))).sort();
      return Promise.all(names.map(async (file) => [file, await readFile(join(folder, name, file), 'utf8')]));
    };
    const files = await filesOf('one');
    expect(files.map(([name]) => name)).toContain('model.json');
    for (const name of ['baseline', 'optimized']) expect(await filesOf(name)).toEqual(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);
