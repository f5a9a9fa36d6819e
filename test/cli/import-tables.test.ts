import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProjectFolder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from './run-program.test.kit.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-tables-'));
  await runProgram(['new', 'field', '--keypoints', 'nose'], folder);
  const write = (name: string, ...lines: string[]) => writeFile(join(folder, name), `${lines.join('\n')}\n`);
  await write('animals.csv', 'recording,animal,genotype,day', 'm1,A,wt,1', 'm2,B,wt,1', 'm3,C,ko,1', 'm4,D,ko,1');
  await write('again.csv', 'video,genotype', 'm1.mp4,het', 'm9.mp4,wt');
  await write('twice.csv', 'recording,genotype', 'm1,wt', 'm2,wt', 'm1,ko');
  const bouts = ['m1,rear,1,2', 'm1,rear,5,9', 'm2,rear,0,6', 'm3,rear,3,4', 'm4,groom,2,3'];
  await write('bouts.csv', 'recording,behavior,start_frame,end_frame', ...bouts);
  await write('bad.csv', 'recording,behavior,start,end', 'm1,rear,1,2', 'm2,rear,6,5');
  await write('unknown.csv', 'recording,behavior,start,end', 'm1,rear,1,2', 'm7,rear,4,5');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...words: string[]) => runProgram(words, folder);
const manifest = () => readFile(join(folder, 'field/zoopraxis.json'), 'utf8');

test('conditions and bouts go from tables into a project, and its groups are compared', async () => {
  const none = await run('import', 'conditions', 'animals.csv', '--to', 'field');
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/none of the 4 recordings[\s\S]*--create/)]);
  const conditions = await run('import', 'conditions', 'animals.csv', '--to', 'field', '--create');
  expect([conditions.code, conditions.err]).toEqual([0, '']);
  expect(conditions.out).toContain('animal, genotype, day of 4 recordings, 4 of them new');

  const words = [
    'import',
    'annotations',
    'bouts.csv',
    '--to',
    'field',
    '--annotator',
    'ann',
    '--fps',
    '2',
    '--end-included',
  ];
  const bouts = await run(...words);
  expect(bouts.code, bouts.err).toBe(0);
  expect(bouts.out).toContain('5 bouts of 4 recordings by ann, from 1 file');
  expect(bouts.out).toContain('frames: 2 per second, the first is number 0, the last of a bout belongs to it');
  const again = await run(...words);
  expect([again.code, again.err]).toEqual([
    1,
    expect.stringMatching(/annotations of the name bouts already[\s\S]*--replace/),
  ]);
  expect((await run(...words, '--replace')).code).toBe(0);

  const project = await openProjectFolder(join(folder, 'field'), { mode: 'read' });
  const [m1, , , m4] = project.recordings();
  expect(m1).toMatchObject({ id: 'm1', conditions: { animal: 'A', genotype: 'wt', day: 1 }, annotations: ['bouts'] });
  const { streams, provenance } = await project.readAnnotations('bouts', { recordings: ['m1'] });
  expect(provenance).toMatchObject({ operation: 'import annotations', inputs: [{ name: 'bouts.csv' }] });
  expect(streams[0]?.annotations).toMatchObject({
    subject: 'm1',
    behaviors: ['groom', 'rear'],
    startSec: Float64Array.of(0.5, 2.5),
    endSec: Float64Array.of(1.5, 5),
  });
  expect(m4?.annotations).toEqual(['bouts']);
  await project.close();

  const compare = ['cohort', 'field', '--by', 'genotype', '--measures', 'time,count', '--transitions'];
  const transitions = () => readFile(join(folder, 'field/figures/cohort-genotype/transitions.csv'), 'utf8');
  expect((await run(...compare, '--no-self-transitions')).code).toBe(0);
  expect(await transitions()).toContain('wt,rear,rear,0,0');
  const cohort = await run(...compare, '--json');
  expect(await transitions()).toContain('wt,rear,rear,1,1');
  expect(cohort.code, cohort.err).toBe(0);
  const { results } = JSON.parse(cohort.out) as { results: { measure: string; about: string; groups: object[] }[] };
  const rear = results.find(({ measure, about }) => measure === 'time' && about === 'rear');
  // wt: 1 + 2.5 and 3.5 s; ko: 1 s, and none in m4, which was scored for it.
  expect(rear?.groups).toMatchObject([
    { name: 'ko', n: 2, mean: 0.5 },
    { name: 'wt', n: 2, mean: 3.5 },
  ]);
}, 120_000);

test('what is not in the project is told, the rest is taken', async () => {
  const table = await run('import', 'conditions', 'again.csv', '--to', 'field');
  expect([table.code, table.err]).toEqual([3, expect.stringContaining('not in the project: m9.mp4 (line 3)')]);
  expect(await manifest()).toContain('"genotype": "het"');
  const bouts = await run('import', 'annotations', 'unknown.csv', '--to', 'field', '--annotator', 'bob');
  expect([bouts.code, bouts.err]).toEqual([3, expect.stringContaining('not in the project: m7; --create')]);
  expect(bouts.out).toContain('1 bouts of 1 recordings by bob');
}, 120_000);

test('wrong files leave the project as it was and name the line', async () => {
  const before = await manifest();
  for (const [words, says] of [
    [['conditions', 'twice.csv'], /line 4: expected m1 once, found it in line 2 too: twice\.csv/],
    [['annotations', 'bad.csv', '--annotator', 'ann'], /line 3, column end: expected 6 or more .*bad\.csv/],
    [['annotations', 'bouts.csv', 'bad.csv', '--annotator', 'ann', '--name', 'x'], /found frames[\s\S]*--fps/],
    [['annotations', 'animals.csv', '--annotator', 'ann'], /a column for behavior[\s\S]*--columns behavior=/],
    [['annotations', 'bouts.csv', '--columns', 'what=x'], /--columns: must name one of recording, /],
  ] as [string[], RegExp][]) {
    const { code, err } = await run('import', ...words, '--to', 'field');
    expect([code, err]).toEqual([1, expect.stringMatching(says)]);
    expect(err).not.toMatch(/\n\s+at |undefined/);
  }
  expect(await manifest()).toBe(before);
  const { code, err } = await run('blind', 'field', '--by', 'genotype');
  expect(code, err).toBe(0);
  const hidden = await run('import', 'conditions', 'animals.csv', '--to', 'field');
  expect([hidden.code, hidden.err]).toEqual([1, expect.stringMatching(/blinded, and the table would show genotype/)]);
}, 120_000);
