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

test('what half or more of three people saw goes into one scoring, and overlaps are told', async () => {
  await writeFile(
    join(folder, 'three.csv'),
    [
      'recording,annotator,behavior,start,end',
      'r,a,attack,0,4',
      'r,b,attack,2,6',
      'r,c,attack,3,5',
      'r,a,sniff,4,8',
      'r,b,sniff,4.5,8',
      'r,a,rear,1,1',
      'r,b,rear,1.2,1.2',
      'r,c,rear,9,9',
    ].join('\n'),
  );
  const majority = await run('merge', ['three.csv'], { rule: 'majority', out: 'majority.csv' });
  expect(majority).toMatchObject({
    annotators: ['a', 'b', 'c'],
    behaviors: [
      { behavior: 'attack', scorings: 3, bouts: 1, timeSec: 3, anySec: 6, allSec: 1 },
      { behavior: 'rear', scorings: 3, bouts: 1, timeSec: 0 },
      { behavior: 'sniff', scorings: 2, bouts: 1, timeSec: 4 },
    ],
    conflicts: [{ recording: 'r', behaviors: ['attack', 'sniff'], startSec: 4, endSec: 5 }],
  });
  expect((await text('majority.csv')).split('\n').slice(1, -1)).toEqual([
    'r,r,,majority,default,rear,1.1,1.1,',
    'r,r,,majority,default,attack,2,5,',
    'r,r,,majority,default,sniff,4,8,',
  ]);
  await run('merge', ['ann', 'bob'], { rule: 'keep', out: 'both.csv', fps: 10 });
  expect(await text('both.csv')).toMatch(/m1,m1,,ann,S1,attack,1,4,[\s\S]*m1,m1,,bob,S1,attack,1.2,4.4,/);
  await expect(run('merge', ['ann/m1.txt', 'bob/m2.txt'], { out: 'x.csv', fps: 10 })).rejects.toThrow(
    'nothing to merge',
  );
});

test('two folders of scorings are compared by time, bouts, timing and beyond chance', async () => {
  const result = await run('compare', ['ann', 'bob'], { fps: 10, report: 'agreement.html' });
  expect(result).toMatchObject({
    annotators: ['ann', 'bob'],
    recordings: [{ recording: 'm1', seconds: 10 }, { recording: 'm2' }],
    behaviors: [
      {
        behavior: 'attack',
        // 2.8 s of both, 0.2 s of ann alone, 0.4 s and 2 s of bob alone.
        pairs: [
          {
            time: { f1: expect.closeTo(5.6 / 8.2, 12) },
            bouts: { truePositive: 1, falsePositive: 1 },
            onset: { median: expect.closeTo(0.2, 12) },
          },
        ],
      },
      {
        behavior: 'sniff',
        annotators: [
          { annotator: 'ann', boutCount: 2 },
          { annotator: 'bob', boutCount: 2 },
        ],
      },
    ],
    chance: {
      categories: ['attack', 'sniff', 'none'],
      frameCount: 200,
      cohen: [{ kappa: { value: expect.any(Number) } }],
    },
  });
  expect(result.shown).toContain("ann and bob: Cohen's kappa");
  const page = await text('agreement.html');
  for (const figure of ['annotator-totals', 'timing-attack-ann-bob', 'bouts-m1'])
    expect(page).toContain(`data-name="${figure}"`);

  const single = await run('compare', ['ann/m1.txt', 'bob/m1.txt'], { fps: 10 });
  expect(single).toMatchObject({ annotators: ['ann', 'bob'], recordings: [{ recording: 'm1' }] });
  const again = await run('compare', ['ann', 'bob'], { fps: 10, rescored: [join(folder, 'ann')] });
  expect(again).toMatchObject({
    behaviors: [{ selfAndOthers: { within: [{ annotators: ['ann', 'ann'], f1: 1 }] } }, {}],
  });
  await expect(run('compare', ['ann'], { fps: 10 })).rejects.toThrow('no recording was scored by two people');
});

test('a manifest of BENTO stands for the files that it names, cut to the frames of its trials', async () => {
  await run('convert', ['ann'], { to: 'bento', out: 'named', fps: 10 });
  const header = 'Mouse,Sessn,Trial,Annotation file,Start Anno,Stop Anno,FR Anno,Offset,Behavior movie';
  const rows = ['1,1,1,named\\m1.annot,31,50,10,,day1_Top.mp4', '2,1,1,named/m2.annot,,,10,,', '3,1,1,gone.annot,,,,,'];
  await writeFile(join(folder, 'manifest.csv'), ['C:\\data,Ca framerate:,0', header, ...rows].join('\n'));
  const result = await run('convert', ['manifest.csv'], { to: 'csv', out: 'of-manifest.csv', annotator: 'ann' });
  expect(result).toMatchObject({ problems: [{ where: 'row 5', message: 'There is no file gone.annot.' }] });
  expect((await text('of-manifest.csv')).split('\n').slice(1, -1)).toEqual([
    'day1_Top,day1_Top,,ann,S1,attack,3,4,',
    'day1_Top,day1_Top,,ann,S1,sniff,4,5,',
    'm2,m2,,ann,S1,sniff,5,6,',
  ]);
});
