import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations } from 'zoopraxis/node';

let folder: string;
const caltech = (...lines: string[]) =>
  [
    'Caltech Behavior Annotator - Annotation File',
    '',
    'Configuration file:',
    'base\tz',
    'attack\ta',
    'sniff\tf',
    '',
    'S1:\tstart\tend\ttype',
    '-----------------------------',
    ...lines,
    '',
  ].join('\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-annotations-'));
  await mkdir(join(folder, 'ann'));
  await mkdir(join(folder, 'bob'));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write('ann/m1.txt', caltech('1 10 base', '11 40 attack', '41 60 sniff', '61 100 base'));
  await write('ann/m2.txt', caltech('1 50 base', '51 60 sniff', '61 100 base'));
  await write('bob/m1.txt', caltech('1 12 base', '13 44 attack', '45 60 sniff', '61 100 base'));
  await write('bob/m2.txt', caltech('1 40 base', '41 60 sniff', '61 80 attack', '81 100 base'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs an operation in this process; file names are those of the folder. */
async function run(name: string, files: readonly string[], input: Record<string, unknown>) {
  const operation = operations.find((one) => one.name === `annotations ${name}`);
  if (operation === undefined) throw new Error(`no operation annotations ${name}`);
  const at = (path: unknown) => (typeof path === 'string' ? join(folder, path) : path);
  const places = Object.fromEntries(['out', 'report'].flatMap((key) => (key in input ? [[key, at(input[key])]] : [])));
  const given = operation.input.parse({ ...input, ...places, files: files.map((path) => join(folder, path)) });
  const output = operation.output.parse(
    await operation.run(given, { signal: new AbortController().signal, progress: () => {} }),
  );
  return {
    ...(output as Record<string, unknown>),
    shown: operation.text(output),
    failures: operation.failures?.(output) ?? [],
  };
}

const text = (name: string) => readFile(join(folder, name), 'utf8');

test('bouts go from Caltech files to BENTO and back, frame by frame', async () => {
  const to = await run('convert', ['ann'], { to: 'bento', out: 'bento', fps: 10 });
  expect(to.shown).toContain('(m1, 2 bouts)');
  expect(await text('bento/m1.annot')).toContain('>attack\nStart\t Stop\t Duration \n11\t40\t30\n');
  await run('convert', ['bento'], { to: 'caltech', out: 'back', background: 'base' });
  const lines = async (name: string) =>
    (await text(name)).match(/\d+\s+\d+\s+\w+/g)?.map((line) => line.replace(/\s+/g, ' '));
  for (const name of ['m1.txt', 'm2.txt']) expect(await lines(`back/${name}`)).toEqual(await lines(`ann/${name}`));
});

test('files that are there are refused before anything is written, and replaced with --force', async () => {
  const input = { to: 'csv', out: 'tables', fps: 10, annotator: 'ann' };
  await mkdir(join(folder, 'tables'));
  await writeFile(join(folder, 'tables/m2.csv'), 'mine');
  await expect(run('convert', ['ann'], input)).rejects.toMatchObject({
    message: expect.stringMatching(/there already: .*m2\.csv/),
    hint: expect.stringContaining('--force'),
  });
  expect(await readdir(join(folder, 'tables'))).toEqual(['m2.csv']);
  await run('convert', ['ann'], { ...input, force: true });
  expect(await text('tables/m2.csv')).toContain('m2,m2,,ann,S1,sniff,5,6,');
});

test('what a format needs and nothing says is asked for, and other files are finished', async () => {
  await writeFile(
    join(folder, 'two.csv'),
    'recording,behavior,start,end\nlong,attack,1,2\nshort,attack,1,3\nshort,sniff,2,4\n',
  );
  const unknown = await run('convert', ['two.csv'], { to: 'caltech', out: 'none', fps: 10 });
  expect(unknown.failures).toEqual([expect.stringContaining('--frames'), expect.stringContaining('--frames')]);
  const input = { to: 'caltech', out: 'some', fps: 10, frames: 50 };
  const overlap = await run('convert', ['two.csv'], input);
  expect(overlap.failures).toEqual([expect.stringContaining('attack and sniff overlap at frame 21')]);
  expect(await readdir(join(folder, 'some'))).toEqual(['long.txt']);
  await run('convert', ['two.csv'], { ...input, split: true, force: true });
  expect(await text('some/short.txt')).toMatch(/S1:[\s\S]*11\t30\tattack[\s\S]*S2:[\s\S]*21\t40\tsniff/);
});
