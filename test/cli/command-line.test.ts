import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations } from 'zoopraxis/node';
import { runProgram } from './run-program.test.kit.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A stack, or what only a program could have meant to say. */
const machineTalk = /\n\s+at |node:internal|\[object Object\]|undefined/;

test('without words it prints help that names every operation and the exit codes', async () => {
  const { code, out, err } = await runProgram([]);
  expect([code, err]).toEqual([0, '']);
  for (const { name } of operations) expect(out).toContain(name.split(' ')[0]);
  expect(out).toContain('Exit codes: 0 done, 1 failed');
});

test('every operation has help with a summary, an example and the exit codes', { timeout: 240_000 }, async () => {
  for (const { name, summary, examples } of operations) {
    const { code, out } = await runProgram([...name.split(' '), '--help']);
    expect(code, name).toBe(0);
    expect(out, name).toContain(summary.split(' ').slice(0, 4).join(' '));
    expect(examples.length, name).toBeGreaterThan(0);
    for (const example of examples) expect(example, name).toMatch(new RegExp(`^zoopraxis ${name}( |$)`));
    expect(out, name).toContain('--json');
    expect(out, name).toContain('Exit codes');
  }
});

test('the version is that of the package', async () => {
  const { code, out } = await runProgram(['--version']);
  expect([code, out]).toEqual([0, '0.1.0\n']);
});

for (const [what, words, says] of [
  ['an unknown operation', ['trak'], /unknown command 'trak'[\s\S]*Did you mean track/],
  ['an unknown option', ['doctor', '--fast'], /unknown option '--fast'/],
  ['a missing argument', ['import'], /missing required argument 'source'/],
  ['a missing option', ['import', 'somewhere'], /--to: is required/],
  ['a text for a number', ['doctor', '--threads', 'many'], /--threads: expected number/],
  ['a value outside of its range', ['doctor', '--threads', '0'], /--threads: .*>=1/],
  ['a choice that is none', ['import', 'a', '--to', 'b', '--prefer', 'json'], /--prefer: .*"csv"\|"hdf5"/],
  ['a time that is none', ['train', 'pose', 'p', '--name', 'm', '--time-budget', 'soon'], /--time-budget: .*90s, 20m/],
] as const) {
  test(`${what} is wrong usage: exit code 2, one sentence, no stack`, async () => {
    const { code, out, err } = await runProgram(words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(says);
    expect(err).not.toMatch(machineTalk);
    const json = await runProgram([...words, '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out).error.code).toBe('usage');
  });
}

for (const [what, words, says] of [
  ['a folder that is not there', ['import', 'nowhere', '--to', 'p'], /there is no file or folder to import/],
  ['an empty folder', ['import', '.', '--to', 'p'], /not a valid DeepLabCut project/],
  ['a file of no known format', ['import', 'file.txt', '--to', 'p'], /not a valid pose file .*text of an unknown kind/],
] as const) {
  test(`${what} is mended by the user: exit code 1, cause and mend, nothing written`, async () => {
    const cwd = await mkdtemp(join(folder, 'bad-'));
    await writeFile(join(cwd, 'file.txt'), 'no project');
    const { code, out, err } = await runProgram(words, cwd);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(says);
    expect(err).not.toMatch(machineTalk);
    expect(await readdir(cwd)).toEqual(['file.txt']);
    const json = await runProgram([...words, '--json'], cwd);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out).error).toMatchObject({ code: expect.stringMatching(/^(storage|format)$/) });
  });
}

test('new makes a project that a second call leaves alone', async () => {
  const words = ['new', 'arena', '--keypoints', 'nose,leftear,rightear', '--edges', 'nose-leftear'];
  const first = await runProgram(words, folder);
  expect([first.code, first.err]).toEqual([0, '']);
  expect(first.out).toContain('left and right (change places in mirrored pictures): leftear / rightear');
  const again = await runProgram(words, folder);
  expect(again.code).toBe(1);
  expect(again.err).toContain('there is a project already');
  const bad = await runProgram(['new', 'other', '--keypoints', 'a,b', '--edges', 'a-c'], folder);
  expect(bad.code).toBe(1);
  expect(bad.err).toContain('edges: must join two of a, b, got a-c');
});
